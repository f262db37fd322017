package dev.gatehouse.journal.rocksdb;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

import org.rocksdb.ReadOptions;
import org.rocksdb.RocksIterator;

/// What is set up by command and must never be lost: tenants, users. Few, small, read at start.
///
/// - **Shape:** key, UTF-8 text, in the order of its bytes → value, any bytes.
/// - **Durability:** a call that changes something returns when the disk has it.
public final class Registry {
    private final RocksStore store;

    Registry(RocksStore store) {
        this.store = store;
    }

    /// Sets a value, also over an older one.
    public void put(String key, byte[] value) {
        putAll(Map.of(key, value));
    }

    /// Sets several values: all of them or, when this throws, none.
    public void putAll(Map<String, byte[]> values) {
        store.write(true, batch -> {
            for (var each : values.entrySet()) {
                batch.put(store.part(Format.REGISTRY), utf8(each.getKey()), each.getValue());
            }
        });
    }

    /// The value of a key, if it has one.
    public Optional<byte[]> get(String key) {
        return Optional.ofNullable(store.get(Format.REGISTRY, utf8(key)));
    }

    /// Removes a key; without effect when there is no such key.
    public void delete(String key) {
        store.write(true, batch -> batch.delete(store.part(Format.REGISTRY), utf8(key)));
    }

    /// Removes every key that starts with the prefix, all at once: a tenant and what belongs to it.
    ///
    /// @param prefix not empty
    public void deletePrefix(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("prefix is empty: that would remove everything");
        }
        store.write(true, batch -> {
            byte[] from = utf8(prefix);
            batch.deleteRange(store.part(Format.REGISTRY), from, Keys.after(from));
        });
    }

    /// Reads every key that starts with the prefix, in order, as of the start of this call.
    ///
    /// @param prefix may be empty: everything
    /// @param each gets key and value; must not close the store
    public void scan(String prefix, BiConsumer<String, byte[]> each) {
        store.guarded(db -> {
            byte[] from = utf8(prefix);
            try (ReadOptions all = new ReadOptions();
                    RocksIterator at = db.newIterator(store.part(Format.REGISTRY), all)) {
                for (at.seek(from); at.isValid() && Keys.startsWith(at.key(), from); at.next()) {
                    each.accept(new String(at.key(), StandardCharsets.UTF_8), at.value());
                }
                at.status();
            }
            return true;
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
