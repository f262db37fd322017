package dev.gatehouse.simulator.modem;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.NetEvent;
import dev.gatehouse.simulator.net.TlsPlan;

/// `AT+HTTP…`: one request after the other, with the modem's TLS for `https`.
final class HttpService {
    private static final List<String> METHODS = List.of("GET", "POST", "HEAD", "DELETE", "PUT");
    private static final int CONTEXT_MAX = 9;
    private static final int DATA_BYTES_MAX = 153_600;
    private static final int PIECE_BYTES_MAX = 1024;
    private static final int MILLIS_PER_SECOND = 1000;

    private static final int BUSY = 703;
    private static final int TIMEOUT = 705;
    private static final int TRANSFER = 706;
    private static final int BAD_PARAMETER = 708;
    private static final int DNS = 713;
    private static final int CONNECT = 714;
    private static final int HANDSHAKE = 715;
    private static final int NO_NETWORK = 717;
    private static final int NO_CERTIFICATE = 719;

    private final Board board;
    private final Cellular cellular;
    private final TlsContexts contexts;
    private boolean started;
    private String url = "";
    private String content = "text/plain";
    private String accept = "*/*";
    private final List<String> headers = new ArrayList<>();
    private int context;
    private int connectSeconds = 120;
    private int answerSeconds = 20;
    private String data = "";
    private String head = "";
    private String body = "";
    private @Nullable HttpExchange exchange;

    HttpService(Board board, Cellular cellular, TlsContexts contexts, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        this.contexts = contexts;
        commands.on("+HTTPINIT", call -> {
            if (started) {
                throw new Rejected();
            }
            started = true;
            call.ok();
        });
        commands.on("+HTTPTERM", call -> {
            requireStarted();
            rebooted();
            call.ok();
        });
        commands.on("+HTTPPARA", this::parameter);
        commands.on("+HTTPDATA", "+HTTPDATA: (1-153600),(10-65535)", this::data);
        commands.on("+HTTPACTION", "+HTTPACTION: (0-4)", this::act);
        commands.on("+HTTPHEAD", call -> {
            requireStarted();
            call.data("+HTTPHEAD: " + head.length(), head).ok();
        });
        commands.on("+HTTPREAD", this::read);
    }

    void rebooted() {
        if (exchange != null) {
            exchange.abandon();
        }
        exchange = null;
        started = false;
        url = "";
        content = "text/plain";
        accept = "*/*";
        headers.clear();
        context = 0;
        connectSeconds = 120;
        answerSeconds = 20;
        data = "";
        head = "";
        body = "";
    }

    private void requireStarted() {
        if (!started) {
            throw new Rejected();
        }
    }

    private void parameter(Call call) {
        requireStarted();
        Arguments arguments = call.arguments();
        switch (arguments.text(0).toUpperCase(Locale.ROOT)) {
            case "URL" -> url = arguments.text(1, 1, 2048);
            case "CONNECTTO" -> connectSeconds = arguments.number(1, 20, 120);
            case "RECVTO" -> {
                int _ = arguments.number(1, 2, 120);
            }
            case "RESPTO" -> answerSeconds = arguments.number(1, 2, 120);
            case "CONTENT" -> content = arguments.text(1, 1, 256);
            case "ACCEPT" -> accept = arguments.text(1, 1, 256);
            case "SSLCFG" -> context = arguments.number(1, 0, CONTEXT_MAX);
            case "USERDATA" -> headers.add(arguments.text(1, 0, 512));
            case "READMODE" -> {
                int _ = arguments.number(1, 0, 1);
            }
            case "BREAK", "BREAKEND" -> {
                int _ = arguments.number(1, 0, Integer.MAX_VALUE);
            }
            default -> throw new Rejected();
        }
        call.ok();
    }

    private void data(Call call) {
        requireStarted();
        int bytes = call.arguments().number(0, 1, DATA_BYTES_MAX);
        call.payload(bytes, "DOWNLOAD", octets -> {
            data = octets;
            call.ok();
        });
    }

    private void act(Call call) {
        requireStarted();
        int method = call.arguments().number(0, 0, METHODS.size() - 1);
        if (url.isEmpty()) {
            throw new Rejected();
        }
        if (exchange != null) {
            call.line("+HTTPACTION: " + method + "," + BUSY + ",0").error();
            return;
        }
        head = "";
        body = "";
        call.ok(() -> begin(method));
    }

    private void begin(int method) {
        URI target = target();
        if (target == null) {
            failed(method, BAD_PARAMETER);
            return;
        }
        if (!cellular.hasService()) {
            failed(method, NO_NETWORK);
            return;
        }
        TlsPlan plan = null;
        if (target.getScheme().equals("https")) {
            try {
                plan = contexts.plan(context, target.getHost());
            } catch (TlsContexts.Missing missing) {
                board.note("HTTP: " + missing.getMessage());
                failed(method, NO_CERTIFICATE);
                return;
            }
        }
        exchange = new HttpExchange(board, target, plan, request(METHODS.get(method), target),
                METHODS.get(method).equals("HEAD"), connectSeconds * MILLIS_PER_SECOND,
                answerSeconds * MILLIS_PER_SECOND, end -> ended(method, end));
        data = "";
        exchange.begin();
    }

    private @Nullable URI target() {
        try {
            URI uri = URI.create(url);
            boolean good = uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
            return good ? uri : null;
        } catch (IllegalArgumentException wrong) {
            return null;
        }
    }

    private String request(String method, URI target) {
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        StringBuilder request = new StringBuilder(method).append(' ').append(path);
        if (target.getRawQuery() != null) {
            request.append('?').append(target.getRawQuery());
        }
        request.append(" HTTP/1.1\r\nHost: ").append(target.getRawAuthority()).append("\r\nAccept: ").append(accept)
                .append("\r\nConnection: close\r\n");
        headers.forEach(line -> request.append(line.strip()).append("\r\n"));
        if (!data.isEmpty() || method.equals("POST") || method.equals("PUT")) {
            request.append("Content-Type: ").append(content).append("\r\nContent-Length: ").append(data.length())
                    .append("\r\n");
        }
        return request.append("\r\n").append(data).toString();
    }

    private void failed(int method, int error) {
        board.output().result("+HTTPACTION: " + method + "," + error + ",0");
    }

    private void ended(int method, HttpExchange.End end) {
        exchange = null;
        switch (end) {
            case HttpExchange.Answered answered -> {
                head = answered.head();
                body = answered.body();
                board.output().result("+HTTPACTION: " + method + "," + answered.status() + "," + body.length());
            }
            case HttpExchange.NotConnected not -> {
                board.note("HTTP: not connected: " + not.why() + ", " + not.detail());
                failed(method, code(not.why()));
            }
            case HttpExchange.NotAnswered not -> failed(method, not.late() ? TIMEOUT : TRANSFER);
        }
    }

    private static int code(NetEvent.Failure why) {
        return switch (why) {
            case NO_SUCH_NAME -> DNS;
            case TIMEOUT -> TIMEOUT;
            case REFUSED, UNREACHABLE -> CONNECT;
            case HANDSHAKE, UNTRUSTED -> HANDSHAKE;
            case NO_CERTIFICATE -> NO_CERTIFICATE;
        };
    }

    private void read(Call call) {
        requireStarted();
        if (call.is(Command.Kind.READ)) {
            call.line("+HTTPREAD: LEN," + body.length()).ok();
            return;
        }
        boolean both = call.arguments().count() > 1;
        int start = both ? call.arguments().number(0, 0, Integer.MAX_VALUE) : 0;
        int bytes = call.arguments().number(both ? 1 : 0, 1, Integer.MAX_VALUE);
        if (start >= body.length()) {
            throw new Rejected();
        }
        String part = body.substring(start, (int) Math.min(body.length(), (long) start + bytes));
        String line = board.profile().isA76xx() ? "+HTTPREAD: " : "+HTTPREAD: DATA,";
        call.ok(() -> {
            for (int at = 0; at < part.length(); at += PIECE_BYTES_MAX) {
                String piece = part.substring(at, Math.min(part.length(), at + PIECE_BYTES_MAX));
                board.output().result(line + piece.length(), piece);
            }
            board.output().result("+HTTPREAD: 0");
        });
    }
}
