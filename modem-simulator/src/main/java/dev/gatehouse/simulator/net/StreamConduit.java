package dev.gatehouse.simulator.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// A TCP connection, with or without TLS.
///
/// - **Back-pressure:** the reader needs a permit for every byte and waits without one, so the host's TCP window closes
///   when the modem's buffer is full. The writer's queue is bounded by [#room].
final class StreamConduit implements Conduit {
    private static final int READ_BYTES_MAX = 4096;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String END = "";

    private final Loop loop;
    private final Told told;
    private final Semaphore permits;
    private final Set<AutoCloseable> open;
    private final LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>();
    private int queuedBytes;
    private long sentBytes;
    private boolean wasFull;
    private volatile boolean closed;
    private volatile @Nullable Socket socket;

    StreamConduit(Loop loop, int bufferBytes, Set<AutoCloseable> open) {
        this.loop = loop;
        this.told = new Told(loop);
        this.permits = new Semaphore(bufferBytes);
        this.open = open;
    }

    /// Where a socket comes from.
    @FunctionalInterface
    interface Source {
        Socket get() throws HostNetwork.Failed;
    }

    /// On a thread of its own, until the connection is over.
    void run(Source source) {
        Socket connected;
        try {
            connected = source.get();
        } catch (HostNetwork.Failed failed) {
            discard();
            told.tell(failed.event());
            return;
        }
        own(connected);
        if (closed) {
            discard();
            return;
        }
        told.tell(new NetEvent.Opened(connected.getInetAddress().getHostAddress(), connected.getPort(),
                connected.getLocalPort()));
        Thread.startVirtualThread(() -> write(connected));
        read(connected);
    }

    /// The socket to close when this is closed before it is connected.
    void own(Socket current) {
        Socket before = socket;
        socket = current;
        open.add(current);
        if (before != null && !before.equals(current)) {
            open.remove(before);
        }
    }

    private void read(Socket from) {
        byte[] buffer = new byte[READ_BYTES_MAX];
        try {
            InputStream in = from.getInputStream();
            while (true) {
                permits.acquire();
                int more = Math.min(READ_BYTES_MAX - 1, permits.availablePermits());
                int allowed = 1 + (more > 0 && permits.tryAcquire(more) ? more : 0);
                int bytes = in.read(buffer, 0, allowed);
                permits.release(allowed - Math.max(0, bytes));
                if (bytes < 0) {
                    told.tell(new NetEvent.Ended(false));
                    return;
                }
                told.tell(new NetEvent.Received(new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1)));
            }
        } catch (IOException broken) {
            told.tell(new NetEvent.Ended(true));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            while (true) {
                String octets = queue.take();
                if (octets.equals(END)) {
                    break;
                }
                out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
                loop.post(() -> written(octets.length()));
            }
        } catch (IOException broken) {
            // The reader sees the same and tells it.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (closed) {
            discard();
        }
    }

    private void written(int bytes) {
        queuedBytes -= bytes;
        sentBytes += bytes;
        if (wasFull) {
            wasFull = false;
            told.tell(new NetEvent.Drained());
        }
    }

    @Override
    public void listen(Consumer<NetEvent> events) {
        told.listen(events);
    }

    @Override
    public int room() {
        int room = SEND_BYTES_MAX - queuedBytes;
        wasFull |= room <= 0;
        return Math.max(0, room);
    }

    @Override
    public void send(String octets) {
        if (!octets.isEmpty() && !told.isOver()) {
            queuedBytes += octets.length();
            wasFull |= queuedBytes >= SEND_BYTES_MAX;
            queue.add(octets);
        }
    }

    @Override
    public void sendTo(String host, int port, String octets) {
        throw new AssertionError("no datagrams over TCP");
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    @Override
    public void consumed(int bytes) {
        permits.release(bytes);
    }

    @Override
    public void close() {
        told.end();
        closed = true;
        queue.add(END);
        if (queuedBytes == 0) {
            Thread.startVirtualThread(this::discard);
        } else {
            loop.after(LINGER_NANOS, () -> Thread.startVirtualThread(this::discard));
        }
    }

    private void discard() {
        Socket current = socket;
        if (current != null) {
            open.remove(current);
            try {
                current.close();
            } catch (IOException ignored) {
                // It is gone already.
            }
        }
    }
}
