package dev.gatehouse.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.bench.BenchFault;

/// All connections of the generator and the buffers they share, served by the thread that calls.
///
/// Plain NIO: a turn is one `epoll_wait`, one read per readable and one write per written connection.
public final class Engine implements AutoCloseable {
    private static final int READ_BYTES = 1 << 18;
    private static final int SMALL_BYTES = 4096;
    private static final int SMALL_KEPT = 4096;
    /// How many connections may be on their way to READY at a time.
    static final int OPENING_MAX = 64;

    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(4 * READ_BYTES);
    private final Ciphertext ciphertext = new Ciphertext(READ_BYTES);
    private final Deque<ByteBuffer> small = new ArrayDeque<>();
    private List<Connection> dirty = new ArrayList<>();
    private List<Connection> flushing = new ArrayList<>();
    private int sources = 1;
    private int nextSource;
    private long progress;
    private long readBytes;
    private @Nullable BenchFault fault;

    /// An engine without connections.
    public Engine() throws BenchFault {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new BenchFault("cannot wait for sockets: " + e, e);
        }
    }

    /// From now on connections come from so many addresses, 127.0.0.1 and following, in turn: one address has about
    /// 28 000 ports.
    void sources(int count) {
        sources = count;
    }

    void open(Connection connection) throws BenchFault {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (sources > 1) {
                nextSource = (nextSource + 1) % sources;
                channel.bind(new InetSocketAddress("127.0.0." + (1 + nextSource), 0));
            }
            boolean connected = channel.connect(connection.endpoint().address());
            SelectionKey key = channel.register(selector,
                    connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, connection);
            connection.opened(channel, key);
            if (connected) {
                connection.connected();
            }
        } catch (IOException e) {
            throw new BenchFault("cannot connect to " + connection.endpoint() + ": " + e.getMessage(), e);
        }
    }

    /// Opens them, a few at a time, and waits until each is ready to work.
    ///
    /// @param patienceMillis how long nothing may happen
    void openAll(List<? extends Connection> connections, long patienceMillis) throws BenchFault {
        int opened = 0;
        int ready = 0;
        long before = -1;
        long since = System.nanoTime();
        while (ready < connections.size()) {
            while (opened < connections.size() && opened - ready < OPENING_MAX) {
                open(connections.get(opened++));
            }
            turn(10);
            while (ready < opened && connections.get(ready).isReady()) {
                ready++;
            }
            if (progress != before) {
                before = progress;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                throw new BenchFault("nothing has happened for " + patienceMillis + " ms while connecting: "
                        + connections.get(ready).standing());
            }
        }
    }

    /// Takes turns until something holds.
    ///
    /// @return whether it did, in time
    boolean until(BooleanSupplier done, long patienceMillis) throws BenchFault {
        long before = progress;
        long since = System.nanoTime();
        while (!done.getAsBoolean()) {
            turn(5);
            if (progress != before) {
                before = progress;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                return false;
            }
        }
        return true;
    }

    /// Writes what was collected, waits for input, and reads it.
    ///
    /// @param waitMillis 0 for not at all
    void turn(long waitMillis) throws BenchFault {
        flush();
        try {
            if (waitMillis == 0) {
                selector.selectNow(this::serve);
            } else {
                selector.select(this::serve, waitMillis);
            }
        } catch (IOException e) {
            throw new BenchFault("cannot wait for sockets: " + e, e);
        }
        if (fault != null) {
            BenchFault broken = fault;
            fault = null;
            throw broken;
        }
    }

    private void serve(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isConnectable()) {
                connection.connected();
            }
            if (key.isValid() && key.isWritable()) {
                connection.flush();
            }
            if (key.isValid() && key.isReadable()) {
                progress++;
                readBytes += connection.read();
            }
        } catch (BenchFault e) {
            fault = e;
        } catch (IOException e) {
            fault = new BenchFault("the connection of " + connection.name() + " broke: " + e.getMessage(), e);
        }
    }

    void flush() throws BenchFault {
        List<Connection> now = dirty;
        dirty = flushing;
        flushing = now;
        for (int i = 0; i < now.size(); i++) {
            Connection connection = now.get(i);
            try {
                connection.flush();
            } catch (IOException e) {
                throw new BenchFault("the connection of " + connection.name() + " broke: " + e.getMessage(), e);
            }
        }
        now.clear();
    }

    void hasOutput(Connection connection) {
        dirty.add(connection);
    }

    /// Where everybody reads into, one after the other.
    ByteBuffer in() {
        return in;
    }

    Ciphertext ciphertext() {
        return ciphertext;
    }

    /// A buffer for at least so many bytes.
    ByteBuffer buffer(int bytes) {
        if (bytes > SMALL_BYTES) {
            return ByteBuffer.allocateDirect(Math.max(bytes, 4 * SMALL_BYTES));
        }
        ByteBuffer kept = small.poll();
        return kept == null ? ByteBuffer.allocateDirect(SMALL_BYTES) : kept.clear();
    }

    /// Gives back what [#buffer] gave, if it is worth keeping for others.
    ///
    /// @return whether it was taken
    boolean give(ByteBuffer buffer) {
        if (buffer.capacity() != SMALL_BYTES || small.size() >= SMALL_KEPT) {
            return false;
        }
        small.push(buffer);
        return true;
    }

    /// Bytes of packets that were read so far.
    long readBytes() {
        return readBytes;
    }

    /// Grows whenever something was read.
    long progress() {
        return progress;
    }

    /// Closes all connections; the engine can open others.
    public void closeAll() throws BenchFault {
        try {
            for (SelectionKey key : List.copyOf(selector.keys())) {
                ((Connection) key.attachment()).close();
            }
            selector.selectNow();
        } catch (IOException e) {
            throw new BenchFault("cannot close a socket: " + e, e);
        }
        dirty.clear();
    }

    @Override
    public void close() throws BenchFault {
        closeAll();
        try {
            selector.close();
        } catch (IOException e) {
            throw new BenchFault("cannot close the selector: " + e, e);
        }
    }
}
