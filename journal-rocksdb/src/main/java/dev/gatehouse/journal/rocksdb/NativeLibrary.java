package dev.gatehouse.journal.rocksdb;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads RocksDB's native code from `<data>/native`.
///
/// Left to itself the library unpacks 17 MB into `java.io.tmpdir` at every start, where `noexec` is common and what a
/// killed process left stays for ever. Unpacked once into the data folder, under its checksum, a later start
/// only maps it. Where nothing can be run from the data folder, the library's own way is the second try.
final class NativeLibrary {
    private static final Logger log = LoggerFactory.getLogger(NativeLibrary.class);

    private NativeLibrary() {}

    /// Loads it, once per process: later calls find it loaded.
    ///
    /// @param data the data folder, which this process has locked
    /// @throws StoreFault when no way leads to a loaded library
    static void load(Path data) {
        try {
            Path folder = unpacked(data.resolve("native"));
            if (folder != null) {
                RocksDB.loadLibrary(List.of(folder.toString()));
                return;
            }
        } catch (IOException | UnsatisfiedLinkError e) {
            log.info("the store's native code cannot be run from {}; trying java.io.tmpdir: {}", data, e.getMessage());
        }
        try {
            RocksDB.loadLibrary();
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            throw StoreFault.noNativeLibrary(data, e);
        }
    }

    /// @return the folder with the library in it, or null when the jar has none under the platform's first name
    private static @Nullable Path unpacked(Path natives) throws IOException {
        var resource = RocksDB.class.getClassLoader().getResource(Environment.getJniLibraryFileName("rocksdb"));
        if (resource == null) {
            return null;
        }
        URLConnection connection = resource.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
            long bytes = connection.getContentLengthLong();
            long sum = connection instanceof JarURLConnection jar ? jar.getJarEntry().getCrc() : bytes;
            Path folder = natives.resolve("rocksdb-" + Long.toHexString(sum));
            String name = Environment.getJniLibraryFileName("rocksdbjni"); // RocksDB.loadLibrary(paths) looks for this
            Path file = folder.resolve(name);
            if (Files.isRegularFile(file) && Files.size(file) == bytes) {
                return folder;
            }
            Files.createDirectories(folder);
            Path half = folder.resolve(name + ".part");
            Files.copy(in, half, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
                channel.force(true); // else a power cut can leave a file of the right size with nothing in it
            }
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            dropOthers(natives, folder);
            return folder;
        }
    }

    /// What earlier versions unpacked is of no use any more.
    private static void dropOthers(Path natives, Path keep) throws IOException {
        try (var folders = Files.newDirectoryStream(natives, "rocksdb-*")) {
            for (Path folder : folders) {
                if (!folder.equals(keep)) {
                    try (var files = Files.newDirectoryStream(folder)) {
                        for (Path file : files) {
                            Files.delete(file);
                        }
                    }
                    Files.delete(folder);
                }
            }
        }
    }
}
