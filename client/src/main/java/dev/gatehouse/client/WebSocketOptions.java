package dev.gatehouse.client;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.random.RandomGenerator;

import org.jspecify.annotations.Nullable;

/// How a WebSocket is opened.
///
/// @param host what the Host header says, with the port when it is not the usual one
/// @param path with its leading slash
/// @param subprotocol `mqtt` as MQTT 5 §6 asks, `mqttv3.1` for servers from before the standard; null offers none
/// @param headers more lines, for example `Origin: https://example.com`
/// @param random for the key and for the masks of frames
public record WebSocketOptions(String host, String path, @Nullable String subprotocol, List<String> headers,
        RandomGenerator random) {
    private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 §1.3

    public WebSocketOptions {
        headers = List.copyOf(headers);
    }

    /// As MQTT asks.
    public static WebSocketOptions of(MqttUrl url, RandomGenerator random) {
        return new WebSocketOptions(url.port() == url.scheme().usualPort() ? bare(url) : url.authority(), url.path(),
                "mqtt", List.of(), random);
    }

    private static String bare(MqttUrl url) {
        return url.host().indexOf(':') >= 0 ? "[" + url.host() + "]" : url.host();
    }

    /// What [#over] came to.
    public record Upgraded(Transport transport, HttpAnswer answer) {}

    /// Opens the WebSocket on a connected transport, which is closed on every failure.
    ///
    /// @throws IOException [UpgradeFault] when the answer is HTTP and not a WebSocket; [java.io.EOFException] when there
    ///         was none; [java.net.SocketTimeoutException] at the deadline
    public Upgraded over(Transport transport, Deadline deadline) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        try (Guard guard = new Guard(deadline, transport)) {
            try {
                transport.readMillis(Math.max(1, deadline.leftMillis()));
                transport.out().write(request(key).getBytes(StandardCharsets.ISO_8859_1));
                transport.out().flush();
                HttpAnswer answer = HttpAnswer.read(transport.in());
                check(answer, key);
                return new Upgraded(new WebSocketTransport(transport, random), answer);
            } catch (IOException e) {
                closeQuietly(transport);
                throw guard.instead(e, "opening the WebSocket");
            }
        }
    }

    private String request(String key) {
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\n");
        if (subprotocol != null) {
            request.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
        }
        headers.forEach(line -> request.append(line).append("\r\n"));
        return request.append("\r\n").toString();
    }

    private void check(HttpAnswer answer, String key) throws IOException {
        if (answer.status() == 0) {
            throw new ProtocolException("the answer is not HTTP: " + printable(answer.statusLine()));
        }
        if (answer.status() != 101) {
            throw new UpgradeFault("the server answered " + printable(answer.statusLine()), answer);
        }
        if (!answer.header("Sec-WebSocket-Accept").map(String::strip).orElse("").equals(accept(key))) {
            throw new UpgradeFault("the server's Sec-WebSocket-Accept does not fit the key", answer);
        }
        String agreed = answer.header("Sec-WebSocket-Protocol").orElse(null);
        if (subprotocol != null && !subprotocol.equals(agreed)) {
            throw new UpgradeFault(agreed == null
                    ? "the server did not agree to the subprotocol " + subprotocol
                    : "the server wants the subprotocol " + printable(agreed) + " instead of " + subprotocol, answer);
        }
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1")
                    .digest((key + ACCEPT).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-1", e);
        }
    }

    private static String printable(String line) {
        String start = line.length() > 100 ? line.substring(0, 100) + "…" : line;
        return start.replaceAll("[^ -~…]", "?");
    }

    private static void closeQuietly(Transport transport) {
        try {
            transport.close();
        } catch (IOException e) {
            // There is another exception under way, which tells more.
        }
    }
}
