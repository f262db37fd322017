package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// A bounded set of lines, the one that changed last at the end. Guarded by its shelf's lock.
///
/// - **Limits:** lines and bytes. When one is passed a sixteenth of the room is made at once, so that the work per line
///   stays small under attack.
/// - **Who goes:** a line's turn is the product of how many newer lines its network has and how many newer ones have its
///   reason, itself included; the highest goes first, then the oldest. So one address with many client ids eats up its
///   own lines, many addresses with one fault eat up that fault's, and what is rare on both counts stays.
final class Ring {
    private final LinkedHashMap<Object, Entry> lines = new LinkedHashMap<>();
    private long bytes;

    @Nullable
    Entry get(Object key) {
        return lines.get(key);
    }

    /// Puts a line at the end, whether new or changed.
    ///
    /// @param bytesBefore what it had when it was last put, 0 for a new one
    void put(Entry entry, long bytesBefore) {
        lines.putLast(entry.key, entry);
        bytes += entry.bytes() - bytesBefore;
    }

    Collection<Entry> entries() {
        return lines.values();
    }

    int size() {
        return lines.size();
    }

    long bytes() {
        return bytes;
    }

    /// Brings the ring within its limits.
    ///
    /// @return the lines that had to go
    List<Entry> fit(int linesMax, long bytesMax) {
        List<Entry> gone = new ArrayList<>();
        if (lines.size() <= linesMax && bytes <= bytesMax) {
            return gone;
        }
        int linesLeft = linesMax - linesMax / 16;
        long bytesLeft = bytesMax - bytesMax / 16;
        for (Turn turn : turns()) {
            if (lines.size() <= linesLeft && bytes <= bytesLeft || lines.size() == 1) {
                break;
            }
            remove(turn.entry);
            gone.add(turn.entry);
        }
        return gone;
    }

    void remove(Entry entry) {
        if (lines.remove(entry.key, entry)) {
            bytes -= entry.bytes();
        }
    }

    private record Turn(Entry entry, long rank) {}

    private List<Turn> turns() {
        Map<String, Integer> networks = new HashMap<>();
        Map<String, Integer> reasons = new HashMap<>();
        List<Turn> turns = new ArrayList<>(lines.size());
        for (Entry entry : lines.sequencedValues().reversed()) {
            long inNetwork = networks.merge(entry.network, 1, Integer::sum);
            turns.add(new Turn(entry, inNetwork * reasons.merge(entry.reason, 1, Integer::sum)));
        }
        List<Turn> oldestFirst = new ArrayList<>(turns.reversed());
        oldestFirst.sort(Comparator.comparingLong(Turn::rank).reversed());
        return oldestFirst;
    }
}
