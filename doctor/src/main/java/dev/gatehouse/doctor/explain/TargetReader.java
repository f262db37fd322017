package dev.gatehouse.doctor.explain;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the addresses and ports that somebody connects to.
final class TargetReader {
    private static final Form URL = Form.of("://",
            "(?i)\\b(mqtts?|mqtt\\+ssl|tcp|ssl|tls|wss?|https?)://(?:[^\\s/@'\"]{1,120}@)?"
                    + "(\\[[0-9a-f:]+\\]|[\\w.<>*-]{0,120})(?::(\\d{1,5}))?");
    private static final Pattern HOST_AND_PORT = Pattern.compile(
            "(?<![\\w.:/@-])(?:host ?=? ?)?((?:\\d{1,3}\\.){3}\\d{1,3}|localhost|(?:[\\w-]+\\.)+[a-zA-Z]{2,24}|::1|\\[::1\\])"
                    + "(?::|/|, ?| port:? ?|\"?, ?\"?)(\\d{2,5})\\b");
    private static final Form OPTION_PORT = Form.of("mosquitto_", "(?:^|\\s)(?:-p|--port)[ =](\\d{2,5})\\b");
    private static final Form OPTION_HOST = Form.of("mosquitto_", "(?:^|\\s)(?:-h|--host)[ =]([\\w.-]{1,120})");
    private static final Pattern OPTION_TLS = Pattern.compile("\\s--(?:cafile|capath|tls-use-os-certs|psk)\\b");
    private static final Form PORT = Form.of("port", "(?i)\\bport[\"'\\])]*\\s*[=:]?\\s*\"?(\\d{2,5})\\b");
    private static final Form HOST = Form.of("host server broker addr",
            "(?i)\\b(?:host(?:name)?|server|broker|address|addr)[\"'\\])]*\\s*(?:is|=|:)\\s*[\"']?((?:\\d{1,3}\\.){3}\\d{1,3}|localhost)"
                    + "\\b");
    private static final Form ITSELF = Form.of("127.0.0.1 localhost",
            "(?i)(?<![\\w.])(127\\.0\\.0\\.1|localhost)(?![\\w.]*\\w)");
    private static final Pattern NOT_DIALLED = Pattern.compile(
            "(?i)connection from|connected from|listen|proxy_pass|upstream|peername|client:|started|can only|only be used|only accept");
    private static final Pattern SERVER_PORT = Pattern.compile("(?i)new connection from|listen socket|listener");

    private TargetReader() {}

    static void read(Line line, String lower, Ledger ledger) {
        String text = line.text();
        Matcher url = URL.find(text, lower);
        if (url != null) {
            String scheme = scheme(url.group(1));
            if (!scheme.isEmpty()) {
                add(line, url.group(2), url.group(3), scheme, ledger);
                return;
            }
            if (url.group(1).toLowerCase(Locale.ROOT).startsWith("http")) {
                return;
            }
        }
        Matcher port = OPTION_PORT.find(text, lower);
        Matcher host = OPTION_HOST.find(text, lower);
        if (text.contains("mosquitto_") && (port != null || host != null)) {
            add(line, host != null ? host.group(1) : "localhost", port != null ? port.group(1) : "1883",
                    OPTION_TLS.matcher(text).find() ? "mqtts" : "mqtt", ledger);
            return;
        }
        Matcher both = HOST_AND_PORT.matcher(text);
        if (both.find()) {
            add(line, both.group(1), both.group(2), "", ledger);
            return;
        }
        Matcher alone = PORT.find(text, lower);
        if (alone != null && !SERVER_PORT.matcher(text).find()) {
            add(line, "", alone.group(1), "", ledger);
        }
        Matcher name = HOST.find(text, lower);
        Matcher itself = ITSELF.find(text, lower);
        if (name != null) {
            add(line, name.group(1), null, "", ledger);
        } else if (itself != null && !NOT_DIALLED.matcher(text).find()) {
            add(line, itself.group(1), null, "", ledger);
        }
    }

    private static String scheme(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "mqtt", "tcp" -> "mqtt";
            case "mqtts", "mqtt+ssl", "ssl", "tls" -> "mqtts";
            case "ws" -> "ws";
            case "wss" -> "wss";
            default -> "";
        };
    }

    static void add(Line line, String host, @org.jspecify.annotations.Nullable String port, String scheme,
            Ledger ledger) {
        int number = port == null ? 0 : Integer.parseInt(port);
        if (number <= 65_535) {
            ledger.add(new Observation.Target(line, host.toLowerCase(Locale.ROOT), number, scheme));
        }
    }
}
