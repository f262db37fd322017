package dev.gatehouse.doctor;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/// A connected socket whose incoming TLS records are measured, below the engine that reads them.
///
/// - **Threads:** the reader's; the numbers are read after the handshake, on the same thread.
final class WatchedSocket extends Socket {
    private static final int HEADER_BYTES = 5;
    /// A handshake has fewer.
    static final int RECORDS_MAX = 64;

    private final Socket watched;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerBytes;
    private int bodyLeft;
    private long received;
    private final List<Integer> records = new ArrayList<>();

    WatchedSocket(Socket watched) {
        this.watched = watched;
    }

    /// Bytes received so far.
    long received() {
        return received;
    }

    /// The sizes of the records so far, in bytes without their headers; at most [#RECORDS_MAX].
    List<Integer> records() {
        return List.copyOf(records);
    }

    private void saw(byte[] bytes, int offset, int count) {
        received += count;
        for (int i = offset; i < offset + count;) {
            if (bodyLeft > 0) {
                int step = Math.min(bodyLeft, offset + count - i);
                bodyLeft -= step;
                i += step;
            } else {
                header[headerBytes++] = bytes[i++];
                if (headerBytes == HEADER_BYTES) {
                    headerBytes = 0;
                    bodyLeft = (header[3] & 0xff) << 8 | header[4] & 0xff;
                    if (records.size() < RECORDS_MAX) {
                        records.add(bodyLeft);
                    }
                }
            }
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(watched.getInputStream()) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                if (count > 0) {
                    saw(into, offset, count);
                }
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return watched.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        watched.close();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        watched.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return watched.getSoTimeout();
    }

    @Override
    public boolean isConnected() {
        return watched.isConnected();
    }

    @Override
    public boolean isBound() {
        return watched.isBound();
    }

    @Override
    public boolean isClosed() {
        return watched.isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return watched.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return watched.isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        watched.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        watched.shutdownOutput();
    }

    @Override
    public InetAddress getInetAddress() {
        return watched.getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return watched.getLocalAddress();
    }

    @Override
    public int getPort() {
        return watched.getPort();
    }

    @Override
    public int getLocalPort() {
        return watched.getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return watched.getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return watched.getLocalSocketAddress();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        watched.setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return watched.getTcpNoDelay();
    }
}
