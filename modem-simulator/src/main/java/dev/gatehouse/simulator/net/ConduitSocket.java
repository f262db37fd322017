package dev.gatehouse.simulator.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// A [Conduit] for libraries that want a [Socket]: blocking reads and writes on their threads.
///
/// [#connect] goes to the host it was made for, whatever address it is called with.
public final class ConduitSocket extends Socket {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final String END = "";
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Loop loop;
    private final Network network;
    private final String host;
    private final int port;
    private final @Nullable TlsPlan tls;
    private final Runnable ended;
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(BUFFER_BYTES);
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile boolean over;
    private volatile int timeoutMillis;
    private final StringBuilder unsent = new StringBuilder();
    private @Nullable Conduit conduit;

    /// @param ended run on the loop when the other side has closed
    public ConduitSocket(Loop loop, Network network, String host, int port, @Nullable TlsPlan tls, Runnable ended) {
        this.loop = loop;
        this.network = network;
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.ended = ended;
    }

    /// The connection was not made.
    public static final class NotConnected extends IOException {
        private final NetEvent.Failure why;

        NotConnected(NetEvent.Failed failed) {
            super(failed.why() + ": " + failed.detail());
            this.why = failed.why();
        }

        public NetEvent.Failure why() {
            return why;
        }
    }

    @Override
    public void connect(SocketAddress ignored, int millis) throws IOException {
        int patience = millis == 0 ? 120_000 : millis;
        loop.post(() -> conduit = network.connect(host, port, 0, patience, BUFFER_BYTES, tls, this::happened));
        try {
            opened.get(patience, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException why ? why : new IOException(failed.getCause());
        } catch (TimeoutException late) {
            throw new NotConnected(new NetEvent.Failed(NetEvent.Failure.TIMEOUT, "not connected in time"));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void connect(SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    private void happened(NetEvent event) {
        switch (event) {
            case NetEvent.Opened _ -> opened.complete(null);
            case NetEvent.Failed failed -> opened.completeExceptionally(new NotConnected(failed));
            case NetEvent.Received bytes -> {
                received.add(bytes.octets());
                if (conduit != null) {
                    conduit.consumed(bytes.octets().length());
                }
            }
            case NetEvent.Ended _ -> {
                end();
                ended.run();
            }
            case NetEvent.Drained _,NetEvent.Datagram _ -> {
                // Writers wait for permits, and there are no datagrams.
            }
        }
    }

    /// A writer gets room for as much as the connection has taken; so what waits here is bounded.
    private void sendWhatFits() {
        Conduit to = conduit;
        if (to == null || unsent.isEmpty() || over) {
            return;
        }
        int bytes = Math.min(to.room(), unsent.length());
        if (bytes > 0) {
            to.send(unsent.substring(0, bytes));
            unsent.delete(0, bytes);
            room.release(bytes);
        }
        if (!unsent.isEmpty()) {
            loop.after(RETRY_NANOS, this::sendWhatFits);
        }
    }

    private void end() {
        over = true;
        received.add(END);
        room.release(Conduit.SEND_BYTES_MAX);
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            private String rest = "";
            private int at;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (at == rest.length()) {
                    String next = next();
                    if (next.equals(END)) {
                        received.add(END);
                        return -1;
                    }
                    rest = next;
                    at = 0;
                }
                int bytes = Math.min(length, rest.length() - at);
                byte[] part = rest.substring(at, at + bytes).getBytes(StandardCharsets.ISO_8859_1);
                System.arraycopy(part, 0, into, offset, bytes);
                at += bytes;
                return bytes;
            }

            private String next() throws IOException {
                try {
                    String next = timeoutMillis == 0
                            ? received.take()
                            : received.poll(timeoutMillis, TimeUnit.MILLISECONDS);
                    if (next == null) {
                        throw new SocketTimeoutException("nothing came");
                    }
                    return next;
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
            }

            @Override
            public int available() {
                return rest.length() - at;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[]{(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                try {
                    for (int at = 0; at < length; at += 4096) {
                        int bytes = Math.min(4096, length - at);
                        room.acquire(bytes);
                        if (over) {
                            throw new EOFException("the other side has closed");
                        }
                        String octets = new String(from, offset + at, bytes, StandardCharsets.ISO_8859_1);
                        loop.post(() -> {
                            unsent.append(octets);
                            sendWhatFits();
                        });
                    }
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
            }
        };
    }

    @Override
    public void close() throws IOException {
        super.close();
        end();
        loop.post(() -> {
            if (conduit != null) {
                conduit.close();
            }
        });
    }

    @Override
    public boolean isConnected() {
        return opened.isDone() && !opened.isCompletedExceptionally();
    }

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        timeoutMillis = millis;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeoutMillis;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void shutdownInput() {}
}
