package dev.gatehouse.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Writes a file so that a reader sees the old contents or the new, and nobody else ever sees a secret.
final class AtomicFile {
    /// 0600
    static final Set<PosixFilePermission> SECRET = PosixFilePermissions.fromString("rw-------");
    /// 0644
    static final Set<PosixFilePermission> PUBLIC = PosixFilePermissions.fromString("rw-r--r--");

    private AtomicFile() {}

    /// Makes the folder when it is missing, writes beside the file, forces it to the disk, and moves it into place.
    static void write(Path file, String text, Set<PosixFilePermission> mode) throws CertificateFault {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IllegalArgumentException(file + " is no file");
        }
        try {
            Files.createDirectories(folder);
            boolean posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
            FileAttribute<?>[] attributes = posix
                    ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(SECRET)}
                    : new FileAttribute<?>[0];
            Path beside = Files.createTempFile(folder, "." + file.getFileName(), ".tmp", attributes);
            try {
                try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                    channel.force(true);
                }
                if (posix) {
                    Files.setPosixFilePermissions(beside, mode);
                }
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw CertificateFault.unwritable(file, e);
        }
    }
}
