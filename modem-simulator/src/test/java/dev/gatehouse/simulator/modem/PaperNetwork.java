package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.Conduit;
import dev.gatehouse.simulator.net.NetEvent;
import dev.gatehouse.simulator.net.NetEvent.Failure;
import dev.gatehouse.simulator.net.Network;
import dev.gatehouse.simulator.net.TlsPlan;
import dev.gatehouse.simulator.time.Loop;

/// A network in which a test is the other side of every connection.
///
/// `nowhere.example` is not known, `refused.example` refuses, `silent.example` does not answer, `untrusted.example` has
/// a wrong certificate; every other host is there.
final class PaperNetwork implements Network {
    private final Loop loop;
    private final List<Peer> peers = new ArrayList<>();

    PaperNetwork(Loop loop) {
        this.loop = loop;
    }

    /// The other side of one connection.
    final class Peer implements Conduit {
        private Consumer<NetEvent> events = _ -> {};
        final StringBuilder got = new StringBuilder();
        @Nullable
        TlsPlan tls;
        int room = SEND_BYTES_MAX;
        boolean closed;

        void says(String octets) {
            loop.post(() -> events.accept(new NetEvent.Received(octets)));
        }

        void closes() {
            loop.post(() -> events.accept(new NetEvent.Ended(false)));
        }

        @Override
        public void listen(Consumer<NetEvent> to) {
            events = to;
        }

        @Override
        public int room() {
            return room;
        }

        @Override
        public void send(String octets) {
            got.append(octets);
        }

        @Override
        public void sendTo(String host, int port, String octets) {
            got.append(host).append(':').append(port).append(' ').append(octets);
        }

        @Override
        public long sentBytes() {
            return got.length();
        }

        @Override
        public void consumed(int bytes) {}

        @Override
        public void close() {
            closed = true;
            events = _ -> {};
        }
    }

    Peer last() {
        return peers.getLast();
    }

    List<Peer> peers() {
        return peers;
    }

    @Override
    public void resolve(String host, Consumer<List<String>> then) {
        loop.post(() -> then.accept(host.equals("nowhere.example") ? List.of() : List.of("192.0.2.1", "192.0.2.2")));
    }

    @Override
    public Conduit connect(String host, int port, int localPort, int timeoutMillis, int bufferBytes,
            @Nullable TlsPlan tls, Consumer<NetEvent> events) {
        Peer peer = peer(events);
        peer.tls = tls;
        Failure failure = switch (host) {
            case "nowhere.example" -> Failure.NO_SUCH_NAME;
            case "refused.example" -> Failure.REFUSED;
            case "silent.example" -> Failure.TIMEOUT;
            case "untrusted.example" -> Failure.UNTRUSTED;
            default -> null;
        };
        loop.post(() -> peer.events.accept(failure == null
                ? new NetEvent.Opened("192.0.2.1", port, 50_000)
                : new NetEvent.Failed(failure, "because")));
        return peer;
    }

    private Peer peer(Consumer<NetEvent> events) {
        Peer peer = new Peer();
        peer.listen(events);
        peers.add(peer);
        return peer;
    }

    @Override
    public Conduit datagrams(int localPort, int bufferBytes, Consumer<NetEvent> events) {
        Peer peer = peer(events);
        loop.post(() -> peer.events.accept(new NetEvent.Opened("0.0.0.0", 0, 50_000)));
        return peer;
    }

    @Override
    public Conduit serve(int port, int bufferBytes, Consumer<Conduit> accepted, Consumer<NetEvent> events) {
        Peer peer = peer(events);
        loop.post(() -> peer.events.accept(new NetEvent.Opened("127.0.0.1", 0, port)));
        return peer;
    }

    @Override
    public void close() {}
}
