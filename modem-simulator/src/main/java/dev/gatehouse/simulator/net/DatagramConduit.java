package dev.gatehouse.simulator.net;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// A UDP socket. What comes while the modem's buffer is full is lost, as UDP allows.
final class DatagramConduit implements Conduit {
    private static final int DATAGRAM_BYTES_MAX = 65_507;

    private final HostNetwork network;
    private final Told told;
    private final Set<AutoCloseable> open;
    private final AtomicLong sent = new AtomicLong();
    private @Nullable DatagramSocket socket;

    DatagramConduit(Loop loop, HostNetwork network, Set<AutoCloseable> open) {
        this.network = network;
        this.told = new Told(loop);
        this.open = open;
    }

    void start(DatagramSocket bound) {
        socket = bound;
        open.add(bound);
        told.tell(new NetEvent.Opened("0.0.0.0", 0, bound.getLocalPort()));
        Thread.startVirtualThread(() -> read(bound));
    }

    private void read(DatagramSocket from) {
        byte[] buffer = new byte[DATAGRAM_BYTES_MAX];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                from.receive(packet);
                told.tell(new NetEvent.Datagram(packet.getAddress().getHostAddress(), packet.getPort(),
                        new String(buffer, 0, packet.getLength(), StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException closed) {
            told.tell(new NetEvent.Ended(false));
        }
    }

    @Override
    public void listen(Consumer<NetEvent> events) {
        told.listen(events);
    }

    @Override
    public int room() {
        return SEND_BYTES_MAX;
    }

    @Override
    public void send(String octets) {
        throw new AssertionError("a datagram needs an address");
    }

    @Override
    public void sendTo(String host, int port, String octets) {
        DatagramSocket bound = socket;
        if (bound != null) {
            byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
            Thread.startVirtualThread(() -> {
                try {
                    bound.send(new DatagramPacket(bytes, bytes.length, network.address(host), port));
                    sent.addAndGet(bytes.length);
                } catch (IOException lost) {
                    // As datagrams may be.
                }
            });
        }
    }

    @Override
    public long sentBytes() {
        return sent.get();
    }

    @Override
    public void consumed(int bytes) {}

    @Override
    public void close() {
        told.end();
        if (socket != null) {
            open.remove(socket);
            socket.close();
        }
    }
}
