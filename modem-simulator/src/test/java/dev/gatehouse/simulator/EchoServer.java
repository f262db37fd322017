package dev.gatehouse.simulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A server that sends back what it gets, and closes after the byte `!`.
public final class EchoServer implements AutoCloseable {
    private final ServerSocket server;

    public EchoServer() throws IOException {
        this(new ServerSocket(0, 16, InetAddress.getLoopbackAddress()));
    }

    public EchoServer(ServerSocket server) {
        this.server = server;
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    Socket client = server.accept();
                    Thread.startVirtualThread(() -> echo(client));
                }
            } catch (IOException closed) {
                // The end of the test.
            }
        });
    }

    public int port() {
        return server.getLocalPort();
    }

    private static void echo(Socket client) {
        try (client) {
            byte[] buffer = new byte[65_536];
            while (true) {
                int bytes = client.getInputStream().read(buffer);
                if (bytes < 0) {
                    return;
                }
                client.getOutputStream().write(buffer, 0, bytes);
                if (buffer[bytes - 1] == '!') {
                    return;
                }
            }
        } catch (IOException gone) {
            // So is this connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
