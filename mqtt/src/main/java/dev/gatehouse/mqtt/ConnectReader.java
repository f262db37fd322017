package dev.gatehouse.mqtt;

import org.jspecify.annotations.Nullable;

/// Reads what stands in CONNECT, MQTT 5 §3.1; MQTT 3.1.1 §3.1.
final class ConnectReader {
    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER_NAME = 0x80;
    private static final int BRIDGE_BIT = 0x80;

    private ConnectReader() {}

    /// The protocol name and level, which come first.
    static Version readVersion(PacketBody body) {
        String name = body.text();
        boolean mqtt = name.equals(Version.MQTT_5.protocolName());
        boolean mqisdp = name.equals(Version.MQTT_3_1.protocolName());
        if (!mqtt && !mqisdp) {
            throw body.violation(Violation.UNSUPPORTED_PROTOCOL_NAME, hint(name));
        }
        int level = body.oneByte();
        if ((level & BRIDGE_BIT) != 0 && byLevel(level & ~BRIDGE_BIT) != null) {
            throw body.violation(Violation.BRIDGE_BIT,
                    "level 0x%02X; switch try_private off in the bridge's configuration".formatted(level));
        }
        if (mqisdp) {
            if (level != Version.MQTT_3_1.level()) {
                throw body.violation(Violation.MQISDP_WITH_OTHER_LEVEL, "level " + level);
            }
            return Version.MQTT_3_1;
        }
        Version version = byLevel(level);
        if (version == Version.MQTT_3_1) {
            throw body.violation(Violation.MQTT_WITH_LEVEL_3, "");
        }
        if (version == null) {
            throw body.violation(Violation.UNSUPPORTED_VERSION, "level " + level);
        }
        return version;
    }

    /// Never the name itself: it was not recognised, so nobody knows what it is.
    private static String hint(String name) {
        for (Version version : Version.values()) {
            if (name.equalsIgnoreCase(version.protocolName())) {
                return "it is " + version.protocolName() + " in other upper and lower case";
            }
        }
        return name.isEmpty() ? "it is empty" : "it has " + name.length() + " characters";
    }

    private static @Nullable Version byLevel(int level) {
        for (Version version : Version.values()) {
            if (version.level() == level) {
                return version;
            }
        }
        return null;
    }

    /// Everything behind the version.
    static Packet.Connect read(PacketBody body, Version version, PropertyBlock properties) {
        int flags = body.oneByte();
        checkFlags(body, version, flags);
        int keepAliveSeconds = body.twoBytes();
        ConnectProperties connectProperties = ConnectProperties.NONE;
        if (version.hasProperties()) {
            properties.read(body, PacketType.CONNECT.bit());
            connectProperties = properties.connect(body);
        }
        String clientId = body.text();
        Will will = (flags & WILL) == 0 ? null : readWill(body, version, flags, properties);
        String userName = (flags & USER_NAME) == 0 || isLeftOut(body, version) ? null : body.text();
        Secret password = (flags & PASSWORD) == 0 || isLeftOut(body, version) ? null : body.copySecret();
        return new Packet.Connect(version, clientId, (flags & CLEAN_START) != 0, keepAliveSeconds, will, userName,
                password, connectProperties);
    }

    private static void checkFlags(PacketBody body, Version version, int flags) {
        if ((flags & RESERVED) != 0) {
            throw body.violation(Violation.CONNECT_RESERVED_FLAG, "");
        }
        int willQos = willQos(flags);
        if ((flags & WILL) == 0 && willQos != 0) {
            throw body.violation(Violation.WILL_QOS_WITHOUT_WILL, "will QoS " + willQos);
        }
        if ((flags & WILL) == 0 && (flags & WILL_RETAIN) != 0) {
            throw body.violation(Violation.WILL_RETAIN_WITHOUT_WILL, "");
        }
        if (willQos == 3) {
            throw body.violation(Violation.WILL_QOS_3, "");
        }
        if ((flags & PASSWORD) != 0 && (flags & USER_NAME) == 0 && version != Version.MQTT_5) {
            throw body.violation(Violation.PASSWORD_WITHOUT_USER_NAME, "");
        }
    }

    private static int willQos(int flags) {
        return (flags >> WILL_QOS_SHIFT) & 3;
    }

    /// In MQTT 3.1 the remaining length counts more than the flags of user name and password (MQTT 3.1 §3.1).
    private static boolean isLeftOut(PacketBody body, Version version) {
        return version == Version.MQTT_3_1 && body.rest() == 0;
    }

    private static Will readWill(PacketBody body, Version version, int flags, PropertyBlock properties) {
        PublishProperties willProperties = PublishProperties.NONE;
        long delaySeconds = 0;
        if (version.hasProperties()) {
            properties.read(body, Property.Bits.WILL);
            willProperties = properties.publish();
            delaySeconds = properties.number(Property.WILL_DELAY, 0);
        }
        String topic = body.text();
        if (topic.isEmpty() || TopicName.hasWildcard(topic)) {
            throw body.violation(Violation.WILL_TOPIC_INVALID, TopicName.shown(topic));
        }
        return new Will(topic, body.copyBinary(), Qos.of(willQos(flags)), (flags & WILL_RETAIN) != 0, delaySeconds,
                willProperties);
    }
}
