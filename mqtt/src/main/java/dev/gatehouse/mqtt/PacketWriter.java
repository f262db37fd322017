package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBuf;

/// Writes packets. Borrows payloads: their reader index stays where it is and nothing is released.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class PacketWriter {
    private PacketWriter() {}

    /// Size of the packet on the wire, in bytes, fixed header included.
    public static int bytes(Packet packet, Version version) {
        throw new UnsupportedOperationException("bytes");
    }

    /// Appends the packet.
    public static void write(Packet packet, Version version, ByteBuf out) {
        throw new UnsupportedOperationException("write");
    }

    /// Size of a PUBLISH on the wire, in bytes, fixed header included.
    public static int publishBytes(int topicUtf8Bytes, Qos qos, PublishProperties properties, int payloadBytes,
            Version version) {
        throw new UnsupportedOperationException("publishBytes");
    }

    /// Appends a PUBLISH whose topic is encoded already.
    public static void writePublish(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate, boolean retain,
            int packetId, PublishProperties properties, ByteBuf payload, Version version) {
        throw new UnsupportedOperationException("writePublish");
    }

    /// Appends a PUBLISH whose topic and payload are plain arrays.
    public static void writePublish(ByteBuf out, byte[] topicUtf8, Qos qos, boolean duplicate, boolean retain,
            int packetId, PublishProperties properties, byte[] payload, Version version) {
        throw new UnsupportedOperationException("writePublish");
    }

    /// The packet without user properties, then without reason string, as far as needed to fit.
    public static Packet trimmed(Packet packet, Version version, long packetBytesMax) {
        throw new UnsupportedOperationException("trimmed");
    }
}
