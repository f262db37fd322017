package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Cuts the byte stream of one connection into packets.
///
/// - **Shape:** bytes in any split → one [Packet] per frame.
/// - **Thread:** the connection's; not safe for two.
/// - **Buffers:** borrows the input; the payload of a PUBLISH is a retained slice that the packet owns.
/// - **Errors:** [ProtocolViolation]; after one, every further call throws it again.
/// - **Source:** MQTT 5 §1.5, §2.1.
public final class PacketReader {
    /// Which side of the connection reads.
    public enum Role {
        /// Reads what clients send; learns the version from CONNECT.
        SERVER(PacketType.CONNACK.bit() | PacketType.SUBACK.bit() | PacketType.UNSUBACK.bit()
                | PacketType.PINGRESP.bit()),
        /// Reads what servers send; is told the version by [PacketReader#version(Version)].
        CLIENT(PacketType.CONNECT.bit() | PacketType.SUBSCRIBE.bit() | PacketType.UNSUBSCRIBE.bit()
                | PacketType.PINGREQ.bit());

        private final int sendsItself;

        Role(int sendsItself) {
            this.sendsItself = sendsItself;
        }
    }

    private static final int DUPLICATE = 0b1000;
    private static final int RETAIN = 0b0001;

    private final Role role;
    private final PacketBody body = new PacketBody();
    /// Made for the first packet that may have properties.
    private @Nullable PropertyBlock properties;
    /// Made for the first PUBLISH.
    private @Nullable RecentTopics recentTopics;
    private long packetBytesMax;
    private @Nullable Version version;
    private @Nullable ProtocolViolation failure;

    /// @param packetBytesMax the largest packet accepted, in bytes, fixed header included (MQTT 5 §3.1.2.11.4)
    public PacketReader(Role role, long packetBytesMax) {
        this.role = role;
        this.packetBytesMax = packetBytesMax;
    }

    /// Sets another limit for the packets from here on, in bytes, fixed header included.
    public void packetBytesMax(long bytes) {
        packetBytesMax = bytes;
    }

    /// Tells a CLIENT which version it speaks.
    public void version(Version spoken) {
        version = spoken;
    }

    /// The version; null until a CONNECT has been read that far. Known also when the rest of that CONNECT is wrong.
    public @Nullable Version version() {
        return version;
    }

    /// Reads one packet, or returns null and consumes nothing until all of it is there.
    ///
    /// @throws ProtocolViolation as early as the bytes show it; a packet that is too large at its fixed header
    /// @throws IllegalStateException when a CLIENT has not been told its version
    public @Nullable Packet read(ByteBuf in) {
        if (failure != null) {
            throw failure;
        }
        if (version == null && role == Role.CLIENT) {
            throw new IllegalStateException("version(...) comes before read(...)");
        }
        try {
            return readFrame(in);
        } catch (ProtocolViolation violation) {
            failure = violation;
            throw violation;
        } finally {
            body.close();
        }
    }

    private @Nullable Packet readFrame(ByteBuf in) {
        int available = in.readableBytes();
        if (available == 0) {
            return null;
        }
        int start = in.readerIndex();
        int first = in.getUnsignedByte(start);
        PacketType type = checkedType(first);
        int bytes = 0;
        int headerBytes = 1;
        int lengthByte;
        do {
            if (headerBytes == 5) {
                throw violation(Violation.VARIABLE_BYTE_INTEGER_TOO_LONG, "remaining length", type);
            }
            if (headerBytes == available) {
                return null;
            }
            lengthByte = in.getUnsignedByte(start + headerBytes);
            bytes |= (lengthByte & 0x7F) << 7 * (headerBytes - 1);
            headerBytes++;
        } while (lengthByte >= 0x80);
        if (lengthByte == 0 && headerBytes > 2) {
            throw violation(Violation.VARIABLE_BYTE_INTEGER_NOT_SHORTEST, "remaining length " + bytes, type);
        }
        if ((long) headerBytes + bytes > packetBytesMax) {
            throw violation(Violation.PACKET_TOO_LARGE, "%d bytes announced, %d allowed"
                    .formatted((long) headerBytes + bytes, packetBytesMax), type);
        }
        if (available - headerBytes < bytes) {
            return null;
        }
        in.skipBytes(headerBytes);
        body.open(in, bytes, type, version);
        Packet packet = readBody(type, first & 0x0F);
        body.finish(); // a PUBLISH takes all that is left, so no payload is lost here
        return packet;
    }

    private PacketType checkedType(int first) {
        int number = first >> 4;
        PacketType type = number == 0 ? null : PacketType.of(number);
        if (version == null && type != PacketType.CONNECT) {
            throw violation(Violation.NOT_CONNECT_FIRST, "it is of type " + number, type);
        }
        if (type == null || !exists(type)) {
            throw violation(Violation.UNKNOWN_PACKET_TYPE, "type " + number, type);
        }
        if (role == Role.SERVER && type == PacketType.CONNECT && version != null) {
            throw violation(Violation.SECOND_CONNECT, "", type);
        }
        if ((role.sendsItself & type.bit()) != 0) {
            throw violation(Violation.WRONG_DIRECTION, "", type);
        }
        checkFlags(type, first & 0x0F);
        return type;
    }

    private boolean exists(PacketType type) {
        return switch (type) {
            case AUTH -> isMqtt5();
            case DISCONNECT -> isMqtt5() || role == Role.SERVER;
            default -> true;
        };
    }

    private void checkFlags(PacketType type, int flags) {
        if (type == PacketType.PUBLISH) {
            if ((flags & 0b0110) == 0b0110) {
                throw violation(Violation.QOS_3, "", type);
            }
            if ((flags & 0b1110) == DUPLICATE) {
                throw violation(Violation.DUPLICATE_AT_QOS_0, "", type);
            }
            return;
        }
        // MQTT 3.1 sets DUP when it sends PUBREL, SUBSCRIBE or UNSUBSCRIBE again (MQTT 3.1 §2.1)
        int tolerated = version == Version.MQTT_3_1 && type.flags() != 0 ? DUPLICATE : 0;
        if ((flags & ~tolerated) != type.flags()) {
            throw violation(Violation.FIXED_HEADER_FLAGS, "0x%X instead of 0x%X".formatted(flags, type.flags()), type);
        }
    }

    private ProtocolViolation violation(Violation violation, String detail, @Nullable PacketType type) {
        return new ProtocolViolation(violation, detail, type, version);
    }

    private boolean isMqtt5() {
        return version == Version.MQTT_5;
    }

    private Packet readBody(PacketType type, int flags) {
        return switch (type) {
            case CONNECT -> readConnect();
            case CONNACK -> readConnack();
            case PUBLISH -> readPublish(flags);
            case PUBACK -> readAcknowledgement(type, AllowedReasons.PUBACK);
            case PUBREC -> readAcknowledgement(type, AllowedReasons.PUBREC);
            case PUBREL -> readAcknowledgement(type, AllowedReasons.PUBREL);
            case PUBCOMP -> readAcknowledgement(type, AllowedReasons.PUBCOMP);
            case SUBSCRIBE -> readSubscribe();
            case SUBACK -> readSuback();
            case UNSUBSCRIBE -> readUnsubscribe();
            case UNSUBACK -> readUnsuback();
            case PINGREQ -> new Packet.Pingreq();
            case PINGRESP -> new Packet.Pingresp();
            case DISCONNECT -> readDisconnect();
            case AUTH -> readAuth();
        };
    }

    private Packet readConnect() {
        Version spoken = ConnectReader.readVersion(body);
        version = spoken;
        body.version(spoken);
        return ConnectReader.read(body, spoken, new PropertyBlock()); // many clients never send properties again
    }

    private Packet readConnack() {
        int flags = body.oneByte();
        if (version == Version.MQTT_3_1) {
            flags = 0; // an unused byte there
        }
        if ((flags & ~1) != 0) {
            throw body.violation(Violation.CONNACK_FLAGS, "0x%02X".formatted(flags));
        }
        ReasonCode reason = isMqtt5() ? AllowedReasons.CONNACK.read(body) : readReturnCode();
        if (flags != 0 && reason != ReasonCode.SUCCESS) {
            throw body.violation(Violation.SESSION_PRESENT_WITH_ERROR, reason.toString());
        }
        readProperties(PacketType.CONNACK);
        return new Packet.Connack(flags != 0, reason, isMqtt5() ? properties().connack(body) : ConnackProperties.NONE);
    }

    /// The inverse of [ReasonCode#connectReturnCode()].
    private ReasonCode readReturnCode() {
        int code = body.oneByte();
        return switch (code) {
            case 0 -> ReasonCode.SUCCESS;
            case 1 -> ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
            case 2 -> ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
            case 3 -> ReasonCode.SERVER_UNAVAILABLE;
            case 4 -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case 5 -> ReasonCode.NOT_AUTHORIZED;
            default -> throw body.violation(Violation.CONNACK_REASON_CODE, "return code " + code);
        };
    }

    private PropertyBlock properties() {
        PropertyBlock made = properties;
        if (made == null) {
            made = new PropertyBlock();
            properties = made;
        }
        return made;
    }

    private boolean readProperties(PacketType type) {
        return isMqtt5() && properties().read(body, type.bit());
    }

    private Packet readPublish(int flags) {
        Qos qos = Qos.of((flags >> 1) & 3);
        RecentTopics recent = recentTopics == null ? new RecentTopics() : recentTopics;
        recentTopics = recent;
        String topic = body.topicName(recent);
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : body.packetId();
        PublishProperties publishProperties = readProperties(PacketType.PUBLISH)
                ? properties().publish()
                : PublishProperties.NONE;
        if (topic.isEmpty() && publishProperties.topicAlias() == 0) {
            throw body.violation(Violation.TOPIC_NAME_EMPTY, "");
        }
        if (role == Role.SERVER && !publishProperties.subscriptionIds().isEmpty()) {
            throw body.violation(Violation.SUBSCRIPTION_ID_FROM_CLIENT, "topic " + TopicName.shown(topic));
        }
        return new Packet.Publish(topic, qos, (flags & DUPLICATE) != 0, (flags & RETAIN) != 0, packetId,
                publishProperties, body.sliceRest());
    }

    private Packet readAcknowledgement(PacketType type, AllowedReasons allowed) {
        int packetId = body.packetId();
        ReasonCode reason = ReasonCode.SUCCESS;
        String reasonString = null;
        List<UserProperty> userProperties = List.of();
        if (isMqtt5() && body.rest() > 0) {
            reason = allowed.read(body);
            if (body.rest() > 0 && readProperties(type)) { // without it the property length is 0 (§3.4.2.2.1)
                reasonString = properties().text(Property.REASON_STRING);
                userProperties = properties().userProperties();
            }
        }
        return switch (allowed) {
            case PUBACK -> new Packet.Puback(packetId, reason, reasonString, userProperties);
            case PUBREC -> new Packet.Pubrec(packetId, reason, reasonString, userProperties);
            case PUBREL -> new Packet.Pubrel(packetId, reason, reasonString, userProperties);
            case PUBCOMP -> new Packet.Pubcomp(packetId, reason, reasonString, userProperties);
            case CONNACK, SUBACK, UNSUBACK, DISCONNECT, AUTH -> throw new AssertionError(allowed);
        };
    }

    private Packet readSubscribe() {
        int packetId = body.packetId();
        boolean any = readProperties(PacketType.SUBSCRIBE);
        int subscriptionId = any ? properties().subscriptionId() : 0;
        List<UserProperty> userProperties = any ? properties().userProperties() : List.of();
        if (body.rest() == 0) {
            throw body.violation(Violation.SUBSCRIBE_WITHOUT_FILTER, "");
        }
        List<Packet.Subscribe.Request> requests = new ArrayList<>(2);
        while (body.rest() > 0) {
            requests.add(readRequest());
        }
        return new Packet.Subscribe(packetId, subscriptionId, userProperties, List.copyOf(requests));
    }

    private Packet.Subscribe.Request readRequest() {
        String filter = body.text();
        int options = body.oneByte();
        if ((options & (isMqtt5() ? 0b1100_0000 : 0b1111_1100)) != 0) {
            throw body.violation(Violation.SUBSCRIPTION_OPTIONS_RESERVED, "options 0x%02X".formatted(options));
        }
        int qos = options & 3;
        if (qos == 3) {
            throw body.violation(Violation.SUBSCRIPTION_QOS_3, TopicName.shown(filter));
        }
        int retainHandling = options >> 4;
        if (retainHandling == 3) {
            throw body.violation(Violation.RETAIN_HANDLING_3, TopicName.shown(filter));
        }
        boolean noLocal = (options & 0b100) != 0;
        if (noLocal && TopicFilter.isShared(filter)) {
            throw body.violation(Violation.NO_LOCAL_ON_SHARED, TopicName.shown(filter));
        }
        return new Packet.Subscribe.Request(filter, Qos.of(qos), noLocal, (options & 0b1000) != 0,
                switch (retainHandling) {
                    case 0 -> Packet.RetainHandling.SEND;
                    case 1 -> Packet.RetainHandling.SEND_IF_NEW;
                    default -> Packet.RetainHandling.DO_NOT_SEND;
                });
    }

    private Packet readSuback() {
        int packetId = body.packetId();
        boolean any = readProperties(PacketType.SUBACK);
        List<ReasonCode> reasons = readReasons(AllowedReasons.SUBACK);
        return new Packet.Suback(packetId, reasons, any ? properties().text(Property.REASON_STRING) : null,
                any ? properties().userProperties() : List.of());
    }

    private List<ReasonCode> readReasons(AllowedReasons allowed) {
        if (body.rest() == 0) {
            throw body.violation(Violation.ACKNOWLEDGEMENT_WITHOUT_REASON, "");
        }
        List<ReasonCode> reasons = new ArrayList<>(body.rest());
        while (body.rest() > 0) {
            ReasonCode reason = allowed.read(body);
            if (!isMqtt5() && reason.isError() && reason != ReasonCode.UNSPECIFIED_ERROR) {
                throw body.violation(Violation.SUBACK_REASON_CODE, "0x%02X".formatted(reason.code()));
            }
            reasons.add(reason);
        }
        return List.copyOf(reasons);
    }

    private Packet readUnsubscribe() {
        int packetId = body.packetId();
        List<UserProperty> userProperties = readProperties(PacketType.UNSUBSCRIBE)
                ? properties().userProperties()
                : List.of();
        if (body.rest() == 0) {
            throw body.violation(Violation.UNSUBSCRIBE_WITHOUT_FILTER, "");
        }
        List<String> filters = new ArrayList<>(2);
        while (body.rest() > 0) {
            filters.add(body.text());
        }
        return new Packet.Unsubscribe(packetId, userProperties, List.copyOf(filters));
    }

    private Packet readUnsuback() {
        int packetId = body.packetId();
        boolean any = readProperties(PacketType.UNSUBACK);
        List<ReasonCode> reasons = isMqtt5() ? readReasons(AllowedReasons.UNSUBACK) : List.of();
        return new Packet.Unsuback(packetId, reasons, any ? properties().text(Property.REASON_STRING) : null,
                any ? properties().userProperties() : List.of());
    }

    private Packet readDisconnect() {
        if (!isMqtt5() || body.rest() == 0) {
            return new Packet.Disconnect(ReasonCode.SUCCESS);
        }
        ReasonCode reason = AllowedReasons.DISCONNECT.read(body);
        if (body.rest() == 0 || !readProperties(PacketType.DISCONNECT)) {
            return new Packet.Disconnect(reason);
        }
        if (role == Role.CLIENT && properties().has(Property.SESSION_EXPIRY)) {
            throw body.violation(Violation.SESSION_EXPIRY_FROM_SERVER, "");
        }
        return new Packet.Disconnect(reason, properties().number(Property.SESSION_EXPIRY, -1),
                properties().text(Property.REASON_STRING), properties().text(Property.SERVER_REFERENCE),
                properties().userProperties());
    }

    private Packet readAuth() {
        if (body.rest() == 0) {
            return new Packet.Auth(ReasonCode.SUCCESS, null, null, null, List.of());
        }
        ReasonCode reason = AllowedReasons.AUTH.read(body);
        readProperties(PacketType.AUTH);
        if (!properties().has(Property.AUTHENTICATION_METHOD)) {
            throw body.violation(Violation.AUTHENTICATION_METHOD_MISSING, "");
        }
        return new Packet.Auth(reason, properties().text(Property.AUTHENTICATION_METHOD),
                properties().authenticationData(body), properties().text(Property.REASON_STRING),
                properties().userProperties());
    }
}
