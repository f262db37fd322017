package dev.gatehouse.broker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// One message as a whole PUBLISH, encoded once for all who get the same bytes; only the packet id differs.
///
/// Immutable, so that lanes may find it in a message without a lock.
public final class SharedFrame {
    private static final int DUPLICATE = 0b1000;

    private final boolean five;
    private final Qos qos;
    private final boolean retained;
    private final PublishProperties properties;
    private final byte[] bytes;
    private final int idAt;

    SharedFrame(Message message, Qos qos, boolean retained, PublishProperties properties, Version version, int size) {
        this.five = version.hasProperties();
        this.qos = qos;
        this.retained = retained;
        this.properties = properties;
        ByteBuf out = Unpooled.buffer(size, size);
        message.write(out, qos, false, retained, 0, properties, version);
        this.bytes = out.array();
        int header = 1;
        while (bytes[header] < 0) {
            header++;
        }
        this.idAt = header + 1 + 2 + message.topicUtf8().length;
    }

    /// Whether this is what such a receiver gets.
    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same are encoded by themselves, no more
    boolean is(Qos as, boolean asRetained, PublishProperties with, Version version) {
        return qos == as && retained == asRetained && properties == with && five == version.hasProperties();
    }

    /// Size on the wire.
    public int length() {
        return bytes.length;
    }

    /// Appends the PUBLISH.
    ///
    /// @param packetId 1 to 65 535; not written at QoS 0
    public void write(ByteBuf out, boolean duplicate, int packetId) {
        int start = out.writerIndex();
        out.writeBytes(bytes);
        if (qos != Qos.AT_MOST_ONCE) {
            out.setShort(start + idAt, packetId);
        }
        if (duplicate) {
            out.setByte(start, bytes[0] | DUPLICATE);
        }
    }
}
