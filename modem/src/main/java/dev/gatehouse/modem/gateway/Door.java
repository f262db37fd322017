package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A listening port: one virtual thread accepts, and hands every connection to a virtual thread of its own.
final class Door implements AutoCloseable {
    private static final int PAUSE_MILLIS = 200;
    private static final Duration CLOSING = Duration.ofSeconds(1);

    private final ServerSocket listening;
    private final Consumer<Socket> visitor;
    private final Consumer<GatewayEvent> events;
    private final Thread acceptor = Thread.ofVirtual().unstarted(this::acceptAll);

    /// @throws IOException when the port is taken, with the endpoint in the message
    Door(Endpoint endpoint, Consumer<Socket> visitor, Consumer<GatewayEvent> events) throws IOException {
        this.visitor = visitor;
        this.events = events;
        listening = new ServerSocket();
        try {
            listening.bind(endpoint.socketAddress());
        } catch (IOException e) {
            Sockets.close(listening);
            throw new IOException("cannot listen on " + endpoint + ": " + e.getMessage(), e);
        }
    }

    /// Where it listens, with the port that the system picked.
    Endpoint endpoint() {
        InetSocketAddress address = (InetSocketAddress) listening.getLocalSocketAddress();
        return new Endpoint(address.getAddress(), address.getPort());
    }

    void open() {
        acceptor.setName("gateway-accept-" + endpoint().port());
        acceptor.start();
    }

    private void acceptAll() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Thread.ofVirtual().name("gateway-client").start(() -> visitor.accept(client));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    events.accept(new GatewayEvent.Trouble("accepting a connection failed: " + e.getMessage()));
                    pause(); // out of descriptors, most likely: others have to end first
                }
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Nobody is accepted any more when this returns.
    @Override
    public void close() {
        Sockets.close(listening);
        try {
            if (acceptor.getState() != Thread.State.NEW) {
                acceptor.join(CLOSING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
