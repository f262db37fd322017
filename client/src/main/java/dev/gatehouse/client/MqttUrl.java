package dev.gatehouse.client;

import java.net.IDN;
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
    private static final int HOST_MAX = 253;
    private static final int LABEL_MAX = 63;

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
        if (authority(text).indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "user name and password do not belong into the URL, where they end up in "
                            + "histories and logs: give them as options");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not a URL: " + e.getReason() + ". Write for example mqtts://host:8883");
        }
        Scheme scheme = scheme(uri.getScheme(), text);
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw new IllegalArgumentException(wrongHost(text, scheme));
        }
        fitting(host);
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

    private static String authority(String text) {
        int start = text.indexOf("://");
        return start < 0 ? "" : text.substring(start + 3).split("[/?#]", 2)[0];
    }

    /// A name with other letters as it is looked up (RFC 5891 §4); any other as it is.
    private static String ascii(String name) {
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static String wrongHost(String text, Scheme scheme) {
        String authority = authority(text);
        int colon = authority.lastIndexOf(':');
        if (colon > authority.indexOf(':')) {
            return "\"" + text + "\": an IPv6 address stands in brackets, for example " + scheme + "://[::1]:"
                    + scheme.usualPort;
        }
        if (colon > 0 && !authority.substring(colon + 1).matches("\\d*")) {
            return "a port is a number from 1 to 65535, not \"" + authority.substring(colon + 1) + "\"";
        }
        String ascii = ascii(colon > 0 ? authority.substring(0, colon) : authority);
        if (!authority.startsWith(ascii)) {
            return "\"" + text + "\": to the domain name system this host is " + ascii + "; write it so";
        }
        return "\"" + text + "\" has no valid host name. A host name is letters, digits "
                + "and hyphens in labels joined by dots, for example " + scheme + "://broker.example.com:"
                + scheme.usualPort;
    }

    /// The host name, when it is short enough for the domain name system: 253 characters, 63 in a label (RFC 1035 §2.3.4).
    ///
    /// @throws IllegalArgumentException with a sentence for a person
    public static String fitting(String host) {
        String bare = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        int longest = Arrays.stream(bare.split("\\.")).mapToInt(String::length).max().orElse(0);
        if (bare.length() > HOST_MAX || longest > LABEL_MAX && !host.startsWith("[")) {
            throw new IllegalArgumentException("a host name has at most " + HOST_MAX + " characters, and " + LABEL_MAX
                    + " between two dots; this one has " + bare.length() + ", and " + longest);
        }
        return host;
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
