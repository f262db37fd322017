package dev.gatehouse.mqtt;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// The properties of MQTT 5 and the packets in which they may stand (§2.2.2.2).
enum Property {
    PAYLOAD_FORMAT(0x01, Form.BYTE, Bits.MESSAGE), //
    MESSAGE_EXPIRY(0x02, Form.FOUR_BYTES, Bits.MESSAGE), //
    CONTENT_TYPE(0x03, Form.TEXT, Bits.MESSAGE), //
    RESPONSE_TOPIC(0x08, Form.TEXT, Bits.MESSAGE), //
    CORRELATION_DATA(0x09, Form.BINARY, Bits.MESSAGE), //
    SUBSCRIPTION_ID(0x0B, Form.VARIABLE, PacketType.PUBLISH.bit() | PacketType.SUBSCRIBE.bit()), //
    SESSION_EXPIRY(0x11, Form.FOUR_BYTES, Bits.OPENING | PacketType.DISCONNECT.bit()), //
    ASSIGNED_CLIENT_ID(0x12, Form.TEXT, PacketType.CONNACK.bit()), //
    SERVER_KEEP_ALIVE(0x13, Form.TWO_BYTES, PacketType.CONNACK.bit()), //
    AUTHENTICATION_METHOD(0x15, Form.TEXT, Bits.OPENING | PacketType.AUTH.bit()), //
    AUTHENTICATION_DATA(0x16, Form.BINARY, Bits.OPENING | PacketType.AUTH.bit()), //
    REQUEST_PROBLEM_INFORMATION(0x17, Form.BOOLEAN, PacketType.CONNECT.bit()), //
    WILL_DELAY(0x18, Form.FOUR_BYTES, Bits.WILL), //
    REQUEST_RESPONSE_INFORMATION(0x19, Form.BOOLEAN, PacketType.CONNECT.bit()), //
    RESPONSE_INFORMATION(0x1A, Form.TEXT, PacketType.CONNACK.bit()), //
    SERVER_REFERENCE(0x1C, Form.TEXT, PacketType.CONNACK.bit() | PacketType.DISCONNECT.bit()), //
    REASON_STRING(0x1F, Form.TEXT, Bits.ANSWER), //
    RECEIVE_MAXIMUM(0x21, Form.TWO_BYTES, Bits.OPENING), //
    TOPIC_ALIAS_MAXIMUM(0x22, Form.TWO_BYTES, Bits.OPENING), //
    TOPIC_ALIAS(0x23, Form.TWO_BYTES, PacketType.PUBLISH.bit()), //
    MAXIMUM_QOS(0x24, Form.BYTE, PacketType.CONNACK.bit()), //
    RETAIN_AVAILABLE(0x25, Form.BOOLEAN, PacketType.CONNACK.bit()), //
    USER_PROPERTY(0x26, Form.PAIR, Bits.ANSWER | Bits.MESSAGE | PacketType.CONNECT.bit()
            | PacketType.SUBSCRIBE.bit() | PacketType.UNSUBSCRIBE.bit()), //
    MAXIMUM_PACKET_SIZE(0x27, Form.FOUR_BYTES, Bits.OPENING), //
    WILDCARD_SUBSCRIPTIONS(0x28, Form.BOOLEAN, PacketType.CONNACK.bit()), //
    SUBSCRIPTION_IDENTIFIERS(0x29, Form.BOOLEAN, PacketType.CONNACK.bit()), //
    SHARED_SUBSCRIPTIONS(0x2A, Form.BOOLEAN, PacketType.CONNACK.bit());

    /// How the value looks on the wire.
    enum Form {
        BOOLEAN, BYTE, TWO_BYTES, FOUR_BYTES, VARIABLE, TEXT, BINARY, PAIR
    }

    /// Sets of packets, one bit each; a will is none, so it takes the free bit.
    static final class Bits {
        static final int WILL = 1;
        static final int MESSAGE = PacketType.PUBLISH.bit() | WILL;
        static final int OPENING = PacketType.CONNECT.bit() | PacketType.CONNACK.bit();
        static final int ANSWER = PacketType.CONNACK.bit() | PacketType.PUBACK.bit() | PacketType.PUBREC.bit()
                | PacketType.PUBREL.bit() | PacketType.PUBCOMP.bit() | PacketType.SUBACK.bit()
                | PacketType.UNSUBACK.bit() | PacketType.DISCONNECT.bit() | PacketType.AUTH.bit();

        private Bits() {}
    }

    private static final @Nullable Property[] BY_ID = new Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final Form form;
    private final int packets;

    Property(int id, Form form, int packets) {
        this.id = id;
        this.form = form;
        this.packets = packets;
    }

    /// The identifier on the wire; all of today's take one byte.
    int id() {
        return id;
    }

    Form form() {
        return form;
    }

    /// Whether it may stand in the packet with this bit.
    boolean isAllowedIn(int packetBit) {
        return (packets & packetBit) != 0;
    }

    /// Whether it may stand there more than once: subscription identifiers only in PUBLISH.
    boolean isRepeatableIn(int packetBit) {
        return this == USER_PROPERTY || (this == SUBSCRIPTION_ID && packetBit == PacketType.PUBLISH.bit());
    }

    /// The property with this identifier, or null.
    static @Nullable Property of(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
