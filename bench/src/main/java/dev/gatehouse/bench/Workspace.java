package dev.gatehouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// A folder of its own for one run: the service's configuration, data and log, and the port it listens on.
///
/// @param folder absolute
/// @param port of 127.0.0.1, the same after every restart
record Workspace(Path folder, int port) {
    /// Below the ports that systems give to outgoing connections (from 32768, from 49152): a connection that is tried
    /// again and again on one of those would some time be connected to itself, and take the port.
    private static final int PORT_MIN = 15_000;
    private static final int PORT_MAX = 32_000;
    private static final int TRIES_MAX = 200;

    /// @param parent of the new folder; null for the system's temporary folder
    static Workspace create(@Nullable Path parent, String name, RandomGenerator random) throws BenchFault {
        try {
            Path folder = parent == null
                    ? Files.createTempDirectory(name)
                    : Files.createTempDirectory(Files.createDirectories(parent), name);
            Workspace made = new Workspace(folder.toAbsolutePath().normalize(), freePort(random));
            Files.writeString(made.config(), configuration(made.port));
            return made;
        } catch (IOException e) {
            throw new BenchFault(
                    "cannot make a folder for the service's data: " + e + "; say another one with --folder",
                    e);
        }
    }

    private static int freePort(RandomGenerator random) throws BenchFault {
        for (int tried = 0; tried < TRIES_MAX; tried++) {
            int port = random.nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException _) {
                // taken: the next one
            }
        }
        throw new BenchFault("found no free port of 127.0.0.1 between " + PORT_MIN + " and " + PORT_MAX
                + "; see what listens there (ss -ltn)");
    }

    /// No limit of a tenant may drop what the bench counts.
    private static String configuration(int port) {
        return """
                domain: bench.test
                listeners:
                  - {name: bench, protocol: mqtt, host: 127.0.0.1, port: %d, tenant: bench}
                tenants:
                  - {name: bench, anonymous: true}
                limits:
                  receive-maximum: 65535
                  queue-messages-max: 2147483647
                  queue-bytes-max: 1000000000000
                """.formatted(port);
    }

    Path config() {
        return folder.resolve("gatehouse.yaml");
    }

    Path data() {
        return folder.resolve("data");
    }

    /// What the service printed, of all its processes.
    Path log() {
        return folder.resolve("service.log");
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// The end of the log, one line per line.
    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: " + e + ")";
        }
    }

    /// Bytes of the data folder; empty when a file went away while they were counted.
    OptionalLong dataBytes() {
        try (Stream<Path> files = Files.walk(data())) {
            return OptionalLong.of(files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum());
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }

    void delete() throws BenchFault {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchFault("cannot remove " + folder + ": " + e + "; remove it by hand", e);
        }
    }
}
