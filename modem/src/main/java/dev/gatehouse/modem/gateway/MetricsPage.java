package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Answers `GET /metrics` (HTTP/1.1, one request per connection).
final class MetricsPage {
    private static final int REQUEST_BYTES_MAX = 8 * 1024;
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int READERS_MAX = 8;

    private final Supplier<String> page;
    private final Semaphore readers = new Semaphore(READERS_MAX);

    MetricsPage(Supplier<String> page) {
        this.page = page;
    }

    void answer(Socket client) {
        if (!readers.tryAcquire()) {
            Sockets.close(client);
            return;
        }
        try {
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(answer(requestLine(client.getInputStream()))
                    .getBytes(StandardCharsets.UTF_8));
            Sockets.closeAfterLastWords(client);
        } catch (IOException e) {
            Sockets.close(client); // it went away, or never asked
        } finally {
            readers.release();
        }
    }

    private String answer(String requestLine) {
        String[] words = requestLine.split(" ");
        if (words.length < 2 || !words[0].equals("GET")) {
            return response("405 Method Not Allowed", "only GET is possible\n");
        }
        return words[1].equals("/metrics") || words[1].equals("/")
                ? response("200 OK", page.get())
                : response("404 Not Found", "the counters are at /metrics\n");
    }

    private static String response(String status, String body) {
        return "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\nConnection: close\r\n\r\n" + body;
    }

    /// Reads up to the empty line after the headers.
    private static String requestLine(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        long deadline = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || request.length() >= REQUEST_BYTES_MAX || System.nanoTime() > deadline) {
                throw new IOException("not a complete request");
            }
            request.append((char) next);
        }
        return request.substring(0, request.indexOf("\r\n"));
    }
}
