package dev.gatehouse.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;

/// Sockets in memory whose other side says these bytes, whatever it hears, in turn for each connection, and then closes,
/// resets or is silent (without waiting).
final class FixedAnswers extends SocketFactory {
    private final List<byte[]> answers;
    private final int end;
    private final AtomicInteger made = new AtomicInteger();

    /// @param end 0 closes, 1 resets, 2 is silent
    FixedAnswers(List<byte[]> answers, int end) {
        this.answers = List.copyOf(answers);
        this.end = end;
    }

    @Override
    public Socket createSocket() {
        return new Answering(answers.get(made.getAndIncrement() % answers.size()), end);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new AssertionError("the probe makes unconnected sockets");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
        throw new AssertionError("the probe makes unconnected sockets");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new AssertionError("the probe makes unconnected sockets");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
        throw new AssertionError("the probe makes unconnected sockets");
    }

    private static final class Answering extends Socket {
        private final InputStream says;
        private final int end;

        Answering(byte[] says, int end) {
            this.says = new ByteArrayInputStream(says);
            this.end = end;
        }

        @Override
        public void connect(SocketAddress address, int timeout) {}

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    int next = says.read();
                    return next < 0 ? ended() : next;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int count = says.read(into, offset, length);
                    return count < 0 ? ended() : count;
                }
            };
        }

        private int ended() throws IOException {
            return switch (end) {
                case 0 -> -1;
                case 1 -> throw new SocketException("Connection reset");
                default -> throw new SocketTimeoutException("Read timed out");
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public boolean isBound() {
            return true;
        }

        @Override
        public int getPort() {
            return 1883;
        }

        @Override
        public InetAddress getInetAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void setSoTimeout(int millis) {}
    }
}
