package dev.gatehouse.server;

import dev.gatehouse.diagnosis.Ending;

/// How far a connection came on the way to its CONNACK: what it means when it ends there.
enum Phase {
    /// Accepted, not a byte yet.
    SILENT(Ending.NOTHING_SENT, Ending.CLOSED_WITHOUT_A_BYTE),
    /// Some bytes that may be the beginning of more than one thing.
    FIRST_BYTES(Ending.FIRST_BYTES_INCOMPLETE, Ending.CLOSED_DURING_CONNECT),
    /// Within a PROXY header.
    PROXY(Ending.PROXY_HEADER_INCOMPLETE, Ending.PROXY_HEADER_INCOMPLETE),
    /// Within the ClientHello.
    HELLO(Ending.HELLO_INCOMPLETE, Ending.HELLO_INCOMPLETE),
    /// ClientHello read, the handshake goes on.
    HANDSHAKE(Ending.HANDSHAKE_TIMEOUT, Ending.CLOSED_DURING_HANDSHAKE),
    /// Within the HTTP request that should become a WebSocket.
    HTTP(Ending.WS_REQUEST_INCOMPLETE, Ending.WS_REQUEST_INCOMPLETE),
    /// TLS or WebSocket is open, or a PROXY header was read, and not a byte of MQTT has come.
    BEFORE_CONNECT(Ending.NO_CONNECT, Ending.CLOSED_BEFORE_CONNECT),
    /// Within the CONNECT packet.
    CONNECT(Ending.CONNECT_INCOMPLETE, Ending.CLOSED_DURING_CONNECT),
    /// CONNECT read, credentials are being verified.
    AUTHENTICATION(Ending.AUTHENTICATION_OVERLOADED, Ending.CLOSED_BEFORE_CONNACK),
    /// The session is open.
    OPEN(Ending.WRITE_TIMEOUT, Ending.CLIENT_CLOSED);

    private final Ending late;
    private final Ending left;

    Phase(Ending late, Ending left) {
        this.late = late;
        this.left = left;
    }

    /// The end when the deadline passes here.
    Ending late() {
        return late;
    }

    /// The end when the client closes here.
    Ending left() {
        return left;
    }
}
