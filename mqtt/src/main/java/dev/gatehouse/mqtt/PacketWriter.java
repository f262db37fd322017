package dev.gatehouse.mqtt;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/// Writes packets. Borrows payloads: their reader index stays where it is and nothing is released.
///
/// What a version cannot say is left out: in MQTT 3 all properties, and reasons except those of CONNACK (as return
/// codes) and SUBACK (as 0x80).
///
/// - **Errors:** [IllegalArgumentException] for a packet that the version or the wire cannot carry.
/// - **Source:** MQTT 5 §2 and §3.
public final class PacketWriter {
    private static final int REMAINING_BYTES_MAX = 268_435_455;

    /// Identifier and two bytes.
    private static final int ALIAS_BYTES = 3;

    private PacketWriter() {}

    /// Size of the packet on the wire, in bytes, fixed header included.
    ///
    /// @param version of the connection; a CONNECT has its own
    public static int bytes(Packet packet, Version version) {
        return framed(body(null, packet, version));
    }

    /// Appends the packet.
    ///
    /// @param version of the connection; a CONNECT has its own
    public static void write(Packet packet, Version version, ByteBuf out) {
        int bytes = body(null, packet, version);
        out.ensureWritable(framed(bytes));
        out.writeByte(firstByte(packet));
        PropertyWriter.variable(out, bytes);
        body(out, packet, version);
    }

    /// Size of a PUBLISH on the wire, in bytes, fixed header included.
    public static int publishBytes(int topicUtf8Bytes, Qos qos, PublishProperties properties, int payloadBytes,
            Version version) {
        return framed(publishBody(topicUtf8Bytes, qos, properties, payloadBytes, version));
    }

    /// Appends a PUBLISH whose topic is encoded already.
    ///
    /// @param topicUtf8 at most 65 535 bytes
    /// @param packetId 1 to 65 535; not written at QoS 0
    public static void writePublish(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate, boolean retain,
            int packetId, PublishProperties properties, ByteBuf payload, Version version) {
        writePublishHead(out, topicUtf8, qos, duplicate, retain, packetId, properties, payload.readableBytes(),
                version);
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    /// Appends a PUBLISH whose topic and payload are plain arrays.
    ///
    /// @param topicUtf8 at most 65 535 bytes
    /// @param packetId 1 to 65 535; not written at QoS 0
    public static void writePublish(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate, boolean retain,
            int packetId, PublishProperties properties, byte[] payload, Version version) {
        writePublishHead(out, topicUtf8, qos, duplicate, retain, packetId, properties, payload.length, version);
        out.writeBytes(payload);
    }

    /// Size of a PUBLISH with a topic alias on the wire, in bytes, fixed header included. MQTT 5 only.
    ///
    /// @param topicUtf8Bytes 0 when the alias alone says the topic
    /// @param properties without a topic alias
    public static int aliasedPublishBytes(int topicUtf8Bytes, Qos qos, PublishProperties properties,
            int payloadBytes) {
        return framed(aliasedPublishBody(topicUtf8Bytes, qos, properties, payloadBytes));
    }

    private static int aliasedPublishBody(int topicUtf8Bytes, Qos qos, PublishProperties properties,
            int payloadBytes) {
        int propertyBytes = ALIAS_BYTES + PropertyWriter.publish(null, properties);
        int bytes = 2 + topicUtf8Bytes + (qos == Qos.AT_MOST_ONCE ? 0 : 2);
        bytes += PropertyWriter.variable(null, propertyBytes) + propertyBytes;
        return Math.addExact(bytes, payloadBytes);
    }

    /// Appends a PUBLISH with a topic alias, all but its payload, which the caller has to append. MQTT 5 only.
    ///
    /// @param topicUtf8 empty when the alias alone says the topic
    /// @param packetId 1 to 65 535; not written at QoS 0
    /// @param alias 1 to 65 535
    /// @param properties without a topic alias
    public static void writeAliasedPublishHead(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate,
            boolean retain, int packetId, int alias, PublishProperties properties, int payloadBytes) {
        int bytes = aliasedPublishBody(topicUtf8.length, qos, properties, payloadBytes);
        out.ensureWritable(framed(bytes));
        out.writeByte(publishFirstByte(qos, duplicate, retain));
        PropertyWriter.variable(out, bytes);
        PropertyWriter.binary(out, topicUtf8);
        if (qos != Qos.AT_MOST_ONCE) {
            out.writeShort(packetId);
        }
        PropertyWriter.variable(out, ALIAS_BYTES + PropertyWriter.publish(null, properties));
        out.writeByte(Property.TOPIC_ALIAS.id());
        out.writeShort(alias);
        PropertyWriter.publish(out, properties);
    }

    /// The packet without user properties and, if that is not enough, without reason string: only as much is left
    /// out as is needed to fit ([MQTT-3.2.2-19], [MQTT-3.2.2-20], [MQTT-3.4.2-2] and their likes). May still be too
    /// large, and other packets come back as they are.
    ///
    /// @param packetBytesMax the other side's maximum packet size, in bytes, fixed header included
    public static Packet trimmed(Packet packet, Version version, long packetBytesMax) {
        if (!version.hasProperties() || bytes(packet, version) <= packetBytesMax) {
            return packet;
        }
        Packet shorter = without(packet, false);
        return bytes(shorter, version) <= packetBytesMax ? shorter : without(packet, true);
    }

    /// The packet for a client that asked for no problem information: user properties and reason strings stand in
    /// CONNACK, PUBLISH and DISCONNECT only [MQTT-3.1.2-29].
    public static Packet withoutProblem(Packet packet) {
        return switch (packet) {
            case Packet.Connack _,Packet.Disconnect _,Packet.Publish _ -> packet;
            case Packet.Acknowledgement p -> p.reasonString() == null && p.userProperties().isEmpty()
                    ? packet
                    : without(packet, true);
            case Packet.Suback _,Packet.Unsuback _,Packet.Auth _ -> without(packet, true);
            case Packet.Connect _,Packet.Subscribe _,Packet.Unsubscribe _,Packet.Pingreq _,Packet.Pingresp _ -> packet;
        };
    }

    private static Packet without(Packet packet, boolean reasonStringToo) {
        return switch (packet) {
            case Packet.Connack p -> new Packet.Connack(p.sessionPresent(), p.reason(),
                    without(p.properties(), reasonStringToo));
            case Packet.Puback p -> new Packet.Puback(p.packetId(), p.reason(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Pubrec p -> new Packet.Pubrec(p.packetId(), p.reason(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Pubrel p -> new Packet.Pubrel(p.packetId(), p.reason(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Pubcomp p -> new Packet.Pubcomp(p.packetId(), p.reason(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Suback p -> new Packet.Suback(p.packetId(), p.reasons(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Unsuback p -> new Packet.Unsuback(p.packetId(), p.reasons(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Disconnect p -> new Packet.Disconnect(p.reason(), p.sessionExpirySeconds(),
                    reasonStringToo ? null : p.reasonString(), p.serverReference(), List.of());
            case Packet.Auth p -> new Packet.Auth(p.reason(), p.method(), p.data(),
                    reasonStringToo ? null : p.reasonString(), List.of());
            case Packet.Connect _,Packet.Publish _,Packet.Subscribe _,Packet.Unsubscribe _,Packet.Pingreq _,Packet.Pingresp _ ->
                packet;
        };
    }

    private static ConnackProperties without(ConnackProperties p, boolean reasonStringToo) {
        return new ConnackProperties(p.sessionExpirySeconds(), p.receiveMaximum(), p.maximumQos(),
                p.retainAvailable(), p.maximumPacketSize(), p.assignedClientId(), p.topicAliasMaximum(),
                reasonStringToo ? null : p.reasonString(), List.of(), p.wildcardSubscriptions(),
                p.subscriptionIdentifiers(), p.sharedSubscriptions(), p.serverKeepAliveSeconds(),
                p.responseInformation(), p.serverReference(), p.authenticationMethod(), p.authenticationData());
    }

    private static int framed(int bodyBytes) {
        if (bodyBytes > REMAINING_BYTES_MAX) {
            throw new IllegalArgumentException("a packet of " + bodyBytes + " bytes; " + REMAINING_BYTES_MAX + " fit");
        }
        return 1 + PropertyWriter.variable(null, bodyBytes) + bodyBytes;
    }

    private static PacketType type(Packet packet) {
        return switch (packet) {
            case Packet.Connect _ -> PacketType.CONNECT;
            case Packet.Connack _ -> PacketType.CONNACK;
            case Packet.Publish _ -> PacketType.PUBLISH;
            case Packet.Puback _ -> PacketType.PUBACK;
            case Packet.Pubrec _ -> PacketType.PUBREC;
            case Packet.Pubrel _ -> PacketType.PUBREL;
            case Packet.Pubcomp _ -> PacketType.PUBCOMP;
            case Packet.Subscribe _ -> PacketType.SUBSCRIBE;
            case Packet.Suback _ -> PacketType.SUBACK;
            case Packet.Unsubscribe _ -> PacketType.UNSUBSCRIBE;
            case Packet.Unsuback _ -> PacketType.UNSUBACK;
            case Packet.Pingreq _ -> PacketType.PINGREQ;
            case Packet.Pingresp _ -> PacketType.PINGRESP;
            case Packet.Disconnect _ -> PacketType.DISCONNECT;
            case Packet.Auth _ -> PacketType.AUTH;
        };
    }

    private static int firstByte(Packet packet) {
        if (packet instanceof Packet.Publish p) {
            return publishFirstByte(p.qos(), p.duplicate(), p.retain());
        }
        PacketType type = type(packet);
        return type.number() << 4 | type.flags();
    }

    private static int publishFirstByte(Qos qos, boolean duplicate, boolean retain) {
        return PacketType.PUBLISH.number() << 4 | (duplicate ? 0b1000 : 0) | qos.level() << 1 | (retain ? 1 : 0);
    }

    /// Like every method of [PropertyWriter]: appends, or only counts when `out` is null.
    private static int body(@Nullable ByteBuf out, Packet packet, Version version) {
        boolean five = version.hasProperties();
        return switch (packet) {
            case Packet.Connect p -> connect(out, p);
            case Packet.Connack p -> connack(out, p, version);
            case Packet.Publish p -> publish(out, p, version);
            case Packet.Puback p -> acknowledgement(out, p, AllowedReasons.PUBACK, five);
            case Packet.Pubrec p -> acknowledgement(out, p, AllowedReasons.PUBREC, five);
            case Packet.Pubrel p -> acknowledgement(out, p, AllowedReasons.PUBREL, five);
            case Packet.Pubcomp p -> acknowledgement(out, p, AllowedReasons.PUBCOMP, five);
            case Packet.Subscribe p -> subscribe(out, p, five);
            case Packet.Suback p ->
                twoBytes(out, p.packetId()) + answer(out, p.reasonString(), p.userProperties(), five)
                        + reasons(out, p.reasons(), AllowedReasons.SUBACK, five);
            case Packet.Unsubscribe p -> unsubscribe(out, p, five);
            case Packet.Unsuback p -> twoBytes(out, p.packetId())
                    + answer(out, p.reasonString(), p.userProperties(), five)
                    + (five ? reasons(out, p.reasons(), AllowedReasons.UNSUBACK, true) : 0);
            case Packet.Pingreq _,Packet.Pingresp _ -> 0;
            case Packet.Disconnect p -> five ? disconnect(out, p) : 0;
            case Packet.Auth p -> auth(out, p, version);
        };
    }

    private static int connect(@Nullable ByteBuf out, Packet.Connect p) {
        Version version = p.version();
        boolean five = version.hasProperties();
        Will will = p.will();
        String userName = p.userName();
        Secret password = p.password();
        int flags = (p.cleanStart() ? 0x02 : 0) | (password == null ? 0 : 0x40) | (userName == null ? 0 : 0x80);
        if (will != null) {
            flags |= 0x04 | will.qos().level() << 3 | (will.retain() ? 0x20 : 0);
        }
        int bytes = PropertyWriter.text(out, version.protocolName());
        bytes += oneByte(out, version.level());
        bytes += oneByte(out, flags);
        bytes += twoBytes(out, p.keepAliveSeconds());
        if (five) {
            bytes += PropertyWriter.variable(out, PropertyWriter.connect(null, p.properties()));
            bytes += PropertyWriter.connect(out, p.properties());
        }
        bytes += PropertyWriter.text(out, p.clientId());
        if (will != null) {
            if (five) {
                bytes += PropertyWriter.variable(out, PropertyWriter.will(null, will));
                bytes += PropertyWriter.will(out, will);
            }
            bytes += PropertyWriter.text(out, will.topic());
            bytes += PropertyWriter.binary(out, will.payload().shared());
        }
        if (userName != null) {
            bytes += PropertyWriter.text(out, userName);
        }
        if (password != null) {
            bytes += PropertyWriter.binary(out, password.reveal());
        }
        return bytes;
    }

    private static int connack(@Nullable ByteBuf out, Packet.Connack p, Version version) {
        boolean five = version.hasProperties();
        int flags = p.sessionPresent() && version != Version.MQTT_3_1 ? 1 : 0;
        int bytes = oneByte(out, flags) + (five
                ? reason(out, p.reason(), AllowedReasons.CONNACK)
                : oneByte(out, p.reason().connectReturnCode()));
        if (five) {
            bytes += PropertyWriter.variable(out, PropertyWriter.connack(null, p.properties()));
            bytes += PropertyWriter.connack(out, p.properties());
        }
        return bytes;
    }

    private static int publish(@Nullable ByteBuf out, Packet.Publish p, Version version) {
        int topicBytes = ByteBufUtil.utf8Bytes(p.topic());
        if (out != null) {
            PropertyWriter.text(out, p.topic());
            writePublishMiddle(out, p.qos(), p.packetId(), p.properties(), version);
            out.writeBytes(p.payload(), p.payload().readerIndex(), p.payload().readableBytes());
        }
        return publishBody(topicBytes, p.qos(), p.properties(), p.payload().readableBytes(), version);
    }

    private static int publishBody(int topicUtf8Bytes, Qos qos, PublishProperties properties, int payloadBytes,
            Version version) {
        int bytes = 2 + topicUtf8Bytes + (qos == Qos.AT_MOST_ONCE ? 0 : 2);
        if (version.hasProperties()) {
            int propertyBytes = PropertyWriter.publish(null, properties);
            bytes += PropertyWriter.variable(null, propertyBytes) + propertyBytes;
        }
        return Math.addExact(bytes, payloadBytes);
    }

    private static void writePublishHead(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate, boolean retain,
            int packetId, PublishProperties properties, int payloadBytes, Version version) {
        int bytes = publishBody(topicUtf8.length, qos, properties, payloadBytes, version);
        out.ensureWritable(framed(bytes));
        out.writeByte(publishFirstByte(qos, duplicate, retain));
        PropertyWriter.variable(out, bytes);
        PropertyWriter.binary(out, topicUtf8);
        writePublishMiddle(out, qos, packetId, properties, version);
    }

    private static void writePublishMiddle(ByteBuf out, Qos qos, int packetId, PublishProperties properties,
            Version version) {
        if (qos != Qos.AT_MOST_ONCE) {
            out.writeShort(packetId);
        }
        if (version.hasProperties()) {
            PropertyWriter.variable(out, PropertyWriter.publish(null, properties));
            PropertyWriter.publish(out, properties);
        }
    }

    private static int acknowledgement(@Nullable ByteBuf out, Packet.Acknowledgement p, AllowedReasons allowed,
            boolean five) {
        int bytes = twoBytes(out, p.packetId());
        boolean bare = p.reasonString() == null && p.userProperties().isEmpty();
        if (!five || (bare && p.reason() == ReasonCode.SUCCESS)) {
            return bytes;
        }
        bytes += reason(out, p.reason(), allowed);
        return bare ? bytes : bytes + answer(out, p.reasonString(), p.userProperties(), true);
    }

    private static int answer(@Nullable ByteBuf out, @Nullable String reasonString, List<UserProperty> userProperties,
            boolean five) {
        if (!five) {
            return 0;
        }
        int bytes = PropertyWriter.answer(null, reasonString, userProperties);
        return PropertyWriter.variable(out, bytes) + PropertyWriter.answer(out, reasonString, userProperties);
    }

    private static int subscribe(@Nullable ByteBuf out, Packet.Subscribe p, boolean five) {
        int bytes = twoBytes(out, p.packetId());
        if (five) {
            bytes += PropertyWriter.variable(out, PropertyWriter.subscribe(null, p));
            bytes += PropertyWriter.subscribe(out, p);
        }
        for (Packet.Subscribe.Request request : p.requests()) {
            int options = request.qos().level();
            if (five) {
                options |= (request.noLocal() ? 0b100 : 0) | (request.retainAsPublished() ? 0b1000 : 0)
                        | request.retainHandling().ordinal() << 4;
            }
            bytes += PropertyWriter.text(out, request.filter());
            bytes += oneByte(out, options);
        }
        return bytes;
    }

    private static int unsubscribe(@Nullable ByteBuf out, Packet.Unsubscribe p, boolean five) {
        int bytes = twoBytes(out, p.packetId());
        if (five) {
            bytes += PropertyWriter.variable(out, PropertyWriter.userProperties(null, p.userProperties()));
            bytes += PropertyWriter.userProperties(out, p.userProperties());
        }
        for (String filter : p.filters()) {
            bytes += PropertyWriter.text(out, filter);
        }
        return bytes;
    }

    private static int disconnect(@Nullable ByteBuf out, Packet.Disconnect p) {
        int propertyBytes = PropertyWriter.disconnect(null, p);
        if (propertyBytes == 0) {
            return p.reason() == ReasonCode.SUCCESS ? 0 : reason(out, p.reason(), AllowedReasons.DISCONNECT);
        }
        return reason(out, p.reason(), AllowedReasons.DISCONNECT) + PropertyWriter.variable(out, propertyBytes)
                + PropertyWriter.disconnect(out, p);
    }

    private static int auth(@Nullable ByteBuf out, Packet.Auth p, Version version) {
        if (!version.hasProperties()) {
            throw new IllegalArgumentException("there is no AUTH in " + version);
        }
        int propertyBytes = PropertyWriter.auth(null, p);
        if (propertyBytes == 0 && p.reason() == ReasonCode.SUCCESS) {
            return 0;
        }
        return reason(out, p.reason(), AllowedReasons.AUTH) + PropertyWriter.variable(out, propertyBytes)
                + PropertyWriter.auth(out, p);
    }

    private static int reasons(@Nullable ByteBuf out, List<ReasonCode> reasons, AllowedReasons allowed, boolean five) {
        for (ReasonCode reason : reasons) {
            if (five) {
                reason(out, reason, allowed);
            } else {
                oneByte(out, (reason.isError() ? ReasonCode.UNSPECIFIED_ERROR : reason).code());
            }
        }
        return reasons.size();
    }

    private static int reason(@Nullable ByteBuf out, ReasonCode reason, AllowedReasons allowed) {
        assert allowed.contains(reason) : reason + " does not belong into " + allowed;
        return oneByte(out, reason.code());
    }

    private static int oneByte(@Nullable ByteBuf out, int value) {
        if (out != null) {
            out.writeByte(value);
        }
        return 1;
    }

    private static int twoBytes(@Nullable ByteBuf out, int value) {
        if (out != null) {
            out.writeShort(value);
        }
        return 2;
    }
}
