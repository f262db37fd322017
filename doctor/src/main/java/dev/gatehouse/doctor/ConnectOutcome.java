package dev.gatehouse.doctor;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;

/// What a CONNECT came to.
public sealed interface ConnectOutcome {
    /// CONNACK accepts.
    record Accepted(Packet.Connack connack) implements ConnectOutcome {}

    /// CONNACK refuses.
    ///
    /// @param code as it stood on the wire: 1 to 255
    /// @param connack null when the code is not one of the version's
    record Refused(int code, Packet.@Nullable Connack connack) implements ConnectOutcome {}

    /// The connection ended without a CONNACK.
    ///
    /// @param reset false: closed in good order
    record Ended(boolean reset) implements ConnectOutcome {}

    /// A TLS alert came instead: TLS 1.3 servers judge client certificates after the client's handshake is done.
    ///
    /// @param alert its IANA name
    record Alert(String alert) implements ConnectOutcome {}

    /// Nothing came in time.
    record Silent() implements ConnectOutcome {}

    /// Something came that is no CONNACK.
    ///
    /// @param shown its beginning, fit for a terminal
    record NotMqtt(Reply.Speaks speaks, String shown) implements ConnectOutcome {}

    /// The way to CONNECT could not be made again.
    record NoWay(String message) implements ConnectOutcome {}
}
