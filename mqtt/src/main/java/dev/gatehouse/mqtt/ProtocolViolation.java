package dev.gatehouse.mqtt;

import org.jspecify.annotations.Nullable;

/// What the other side sent breaks the specification; nothing that follows on this connection can be read.
///
/// Has no stack trace: it says what a peer did, not where we were.
public final class ProtocolViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Violation violation;
    private final String detail;
    private final @Nullable PacketType packetType;
    private final @Nullable Version version;

    /// A violation outside of a packet: a topic name or a topic filter on its own.
    ///
    /// @param detail numbers and names; never bytes that were not decoded, they can be passwords; may be empty
    public ProtocolViolation(Violation violation, String detail) {
        this(violation, detail, null, null);
    }

    /// A violation inside of a packet.
    ///
    /// @param detail numbers and names; never bytes that were not decoded, they can be passwords; may be empty
    /// @param packetType null when it could not be told
    /// @param version null when it was not known yet
    public ProtocolViolation(Violation violation, String detail, @Nullable PacketType packetType,
            @Nullable Version version) {
        super(message(violation, detail, packetType, version), null, false, false);
        this.violation = violation;
        this.detail = detail;
        this.packetType = packetType;
        this.version = version;
    }

    private static String message(Violation violation, String detail, @Nullable PacketType packetType,
            @Nullable Version version) {
        return (packetType == null ? "" : packetType + ": ") + violation.sentence() + " ["
                + violation.clause(version == null ? Version.MQTT_5 : version) + "]"
                + (detail.isEmpty() ? "" : ": " + detail);
    }

    /// Which rule is broken.
    public Violation violation() {
        return violation;
    }

    /// Numbers and names that say more; may be empty.
    public String detail() {
        return detail;
    }

    /// What to answer where the version and the moment allow an answer.
    public ReasonCode reason() {
        return violation.reason();
    }

    /// The clause that is broken, in the numbering of this version.
    public String clause(Version inVersion) {
        return violation.clause(inVersion);
    }

    /// In which packet; null when outside of one or when the type does not exist.
    public @Nullable PacketType packetType() {
        return packetType;
    }

    /// The version of the connection, as far as CONNECT had told it; null before.
    public @Nullable Version version() {
        return version;
    }
}
