package dev.gatehouse.tests.clients;

/// What MQTT travels on between a client and the broker.
public enum Transport {
    /// MQTT on TCP.
    TCP,
    /// MQTT on TLS on TCP.
    TLS,
    /// MQTT on WebSocket, path `/mqtt`, subprotocol `mqtt`.
    WS,
    /// MQTT on WebSocket on TLS.
    WSS;

    /// Whether a certificate is checked and a server name can be sent.
    public boolean encrypted() {
        return this == TLS || this == WSS;
    }

    /// Whether an HTTP upgrade comes first.
    public boolean webSocket() {
        return this == WS || this == WSS;
    }
}
