package dev.gatehouse.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

/// What is kept of connection attempts, found by id, by owner and by age.
///
/// - **Shape:** `B key` → [AttemptLine]; `O owner NUL newestId`, `G newestId` and `A otherId` → key; `P id` → [AttemptLine]
///   of an attempt that is not over.
/// - **Durability:** not synced. A killed process loses nothing, a power cut the last seconds at most.
/// - **Invariant:** a line and what leads to it change in one batch; the line itself says which keys lead to it.
/// - **Threads:** reading from any; changes one at a time, which this class sees to.
public final class AttemptLines {
    private final RocksStore store;

    AttemptLines(RocksStore store) {
        this.store = store;
    }

    /// Writes lines, each in place of the one that has the same key. In one batch, without waiting for the disk.
    public synchronized void append(List<AttemptLine> lines) {
        Map<String, AttemptLine> last = new LinkedHashMap<>();
        lines.forEach(line -> last.put(line.key(), line));
        Map<String, AttemptLine> before = new LinkedHashMap<>();
        for (String key : last.keySet()) {
            line(key).ifPresent(old -> before.put(key, old));
        }
        store.write(false, batch -> {
            for (AttemptLine old : before.values()) {
                deletePaths(batch, old);
            }
            for (AttemptLine line : last.values()) {
                byte[] key = RocksStore.ascii(line.key());
                batch.put(part(), body(line.key()), line.toValue());
                batch.put(part(), owned(line.owner(), line.newestId()), key);
                batch.put(part(), path('G', line.newestId()), key);
                for (String id : line.alsoIds()) {
                    batch.put(part(), path('A', id), key);
                }
            }
        });
    }

    /// Keeps what is known of attempts that are under way, apart from all lines, so that a process that ends without a word
    /// leaves it behind; and forgets attempts that are over.
    public void underWay(List<AttemptLine> begun, List<String> over) {
        store.write(false, batch -> {
            for (AttemptLine line : begun) {
                batch.put(part(), path('P', line.key()), line.toValue());
            }
            for (String id : over) {
                batch.delete(part(), path('P', id));
            }
        });
    }

    /// What an earlier process left under way, oldest first.
    ///
    /// @param limit at least 1
    public List<AttemptLine> underWay(int limit) {
        byte[] from = RocksStore.ascii("P");
        return store.guarded(db -> {
            List<AttemptLine> lines = new ArrayList<>();
            try (Slice upper = new Slice(Keys.after(from));
                    ReadOptions range = new ReadOptions().setIterateUpperBound(upper);
                    RocksIterator at = db.newIterator(part(), range)) {
                for (at.seek(from); at.isValid() && lines.size() < limit; at.next()) {
                    lines.add(AttemptLine.ofValue(text(at.key()).substring(1), at.value()));
                }
                at.status();
            }
            return lines;
        });
    }

    /// The newest lines, newest first.
    ///
    /// @param owner null for everybody's, empty for what no tenant owns
    /// @param limit at least 1
    /// @param before only lines whose newest id is below this one; null for no such bound
    public List<AttemptLine> newest(@Nullable String owner, int limit, @Nullable String before) {
        byte[] prefix = owner == null ? RocksStore.ascii("G") : owned(owner, "");
        byte[] end = before == null ? Keys.after(prefix) : join(prefix, RocksStore.ascii(before));
        return store.guarded(db -> {
            List<AttemptLine> lines = new ArrayList<>();
            try (Slice lower = new Slice(prefix);
                    Slice upper = new Slice(end);
                    ReadOptions range = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
                    RocksIterator at = db.newIterator(part(), range)) {
                for (at.seekToLast(); at.isValid() && lines.size() < limit; at.prev()) {
                    line(text(at.value())).ifPresent(lines::add);
                }
                at.status();
            }
            return lines;
        });
    }

    /// The line that an attempt is in, by the line's key or any id that leads to it.
    public Optional<AttemptLine> get(String id) {
        Optional<AttemptLine> line = line(id);
        if (line.isPresent()) {
            return line;
        }
        for (char kind : new char[]{'G', 'A'}) {
            byte[] key = store.get(Format.ATTEMPTS, path(kind, id));
            if (key != null) {
                return line(text(key));
            }
        }
        return Optional.empty();
    }

    /// Deletes lines whose newest attempt is older than a bound, oldest first.
    ///
    /// @param id the bound: lines whose newest id is below it go
    /// @param linesMax at most so many, so that a call stays short
    /// @return how many went; fewer than `linesMax` when none is left
    public synchronized int deleteBefore(String id, int linesMax) {
        return delete(RocksStore.ascii("G"), path('G', id), linesMax);
    }

    /// Deletes everything of one owner.
    ///
    /// @param owner empty for what no tenant owns
    public synchronized void deleteOwner(String owner) {
        byte[] from = owned(owner, "");
        while (delete(from, Keys.after(from), 1_000) == 1_000) {
            // the next thousand: a batch stays small whatever the owner had
        }
    }

    private int delete(byte[] from, byte[] below, int linesMax) {
        List<AttemptLine> lines = store.guarded(db -> oldest(db, from, below, linesMax));
        if (!lines.isEmpty()) {
            store.write(false, batch -> {
                for (AttemptLine line : lines) {
                    deletePaths(batch, line);
                    batch.delete(part(), body(line.key()));
                }
            });
        }
        return lines.size();
    }

    private List<AttemptLine> oldest(RocksDB db, byte[] from, byte[] below, int linesMax) throws RocksDBException {
        List<AttemptLine> lines = new ArrayList<>();
        try (Slice upper = new Slice(below);
                ReadOptions range = new ReadOptions().setIterateUpperBound(upper).setFillCache(false);
                RocksIterator at = db.newIterator(part(), range)) {
            for (at.seek(from); at.isValid() && lines.size() < linesMax; at.next()) {
                line(text(at.value())).ifPresent(lines::add);
            }
            at.status();
        }
        return lines;
    }

    private void deletePaths(WriteBatch batch, AttemptLine line) throws RocksDBException {
        batch.delete(part(), owned(line.owner(), line.newestId()));
        batch.delete(part(), path('G', line.newestId()));
        for (String id : line.alsoIds()) {
            batch.delete(part(), path('A', id));
        }
    }

    private Optional<AttemptLine> line(String key) {
        byte[] value = store.get(Format.ATTEMPTS, body(key));
        return value == null ? Optional.empty() : Optional.of(AttemptLine.ofValue(key, value));
    }

    private ColumnFamilyHandle part() {
        return store.part(Format.ATTEMPTS);
    }

    private static byte[] body(String key) {
        return path('B', key);
    }

    private static byte[] path(char kind, String id) {
        return RocksStore.ascii(kind + id);
    }

    private static byte[] owned(String owner, String newestId) {
        return ("O" + owner + "\0" + newestId).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] both = new byte[head.length + tail.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.US_ASCII);
    }
}
