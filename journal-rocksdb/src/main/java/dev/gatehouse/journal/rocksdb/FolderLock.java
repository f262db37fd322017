package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

/// Keeps a data folder for one process. The lock is the operating system's, so it goes when the process goes, however
/// it goes; the process id in the file only serves the message for the second one.
final class FolderLock implements AutoCloseable {
    static final String FILE = "lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /// @param data the data folder; it exists
    /// @throws StoreFault when another process holds it, or the file cannot be written
    static FolderLock take(Path data) {
        Path file = data.resolve(FILE);
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw inUse(data, holder(file));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new FolderLock(channel);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw StoreFault.of(e, file);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException _) {
            return false; // held by this very process
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return pid.matches("[0-9]{1,10}") ? "process " + pid : "another process";
    }

    private static StoreFault inUse(Path data, String holder) {
        return new StoreFault(StoreFault.Kind.IN_USE,
                "The data folder " + data.toAbsolutePath() + " is in use by " + holder
                        + ". Stop that one first, or choose another folder with --data.",
                null);
    }

    private static void closeQuietly(@Nullable FileChannel channel, IOException because) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
