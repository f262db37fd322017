package dev.gatehouse.simulator.modem;

import java.net.URI;
import java.util.Locale;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;
import dev.gatehouse.simulator.net.TlsPlan;

/// One HTTP request and its answer, on a connection of its own.
final class HttpExchange {
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Board board;
    private final URI target;
    private final @Nullable TlsPlan tls;
    private final String request;
    private final boolean headOnly;
    private final int connectMillis;
    private final int answerMillis;
    private final Consumer<End> then;
    private final StringBuilder received = new StringBuilder();
    private @Nullable Conduit conduit;
    private boolean over;

    /// How it ended.
    sealed interface End {}

    /// @param head the answer's head with its empty line
    /// @param body without the frames it came in
    record Answered(int status, String head, String body) implements End {}

    record NotConnected(NetEvent.Failure why, String detail) implements End {}

    /// @param late rather than broken off
    record NotAnswered(boolean late) implements End {}

    HttpExchange(Board board, URI target, @Nullable TlsPlan tls, String request, boolean headOnly, int connectMillis,
            int answerMillis, Consumer<End> then) {
        this.board = board;
        this.target = target;
        this.tls = tls;
        this.request = request;
        this.headOnly = headOnly;
        this.connectMillis = connectMillis;
        this.answerMillis = answerMillis;
        this.then = then;
    }

    void begin() {
        int port = target.getPort() >= 0 ? target.getPort() : tls == null ? HTTP_PORT : HTTPS_PORT;
        conduit = board.network().connect(target.getHost(), port, 0, connectMillis, Link.BUFFER_BYTES, tls,
                this::happened);
    }

    /// Nobody waits for the answer any more.
    void abandon() {
        over = true;
        if (conduit != null) {
            conduit.close();
        }
    }

    private void end(End how) {
        if (!over) {
            abandon();
            then.accept(how);
        }
    }

    private void happened(NetEvent event) {
        switch (event) {
            case NetEvent.Opened _ -> {
                Conduit to = conduit;
                if (to != null) {
                    send(to, 0);
                }
                board.after(answerMillis, () -> end(new NotAnswered(true)));
            }
            case NetEvent.Failed failed -> end(new NotConnected(failed.why(), failed.detail()));
            case NetEvent.Received bytes -> {
                received.append(bytes.octets());
                if (conduit != null) {
                    conduit.consumed(bytes.octets().length());
                }
                if (received.length() > ANSWER_BYTES_MAX) {
                    end(new NotAnswered(false));
                } else {
                    read(false);
                }
            }
            case NetEvent.Ended _ -> {
                read(true);
                end(new NotAnswered(false));
            }
            case NetEvent.Drained _,NetEvent.Datagram _ -> {
                // The request waits for room by itself, and there are no datagrams.
            }
        }
    }

    /// As much of the request as there is room for, and then the rest.
    private void send(Conduit to, int from) {
        int bytes = Math.min(to.room(), request.length() - from);
        if (bytes > 0) {
            to.send(request.substring(from, from + bytes));
        }
        int next = from + bytes;
        if (next < request.length() && !over) {
            board.after(5, () -> send(to, next));
        }
    }

    /// @param ended nothing more comes, which is how some answers end
    private void read(boolean ended) {
        int headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return;
        }
        String head = received.substring(0, headEnd + 4);
        int status = status(head);
        if (status == 100) {
            received.delete(0, headEnd + 4);
            read(ended);
            return;
        }
        String rest = received.substring(headEnd + 4);
        String body = headOnly || status == 204 || status == 304 ? "" : body(head, rest, ended);
        if (body != null) {
            end(new Answered(status, head, body));
        }
    }

    private static int status(String head) {
        String[] words = head.split("[ \r]", 3);
        try {
            return words.length > 1 ? Integer.parseInt(words[1]) : 0;
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    /// Null when it is not complete.
    private static @Nullable String body(String head, String rest, boolean ended) {
        if (field(head, "transfer-encoding").equalsIgnoreCase("chunked")) {
            return unchunked(rest);
        }
        String length = field(head, "content-length");
        if (length.isEmpty()) {
            return ended ? rest : null;
        }
        try {
            int bytes = Integer.parseInt(length);
            return bytes <= rest.length() ? rest.substring(0, bytes) : null;
        } catch (NumberFormatException none) {
            return ended ? rest : null;
        }
    }

    private static String field(String head, String name) {
        return head.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":")).findFirst()
                .map(line -> line.substring(name.length() + 1).strip()).orElse("");
    }

    private static @Nullable String unchunked(String rest) {
        StringBuilder body = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = rest.indexOf("\r\n", at);
            if (lineEnd < 0) {
                return null;
            }
            int bytes;
            try {
                bytes = Integer.parseInt(rest.substring(at, lineEnd).split(";", 2)[0].strip(), 16);
            } catch (NumberFormatException none) {
                return null;
            }
            int start = lineEnd + 2;
            if (bytes == 0) {
                return body.toString();
            }
            if (start + bytes + 2 > rest.length()) {
                return null;
            }
            body.append(rest, start, start + bytes);
            at = start + bytes + 2;
        }
    }
}
