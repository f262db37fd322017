package dev.gatehouse.simulator.net;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.time.Loop;

/// A [Network] behind the air: later, slower, and never out of order within one connection.
public final class RadioNetwork implements Network {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Loop loop;
    private final Network wired;
    private final Random random;
    private Radio radio;

    public RadioNetwork(Loop loop, Network wired, Radio radio, long seed) {
        this.loop = loop;
        this.wired = wired;
        this.radio = radio;
        this.random = new Random(seed);
    }

    /// From now on the air is like this. On the loop.
    public void become(Radio newRadio) {
        radio = newRadio;
    }

    @Override
    public void resolve(String host, Consumer<List<String>> then) {
        Lane up = new Lane();
        Lane down = new Lane();
        up.pass(0, 0, () -> wired.resolve(host, found -> down.pass(0, 0, () -> then.accept(found))));
    }

    @Override
    public Conduit connect(String host, int port, int localPort, int timeoutMillis, int bufferBytes,
            @Nullable TlsPlan tls, Consumer<NetEvent> events) {
        Through through = new Through();
        through.listen(events);
        through.up.pass(0, 0, () -> through.connect(() -> wired.connect(host, port, localPort, timeoutMillis,
                bufferBytes, tls, through::arrived)));
        return through;
    }

    @Override
    public Conduit datagrams(int localPort, int bufferBytes, Consumer<NetEvent> events) {
        Through through = new Through();
        through.listen(events);
        through.connect(() -> wired.datagrams(localPort, bufferBytes, through::arrived));
        return through;
    }

    @Override
    public Conduit serve(int port, int bufferBytes, Consumer<Conduit> accepted, Consumer<NetEvent> events) {
        return wired.serve(port, bufferBytes, conduit -> {
            Through through = new Through();
            through.connect(() -> conduit);
            conduit.listen(through::arrived);
            through.down.pass(0, 0, () -> accepted.accept(through));
        }, events);
    }

    @Override
    public void close() {
        wired.close();
    }

    /// One direction of one connection.
    private final class Lane {
        private long free = loop.nanos();
        private int under;

        void pass(int bytes, int bytesPerSecond, Runnable task) {
            long arrival = loop.nanos() + radio.latencyMillis() * NANOS_PER_MILLI
                    + (radio.jitterMillis() == 0 ? 0 : random.nextLong(radio.jitterMillis() * NANOS_PER_MILLI));
            free = Math.max(free, arrival)
                    + (bytesPerSecond == 0 ? 0 : bytes * NANOS_PER_SECOND / bytesPerSecond);
            if (under == 0 && free <= loop.nanos()) {
                task.run();
                return;
            }
            under++;
            loop.at(free, () -> {
                under--;
                task.run();
            });
        }
    }

    /// A connection of the wired network, seen through the air.
    private final class Through implements Conduit {
        private final Lane up = new Lane();
        private final Lane down = new Lane();
        private final Told told = new Told(loop);
        private @Nullable Conduit wire;
        private int flyingBytes;

        void connect(Supplier<Conduit> source) {
            if (!told.isOver()) {
                wire = source.get();
            }
        }

        void arrived(NetEvent event) {
            int bytes = event instanceof NetEvent.Received received ? received.octets().length() : 0;
            down.pass(bytes, radio.downBytesPerSecond(), () -> told.now(event));
        }

        @Override
        public void listen(Consumer<NetEvent> events) {
            told.listen(events);
        }

        @Override
        public int room() {
            return wire == null ? 0 : Math.max(0, wire.room() - flyingBytes);
        }

        @Override
        public void send(String octets) {
            flyingBytes += octets.length();
            up.pass(octets.length(), radio.upBytesPerSecond(), () -> {
                flyingBytes -= octets.length();
                if (wire != null) {
                    wire.send(octets);
                }
            });
        }

        @Override
        public void sendTo(String host, int port, String octets) {
            up.pass(octets.length(), radio.upBytesPerSecond(), () -> {
                if (wire != null) {
                    wire.sendTo(host, port, octets);
                }
            });
        }

        @Override
        public long sentBytes() {
            return wire == null ? 0 : wire.sentBytes();
        }

        @Override
        public void consumed(int bytes) {
            if (wire != null) {
                wire.consumed(bytes);
            }
        }

        @Override
        public void close() {
            told.end();
            up.pass(0, 0, () -> {
                if (wire != null) {
                    wire.close();
                }
            });
        }
    }
}
