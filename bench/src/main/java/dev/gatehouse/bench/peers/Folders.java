package dev.gatehouse.bench.peers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

import dev.gatehouse.bench.BenchFault;

/// Files and ports that brokers need.
///
/// @param cache kept between runs: what was fetched
/// @param work of this run; goes with it
/// @param project the checkout, where the Maven wrapper is
/// @param javaHome of the JDK that brokers in Java run with
public record Folders(Path cache, Path work, Path project, Path javaHome) {
    private static final int PORT_MIN = 15_000;
    private static final int PORT_MAX = 32_000;
    private static final int TRIES_MAX = 500;

    String java() {
        return javaHome.resolve("bin").resolve("java").toString();
    }

    /// A new folder of this run.
    public Path make(String name) throws BenchFault {
        try {
            return Files.createDirectories(work.resolve(name));
        } catch (IOException e) {
            throw new BenchFault("cannot make a folder: " + e.getMessage(), e);
        }
    }

    static void write(Path file, String text) throws BenchFault {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new BenchFault("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /// A text that lies beside these classes.
    static String resource(String name) throws BenchFault {
        try (InputStream in = Folders.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new BenchFault("this build lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new BenchFault("cannot read " + name + ": " + e.getMessage(), e);
        }
    }

    /// Ports of 127.0.0.1 that were free a moment ago, all different. They lie below those that systems give to outgoing
    /// connections: one of those that is tried again and again would some time be connected to itself.
    static int[] ports(int count) throws BenchFault {
        int[] ports = new int[count];
        int found = 0;
        for (int tried = 0; tried < TRIES_MAX && found < count; tried++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                if (Arrays.stream(ports).noneMatch(other -> other == port)) {
                    ports[found++] = port;
                }
            } catch (IOException _) {
                // taken: the next one
            }
        }
        if (found < count) {
            throw new BenchFault("found no free port of 127.0.0.1 between " + PORT_MIN + " and " + PORT_MAX);
        }
        return ports;
    }

    /// Removes the folder of this run.
    public void delete() throws BenchFault {
        if (!Files.exists(work)) {
            return;
        }
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new BenchFault("cannot remove " + work + ": " + e.getMessage() + "; remove it by hand", e);
        }
    }
}
