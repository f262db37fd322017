package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The last few topic names of a connection, so that a device that publishes to the same topics again and again does
/// not make a new `String` each time. Holds at most [#SLOTS] of at most [#BYTES_MAX] bytes; nothing before the first.
final class RecentTopics {
    static final int SLOTS = 8;
    static final int BYTES_MAX = 256;

    private static final Topic[] NONE = new Topic[0];

    private @Nullable Topic[] topics = NONE;

    /// @param bytes as on the wire, compared eight at a time
    private record Topic(String name, ByteBuf bytes) {}

    /// The topic that has exactly these bytes, or null.
    @Nullable
    String find(ByteBuf in, int start, int bytes) {
        if (topics.length == 0 || bytes == 0 || bytes > BYTES_MAX) {
            return null;
        }
        Topic topic = topics[slot(in, start, bytes)];
        return topic != null && topic.bytes.capacity() == bytes && ByteBufUtil.equals(topic.bytes, 0, in, start, bytes)
                ? topic.name
                : null;
    }

    /// Remembers a topic that has passed all checks, as it stands in the input.
    void add(String topic, ByteBuf in, int start, int bytes) {
        if (bytes > 0 && bytes <= BYTES_MAX) {
            topics = topics.length == 0 ? new Topic[SLOTS] : topics;
            topics[slot(in, start, bytes)] = new Topic(topic,
                    Unpooled.wrappedBuffer(ByteBufUtil.getBytes(in, start, bytes)));
        }
    }

    private static int slot(ByteBuf in, int start, int bytes) {
        return (bytes * 31 + in.getByte(start + bytes / 2) * 7 + in.getByte(start + bytes - 1)) & (SLOTS - 1);
    }
}
