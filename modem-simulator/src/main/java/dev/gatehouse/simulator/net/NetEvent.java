package dev.gatehouse.simulator.net;

/// What happens to a [Conduit].
public sealed interface NetEvent {
    /// It is connected.
    ///
    /// @param remoteAddress in text form
    record Opened(String remoteAddress, int remotePort, int localPort) implements NetEvent {}

    /// It will not be connected.
    record Failed(Failure why, String detail) implements NetEvent {}

    /// Bytes came.
    ///
    /// @param octets characters 0 to 255, at least one
    record Received(String octets) implements NetEvent {}

    /// A datagram came.
    record Datagram(String fromAddress, int fromPort, String octets) implements NetEvent {}

    /// There is [Conduit#room] again.
    record Drained() implements NetEvent {}

    /// The other side has closed; nothing more will come.
    ///
    /// @param reset it did so with a reset
    record Ended(boolean reset) implements NetEvent {}

    /// Why there is no connection.
    enum Failure {
        /// The name is not known.
        NO_SUCH_NAME,
        /// Somebody is there, but not at this port.
        REFUSED,
        /// Nobody answers.
        TIMEOUT,
        /// The local port is taken, or the address cannot be reached.
        UNREACHABLE,
        /// TLS: no common version or suite, or an alert.
        HANDSHAKE,
        /// TLS: the server's certificate is not trusted.
        UNTRUSTED,
        /// TLS: a certificate or key is needed and not there, or cannot be read.
        NO_CERTIFICATE
    }
}
