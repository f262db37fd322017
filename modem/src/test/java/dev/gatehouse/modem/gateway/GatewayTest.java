package dev.gatehouse.modem.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// The gateway over sockets that need no modem.
@Timeout(30)
class GatewayTest {
    private static final int PATIENCE_MILLIS = 10_000;
    private final Straight uplink = new Straight();
    private final BlockingQueue<GatewayEvent> events = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        uplink.ports.put("server.example", server.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private Gateway started(GatewayOptions options) throws IOException {
        Gateway gateway = Gateway.start(options, uplink, events::add);
        open.add(gateway);
        return gateway;
    }

    private Gateway socks() throws IOException {
        return started(usual());
    }

    private static GatewayOptions usual() {
        return GatewayOptions.usual().listening(List.of(Endpoint.parse("0")), List.of())
                .withTimes(Duration.ofSeconds(5), Duration.ofMillis(300));
    }

    private <S extends Socket> S kept(S socket) throws IOException {
        open.add(socket);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private Socket through(Gateway gateway, String host) throws IOException {
        Socket socket = kept(new Socket(
                new Proxy(Proxy.Type.SOCKS, gateway.socks().getFirst().socketAddress())));
        socket.connect(InetSocketAddress.createUnresolved(host, 1883), PATIENCE_MILLIS);
        return socket;
    }

    private Socket accepted() throws IOException {
        return kept(server.accept());
    }

    private Socket raw(Gateway gateway) throws IOException {
        return kept(new Socket(InetAddress.getLoopbackAddress(), gateway.socks().getFirst().port()));
    }

    private <E extends GatewayEvent> E next(Class<E> type) throws InterruptedException {
        while (true) {
            GatewayEvent event = events.poll(10, TimeUnit.SECONDS);
            assertThat(event).as("a " + type.getSimpleName()).isNotNull();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @Test
    void a_program_reaches_a_name_that_only_the_modem_can_resolve() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        near.getOutputStream().write("there".getBytes(StandardCharsets.US_ASCII));
        assertThat(far.getInputStream().readNBytes(5)).asString().isEqualTo("there");
        far.getOutputStream().write("back".getBytes(StandardCharsets.US_ASCII));
        assertThat(near.getInputStream().readNBytes(4)).asString().isEqualTo("back");
        GatewayStatus status = gateway.status();
        assertThat(status.open()).isEqualTo(1);
        assertThat(status.bytesUp()).isEqualTo(5);
        assertThat(status.bytesDown()).isEqualTo(4);
        assertThat(status.line()).isEqualTo("up, signal -71 dBm, 1 of 10 sockets, 1 connections, out 5 B, in 4 B");
    }

    @Test
    void every_cause_has_its_reply_code_and_is_counted__RFC_1928_6() throws Exception {
        Gateway gateway = socks();
        server.close();
        assertThat(reply(gateway, request(1, 3, "nowhere.example", 80))).isEqualTo(0x04);
        assertThat(next(GatewayEvent.Refused.class).text()).contains("nowhere.example:80", "[unknown_host]");
        assertThat(reply(gateway, request(1, 3, "server.example", 80))).isEqualTo(0x05);
        assertThat(reply(gateway, request(2, 3, "server.example", 80))).isEqualTo(0x07);
        assertThat(reply(gateway, request(3, 3, "server.example", 80))).isEqualTo(0x07);
        assertThat(reply(gateway, request(1, 4, "0123456789abcdef", 80))).isEqualTo(0x08);
        assertThat(reply(gateway, request(1, 3, "::1", 80))).isEqualTo(0x08);
        assertThat(reply(gateway, request(1, 9, "", 80))).isEqualTo(0x08);
        for (String name : List.of("a\"b", "a\rAT+CPOF", "a b", "", "ü", "-a")) {
            assertThat(reply(gateway, request(1, 3, name, 80))).as(name).isEqualTo(0x02);
        }
        uplink.ready = false;
        assertThat(reply(gateway, request(1, 3, "server.example", 80))).isEqualTo(0x03);
        assertThat(gateway.status().failed()).containsEntry(Failure.UNKNOWN_HOST, 1L).containsEntry(Failure.REFUSED, 1L)
                .containsEntry(Failure.COMMAND, 2L).containsEntry(Failure.ADDRESS_TYPE, 3L)
                .containsEntry(Failure.BAD_NAME, 6L).containsEntry(Failure.MODEM_DOWN, 1L);
        assertThat(gateway.status().line()).startsWith("DOWN, signal unknown").endsWith("(no SIM card)");
    }

    /// @param type 1 IPv4, 3 name, 4 IPv6
    private static byte[] request(int command, int type, String host, int port) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[]{5, 1, 0, 5, (byte) command, 0, (byte) type});
        byte[] name = host.getBytes(StandardCharsets.UTF_8);
        if (type == 3) {
            bytes.write(name.length);
        }
        bytes.writeBytes(name);
        bytes.writeBytes(new byte[]{(byte) (port >> 8), (byte) port});
        return bytes.toByteArray();
    }

    private int reply(Gateway gateway, byte[] request) throws IOException {
        try (Socket client = raw(gateway)) {
            client.getOutputStream().write(request);
            DataInputStream in = new DataInputStream(client.getInputStream());
            assertThat(in.readUnsignedShort()).isEqualTo(0x0500);
            byte[] reply = in.readNBytes(10);
            assertThat(reply).hasSize(10).startsWith(5).endsWith(0, 1, 0, 0, 0, 0, 0, 0);
            if (reply[1] != 0) {
                assertThat(in.read()).isEqualTo(-1);
            }
            return reply[1];
        }
    }

    @Test
    void a_request_may_come_in_any_pieces() throws Exception {
        Gateway gateway = socks();
        byte[] request = request(1, 3, "server.example", 1883);
        for (int cut = 1; cut < request.length; cut++) {
            try (Socket client = raw(gateway)) {
                client.setTcpNoDelay(true);
                client.getOutputStream().write(request, 0, cut);
                Thread.onSpinWait();
                client.getOutputStream().write(request, cut, request.length - cut);
                try (Socket far = accepted()) {
                    assertThat(client.getInputStream().readNBytes(12)).startsWith(5, 0, 5, 0);
                    far.getOutputStream().write(cut);
                    assertThat(client.getInputStream().read()).isEqualTo(cut);
                }
            }
        }
    }

    @Test
    void who_speaks_something_else_is_told_in_his_own_words() throws Exception {
        Gateway gateway = socks();
        try (Socket http = raw(gateway)) {
            http.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(http.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 400 ").contains("socks5h");
        }
        try (Socket socks4 = raw(gateway)) {
            socks4.getOutputStream().write(new byte[]{4, 1, 0, 80, 127, 0, 0, 1, 0});
            assertThat(socks4.getInputStream().readAllBytes()).startsWith(0, 0x5b).hasSize(8);
        }
        assertThat(next(GatewayEvent.Refused.class).failure()).isEqualTo(Failure.NOT_SOCKS);
        assertThat(next(GatewayEvent.Refused.class).text()).contains("SOCKS4");
    }

    @Test
    void with_a_login_nobody_comes_in_without_it__RFC_1929() throws Exception {
        Gateway gateway = started(usual().with(new Login("eric", "secret")));
        assertThat(login(gateway, new byte[]{5, 1, 0})).startsWith(5, 0xff).hasSize(2);
        assertThat(login(gateway, credentials("eric", "wrong"))).startsWith(5, 2, 1, 1).hasSize(4);
        assertThat(login(gateway, credentials("other", "secret"))).startsWith(5, 2, 1, 1).hasSize(4);
        try (Socket client = raw(gateway)) {
            client.getOutputStream().write(credentials("eric", "secret"));
            byte[] request = request(1, 3, "server.example", 1);
            client.getOutputStream().write(request, 3, request.length - 3);
            assertThat(client.getInputStream().readNBytes(6)).containsExactly(5, 2, 1, 0, 5, 0);
        }
        assertThat(gateway.status().failed()).containsEntry(Failure.LOGIN, 3L);
        assertThat(new Login("eric", "secret")).hasToString("eric:***");
    }

    private static byte[] credentials(String user, String password) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[]{5, 1, 2, 1, (byte) user.length()});
        bytes.writeBytes(user.getBytes(StandardCharsets.US_ASCII));
        bytes.write(password.length());
        bytes.writeBytes(password.getBytes(StandardCharsets.US_ASCII));
        return bytes.toByteArray();
    }

    private byte[] login(Gateway gateway, byte[] hello) throws IOException {
        try (Socket client = raw(gateway)) {
            client.getOutputStream().write(hello);
            return client.getInputStream().readAllBytes();
        }
    }

    @Test
    void the_last_byte_is_delivered_before_the_end() throws Exception {
        Gateway gateway = socks();
        byte[] sent = new byte[1_000_000];
        new Random(1).nextBytes(sent);
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try {
                far.getOutputStream().write(sent);
                far.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(near.getInputStream().readAllBytes()).isEqualTo(sent);
        sending.get(10, TimeUnit.SECONDS);
        near.close();
        GatewayEvent.Ended ended = next(GatewayEvent.Ended.class);
        assertThat(ended.bytesDown()).isEqualTo(sent.length);
        assertThat(ended.failure()).isNull();
    }

    @Test
    void an_answer_is_delivered_although_writing_fails_already() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        try (Socket far = accepted()) {
            far.getOutputStream().write("CONNACK 5".getBytes(StandardCharsets.US_ASCII));
        }
        near.getOutputStream().write(new byte[10]);
        assertThat(near.getInputStream().readAllBytes()).asString().isEqualTo("CONNACK 5");
    }

    @Test
    void who_ends_his_side_still_gets_the_answer() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        near.getOutputStream().write("question".getBytes(StandardCharsets.US_ASCII));
        near.shutdownOutput();
        assertThat(far.getInputStream().readNBytes(8)).asString().isEqualTo("question");
        far.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
        far.close();
        assertThat(near.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    }

    @Test
    void after_the_local_end_a_silent_remote_side_is_closed() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        near.shutdownOutput();
        assertThat(far.getInputStream().read()).isEqualTo(-1);
        assertThat(near.getInputStream().read()).isEqualTo(-1);
        assertThat(next(GatewayEvent.Ended.class).failure()).isNull();
    }

    @Test
    void a_reset_is_not_taken_for_an_orderly_end() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        far.setSoLinger(true, 0);
        far.close();
        assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThat(next(GatewayEvent.Ended.class).failure()).isEqualTo(Failure.BROKEN);
        assertThat(gateway.status().failed()).containsEntry(Failure.BROKEN, 1L);
    }

    @Test
    void who_reads_slowly_is_written_to_slowly() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        byte[] block = new byte[64 * 1024];
        CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
            try (OutputStream out = far.getOutputStream()) {
                for (int i = 0; i < 1_000; i++) {
                    out.write(block);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(sending).as("64 MB do not fit into any buffer on the way")
                .failsWithin(Duration.ofMillis(300));
        long got = 0;
        InputStream in = near.getInputStream();
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            got += count;
        }
        assertThat(got).isEqualTo(64_000L * 1024);
        sending.get(10, TimeUnit.SECONDS);
    }

    @Test
    void the_eleventh_connection_is_refused_and_a_free_socket_is_used_again() throws Exception {
        Gateway gateway = socks();
        List<Socket> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(through(gateway, "server.example"));
            accepted();
        }
        assertThat(gateway.status().open()).isEqualTo(10);
        assertThat(reply(gateway, request(1, 3, "server.example", 1))).isEqualTo(0x01);
        assertThat(next(GatewayEvent.Refused.class).text()).contains("sockets are in use", "10 of 10");
        ten.getFirst().close();
        next(GatewayEvent.Ended.class);
        assertThat(reply(gateway, request(1, 3, "server.example", 1))).isZero();
    }

    @Test
    void a_forward_leads_to_its_place_and_a_failed_one_is_reset() throws Exception {
        Gateway gateway = started(GatewayOptions.usual().listening(List.of(),
                List.of(Forward.parse("0:server.example:1883"), Forward.parse("127.0.0.1:0:nowhere.example:1"))));
        try (Socket near = kept(new Socket(InetAddress.getLoopbackAddress(), gateway.forwards().get(0).port()))) {
            near.getOutputStream().write(7);
            assertThat(accepted().getInputStream().read()).isEqualTo(7);
        }
        try (Socket near = kept(new Socket(InetAddress.getLoopbackAddress(), gateway.forwards().get(1).port()))) {
            assertThatThrownBy(() -> near.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        assertThat(next(GatewayEvent.Refused.class).text()).contains("nowhere.example:1", "[unknown_host]");
    }

    @Test
    void counters_can_be_read_by_prometheus() throws Exception {
        Gateway gateway = started(usual().withMetrics(Endpoint.parse("127.0.0.1:0")));
        reply(gateway, request(1, 3, "nowhere.example", 80));
        String page = http(gateway, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(page).startsWith("HTTP/1.1 200 OK\r\n").contains("\ngatehouse_modem_up 1\n",
                "\ngatehouse_modem_signal_dbm -71\n", "\ngatehouse_gateway_sockets_max 10\n",
                "\ngatehouse_gateway_failures_total{cause=\"unknown_host\"} 1\n",
                "\ngatehouse_gateway_bytes_total{direction=\"in\"} 0\n");
        assertThat(http(gateway, "GET /other HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
        assertThat(http(gateway, "POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405 ");
    }

    private String http(Gateway gateway, String request) throws IOException {
        Endpoint at = Objects.requireNonNull(gateway.metrics());
        try (Socket client = kept(new Socket(InetAddress.getLoopbackAddress(), at.port()))) {
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void closing_the_gateway_ends_its_connections() throws Exception {
        Gateway gateway = socks();
        Socket near = through(gateway, "server.example");
        Socket far = accepted();
        gateway.close();
        assertThat(far.getInputStream().read()).isEqualTo(-1);
        assertThat(near.getInputStream().readAllBytes()).isEmpty();
        assertThatThrownBy(() -> raw(gateway)).isInstanceOf(IOException.class);
    }

    @Test
    void nothing_listens_for_other_computers_unless_that_is_said() {
        for (String wide : List.of("0.0.0.0:0", "[::]:0")) {
            assertThatThrownBy(() -> usual().listening(List.of(Endpoint.parse(wide)), List.of()))
                    .hasMessageContaining("--allow-others");
            assertThatThrownBy(() -> usual().withMetrics(Endpoint.parse(wide))).hasMessageContaining("--allow-others");
            assertThatThrownBy(() -> usual().listening(List.of(), List.of(Forward.parse(wide + ":a:1"))))
                    .hasMessageContaining("--allow-others");
        }
    }

    @Test
    void places_are_read_and_bad_ones_are_refused_with_a_sentence() {
        assertThat(Endpoint.parse("1080")).hasToString("127.0.0.1:1080");
        assertThat(Endpoint.parse("[::1]:1080").port()).isEqualTo(1080);
        assertThat(Endpoint.parse("localhost:0").local()).isTrue();
        assertThat(Forward.parse("8883:tenant.example:8884")).hasToString("127.0.0.1:8883 to tenant.example:8884");
        for (String wrong : List.of("x", "65536", "-1", "::1:80", "127.0.0.1:", "nowhere.invalid:1")) {
            assertThatThrownBy(() -> Endpoint.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        for (String wrong : List.of("8883", "8883:host", "8883:host:0", "8883:ho\"st:1", ":host:1", "8883::1")) {
            assertThatThrownBy(() -> Forward.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new Target("a".repeat(253), 1).host()).hasSize(253);
        assertThatThrownBy(() -> new Target("a".repeat(254), 1)).isInstanceOf(IllegalArgumentException.class);
        byte[] longest = new byte[255];
        Arrays.fill(longest, (byte) 'a');
        assertThat(new Login(new String(longest, StandardCharsets.US_ASCII), "b")).isNotNull();
        assertThatThrownBy(() -> new Login("a".repeat(256), "b")).isInstanceOf(IllegalArgumentException.class);
    }
}
