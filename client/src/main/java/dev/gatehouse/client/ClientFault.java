package dev.gatehouse.client;

import java.io.IOException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.ReasonCode;

/// A connection that did not come about, or ended, or an operation that the server refused.
public final class ClientFault extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Reason reason;

    /// What went wrong.
    public sealed interface Reason {
        /// The server said no, in this packet: CONNACK, PUBACK, PUBREC, PUBCOMP. The connection is over after a CONNACK
        /// only.
        ///
        /// @param reasonString the server's words (MQTT 5); null when it sent none
        record Refused(Packet answer, ReasonCode code, @Nullable String reasonString) implements Reason {}

        /// The server ended the connection with a DISCONNECT (MQTT 5).
        record Disconnected(Packet.Disconnect packet) implements Reason {}

        /// The server closed the connection without a word.
        ///
        /// @param during what was under way, for example `waiting for CONNACK`
        record Closed(String during) implements Reason {}

        /// No answer in time.
        ///
        /// @param awaited the packet that did not come, for example `CONNACK`
        record Silent(String awaited, Duration waited) implements Reason {}

        /// What came breaks the specification.
        record Violated(ProtocolViolation violation) implements Reason {}

        /// The socket failed, for example with a reset.
        ///
        /// @param during what was under way
        record Broken(String during, IOException exception) implements Reason {}

        /// This client closed the connection itself.
        record ClosedHere() implements Reason {}
    }

    ClientFault(Reason reason) {
        super(sentence(reason));
        this.reason = reason;
        switch (reason) {
            case Reason.Broken broken -> initCause(broken.exception());
            case Reason.Violated violated -> initCause(violated.violation());
            case Reason.Refused _,Reason.Disconnected _,Reason.Closed _,Reason.Silent _,Reason.ClosedHere _ -> {
            }
        }
    }

    /// What went wrong, to be read by a `switch`.
    public Reason reason() {
        return reason;
    }

    private static String sentence(Reason reason) {
        return switch (reason) {
            case Reason.Refused(Packet answer, ReasonCode code, String words) ->
                "the server refused with %s: %s".formatted(name(answer), said(code, words));
            case Reason.Disconnected(Packet.Disconnect packet) -> "the server ended the connection with DISCONNECT: "
                    + said(packet.reason(), packet.reasonString())
                    + (packet.serverReference() == null ? "" : ", use " + packet.serverReference());
            case Reason.Closed(String during) -> "the server closed the connection without a word, while " + during;
            case Reason.Silent(String awaited, Duration waited) -> "no %s within %s".formatted(awaited, words(waited));
            case Reason.Violated(ProtocolViolation violation) ->
                "the server sent something that is not MQTT as it was agreed: " + violation.getMessage();
            case Reason.Broken(String during, IOException exception) ->
                "the connection broke while %s: %s".formatted(during, exception.getMessage());
            case Reason.ClosedHere _ -> "the connection was closed by this client";
        };
    }

    private static String said(ReasonCode code, @Nullable String words) {
        return "%s (0x%02X)%s".formatted(words(code), code.code(), words == null ? "" : ", \"" + words + "\"");
    }

    /// `not authorized` for [ReasonCode#NOT_AUTHORIZED].
    static String words(ReasonCode code) {
        return code.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    private static String words(Duration time) {
        return time.toMillis() < 10_000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }

    private static String name(Packet packet) {
        return packet.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT);
    }
}
