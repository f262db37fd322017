package dev.gatehouse.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.SocketFactory;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class WebSocketTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// The server's side of the upgrade; null as `subprotocol` agrees to none.
    static String upgrade(Socket socket, String subprotocol) throws IOException {
        String request = head(socket);
        String key = request.lines().filter(line -> line.startsWith("Sec-WebSocket-Key: ")).findFirst().orElseThrow()
                .substring(19);
        try {
            String accept = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII)));
            socket.getOutputStream().write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n"
                    + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
        return request;
    }

    static String head(Socket socket) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("the client closed after " + request);
            }
            request.append((char) next);
        }
        return request.toString();
    }

    /// The next frame of a client, unmasked: first byte and payload.
    static String frame(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        int length = in.read() & 0x7F;
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return "%02x:".formatted(first) + HexFormat.of().formatHex(payload);
    }

    private static Transport dial(ScriptedServer server) throws IOException {
        MqttUrl url = MqttUrl.parse("ws://127.0.0.1:" + server.address().getPort() + "/mqtt");
        return new Dialer(SocketFactory.getDefault(), null, WebSocketOptions.of(url, new Random(1)))
                .dial(server.address(), Deadline.in(PATIENCE));
    }

    @Test
    void a_server_without_the_subprotocol_or_the_path_is_refused_with_its_answer() throws Exception {
        try (var none = new ScriptedServer(peer -> upgrade(peer.socket(), ""));
                var missing = new ScriptedServer(peer -> {
                    head(peer.socket());
                    peer.socket().getOutputStream().write("HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n".getBytes(
                            StandardCharsets.US_ASCII));
                })) {
            assertThat(catchThrowableOfType(UpgradeFault.class, () -> dial(none)).answer().status()).isEqualTo(101);
            UpgradeFault fault = catchThrowableOfType(UpgradeFault.class, () -> dial(missing));
            assertThat(fault).hasMessage("the server answered HTTP/1.1 404 Not Found");
            assertThat(fault.answer().header("server")).contains("x");
        }
    }

    @Test
    void frames_that_are_not_allowed_end_the_reading() throws Exception {
        for (String bytes : List.of("81 01 61", "82 81 00 00 00 00 61", "c2 01 61", "83 00", "88 02 03 ea",
                "89 7e 00 80")) {
            try (var server = new ScriptedServer(peer -> {
                upgrade(peer.socket(), "mqtt");
                peer.send(bytes);
                peer.socket().getInputStream().read();
            }); Transport transport = dial(server)) {
                assertThatThrownBy(() -> transport.in().read()).as(bytes).isInstanceOf(ProtocolException.class);
            }
        }
    }

    @Test
    void an_orderly_close_is_the_end_of_the_stream() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            upgrade(peer.socket(), "mqtt");
            peer.send("82 01 61 88 02 03 e8");
        }); Transport transport = dial(server)) {
            assertThat(transport.in().read()).isEqualTo('a');
            assertThat(transport.in().read()).isEqualTo(-1);
        }
    }

    @Test
    void long_frames_have_their_length_in_2_or_8_bytes() throws Exception {
        for (int length : new int[]{125, 126, 65_535, 65_536}) {
            byte[] payload = new byte[length];
            new Random(length).nextBytes(payload);
            try (var server = new ScriptedServer(peer -> {
                upgrade(peer.socket(), "mqtt");
                InputStream in = peer.socket().getInputStream();
                byte[] start = in.readNBytes(length < 126 ? 2 : length < 65_536 ? 4 : 10);
                byte[] mask = in.readNBytes(4);
                byte[] masked = in.readNBytes(length);
                for (int i = 0; i < length; i++) {
                    masked[i] ^= mask[i % 4];
                }
                start[1] &= 0x7F;
                peer.socket().getOutputStream().write(start);
                peer.socket().getOutputStream().write(masked);
                peer.socket().getInputStream().read();
            }); Transport transport = dial(server)) {
                transport.out().write(payload);
                assertThat(transport.in().readNBytes(length)).isEqualTo(payload);
            }
        }
    }

    @Test
    void a_server_that_sends_its_answer_drop_by_drop_is_given_up_at_the_deadline() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            head(peer.socket());
            while (peer.socket().getInputStream().available() == 0) {
                peer.socket().getOutputStream().write('H');
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
            }
        })) {
            MqttUrl url = MqttUrl.parse("ws://127.0.0.1:" + server.address().getPort() + "/mqtt");
            Dialer dialer = new Dialer(SocketFactory.getDefault(), null, WebSocketOptions.of(url, new Random(1)));
            assertThatThrownBy(() -> dialer.dial(server.address(), Deadline.in(Duration.ofMillis(200))))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void urls_say_where_and_how_and_what_is_wrong_with_them() {
        assertThat(MqttUrl.parse("mqtts://h.example")).hasToString("mqtts://h.example:8883");
        assertThat(MqttUrl.parse("ws://[::1]")).hasToString("ws://[::1]:80/mqtt");
        assertThat(MqttUrl.parse("wss://h:8084/x?y=z")).hasToString("wss://h:8084/x?y=z");
        for (String wrong : List.of("h.example", "http://h", "mqtt://", "mqtt://h/topic", "mqtt://u:p@h", "mqtt://h:0",
                "mqtt://h:70000", "mqtt://h_h", "mqtt://a b", "")) {
            assertThatThrownBy(() -> MqttUrl.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
