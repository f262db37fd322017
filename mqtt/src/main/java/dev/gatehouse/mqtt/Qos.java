package dev.gatehouse.mqtt;

/// Quality of service (MQTT 5 §4.3). The ordinal is the number on the wire.
public enum Qos {
    /// QoS 0: at most once, no acknowledgement.
    AT_MOST_ONCE,
    /// QoS 1: at least once, PUBACK.
    AT_LEAST_ONCE,
    /// QoS 2: exactly once, PUBREC, PUBREL, PUBCOMP.
    EXACTLY_ONCE;

    private static final Qos[] BY_LEVEL = values();

    /// The number on the wire: 0, 1 or 2.
    public int level() {
        return ordinal();
    }

    /// The quality of service with this number, 0 to 2.
    ///
    /// @throws IndexOutOfBoundsException for any other number
    public static Qos of(int level) {
        return BY_LEVEL[level];
    }

    /// The lower of the two.
    public static Qos min(Qos a, Qos b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
