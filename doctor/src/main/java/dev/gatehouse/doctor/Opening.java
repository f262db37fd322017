package dev.gatehouse.doctor;

/// What the probe says first to find out what answers.
public enum Opening {
    /// Nothing: some servers speak first.
    NOTHING("nothing"),
    /// A ClientHello.
    CLIENT_HELLO("a TLS ClientHello"),
    /// A CONNECT of MQTT 3.1.1.
    MQTT_CONNECT("an MQTT CONNECT"),
    /// A request for a WebSocket.
    WEBSOCKET("an HTTP request for a WebSocket"),
    /// A PROXY protocol header, and what the URL's scheme begins with behind it.
    PROXY_HEADER("a PROXY protocol header in front");

    private final String words;

    Opening(String words) {
        this.words = words;
    }

    /// For the middle of a sentence.
    public String words() {
        return words;
    }
}
