package dev.gatehouse.doctor.explain;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/// Segments of one direction that came before the ones in front of them.
///
/// - **Bounded:** [#BYTES_MAX] for a direction, and all of a capture share [Room].
final class Ahead {
    private static final int BYTES_MAX = 32_768;

    /// What is left for all directions of a capture together.
    static final class Room {
        private int bytes = 4 << 20;
    }

    private final Room room;
    /// By distance from the first byte of the connection, so that sequence numbers may wrap.
    private final TreeMap<Long, byte[]> held = new TreeMap<>();
    private int bytes;

    Ahead(Room room) {
        this.room = room;
    }

    /// Whether there was room for it.
    boolean hold(long at, byte[] p, int from, int to) {
        int length = to - from;
        byte[] before = held.get(at);
        if (before != null && before.length >= length) {
            return true;
        }
        if (length > BYTES_MAX - bytes || length > room.bytes) {
            return false;
        }
        if (before != null) {
            drop(before);
        }
        held.put(at, Arrays.copyOfRange(p, from, to));
        bytes += length;
        room.bytes -= length;
        return true;
    }

    /// The first segment that begins at this place or before it, taken out; null when there is still a gap.
    Map.@Nullable Entry<Long, byte[]> take(long at) {
        Map.Entry<Long, byte[]> first = held.firstEntry();
        if (first == null || first.getKey() > at) {
            return null;
        }
        held.remove(first.getKey());
        drop(first.getValue());
        return first;
    }

    void clear() {
        held.values().forEach(this::drop);
        held.clear();
    }

    private void drop(byte[] segment) {
        bytes -= segment.length;
        room.bytes += segment.length;
    }
}
