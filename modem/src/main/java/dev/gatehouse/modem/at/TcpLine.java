package dev.gatehouse.modem.at;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/// A modem behind TCP: a serial-to-network adapter, or a simulator.
public final class TcpLine implements Line {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final String host;
    private final int port;
    private volatile @Nullable SocketChannel channel;

    public TcpLine(String host, int port) {
        this.host = host;
        this.port = port;
    }

    @Override
    public void open() throws IOException {
        close();
        SocketChannel fresh = SocketChannel.open();
        try {
            Socket socket = fresh.socket();
            socket.connect(new InetSocketAddress(host, port), (int) CONNECT.toMillis());
            fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException | RuntimeException e) {
            fresh.close();
            throw new IOException("no connection to the modem at " + host + ":" + port + ": " + e.getMessage(), e);
        }
        channel = fresh;
    }

    @Override
    public int read(byte[] buffer) throws IOException {
        return opened().read(ByteBuffer.wrap(buffer));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        SocketChannel to = opened();
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    private SocketChannel opened() throws IOException {
        SocketChannel now = channel;
        if (now == null) {
            throw new IOException("the line is closed");
        }
        return now;
    }

    @Override
    public void close() {
        SocketChannel now = channel;
        channel = null;
        if (now != null) {
            try {
                now.close();
            } catch (IOException e) {
                // Nobody can do anything about a connection that does not even close.
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "tcp:" + host + ":" + port;
    }
}
