package dev.gatehouse.bench.load;

import java.util.Arrays;
import java.util.BitSet;

import org.jspecify.annotations.Nullable;

/// What one receiver got of each stream: losses, duplicates and order, in a few instructions a message while all is well.
///
/// With a shared subscription a receiver gets some of the messages only: then gaps mean nothing to it, and the group
/// keeps the list of what has arrived at anybody.
final class Sequences {
    private final int[] next;
    private final @Nullable BitSet[] missing;
    private final BitSet @Nullable [] group;
    private long lost;
    private long duplicates;
    private long misordered;

    private Sequences(int streams, BitSet @Nullable [] group) {
        this.next = new int[streams];
        this.missing = new BitSet[streams];
        this.group = group;
    }

    /// For a receiver that should get everything.
    static Sequences all(int streams) {
        return new Sequences(streams, null);
    }

    /// For a receiver that gets its share.
    ///
    /// @param group what has arrived at anybody, by stream; the same for all receivers of the group
    static Sequences share(BitSet[] group) {
        return new Sequences(group.length, group);
    }

    static BitSet[] group(int streams) {
        BitSet[] group = new BitSet[streams];
        Arrays.setAll(group, _ -> new BitSet());
        return group;
    }

    /// A message has arrived.
    ///
    /// @return how many messages are not under way any more because of it: this one, and those before it that are
    ///     now known to be lost; 0 when it was counted before
    int arrived(int stream, int sequence) {
        if (group != null) {
            return shared(group[stream], stream, sequence);
        }
        int expected = next[stream];
        if (sequence == expected) {
            next[stream] = sequence + 1;
            return 1;
        }
        return unexpected(stream, sequence, expected);
    }

    private int unexpected(int stream, int sequence, int expected) {
        if (sequence > expected) {
            missing(stream).set(expected, sequence);
            lost += sequence - expected;
            next[stream] = sequence + 1;
            return sequence - expected + 1;
        }
        BitSet gaps = missing[stream];
        if (gaps != null && gaps.get(sequence)) {
            gaps.clear(sequence);
            lost--;
            misordered++;
        } else {
            duplicates++;
        }
        return 0;
    }

    private BitSet missing(int stream) {
        BitSet gaps = missing[stream];
        if (gaps == null) {
            gaps = new BitSet();
            missing[stream] = gaps;
        }
        return gaps;
    }

    private int shared(BitSet arrived, int stream, int sequence) {
        if (arrived.get(sequence)) {
            duplicates++;
            return 0;
        }
        arrived.set(sequence);
        if (sequence < next[stream]) {
            misordered++;
        } else {
            next[stream] = sequence + 1;
        }
        return 1;
    }

    /// Nothing more is expected of what was sent so far.
    ///
    /// @param sent messages of the stream
    /// @return how many of them never arrived and were not known to be lost
    int giveUp(int stream, int sent) {
        if (group != null) {
            int gone = sent - group[stream].cardinality();
            group[stream].set(0, sent); // so that the next receiver of the group does not count them again
            lost += gone;
            return gone;
        }
        int gone = Math.max(0, sent - next[stream]);
        if (gone > 0) {
            missing(stream).set(next[stream], sent);
            lost += gone;
            next[stream] = sent;
        }
        return gone;
    }

    long lost() {
        return lost;
    }

    /// Arrived twice.
    long duplicates() {
        return duplicates;
    }

    /// Arrived after one that was sent later.
    long misordered() {
        return misordered;
    }
}
