package dev.gatehouse.simulator;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Users who come and go, and simulators that are started and closed by the hundred.
class RobustnessTest {
    @Test
    void a_user_who_leaves_in_the_middle_of_a_command_does_not_disturb_the_next_one() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast())) {
            for (int i = 0; i < 200; i++) {
                try (User user = new User(simulator)) {
                    user.type(i % 3 == 0 ? "AT+CS" : i % 3 == 1 ? "AT+CPING=\"127.0.0.1\",1\r" : "\0\u00ff\r\r");
                }
            }
            try (User user = new User(simulator)) {
                user.type("\r");
                assertThat(user.command("ATE0")).endsWith("\r\nOK\r\n");
                assertThat(user.command("AT+CSQ")).endsWith("\r\n+CSQ: 23,99\r\n\r\nOK\r\n");
            }
        }
    }

    @Test
    void a_user_who_leaves_in_the_middle_of_a_payload_leaves_the_rest_to_the_next_one() throws Exception {
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast())) {
            try (User user = new User(simulator)) {
                user.command("ATE0");
                user.command("AT+CCERTDOWN=\"a.pem5.pem\",10", "\r\n>");
                user.type("12345");
            }
            try (User user = new User(simulator)) {
                user.type("67890");
                assertThat(user.until("OK\r\n")).isEqualTo("\r\nOK\r\n");
            }
        }
    }

    @Test
    void closing_a_simulator_ends_all_its_threads_and_files() throws Exception {
        Path files = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(files), "no /proc here");
        session();
        long threads = threads();
        long open = count(files);
        for (int i = 0; i < 100; i++) {
            session();
        }
        eventually("threads end", () -> threads() <= threads);
        eventually("files are closed", () -> count(files) <= open + 2);
    }

    /// On a terminal every other time, and with a connection that is never closed.
    private static void session() throws Exception {
        try (Simulator terminal = Simulator.start(SimulatorOptions.fast().with(new SimulatorOptions.Wiring.Pty(null)));
                EchoServer server = new EchoServer();
                Simulator simulator = Simulator.start(SimulatorOptions.fast());
                User user = new User(simulator)) {
            assertThat(terminal.path()).startsWith("/dev/");
            user.command("ATE0");
            user.command("AT+NETOPEN", "+NETOPEN: 0\r\n");
            user.command("AT+CIPOPEN=0,\"TCP\",\"127.0.0.1\"," + server.port(), "+CIPOPEN: 0,0\r\n");
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(each -> each.getName().startsWith("cable-") || each.getName().startsWith("modem-")).count();
    }

    private static long count(Path folder) throws Exception {
        try (var entries = Files.list(folder)) {
            return entries.count();
        }
    }

    /// Something that becomes true.
    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void eventually(String what, Condition condition) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("%s, and %d threads and %d files are there", what, threads(),
                    count(Path.of("/proc/self/fd"))).isLessThan(until);
            Thread.onSpinWait();
        }
    }

    @Test
    void ten_connections_at_once_keep_their_bytes_apart() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Simulator simulator = Simulator.start(SimulatorOptions.fast());
                User user = new User(simulator)) {
            user.command("ATE0");
            user.command("AT+CIPRXGET=1");
            user.command("AT+NETOPEN", "+NETOPEN: 0\r\n");
            List<Socket> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                user.command("AT+CIPOPEN=" + i + ",\"TCP\",\"127.0.0.1\"," + server.getLocalPort(),
                        "+CIPOPEN: " + i + ",0\r\n");
                peers.add(server.accept());
            }
            for (int i = 0; i < 10; i++) {
                OutputStream out = peers.get(i).getOutputStream();
                out.write(("I am " + i).getBytes(StandardCharsets.ISO_8859_1));
                out.close();
                user.until("+IPCLOSE: " + i + ",1\r\n");
            }
            for (int i = 9; i >= 0; i--) {
                assertThat(user.command("AT+CIPRXGET=2," + i + ",1500"))
                        .isEqualTo("\r\n+CIPRXGET: 2," + i + ",6,0\r\nI am " + i + "\r\n\r\nOK\r\n");
            }
        }
    }

    @Test
    void a_peer_that_does_not_read_holds_the_user_back_and_gets_everything_in_the_end() throws Exception {
        String sent = "0123456789abcdef".repeat(64 * 1024);
        try (ServerSocket server = new ServerSocket()) {
            server.setReceiveBufferSize(16 * 1024);
            server.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (Simulator simulator = Simulator.start(SimulatorOptions.fast()); User user = new User(simulator)) {
                user.command("ATE0");
                user.command("AT+CIPMODE=1");
                user.command("AT+NETOPEN", "+NETOPEN: 0\r\n");
                user.command("AT+CIPOPEN=0,\"TCP\",\"127.0.0.1\"," + server.getLocalPort(), "CONNECT 115200\r\n");
                try (Socket peer = server.accept()) {
                    Thread writer = Thread.ofVirtual().start(() -> {
                        try {
                            user.type(sent);
                        } catch (java.io.IOException broken) {
                            throw new java.io.UncheckedIOException(broken);
                        }
                    });
                    assertThat(writer.join(Duration.ofMillis(300))).as("the user has to wait").isFalse();
                    byte[] got = peer.getInputStream().readNBytes(sent.length());
                    assertThat(new String(got, StandardCharsets.ISO_8859_1)).isEqualTo(sent);
                    assertThat(writer.join(Duration.ofSeconds(10))).isTrue();
                }
            }
        }
    }
}
