package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The store of a data folder: `<data>/store`, one RocksDB with one write-ahead log for all of its parts.
///
/// - **Parts** are column families: `meta` (format of the whole), [Registry] (tenants, users; synced to the disk
///   before a call returns), [AttemptLines] (synced by whoever syncs next). A batch may span parts: it is atomic.
/// - **Owner:** one process. `<data>/lock` is taken before anything is read and names the holder.
/// - **Threads:** any; calls block. [#close()] waits for the calls under way, later ones get an `IllegalStateException`.
/// - **Memory:** block cache 8 MB, at most 2 write buffers of 4 MB per part, 8 MB of them in all before a flush.
/// - **Errors:** [StoreFault], on opening and on every call.
///
/// Opening takes about 0.4 s the first time in a folder, when the native library is unpacked, and 0.2 s later, empty or
/// with 100 000 attempt lines alike (2 busy cores; 0.1 s of it loads the library, 0.02 s is the store itself once the JVM
/// is warm). `RocksStoreOpening` beside the tests prints the figures of another machine.
public final class RocksStore implements AutoCloseable {
    /// Format of the keys and values that this version writes. A newer one is refused, never guessed at.
    static final int FORMAT = 1;

    static final String META = "meta";
    static final String REGISTRY = "registry";
    static final String ATTEMPTS = "attempts";

    private static final byte[] FORMAT_KEY = ascii("format");
    private static final long MB = 1024 * 1024;

    private final Path folder;
    private final FolderLock lock;
    private final List<AutoCloseable> options;
    private final RocksDB db;
    private final Map<String, ColumnFamilyHandle> parts;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    private final Registry registry = new Registry(this);
    private final AttemptLines attempts = new AttemptLines(this);
    private boolean closed;

    private RocksStore(Path folder, FolderLock lock, List<AutoCloseable> options, RocksDB db,
            Map<String, ColumnFamilyHandle> parts) {
        this.folder = folder;
        this.lock = lock;
        this.options = options;
        this.db = db;
        this.parts = parts;
    }

    /// Opens the store, and makes it when there is none.
    ///
    /// @param data the data folder; made, readable for its owner only, when it does not exist
    /// @throws StoreFault when it is in use, damaged, of a newer format, or cannot be written
    public static RocksStore open(Path data) {
        Path folder = data.toAbsolutePath().normalize().resolve("store");
        makeFolder(folder.getParent());
        FolderLock lock = FolderLock.take(Objects.requireNonNull(folder.getParent()));
        List<AutoCloseable> options = new ArrayList<>();
        RocksStore store = null;
        try {
            NativeLibrary.load(data);
            store = openLocked(folder, lock, options);
            store.checkFormat();
            return store;
        } catch (RuntimeException e) {
            if (store == null) {
                closeAll(options, e);
                closeAll(List.of(lock), e);
            } else {
                store.close();
            }
            throw e;
        }
    }

    /// Tenants, users and whatever else is set up by command.
    public Registry registry() {
        return registry;
    }

    /// What is kept of connection attempts.
    public AttemptLines attempts() {
        return attempts;
    }

    private static void makeFolder(@Nullable Path data) {
        Path folder = Objects.requireNonNull(data);
        try {
            if (!Files.isDirectory(folder)) {
                boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
                if (posix) {
                    Files.createDirectories(folder,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                } else {
                    Files.createDirectories(folder);
                }
            }
        } catch (IOException e) {
            throw StoreFault.of(e, folder);
        }
    }

    private static RocksStore openLocked(Path folder, FolderLock lock, List<AutoCloseable> options) {
        Cache cache = keep(options, new LRUCache(8 * MB));
        BlockBasedTableConfig blocks = new BlockBasedTableConfig().setBlockCache(cache)
                .setFilterPolicy(keep(options, new BloomFilter(10))).setCacheIndexAndFilterBlocks(true);
        ColumnFamilyOptions part = keep(options,
                new ColumnFamilyOptions().setTableFormatConfig(blocks).setWriteBufferSize(4 * MB)
                        .setMaxWriteBufferNumber(2).setCompressionType(CompressionType.LZ4_COMPRESSION)
                        .setTargetFileSizeBase(8 * MB).setMaxBytesForLevelBase(32 * MB));
        DBOptions whole = keep(options,
                new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true)
                        .setDbWriteBufferSize(8 * MB).setMaxTotalWalSize(16 * MB).setMaxBackgroundJobs(2)
                        .setMaxOpenFiles(128).setMaxFileOpeningThreads(2).setSkipStatsUpdateOnDbOpen(true)
                        .setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0).setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                        .setMaxLogFileSize(MB).setKeepLogFileNum(2));
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try {
            List<String> names = partNames(folder);
            List<ColumnFamilyDescriptor> wanted = names.stream()
                    .map(name -> new ColumnFamilyDescriptor(ascii(name), part)).toList();
            RocksDB db = RocksDB.open(whole, folder.toString(), wanted, handles);
            Map<String, ColumnFamilyHandle> parts = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                parts.put(names.get(i), handles.get(i));
            }
            return new RocksStore(folder, lock, options, db, parts);
        } catch (RocksDBException e) {
            throw StoreFault.of(e, folder);
        }
    }

    /// Those of the disk, known or not (RocksDB wants them all opened), and those that this version has.
    private static List<String> partNames(Path folder) throws RocksDBException {
        List<String> names = new ArrayList<>();
        if (Files.exists(folder.resolve("CURRENT"))) {
            try (Options any = new Options()) {
                for (byte[] name : RocksDB.listColumnFamilies(any, folder.toString())) {
                    names.add(new String(name, StandardCharsets.US_ASCII));
                }
            }
        } else {
            refuseHeadless(folder);
        }
        for (String name : List.of(new String(RocksDB.DEFAULT_COLUMN_FAMILY, StandardCharsets.US_ASCII), META, REGISTRY,
                ATTEMPTS)) {
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /// Data without the file that leads to it: RocksDB would start anew and delete what it does not know.
    private static void refuseHeadless(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (var tables = Files.newDirectoryStream(folder, "*.sst")) {
            if (tables.iterator().hasNext()) {
                throw StoreFault.corrupted(folder, "CURRENT is missing", null);
            }
        } catch (IOException e) {
            throw StoreFault.of(e, folder);
        }
    }

    private void checkFormat() {
        byte[] written = get(META, FORMAT_KEY);
        if (written == null) {
            write(true, batch -> batch.put(part(META), FORMAT_KEY, ascii(Integer.toString(FORMAT))));
            return;
        }
        String text = new String(written, StandardCharsets.US_ASCII);
        if (!text.matches("[0-9]{1,9}")) {
            throw StoreFault.corrupted(folder, "its format is not a number", null);
        }
        if (Integer.parseInt(text) > FORMAT) {
            throw new StoreFault(StoreFault.Kind.NEWER_FORMAT,
                    "The store " + folder + " has format " + text + "; this version knows up to format " + FORMAT
                            + ". Run the version that wrote it, or choose another folder with --data.",
                    null);
        }
    }

    /// A change to one or more parts, all or nothing.
    interface Change {
        void to(WriteBatch batch) throws RocksDBException;
    }

    /// A reading that needs the database itself.
    interface Reading<T> {
        T from(RocksDB db) throws RocksDBException;
    }

    /// @param sync whether the call returns only when the disk has it, and everything written before it
    void write(boolean sync, Change change) {
        guarded(_ -> {
            try (WriteBatch batch = new WriteBatch()) {
                change.to(batch);
                db.write(sync ? synced : unsynced, batch);
            }
            return true;
        });
    }

    byte @Nullable [] get(String part, byte[] key) {
        return guarded(_ -> Optional.ofNullable(db.get(part(part), key))).orElse(null);
    }

    <T> T guarded(Reading<T> reading) {
        closing.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            return reading.from(db);
        } catch (RocksDBException e) {
            throw StoreFault.of(e, folder);
        } finally {
            closing.readLock().unlock();
        }
    }

    ColumnFamilyHandle part(String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }

    /// Syncs what is not yet on the disk, closes the files and gives the folder free. Closing twice does nothing.
    @Override
    public void close() {
        closing.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try {
                db.syncWal();
            } catch (RocksDBException e) {
                throw StoreFault.of(e, folder);
            } finally {
                parts.values().forEach(ColumnFamilyHandle::close);
                db.close();
                synced.close();
                unsynced.close();
                closeAll(options, null);
                closeAll(List.of(lock), null);
            }
        } finally {
            closing.writeLock().unlock();
        }
    }

    private static <T extends AutoCloseable> T keep(List<AutoCloseable> options, T option) {
        options.add(option);
        return option;
    }

    private static void closeAll(List<? extends AutoCloseable> what, @Nullable RuntimeException because) {
        for (AutoCloseable each : what.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                if (because == null) {
                    throw new IllegalStateException("cannot give the data folder free", e);
                }
                because.addSuppressed(e);
            }
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
