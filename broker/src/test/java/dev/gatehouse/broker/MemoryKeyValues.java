package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.journal.JournalFault;
import dev.gatehouse.broker.journal.KeyValues;

/// A store that lives as long as its object, strict about what a real one leaves undefined.
final class MemoryKeyValues implements KeyValues {
    private final Map<Part, NavigableMap<byte[], byte[]>> parts = new EnumMap<>(Part.class);
    private volatile boolean failing;
    private volatile Runnable beforeCommit = () -> {};
    private int batches;

    MemoryKeyValues() {
        for (Part part : Part.values()) {
            parts.put(part, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    /// From now on, whether batches can be committed.
    void failing(boolean fails) {
        failing = fails;
    }

    /// Runs this ahead of each commit.
    void beforeCommit(Runnable what) {
        beforeCommit = what;
    }

    /// Batches committed.
    int batches() {
        return batches;
    }

    /// Number of keys in a part.
    int size(Part part) {
        return of(part).size();
    }

    /// Bytes of all values.
    long valueBytes() {
        return parts.values().stream().flatMap(part -> part.values().stream()).mapToLong(value -> value.length).sum();
    }

    private NavigableMap<byte[], byte[]> of(Part part) {
        return Objects.requireNonNull(parts.get(part));
    }

    private static boolean putOnce(Part part) {
        return part == Part.QUEUES || part == Part.MESSAGES;
    }

    @Override
    public Batch batch() {
        return new Batch() {
            private final List<Runnable> changes = new ArrayList<>();

            @Override
            public void put(Part part, byte[] key, byte[] value) {
                changes.add(() -> {
                    byte[] before = of(part).put(key, value);
                    if (before != null && putOnce(part)) {
                        throw new AssertionError(part + ": put twice: " + Arrays.toString(key));
                    }
                });
            }

            @Override
            public void delete(Part part, byte[] key) {
                if (putOnce(part)) {
                    throw new AssertionError(part + " wants deleteOnce");
                }
                changes.add(() -> of(part).remove(key));
            }

            @Override
            public void deleteOnce(Part part, byte[] key) {
                changes.add(() -> {
                    if (of(part).remove(key) == null) {
                        throw new AssertionError(part + ": removed twice: " + Arrays.toString(key));
                    }
                });
            }

            @Override
            public boolean isEmpty() {
                return changes.isEmpty();
            }

            @Override
            public void commit() {
                beforeCommit.run();
                if (failing) {
                    throw new JournalFault("the disk is full", null);
                }
                batches++;
                changes.forEach(Runnable::run);
            }

            @Override
            public void close() {
                changes.clear();
            }
        };
    }

    @Override
    public byte @Nullable [] get(Part part, byte[] key) {
        return of(part).get(key);
    }

    @Override
    public void scan(Part part, byte[] from, byte[] to, Visitor visitor) {
        for (Map.Entry<byte[], byte[]> entry : List.copyOf(of(part).subMap(from, to).entrySet())) {
            if (!visitor.visit(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }

    @Override
    public @Nullable Entry last(Part part, byte[] from, byte[] to) {
        Map.Entry<byte[], byte[]> last = of(part).subMap(from, to).lastEntry();
        return last == null ? null : new Entry(last.getKey(), last.getValue());
    }
}
