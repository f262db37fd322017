package dev.gatehouse.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// All connections of the generator, served in turns by the thread that calls.
final class Loop implements AutoCloseable {
    private static final long TURN_MILLIS = 10;

    private final Selector selector;
    private final Set<Line> withOutput = new LinkedHashSet<>();
    private final List<Client> clients;

    /// @param clients that are asked after each turn what they have to send
    Loop(List<Client> clients) throws IOException {
        this.clients = List.copyOf(clients);
        this.selector = Selector.open();
    }

    /// A new connection; its client is served from the next turn on.
    Line open(InetSocketAddress address, Client client) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
        Line line = new Line(this, key, channel, client);
        key.attach(line);
        return line;
    }

    void hasOutput(Line line) {
        withOutput.add(line);
    }

    void forget(Line line) {
        withOutput.remove(line);
    }

    /// Connections that are open.
    int open() {
        return (int) selector.keys().stream().filter(SelectionKey::isValid).count();
    }

    /// Writes what has been collected, waits a moment for input, reads it, and lets every client send.
    void turn() throws IOException {
        flush();
        selector.select(key -> {
            Line line = (Line) key.attachment();
            if (key.isWritable()) {
                line.flush();
            }
            if (key.isValid() && key.isReadable()) {
                line.read();
            }
        }, TURN_MILLIS);
        clients.forEach(Client::pump);
    }

    /// Writes what has been collected.
    void flush() {
        withOutput.forEach(Line::flush);
        withOutput.clear();
    }

    /// Takes turns until it is done, or until nothing has changed for too long.
    ///
    /// @param progress a number that changes when something happens
    /// @return whether it is done
    boolean until(BooleanSupplier done, LongSupplier progress, long patienceMillis) throws IOException {
        long last = progress.getAsLong();
        long changed = System.nanoTime();
        while (!done.getAsBoolean()) {
            turn();
            long now = progress.getAsLong();
            if (now != last) {
                last = now;
                changed = System.nanoTime();
            } else if (System.nanoTime() - changed > TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
