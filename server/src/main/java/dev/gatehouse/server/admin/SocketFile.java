package dev.gatehouse.server.admin;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// The Unix domain socket as a file: who may reach it, and what is there already.
///
/// - **Permissions:** 0600, from before anybody else could reach it: it is bound in a folder of mode 0700, and moved.
/// - **Left over:** the file of a process that is gone is replaced; one that somebody answers on never is.
final class SocketFile implements AutoCloseable {
    /// The name in the data folder.
    static final String NAME = "gatehouse.sock";

    /// `sun_path` has 108 bytes on Linux and 104 elsewhere; the JDK leaves the last two alone.
    private static final int PATH_BYTES_MAX = System.getProperty("os.name", "").equals("Linux") ? 106 : 102;
    private static final int BACKLOG = 64;

    private final Path file;
    private final Object fileKey;
    private final ServerSocketChannel channel;

    private SocketFile(Path file, Object fileKey, ServerSocketChannel channel) {
        this.file = file;
        this.fileKey = fileKey;
        this.channel = channel;
    }

    /// @param file in a folder that exists and that this process may write to
    static SocketFile bind(Path file) throws SocketFault {
        Path target = file.toAbsolutePath().normalize();
        requireShort(target);
        try {
            requireFree(target);
            Path room = emptyRoom(target.resolveSibling("run"));
            Path born = room.resolve("s");
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.bind(UnixDomainSocketAddress.of(born), BACKLOG);
                Files.setPosixFilePermissions(born, PosixFilePermissions.fromString("rw-------"));
                Object key = Objects.requireNonNull(fileKey(born), "a socket has a file key");
                Files.move(born, target, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(room);
                return new SocketFile(target, key, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new SocketFault("The socket " + target + " for commands cannot be made: " + reason(e)
                    + ". Its folder must be on a local disk and writable for the user that runs the service; another "
                    + "folder can be chosen with --data.", e);
        } catch (UnsupportedOperationException e) {
            throw new SocketFault("The folder " + target.getParent() + " is on a disk without POSIX permissions, which "
                    + "guard the socket for commands; choose another folder with --data.", e);
        }
    }

    /// @param file of a service that may run or not
    static SocketChannel connect(Path file) throws SocketFault {
        Path target = file.toAbsolutePath().normalize();
        requireShort(target);
        try {
            SocketChannel channel = open(target);
            if (channel != null) {
                return channel;
            }
        } catch (AccessDeniedException denied) {
            throw notAllowed(target, denied);
        } catch (IOException e) {
            throw String.valueOf(e.getMessage()).contains("Permission denied")
                    ? notAllowed(target, e)
                    : new SocketFault("The service cannot be reached through " + target + ": " + reason(e) + ".", e);
        }
        throw new SocketFault("No Gatehouse is running with the data folder " + target.getParent()
                + ". Start it with 'gatehouse serve --data " + target.getParent()
                + "', or name the folder of the one that runs with --data.");
    }

    private static SocketFault notAllowed(Path target, IOException denied) {
        return new SocketFault("This user may not give commands to the service: " + target
                + " belongs to another one. Run the command as the user that runs the service.", denied);
    }

    /// Null when nobody answers: there is no such file, or it is that of a process that is gone.
    private static @Nullable SocketChannel open(Path target) throws IOException {
        // Asked first, because connect(2) tells a missing file and a missing permission apart only in words.
        try {
            Files.readAttributes(target, BasicFileAttributes.class);
        } catch (NoSuchFileException missing) {
            return null;
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(target));
            return channel;
        } catch (IOException e) {
            channel.close();
            if (String.valueOf(e.getMessage()).contains("Connection refused")) {
                return null;
            }
            throw e;
        }
    }

    private static void requireFree(Path target) throws IOException, SocketFault {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
            throw new SocketFault(target + " is in the way: it is not a socket. Move it away, or choose another folder "
                    + "with --data.");
        }
        try (SocketChannel living = open(target)) {
            if (living != null) {
                throw new SocketFault("Another service answers on " + target
                        + ". Stop that one first, or choose another folder with --data.");
            }
        }
    }

    /// A folder that only this user may look into. One that is there is from a start that was cut short.
    private static Path emptyRoom(Path room) throws IOException {
        if (Files.isDirectory(room, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(room.resolve("s"));
        }
        Files.deleteIfExists(room);
        return Files.createDirectory(room,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void requireShort(Path target) throws SocketFault {
        int bytes = target.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > PATH_BYTES_MAX) {
            throw new SocketFault("The path of the socket for commands, " + target + ", has " + bytes
                    + " bytes; the most that is possible is " + PATH_BYTES_MAX
                    + ". Choose a data folder with a shorter path with --data.");
        }
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /// The next client.
    ///
    /// @throws IOException [java.nio.channels.ClosedChannelException] after [#close()]
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /// Deletes the file too, unless it is somebody else's by now.
    @Override
    public void close() throws IOException {
        try (channel) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && fileKey.equals(fileKey(file))) {
                Files.deleteIfExists(file);
            }
        }
    }
}
