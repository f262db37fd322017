package dev.gatehouse.doctor;

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
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/// Sockets in memory for tests: the other side says its bytes, whatever it hears, and then closes, resets or is silent
/// (without waiting).
///
/// - **Threads:** any.
public final class FixedAnswers extends SocketFactory {
    private final Supplier<byte[]> answers;
    private final IntSupplier ends;

    /// @param answers what the next connection says
    /// @param ends how the next connection ends: 0 closes, 1 resets, 2 is silent
    public FixedAnswers(Supplier<byte[]> answers, IntSupplier ends) {
        this.answers = answers;
        this.ends = ends;
    }

    /// These answers, in turn for each connection.
    ///
    /// @param end as above
    public static FixedAnswers inTurn(List<byte[]> answers, int end) {
        List<byte[]> all = List.copyOf(answers);
        AtomicInteger made = new AtomicInteger();
        return new FixedAnswers(() -> all.get(made.getAndIncrement() % all.size()), () -> end);
    }

    @Override
    public synchronized Socket createSocket() {
        return new Answering(answers.get(), ends.getAsInt());
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
