package dev.gatehouse.cli;

import javax.net.SocketFactory;

/// How a command reaches other hosts.
///
/// @param sockets makes unconnected sockets
/// @param resolved whether they need addresses; a modem looks names up itself
/// @param end what to do when the command is done
record Way(SocketFactory sockets, boolean resolved, Runnable end) implements AutoCloseable {
    /// This machine's network.
    static Way direct() {
        return new Way(SocketFactory.getDefault(), true, () -> {});
    }

    @Override
    public void close() {
        end.run();
    }
}
