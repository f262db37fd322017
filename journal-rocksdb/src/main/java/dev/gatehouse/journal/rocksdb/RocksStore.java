package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/// The store of a data folder: `<data>/store`, one RocksDB with one write-ahead log for all of its parts.
///
/// - **Parts** are column families: `meta` ([Format] of the whole), [Registry] (tenants, users; synced to the disk
///   before a call returns), [AttemptLines] (synced by whoever syncs next), and those of the journal, [RocksJournal]. A
///   batch may span parts: it is atomic.
/// - **Owner:** one process. `<data>/lock` is taken before anything is read and names the holder.
/// - **Threads:** any; calls block. [#close()] waits for the calls under way, later ones get an `IllegalStateException`.
/// - **Memory:** as in [Tuning].
/// - **Errors:** [StoreFault], on opening and on every call.
///
/// Opening takes about 0.4 s the first time in a folder, when the native library is unpacked, and 0.2 s later, empty or
/// with 100 000 attempt lines alike (2 busy cores; 0.1 s of it loads the library, 0.02 s is the store itself once the JVM
/// is warm). `RocksStoreOpening` beside the tests prints the figures of another machine.
public final class RocksStore implements AutoCloseable {
    private final Path folder;
    /// The file that leads to all others: when it is not there, nothing will be found after a restart.
    private final Path current;
    private final FolderLock lock;
    private final Tuning tuning;
    private final Database database;
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final ReentrantReadWriteLock closing = new ReentrantReadWriteLock();
    private final Registry registry = new Registry(this);
    private final AttemptLines attempts = new AttemptLines(this);
    private boolean closed;

    private RocksStore(Path folder, FolderLock lock, Tuning tuning, Database database) {
        this.folder = folder;
        current = folder.resolve("CURRENT");
        this.lock = lock;
        this.tuning = tuning;
        this.database = database;
    }

    /// Opens the store, makes it when there is none, and brings one of an older format up to date.
    ///
    /// @param data the data folder; made, readable for its owner only, when it does not exist
    /// @throws StoreFault when it is in use, damaged, of a newer format, or cannot be written
    public static RocksStore open(Path data) {
        Path folder = data.toAbsolutePath().normalize().resolve("store");
        Path parent = Objects.requireNonNull(folder.getParent());
        makeFolder(parent);
        FolderLock lock = FolderLock.take(parent);
        Tuning tuning = null;
        Database database = null;
        try {
            NativeLibrary.load(data);
            LogCheck.check(folder);
            tuning = new Tuning();
            database = Database.open(folder, tuning);
            Format.bringUpToDate(database, folder);
            return new RocksStore(folder, lock, tuning, database);
        } catch (RocksDBException e) {
            throw undone(StoreFault.of(e, folder), database, tuning, lock);
        } catch (RuntimeException e) {
            throw undone(e, database, tuning, lock);
        }
    }

    private static RuntimeException undone(RuntimeException because, @Nullable Database database,
            @Nullable Tuning tuning, FolderLock lock) {
        if (database != null) {
            database.close();
        }
        if (tuning != null) {
            tuning.close();
        }
        try {
            lock.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
        return because;
    }

    private static void makeFolder(Path folder) {
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

    /// Tenants, users and whatever else is set up by command.
    public Registry registry() {
        return registry;
    }

    /// What is kept of connection attempts.
    public AttemptLines attempts() {
        return attempts;
    }

    /// What the broker has promised: sessions, queues, retained messages.
    public RocksJournal journal(Sync sync) {
        return new RocksJournal(this, sync);
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
        try (WriteBatch batch = new WriteBatch()) {
            guarded(_ -> {
                change.to(batch);
                return true;
            });
            write(sync, batch);
        }
    }

    /// The same with a batch that is made already.
    void write(boolean sync, WriteBatch batch) {
        guarded(db -> {
            if (!Files.exists(current)) { // the open log would take it, and be gone with the process
                throw StoreFault.removed(folder);
            }
            db.write(sync ? synced : unsynced, batch);
            return true;
        });
    }

    /// Returns when everything that was written before the call is on the disk.
    void sync() {
        guarded(db -> {
            db.syncWal();
            return true;
        });
    }

    byte @Nullable [] get(String part, byte[] key) {
        return guarded(db -> Optional.ofNullable(db.get(part(part), key))).orElse(null);
    }

    <T> T guarded(Reading<T> reading) {
        closing.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed");
            }
            return reading.from(database.db());
        } catch (RocksDBException e) {
            throw StoreFault.of(e, folder);
        } finally {
            closing.readLock().unlock();
        }
    }

    /// Only within [#guarded].
    ColumnFamilyHandle part(String name) {
        return database.part(name);
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
                database.db().syncWal();
            } catch (RocksDBException e) {
                throw StoreFault.of(e, folder);
            } finally {
                database.close();
                synced.close();
                unsynced.close();
                tuning.close();
                free(lock);
            }
        } finally {
            closing.writeLock().unlock();
        }
    }

    private static void free(FolderLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new IllegalStateException("cannot give the data folder free", e);
        }
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
