package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The last few topic names of a connection, so that a device that publishes to the same topics again and again does
/// not make a new `String` each time. Holds at most [#SLOTS] of at most [#BYTES_MAX] bytes, ASCII only: there a byte
/// is a character and can be compared as such.
final class RecentTopics {
    static final int SLOTS = 8;
    static final int BYTES_MAX = 256;

    private final @Nullable String[] topics = new String[SLOTS];

    /// The topic that has exactly these bytes, or null.
    @Nullable
    String find(ByteBuf in, int start, int bytes) {
        if (bytes == 0 || bytes > BYTES_MAX) {
            return null;
        }
        String topic = topics[slot(bytes, in.getByte(start + bytes / 2), in.getByte(start + bytes - 1))];
        if (topic == null || topic.length() != bytes) {
            return null;
        }
        for (int i = 0; i < bytes; i++) {
            if (topic.charAt(i) != in.getByte(start + i)) {
                return null;
            }
        }
        return topic;
    }

    /// Remembers a topic that has passed all checks.
    ///
    /// @param bytes its length in UTF-8; more than its characters unless it is ASCII
    void add(String topic, int bytes) {
        if (bytes > 0 && bytes <= BYTES_MAX && topic.length() == bytes) {
            topics[slot(bytes, topic.charAt(bytes / 2), topic.charAt(bytes - 1))] = topic;
        }
    }

    private static int slot(int bytes, int middle, int last) {
        return (bytes * 31 + middle * 7 + last) & (SLOTS - 1);
    }
}
