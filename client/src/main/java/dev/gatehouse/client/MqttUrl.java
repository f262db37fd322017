package dev.gatehouse.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// Where a broker is: `mqtt://`, `mqtts://`, `ws://` or `wss://`.
///
/// @param host a name or an address, an IPv6 address without brackets
/// @param port 1 to 65 535
/// @param path of a WebSocket, with its leading slash and its query; empty for the others
public record MqttUrl(Scheme scheme, String host, int port, String path) {
    /// What lies under MQTT.
    public enum Scheme {
        /// TCP.
        MQTT(1883, false, false),
        /// TLS.
        MQTTS(8883, true, false),
        /// WebSocket.
        WS(80, false, true),
        /// WebSocket over TLS.
        WSS(443, true, true);

        private final int usualPort;
        private final boolean encrypted;
        private final boolean webSocket;

        Scheme(int usualPort, boolean encrypted, boolean webSocket) {
            this.usualPort = usualPort;
            this.encrypted = encrypted;
            this.webSocket = webSocket;
        }

        /// The port when the URL has none.
        public int usualPort() {
            return usualPort;
        }

        /// Whether TLS is spoken.
        public boolean encrypted() {
            return encrypted;
        }

        /// Whether MQTT is carried in a WebSocket.
        public boolean webSocket() {
            return webSocket;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads a URL. A WebSocket's path is `/mqtt` when the URL has none.
    ///
    /// @throws IllegalArgumentException with a sentence that says what is wrong and what is right
    public static MqttUrl parse(String text) {
        if (text.endsWith("://")) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no host name. Write for example mqtts://host:8883");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a URL: " + e.getReason() + ". Write for example mqtts://host:8883");
        }
        Scheme scheme = scheme(uri.getScheme(), text);
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "user name and password do not belong into the URL, where they end up in "
                            + "histories and logs: give them as options");
        }
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no valid host name. A host name is letters, digits "
                            + "and hyphens in labels joined by dots, for example mqtts://broker.example.com:8883");
        }
        if (uri.getPort() > 65_535 || uri.getPort() == 0) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + uri.getPort());
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        if (!scheme.webSocket && path.length() > 1) {
            throw new IllegalArgumentException(
                    "\"" + path + "\": only ws:// and wss:// have a path; a topic is given as an option");
        }
        return new MqttUrl(scheme, host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                uri.getPort() < 0 ? scheme.usualPort : uri.getPort(), scheme.webSocket ? target(uri, path) : "");
    }

    private static String target(URI uri, String path) {
        return (path.isEmpty() ? "/mqtt" : path) + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private static Scheme scheme(@Nullable String name, String text) {
        String known = switch (name == null ? "" : name.toLowerCase(Locale.ROOT)) {
            case "tcp" -> "mqtt";
            case "ssl", "tls" -> "mqtts";
            case String other -> other;
        };
        return Arrays.stream(Scheme.values()).filter(scheme -> scheme.toString().equals(known)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + text
                        + "\" has to begin with mqtt://, mqtts://, ws:// or wss://"));
    }

    /// `host:port`, an IPv6 address in brackets.
    public String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority() + path;
    }
}
