package dev.gatehouse.mqtt;

/// The kind of a control packet, MQTT 5 §2.1.2. The ordinal is the number on the wire less one.
public enum PacketType {
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP, //
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH;

    private static final PacketType[] BY_NUMBER = values();

    /// The number on the wire: 1 to 15.
    public int number() {
        return ordinal() + 1;
    }

    /// The type with this number, 1 to 15.
    ///
    /// @throws IndexOutOfBoundsException for any other number
    public static PacketType of(int number) {
        return BY_NUMBER[number - 1];
    }

    /// The bit of this type in a set of types; bit 0 is free.
    int bit() {
        return 1 << number();
    }

    /// The low four bits of the fixed header that MQTT 3.1.1 and 5 prescribe [MQTT-2.1.3-1]; PUBLISH has its own.
    int flags() {
        return this == PUBREL || this == SUBSCRIBE || this == UNSUBSCRIBE ? 0b0010 : 0;
    }
}
