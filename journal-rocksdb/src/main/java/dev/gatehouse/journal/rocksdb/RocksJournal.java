package dev.gatehouse.journal.rocksdb;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;

import dev.gatehouse.broker.journal.KeyValues;

/// The journal's parts of a [RocksStore].
///
/// - **Shape:** each [KeyValues.Part] is a column family; a batch is one record of the one write-ahead log.
/// - **Threads:** any, see [KeyValues]. A visitor may read, and must neither commit nor close the store.
/// - **Memory:** nothing native outlives a call, except that of a batch, until it is closed.
/// - **Errors:** [StoreFault].
public final class RocksJournal implements KeyValues {
    private final RocksStore store;
    private final boolean syncAlways;
    private final Map<Part, String> names = new EnumMap<>(Part.class);

    RocksJournal(RocksStore store, Sync sync) {
        this.store = store;
        syncAlways = switch (sync) {
            case ALWAYS -> true;
            case EVERY_SECOND -> false;
        };
        for (Part part : Part.values()) {
            names.put(part, Format.partName(part));
        }
    }

    /// Returns when everything that was committed before the call is on the disk. With [Sync#ALWAYS] it always is.
    public void sync() {
        if (!syncAlways) {
            store.sync();
        }
    }

    @Override
    public Batch batch() {
        return new Changes();
    }

    @Override
    public byte @Nullable [] get(Part part, byte[] key) {
        return store.get(name(part), key);
    }

    @Override
    public void scan(Part part, byte[] from, byte[] to, Visitor visitor) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return;
        }
        store.guarded(db -> {
            try (Slice upper = new Slice(to);
                    ReadOptions range = new ReadOptions().setIterateUpperBound(upper);
                    RocksIterator at = db.newIterator(store.part(name(part)), range)) {
                boolean more = true;
                for (at.seek(from); more && at.isValid(); at.next()) {
                    more = visitor.visit(at.key(), at.value());
                }
                at.status();
            }
            return true;
        });
    }

    @Override
    public @Nullable Entry last(Part part, byte[] from, byte[] to) {
        if (Arrays.compareUnsigned(from, to) >= 0) {
            return null;
        }
        return store.guarded(db -> last(db, name(part), from, to)).orElse(null);
    }

    private Optional<Entry> last(RocksDB db, String part, byte[] from, byte[] to) throws RocksDBException {
        try (Slice lower = new Slice(from);
                Slice upper = new Slice(to);
                ReadOptions range = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
                RocksIterator at = db.newIterator(store.part(part), range)) {
            at.seekToLast();
            at.status();
            return at.isValid() ? Optional.of(new Entry(at.key(), at.value())) : Optional.empty();
        }
    }

    private String name(Part part) {
        String name = names.get(part);
        if (name == null) {
            throw new AssertionError(part);
        }
        return name;
    }

    /// One batch: a record in the making, in native memory.
    private final class Changes implements Batch {
        private final WriteBatch batch = new WriteBatch();

        @Override
        public void put(Part part, byte[] key, byte[] value) {
            store.guarded(_ -> {
                batch.put(store.part(name(part)), key, value);
                return true;
            });
        }

        @Override
        public void delete(Part part, byte[] key) {
            store.guarded(_ -> {
                batch.delete(store.part(name(part)), key);
                return true;
            });
        }

        @Override
        public void deleteOnce(Part part, byte[] key) {
            store.guarded(_ -> {
                batch.singleDelete(store.part(name(part)), key);
                return true;
            });
        }

        @Override
        public boolean isEmpty() {
            return batch.count() == 0;
        }

        @Override
        public void commit() {
            store.write(syncAlways, batch);
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
