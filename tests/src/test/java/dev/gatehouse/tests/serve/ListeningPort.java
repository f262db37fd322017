package dev.gatehouse.tests.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A port of this machine that a test cannot choose.
final class ListeningPort {
    private static final String LISTENING = "0A";

    private ListeningPort() {}

    /// Fails when one of these ports is taken, and says by whom.
    static void assertFree(int... ports) {
        for (int port : ports) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true); // connections that have just ended do not count
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new AssertionError("this test needs port " + port + " of 127.0.0.1, and it is taken by "
                        + owner(port) + "; stop that and run the test again", e);
            }
        }
    }

    private static String owner(int port) {
        Set<String> sockets = Stream.of("/proc/net/tcp", "/proc/net/tcp6").map(Path::of).filter(Files::isReadable)
                .flatMap(table -> listening(table, port)).collect(Collectors.toSet());
        return ProcessHandle.allProcesses().filter(process -> holds(process.pid(), sockets)).findFirst()
                .map(process -> "process " + process.pid()
                        + process.info().commandLine().map(line -> ": " + line).orElse(""))
                .orElse("a process that this user may not see");
    }

    /// The sockets that listen on a port, as `/proc/PID/fd` names them.
    private static Stream<String> listening(Path table, int port) {
        try {
            String address = String.format(":%04X", port);
            return Files.readAllLines(table).stream().map(line -> List.of(line.strip().split(" +")))
                    .filter(fields -> fields.size() > 9 && fields.get(1).endsWith(address)
                            && fields.get(3).equals(LISTENING))
                    .map(fields -> "socket:[" + fields.get(9) + "]");
        } catch (IOException e) {
            return Stream.empty();
        }
    }

    private static boolean holds(long pid, Set<String> sockets) {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.map(ListeningPort::target).flatMap(Optional::stream).anyMatch(sockets::contains);
        } catch (IOException e) {
            return false; // another user's, or over by now
        }
    }

    private static Optional<String> target(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).toString());
        } catch (IOException e) {
            return Optional.empty(); // closed by now
        }
    }
}
