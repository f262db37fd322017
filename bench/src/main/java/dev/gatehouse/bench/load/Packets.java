package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

/// Packets as bytes, made once.
final class Packets {
    private Packets() {}

    /// A CONNECT that asks for a new session.
    ///
    /// @param expirySeconds how long the session outlives its connection; 0 for not at all
    static byte[] connect(Version version, String clientId, boolean clean, long expirySeconds, Endpoint endpoint) {
        ConnectProperties none = ConnectProperties.NONE;
        ConnectProperties properties = version.hasProperties()
                ? new ConnectProperties(expirySeconds, none.receiveMaximum(), none.maximumPacketSize(), 0, false, true,
                        null, null, List.of())
                : none;
        return bytes(new Packet.Connect(version, clientId, clean, 0, null, endpoint.user(),
                endpoint.password() == null ? null : Secret.of(endpoint.password()), properties), version);
    }

    static byte[] subscribe(Version version, List<String> filters, Qos qos) {
        return bytes(new Packet.Subscribe(1, 0, List.of(), filters.stream()
                .map(filter -> new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND))
                .toList()), version);
    }

    static byte[] disconnect() {
        return new byte[]{(byte) 0xe0, 0};
    }

    private static byte[] bytes(Packet packet, Version version) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, version, out);
        return ByteBufUtil.getBytes(out);
    }

    /// A PUBLISH to be copied and filled in.
    ///
    /// @param bytes the whole packet
    /// @param packetIdAt where its packet id stands; 0 with QoS 0
    /// @param payloadAt where its payload begins
    /// @param properties whether it has (no) properties
    record Template(ByteBuffer bytes, int packetIdAt, int payloadAt, boolean properties) {
        static Template of(Version version, String topic, Qos qos, int payloadBytes, int stream) {
            byte[] topicUtf8 = topic.getBytes(StandardCharsets.UTF_8);
            ByteBuf out = Unpooled.buffer();
            byte[] payload = new byte[payloadBytes];
            for (int i = Payload.BYTES_MIN; i < payloadBytes; i++) {
                payload[i] = (byte) (i * 31 + stream);
            }
            ByteBuffer.wrap(payload).putInt(Payload.STREAM, stream);
            PacketWriter.writePublish(out, topicUtf8, qos, false, false, qos == Qos.AT_MOST_ONCE ? 0 : 1,
                    PublishProperties.NONE, payload, version);
            int payloadAt = out.readableBytes() - payloadBytes;
            int packetIdAt = qos == Qos.AT_MOST_ONCE ? 0 : payloadAt - 2 - (version.hasProperties() ? 1 : 0);
            return new Template(ByteBuffer.wrap(ByteBufUtil.getBytes(out)), packetIdAt, payloadAt,
                    version.hasProperties());
        }

        /// Where the last level of the topic ends.
        int topicEnd() {
            return packetIdAt > 0 ? packetIdAt : payloadAt - (properties ? 1 : 0);
        }

        int size() {
            return bytes.capacity();
        }
    }
}
