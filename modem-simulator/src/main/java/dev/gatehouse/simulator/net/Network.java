package dev.gatehouse.simulator.net;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/// The internet, as far as a modem can reach it. Called on the loop, answers on the loop.
public interface Network extends AutoCloseable {
    /// @param then told the addresses in text form; none when the name is not known
    void resolve(String host, Consumer<List<String>> then);

    /// Connects over TCP, and over TLS when there is a plan for it.
    ///
    /// @param localPort 0 for any
    /// @param bufferBytes how much may be received that has not been [Conduit#consumed]
    Conduit connect(String host, int port, int localPort, int timeoutMillis, int bufferBytes, @Nullable TlsPlan tls,
            Consumer<NetEvent> events);

    /// A UDP socket.
    Conduit datagrams(int localPort, int bufferBytes, Consumer<NetEvent> events);

    /// Listens for TCP connections.
    ///
    /// @param accepted told every connection that comes; it has no events before [Conduit#listen]
    Conduit serve(int port, int bufferBytes, Consumer<Conduit> accepted, Consumer<NetEvent> events);

    @Override
    void close();
}
