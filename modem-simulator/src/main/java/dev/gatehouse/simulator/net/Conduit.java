package dev.gatehouse.simulator.net;

import java.util.function.Consumer;

/// One socket of the host. Called on the loop.
public interface Conduit {
    /// What is queued here and not yet with the host's TCP is at most this.
    int SEND_BYTES_MAX = 64 * 1024;

    /// Who is told what happens from now on; what has happened is told first.
    void listen(Consumer<NetEvent> events);

    /// How many more bytes [#send] takes.
    int room();

    /// @param octets at most [#room] characters 0 to 255
    void send(String octets);

    /// One datagram.
    void sendTo(String host, int port, String octets);

    /// How many bytes the host's TCP has taken over.
    long sentBytes();

    /// That many received bytes are out of the way: as many more may come.
    void consumed(int bytes);

    /// After what was sent. No more events.
    void close();
}
