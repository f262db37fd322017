package dev.gatehouse.mqtt;

/// A version of the protocol, named by its level byte in CONNECT (MQTT 5 §3.1.2.2).
public enum Version {
    /// MQTT 3.1, protocol name `MQIsdp`, level 3.
    MQTT_3_1(3, "MQIsdp"),
    /// MQTT 3.1.1, protocol name `MQTT`, level 4.
    MQTT_3_1_1(4, "MQTT"),
    /// MQTT 5, protocol name `MQTT`, level 5.
    MQTT_5(5, "MQTT");

    private final int level;
    private final String protocolName;

    Version(int level, String protocolName) {
        this.level = level;
        this.protocolName = protocolName;
    }

    /// The level byte: 3, 4 or 5.
    public int level() {
        return level;
    }

    /// The protocol name that goes with the level.
    public String protocolName() {
        return protocolName;
    }

    /// Whether packets of this version carry properties and reason codes.
    public boolean hasProperties() {
        return this == MQTT_5;
    }

    @Override
    public String toString() {
        return switch (this) {
            case MQTT_3_1 -> "MQTT 3.1";
            case MQTT_3_1_1 -> "MQTT 3.1.1";
            case MQTT_5 -> "MQTT 5";
        };
    }
}
