package dev.gatehouse.tests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A stretch of wire that a test can cut: a port of its own whose connections are carried, byte for byte, to another
/// port of 127.0.0.1. Closing it closes both ends of every connection.
///
/// - **Threads:** one virtual thread accepts, two per connection carry.
public final class Cable implements AutoCloseable {
    private final ServerSocket listening;
    private final int target;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();

    private Cable(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    public static Cable to(int port) {
        try {
            var cable = new Cable(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()), port);
            Thread.startVirtualThread(cable::accept);
            return cable;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where to connect to instead of the target.
    public int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                ends.add(near);
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.add(far);
                Thread.startVirtualThread(() -> carry(near, far));
                Thread.startVirtualThread(() -> carry(far, near));
            } catch (IOException e) {
                // Cut, or nobody listens at the far end: either way the client must see its end closed.
                close();
            }
        }
        // An end that was added while the cable was being cut.
        close();
    }

    private static void carry(Socket from, Socket to) {
        try (from; to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One end is gone; closing both, which has just happened, is the answer.
            return;
        }
    }

    /// Cuts it, for good.
    @Override
    public void close() {
        try {
            listening.close();
            for (Socket end : ends) {
                end.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
