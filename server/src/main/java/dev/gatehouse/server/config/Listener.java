package dev.gatehouse.server.config;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// One address to accept connections on.
///
/// @param name unique; appears in the trail
/// @param host an IP address or a host name, as written
/// @param port 0 to 65 535; 0 lets the operating system choose
/// @param tenant the tenant of every client that comes in here; null on TLS listeners, and where the user name says it
/// @param trustedProxies who may send a PROXY header; empty exactly when `proxyProtocol` is off
public record Listener(String name, Protocol protocol, String host, int port, @Nullable String tenant,
        ProxyProtocol proxyProtocol, List<AddressRange> trustedProxies) {
    /// Copies the list.
    public Listener {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// What is spoken on a listener.
    public enum Protocol {
        /// MQTT over TCP.
        MQTT("mqtt", false, false),
        /// MQTT over TLS.
        MQTTS("mqtts", true, false),
        /// MQTT over WebSocket over TCP.
        WS("ws", false, true),
        /// MQTT over WebSocket over TLS.
        WSS("wss", true, true);

        private final String text;
        private final boolean tls;
        private final boolean webSocket;

        Protocol(String text, boolean tls, boolean webSocket) {
            this.text = text;
            this.tls = tls;
            this.webSocket = webSocket;
        }

        /// As in the configuration file and in a URL: `mqtts`.
        public String text() {
            return text;
        }

        /// Does it start with a TLS handshake?
        public boolean isTls() {
            return tls;
        }

        /// Is there an HTTP upgrade before MQTT?
        public boolean isWebSocket() {
            return webSocket;
        }
    }

    /// Whether a connection starts with a PROXY protocol header, version 1 or 2.
    public enum ProxyProtocol {
        /// Never: bytes that look like one are not MQTT.
        OFF("off"),
        /// From a trusted address it may be there; from others it must not.
        OPTIONAL("optional"),
        /// Every connection comes from a trusted address and starts with one.
        REQUIRED("required");

        private final String text;

        ProxyProtocol(String text) {
            this.text = text;
        }

        /// As in the configuration file.
        public String text() {
            return text;
        }
    }
}
