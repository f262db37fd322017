package dev.gatehouse.cli;

import dev.gatehouse.doctor.Network;

/// How a command reaches other hosts.
///
/// @param network makes unconnected sockets, and finds addresses
/// @param resolved whether the sockets need addresses; a modem looks names up itself
/// @param end what to do when the command is done
record Way(Network network, boolean resolved, Runnable end) implements AutoCloseable {
    /// This machine's network.
    static Way direct() {
        return new Way(Network.ofThisMachine(), true, () -> {});
    }

    @Override
    public void close() {
        end.run();
    }
}
