package dev.gatehouse.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Patience;
import dev.gatehouse.modem.at.TextTrace;
import dev.gatehouse.modem.at.Trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Sockets over a modem in memory, as programs use them.
@Timeout(120)
class AtSocketTest {
    private static final Duration ENOUGH = Duration.ofSeconds(20);

    static Timing quick() {
        Patience patience = new Patience(Duration.ofMillis(300), Duration.ofMillis(200), Duration.ofMillis(20),
                Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(20));
        return new Timing(patience, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(10),
                Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofMillis(20), Duration.ofMillis(50),
                Duration.ofMillis(100));
    }

    static ModemSettings settings() {
        return ModemSettings.usual().withTiming(quick());
    }

    private static Modem online(ScriptedModem line) throws ModemException {
        return online(line, settings());
    }

    private static Modem online(ScriptedModem line, ModemSettings settings) throws ModemException {
        Modem modem = Modem.open(line, settings);
        modem.awaitOnline(ENOUGH);
        return modem;
    }

    private static ScriptedModem wellBehaved() {
        return new ScriptedModem(1, ScriptedModem.Mischief.none());
    }

    @Test
    void what_is_written_comes_back() throws IOException {
        try (Modem modem = online(wellBehaved()); Socket socket = modem.socketFactory().createSocket("echo", 7)) {
            byte[] bytes = ScriptedModem.content("x-10000");
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            assertThat(modem.bytesSent()).isEqualTo(10_000);
            assertThat(modem.bytesReceived()).isEqualTo(10_000);
        }
    }

    @Test
    void everything_received_before_the_peer_closed_is_read_before_the_end() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("sink", 7)) {
            line.peerSends(0, "0123456789".getBytes(StandardCharsets.US_ASCII), true);
            assertThat(socket.getInputStream().readAllBytes()).hasSize(10);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThatThrownBy(() -> socket.getOutputStream().write(1)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void a_large_transfer_that_ends_with_a_close_is_whole() throws IOException {
        for (Receive receive : List.of(Receive.FETCH, Receive.FETCH_HEX)) {
            try (Modem modem = online(wellBehaved(), settings().withReceive(receive));
                    Socket socket = modem.socketFactory().createSocket("source-300000", 7)) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(ScriptedModem.content("source-300000"));
            }
        }
    }

    @Test
    void a_slow_reader_holds_the_peer_up_and_loses_nothing() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("source-300000", 7)) {
            InputStream in = socket.getInputStream();
            assertThat(in.read()).isNotEqualTo(-1);
            await(() -> socket.getInputStream().available() > Link.INBOX_BYTES_MAX - 4000);
            long reads = line.commands().stream().filter(c -> c.startsWith("AT+CIPRXGET=2")).count();
            assertThat(reads).isLessThan(100);
            assertThat(in.readAllBytes()).hasSize(299_999);
        }
    }

    @Test
    void ten_sockets_at_once_and_the_eleventh_is_refused() throws IOException {
        try (Modem modem = online(wellBehaved())) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                sockets.add(modem.socketFactory().createSocket("echo", 7));
            }
            assertThatThrownBy(() -> modem.socketFactory().createSocket("echo", 7))
                    .isInstanceOfSatisfying(ModemException.class,
                            e -> assertThat(e.trouble()).isEqualTo(Trouble.NO_FREE_LINK));
            for (int i = 0; i < 10; i++) {
                sockets.get(i).getOutputStream().write(i);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(sockets.get(i).getInputStream().read()).isEqualTo(i);
                sockets.get(i).close();
            }
            modem.socketFactory().createSocket("echo", 7).close();
        }
    }

    @Test
    void the_time_for_reading_ends_with_the_usual_exception_and_the_socket_goes_on() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("sink", 7)) {
            socket.setSoTimeout(30);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            line.peerSends(0, new byte[]{42}, false);
            socket.setSoTimeout(10_000);
            assertThat(socket.getInputStream().read()).isEqualTo(42);
        }
    }

    @Test
    void refused_unknown_and_late_are_the_exceptions_that_programs_know() throws IOException {
        try (Modem modem = online(wellBehaved())) {
            assertThatThrownBy(() -> modem.socketFactory().createSocket("nobody", 7))
                    .isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> modem.socketFactory().createSocket("nowhere", 7))
                    .isInstanceOf(UnknownHostException.class);
            Socket socket = modem.socketFactory().createSocket();
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("slow", 7), 100))
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(socket.isClosed()).isTrue();
        }
    }

    @Test
    void closing_from_another_thread_ends_reading_and_connecting() throws Exception {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line)) {
            Socket reading = modem.socketFactory().createSocket("sink", 7);
            CompletableFuture<Object> read = caught(() -> reading.getInputStream().read());
            reading.close();
            assertThat(read.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
            Socket connecting = modem.socketFactory().createSocket();
            CompletableFuture<Object> connected = caught(() -> {
                connecting.connect(InetSocketAddress.createUnresolved("slow", 7), 9_000);
                return "connected";
            });
            await(() -> line.commands().stream().anyMatch(c -> c.contains("slow")));
            connecting.close();
            assertThat(connected.get(5, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
            await(() -> modem.socketsOpen() == 0);
        }
    }

    @Test
    void half_closing_is_refused_in_plain_words() throws IOException {
        try (Modem modem = online(wellBehaved()); Socket socket = modem.socketFactory().createSocket("echo", 7)) {
            assertThatThrownBy(socket::shutdownOutput).isInstanceOf(SocketException.class)
                    .hasMessageContaining("one direction");
            socket.getOutputStream().write(5);
            assertThat(socket.getInputStream().read()).isEqualTo(5);
        }
    }

    @Test
    void a_host_name_that_would_be_a_command_is_refused_before_it_is_sent() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line)) {
            for (String host : List.of("a\",1\rAT+CRESET", "a\nb", "a b", "", "a\u0000", "x".repeat(255), "ü")) {
                assertThatThrownBy(() -> modem.socketFactory().createSocket(host, 7)).isInstanceOf(IOException.class);
            }
            assertThat(line.commands()).noneMatch(c -> c.contains("CIPOPEN=") || c.contains("CRESET"));
        }
    }

    @Test
    void a_modem_that_starts_anew_fails_its_sockets_and_comes_back() throws IOException {
        for (boolean announced : new boolean[]{true, false}) {
            ScriptedModem line = wellBehaved();
            try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("sink", 7)) {
                line.peerSends(0, new byte[]{1, 2, 3}, false);
                assertThat(socket.getInputStream().read()).isEqualTo(1);
                line.reboot(announced);
                assertThat(socket.getInputStream().readNBytes(2)).containsExactly(2, 3);
                socket.setSoTimeout(15_000);
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
                try (Socket again = modem.socketFactory().createSocket("echo", 7)) {
                    again.getOutputStream().write(9);
                    assertThat(again.getInputStream().read()).isEqualTo(9);
                }
            }
        }
    }

    @Test
    void a_lost_network_fails_the_sockets_and_is_opened_again() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("sink", 7)) {
            line.loseNetwork();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class)
                    .hasMessageContaining(Trouble.NETWORK_LOST.sentence());
            try (Socket again = modem.socketFactory().createSocket("echo", 7)) {
                again.getOutputStream().write(9);
                assertThat(again.getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void a_silent_modem_fails_whoever_waits_in_bounded_time_and_is_taken_back() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("echo", 7)) {
            line.silence(true);
            assertThatThrownBy(() -> modem.send("AT+CSQ", Duration.ofMillis(100)))
                    .isInstanceOfSatisfying(ModemException.class, e -> assertThat(e.trouble()).isEqualTo(Trouble.MUTE));
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            line.silence(false);
            assertThat(signalOf(modem)).isEqualTo(-71);
        }
    }

    /// A command that comes before the modem was taken back is told so; then the next one gets through.
    private static int signalOf(Modem modem) throws IOException {
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (true) {
            try {
                modem.awaitOnline(ENOUGH);
                return modem.signal().dBm();
            } catch (ModemException e) {
                if (e.trouble() != Trouble.MUTE || System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    @Test
    void an_unplugged_line_fails_its_sockets_and_is_opened_again() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("echo", 7)) {
            line.unplug();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
            modem.socketFactory().createSocket("echo", 7).close();
        }
    }

    @Test
    void a_lost_prompt_costs_time_and_no_byte() throws IOException {
        ScriptedModem line = wellBehaved();
        try (Modem modem = online(line); Socket socket = modem.socketFactory().createSocket("echo", 7)) {
            line.losePrompt();
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
        }
    }

    @Test
    void a_pin_is_given_once_and_masked_everywhere() throws IOException {
        ScriptedModem line = wellBehaved();
        line.wantPin("4321");
        StringWriter trace = new StringWriter();
        ModemSettings settings = settings().withPin(new Secret("4321")).withApn("internet", "me", new Secret("s3cr3t"))
                .withTrace(new TextTrace(trace, InstantSource.system(), true));
        try (Modem modem = online(line, settings)) {
            assertThat(line.commands()).contains("AT+CPIN=4321").contains("AT+CGAUTH=1,1,\"s3cr3t\",\"me\"");
            assertThat(trace.toString()).doesNotContain("4321").doesNotContain("s3cr3t").contains("AT+CPIN=***");
            assertThat(modem.state()).isInstanceOf(ModemState.Online.class);
        }
        ScriptedModem other = wellBehaved();
        other.wantPin("1111");
        try (Modem modem = Modem.open(other, settings().withPin(new Secret("2222")))) {
            assertThatThrownBy(() -> modem.awaitOnline(ENOUGH)).isInstanceOfSatisfying(ModemException.class,
                    e -> assertThat(e.trouble()).isEqualTo(Trouble.SIM_PIN_WRONG));
            assertThat(other.commands()).filteredOn(c -> c.startsWith("AT+CPIN=")).hasSize(1);
        }
    }

    /// Whatever the modem says in between and however its bytes are cut: nothing lost, doubled or out of order.
    @Test
    void talk_in_between_and_any_split_change_nothing() {
        Seeds.forEach(seed -> {
            Random random = new Random(seed);
            ScriptedModem line = new ScriptedModem(seed, ScriptedModem.Mischief.talkative(random));
            Receive receive = random.nextBoolean() ? Receive.FETCH : Receive.FETCH_HEX;
            try (Modem modem = online(line, settings().withReceive(receive))) {
                List<CompletableFuture<Object>> users = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String host = i == 0 ? "echo" : "source-" + (1 + random.nextInt(8_000));
                    byte[] expected = ScriptedModem.content(i == 0 ? "x-" + (1 + random.nextInt(8_000)) : host);
                    users.add(caught(() -> use(modem, host, expected)));
                }
                for (CompletableFuture<Object> user : users) {
                    assertThat(user.get(60, TimeUnit.SECONDS)).isEqualTo("whole");
                }
            }
        });
    }

    private static Object use(Modem modem, String host, byte[] expected) throws IOException {
        try (Socket socket = modem.socketFactory().createSocket(host, 7)) {
            if (host.equals("echo")) {
                socket.getOutputStream().write(expected);
                assertThat(socket.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
            } else {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(expected);
            }
            return "whole";
        }
    }

    /// Lost announcements and bytes, lost prompts, restarts: a socket's bytes are a true beginning of what was sent, an end
    /// of stream comes only after all of them, and everything ends.
    @Test
    void under_faults_bytes_are_a_true_beginning_and_nothing_hangs() {
        Seeds.forEach(60, seed -> {
            Random random = new Random(seed);
            ScriptedModem.Mischief mischief = new ScriptedModem.Mischief(random.nextDouble() * 0.3, 0,
                    random.nextDouble() * 0.3, random.nextDouble() * 0.3, 0.1, 0, 1 + random.nextInt(200));
            ScriptedModem line = new ScriptedModem(seed, mischief);
            try (Modem modem = online(line)) {
                String host = "source-" + (1 + random.nextInt(20_000));
                byte[] expected = ScriptedModem.content(host);
                try (Socket socket = modem.socketFactory().createSocket(host, 7)) {
                    int fault = random.nextInt(5);
                    switch (fault) {
                        case 0 -> line.dropOneByteAfter(random.nextInt(expected.length));
                        case 1 -> line.reboot(random.nextBoolean());
                        case 2 -> line.loseNetwork();
                        case 3 -> line.unplug();
                        default -> {
                        }
                    }
                    socket.setSoTimeout(20_000);
                    ByteArrayOutputStream got = new ByteArrayOutputStream();
                    boolean ended = readAll(socket, got);
                    byte[] bytes = got.toByteArray();
                    assertThat(java.util.Arrays.equals(bytes, java.util.Arrays.copyOf(expected, bytes.length)))
                            .as("a true beginning").isTrue();
                    if (ended || fault > 3) {
                        assertThat(bytes.length).isEqualTo(expected.length);
                    }
                }
            }
        });
    }

    private static boolean readAll(Socket socket, ByteArrayOutputStream got) throws SocketTimeoutException {
        byte[] buffer = new byte[3000];
        try {
            int n;
            while ((n = socket.getInputStream().read(buffer)) >= 0) {
                got.write(buffer, 0, n);
            }
            return true;
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return false;
        }
    }

    private interface Work {
        Object run() throws Exception;
    }

    private static CompletableFuture<Object> caught(Work work) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(work.run());
            } catch (Exception | AssertionError e) {
                outcome.complete(e);
            }
        });
        return outcome;
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        long deadline = System.nanoTime() + ENOUGH.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
