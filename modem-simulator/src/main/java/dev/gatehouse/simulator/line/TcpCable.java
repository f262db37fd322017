package dev.gatehouse.simulator.line;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

import org.jspecify.annotations.Nullable;

/// A TCP port of the loopback interface; one user at a time.
public final class TcpCable implements Cable {
    private static final int BACKLOG = 64;
    /// A wire holds few bytes: who writes to somebody who does not read has to notice.
    private static final int WIRE_BYTES = 16 * 1024;

    private final ServerSocket server;
    private volatile @Nullable Socket user;

    /// @param port 0 for one that the system picks
    public TcpCable(int port) throws IOException {
        server = new ServerSocket();
        server.setReceiveBufferSize(WIRE_BYTES);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    }

    /// The port it listens on.
    public int port() {
        return server.getLocalPort();
    }

    @Override
    public String name() {
        return "127.0.0.1:" + port();
    }

    @Override
    public int read(byte[] into, int bytesMax) throws IOException {
        while (!server.isClosed()) {
            Socket current = user;
            if (current == null) {
                current = accept();
                if (current == null) {
                    return -1;
                }
            }
            try {
                int bytes = current.getInputStream().read(into, 0, bytesMax);
                if (bytes > 0) {
                    return bytes;
                }
            } catch (IOException gone) {
                // The same as an end of file: somebody else may come.
            }
            user = null;
            current.close();
        }
        return -1;
    }

    private @Nullable Socket accept() throws IOException {
        try {
            Socket accepted = server.accept();
            accepted.setTcpNoDelay(true);
            accepted.setSendBufferSize(WIRE_BYTES);
            user = accepted;
            return accepted;
        } catch (IOException closed) {
            if (server.isClosed()) {
                return null;
            }
            throw closed;
        }
    }

    @Override
    public void write(byte[] from, int bytes) {
        Socket current = user;
        if (current == null) {
            return;
        }
        try {
            OutputStream out = current.getOutputStream();
            out.write(from, 0, bytes);
            out.flush();
        } catch (IOException gone) {
            // The reader notices, and waits for the next user.
        }
    }

    @Override
    public long speedOfOtherSide() {
        return 0;
    }

    @Override
    public void close() {
        try {
            server.close();
            Socket current = user;
            if (current != null) {
                current.close();
            }
        } catch (IOException ignored) {
            // It is closed as far as anybody can tell.
        }
    }
}
