package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

import dev.gatehouse.broker.journal.JournalFault;

/// The store cannot do what it was asked to. The message is for a person: what is wrong, then what to do.
/// The cause is kept for the log; nobody shows it to a user.
public final class StoreFault extends JournalFault {
    private static final long serialVersionUID = 1L;

    /// What kind of trouble this is; a program decides by it, a person by the message.
    public enum Kind {
        /// Another process, or another part of this one, has the folder open.
        IN_USE,
        /// Written by a newer version of this program.
        NEWER_FORMAT,
        /// The folder cannot be made, read or written.
        NOT_WRITABLE,
        /// The file system has no room left.
        DISK_FULL,
        /// The folder was taken away while it was open.
        REMOVED,
        /// What is on the disk cannot be right.
        CORRUPTED,
        /// RocksDB's native code cannot be loaded on this machine.
        NO_NATIVE_LIBRARY,
        /// Any other failure to read or write.
        IO
    }

    private final Kind kind;

    StoreFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// What kind of trouble this is.
    public Kind kind() {
        return kind;
    }

    /// @param folder the folder of the store, named in the message
    static StoreFault of(RocksDBException from, Path folder) {
        return of(kindOf(from), folder, String.valueOf(from.getMessage()), from);
    }

    /// @param folder what was to be read or written, named in the message
    static StoreFault of(IOException from, Path folder) {
        boolean refused = from instanceof AccessDeniedException;
        String text = from instanceof FileSystemException file && file.getReason() != null
                ? String.valueOf(file.getReason())
                : String.valueOf(from.getMessage());
        return of(refused ? Kind.NOT_WRITABLE : kindOfText(text, Kind.NOT_WRITABLE), folder, text, from);
    }

    private static StoreFault of(Kind kind, Path folder, String detail, Throwable cause) {
        String message = switch (kind) {
            case IN_USE -> "The data folder of " + folder + " is in use. Stop the other gatehouse that runs on it, "
                    + "or choose another folder with --data.";
            case NEWER_FORMAT -> "The store " + folder + " was written by a newer version. Run that version, "
                    + "or choose another folder with --data.";
            case NOT_WRITABLE -> "Cannot write to " + folder + " (" + detail + "). Give the user that runs gatehouse "
                    + "the right to read and write there, or choose another folder with --data.";
            case DISK_FULL -> "No space is left for " + folder + " (" + detail + "). Free some space on that file "
                    + "system"
                    + (isQuota(detail)
                            ? " or raise the quota, then restart."
                            : ": a server that runs goes on "
                                    + "by itself within seconds, one that does not has to be started again.")
                    + " What was confirmed before is safe.";
            case REMOVED -> "The store " + folder + " is not there any more. Put it back where it was: then the server "
                    + "goes on. Without it nothing new is confirmed, and when the server stops, what was in it is lost.";
            case CORRUPTED -> "The store " + folder + " is damaged (" + detail + "). Keep a copy of the data folder "
                    + "and look at the disk, then restore it from a backup; or move it away and start anew, without "
                    + "the sessions, messages, tenants and users that are in it.";
            case NO_NATIVE_LIBRARY -> "The store's native code cannot be loaded (" + detail + "). It needs 64-bit "
                    + "Linux, macOS or Windows, and a data folder or java.io.tmpdir from which programs may be run.";
            case IO -> "Cannot read or write " + folder + " (" + detail + "). Check the disk and its file system, "
                    + "then restart.";
        };
        return new StoreFault(kind, message, cause);
    }

    static StoreFault noNativeLibrary(Path folder, Throwable cause) {
        return of(Kind.NO_NATIVE_LIBRARY, folder, String.valueOf(cause.getMessage()), cause);
    }

    static StoreFault removed(Path folder) {
        return of(Kind.REMOVED, folder, "", new NoSuchFileException(folder.toString()));
    }

    static StoreFault corrupted(Path folder, String detail, @Nullable Throwable cause) {
        return of(Kind.CORRUPTED, folder, detail, cause == null ? new IOException(detail) : cause);
    }

    private static Kind kindOf(RocksDBException from) {
        Status status = from.getStatus();
        String text = String.valueOf(from.getMessage());
        if (status == null) {
            return kindOfText(text, Kind.IO);
        }
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return Kind.DISK_FULL;
        }
        return switch (status.getCode()) {
            case Corruption -> Kind.CORRUPTED;
            case IOError -> kindOfText(text, Kind.IO);
            case Ok, NotFound, NotSupported, InvalidArgument, MergeInProgress, Incomplete, ShutdownInProgress, TimedOut,
                    Aborted, Busy, Expired, TryAgain, Undefined ->
                kindOfText(text, Kind.IO);
        };
    }

    /// RocksDB goes on by itself when there is room again, not when a quota allows more.
    private static boolean isQuota(String text) {
        return text.toLowerCase(Locale.ROOT).contains("quota exceeded");
    }

    private static Kind kindOfText(String text, Kind otherwise) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || isQuota(text)) {
            return Kind.DISK_FULL;
        }
        if (lower.contains("lock hold by") || lower.contains("while lock file")) {
            return Kind.IN_USE;
        }
        if (lower.contains("corruption") || lower.contains("no such file")) {
            return Kind.CORRUPTED;
        }
        if (lower.contains("permission denied") || lower.contains("read-only file system")) {
            return Kind.NOT_WRITABLE;
        }
        return otherwise;
    }
}
