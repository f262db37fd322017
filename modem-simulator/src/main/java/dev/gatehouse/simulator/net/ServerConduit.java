package dev.gatehouse.simulator.net;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// A TCP port that the modem listens on; only this computer can reach it.
final class ServerConduit implements Conduit {
    private final Loop loop;
    private final Told told;
    private final int bufferBytes;
    private final Consumer<Conduit> accepted;
    private final Set<AutoCloseable> open;
    private @Nullable ServerSocket server;

    ServerConduit(Loop loop, int bufferBytes, Consumer<Conduit> accepted, Set<AutoCloseable> open) {
        this.loop = loop;
        this.told = new Told(loop);
        this.bufferBytes = bufferBytes;
        this.accepted = accepted;
        this.open = open;
    }

    void start(ServerSocket listening) {
        server = listening;
        open.add(listening);
        told.tell(new NetEvent.Opened(listening.getInetAddress().getHostAddress(), 0, listening.getLocalPort()));
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    Socket socket = listening.accept();
                    StreamConduit conduit = new StreamConduit(loop, bufferBytes, open);
                    Thread.startVirtualThread(() -> conduit.run(() -> socket));
                    loop.post(() -> accepted.accept(conduit));
                }
            } catch (IOException closed) {
                told.tell(new NetEvent.Ended(false));
            }
        });
    }

    @Override
    public void listen(Consumer<NetEvent> events) {
        told.listen(events);
    }

    @Override
    public int room() {
        return 0;
    }

    @Override
    public void send(String octets) {
        throw new AssertionError("a listening socket sends nothing");
    }

    @Override
    public void sendTo(String host, int port, String octets) {
        throw new AssertionError("a listening socket sends nothing");
    }

    @Override
    public long sentBytes() {
        return 0;
    }

    @Override
    public void consumed(int bytes) {}

    @Override
    public void close() {
        told.end();
        if (server != null) {
            open.remove(server);
            try {
                server.close();
            } catch (IOException ignored) {
                // It is gone already.
            }
        }
    }
}
