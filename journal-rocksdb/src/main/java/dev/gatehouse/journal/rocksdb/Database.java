package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/// The open RocksDB with its parts. Whoever holds it sees to it that nobody uses it after [#close()].
final class Database implements AutoCloseable {
    private static final String DEFAULT = new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.US_ASCII);

    private final RocksDB db;
    private final Map<String, ColumnFamilyHandle> parts;
    private final Tuning tuning;

    private Database(RocksDB db, Map<String, ColumnFamilyHandle> parts, Tuning tuning) {
        this.db = db;
        this.parts = parts;
        this.tuning = tuning;
    }

    /// Opens it with the parts that it has on the disk, known or not: RocksDB wants them all opened. Made, with no part,
    /// when there is none.
    static Database open(Path folder, Tuning tuning) throws RocksDBException {
        List<String> names = names(folder);
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        RocksDB db = RocksDB.open(tuning.whole(), folder.toString(),
                names.stream().map(name -> descriptor(name, tuning)).toList(), handles);
        Map<String, ColumnFamilyHandle> parts = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            parts.put(names.get(i), handles.get(i));
        }
        return new Database(db, parts, tuning);
    }

    private static List<String> names(Path folder) throws RocksDBException {
        if (!Files.exists(folder.resolve("CURRENT"))) {
            refuseHeadless(folder);
            return List.of(DEFAULT);
        }
        try (Options any = new Options()) {
            List<String> names = RocksDB.listColumnFamilies(any, folder.toString()).stream()
                    .map(name -> new String(name, StandardCharsets.US_ASCII)).toList();
            return names.isEmpty() ? List.of(DEFAULT) : names; // unreadable: opening says why, listing does not
        }
    }

    /// Data without the file that leads to it: RocksDB would start anew and delete what it does not know.
    private static void refuseHeadless(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var data = Files.newDirectoryStream(folder, "*.{sst,log}")) {
            for (Path file : data) {
                if (Files.size(file) > 0) {
                    throw StoreFault.corrupted(folder, "CURRENT is missing", null);
                }
            }
        } catch (IOException e) {
            throw StoreFault.of(e, folder);
        }
    }

    private static ColumnFamilyDescriptor descriptor(String name, Tuning tuning) {
        return new ColumnFamilyDescriptor(RocksStore.ascii(name), tuning.of(name));
    }

    RocksDB db() {
        return db;
    }

    boolean has(String part) {
        return parts.containsKey(part);
    }

    ColumnFamilyHandle part(String name) {
        ColumnFamilyHandle part = parts.get(name);
        if (part == null) {
            throw new AssertionError("no part " + name);
        }
        return part;
    }

    /// Makes those of the parts that are not there yet; when this returns they are on the disk.
    void make(List<String> names) throws RocksDBException {
        List<String> missing = names.stream().filter(name -> !has(name)).toList();
        if (!missing.isEmpty()) {
            List<ColumnFamilyHandle> made = db
                    .createColumnFamilies(missing.stream().map(name -> descriptor(name, tuning)).toList());
            for (int i = 0; i < missing.size(); i++) {
                parts.put(missing.get(i), made.get(i));
            }
        }
    }

    @Override
    public void close() {
        parts.values().forEach(ColumnFamilyHandle::close);
        db.close();
    }
}
