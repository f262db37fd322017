package dev.gatehouse.simulator.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// A pseudo-terminal: a serial port for programs that want one.
///
/// The other side is opened here too, and kept open: so a user that closes and opens it again is no event, and the
/// terminal stays raw. What nobody reads fills the kernel's buffer; after that it is lost.
public final class Terminal implements Cable {
    private static final int POLL_MILLIS = 200;
    private static final int UNREAD_MILLIS_MAX = 2000;

    private final LibC libc;
    private final int master;
    private final int slave;
    private final String path;
    private final @Nullable Path link;
    private volatile boolean closed;

    /// @param link a symbolic link to make, so that the name is known beforehand; a link that is there is replaced
    public Terminal(@Nullable Path link) throws IOException {
        Path folder = link == null ? null : link.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new IOException("there is no folder " + folder + " for the link " + link);
        }
        libc = new LibC();
        master = libc.openMaster();
        path = libc.nameOfSlave(master);
        slave = libc.open(path);
        libc.makeRaw(slave);
        this.link = link;
        if (link != null) {
            if (Files.exists(link) && !Files.isSymbolicLink(link)) {
                throw new IOException(link + " is there already and is no symbolic link");
            }
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, Path.of(path));
        }
    }

    /// The device, like `/dev/pts/7`.
    public String path() {
        return path;
    }

    @Override
    public String name() {
        return link == null ? path : link.toString();
    }

    @Override
    public int read(byte[] into, int bytesMax) throws IOException {
        while (!closed) {
            if (libc.waitReadable(master, POLL_MILLIS)) {
                int bytes = libc.read(master, into, bytesMax);
                if (bytes > 0) {
                    return bytes;
                }
            }
        }
        libc.close(master);
        libc.close(slave);
        return -1;
    }

    @Override
    public void write(byte[] from, int bytes) throws IOException {
        int done = 0;
        int waited = 0;
        while (done < bytes && !closed) {
            if (libc.waitWritable(master, POLL_MILLIS)) {
                done += libc.write(master, from, done, bytes - done);
                waited = 0;
            } else {
                waited += POLL_MILLIS;
                if (waited >= UNREAD_MILLIS_MAX) {
                    return;
                }
            }
        }
    }

    @Override
    public long speedOfOtherSide() {
        return closed ? 0 : libc.speed(slave);
    }

    /// The reader closes the files, when it wakes.
    @Override
    public void close() {
        closed = true;
        if (link != null) {
            try {
                if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(Path.of(path))) {
                    Files.delete(link);
                }
            } catch (IOException ignored) {
                // A link that leads nowhere does no harm.
            }
        }
    }
}
