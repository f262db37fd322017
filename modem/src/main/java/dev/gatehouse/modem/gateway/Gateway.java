package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/// A running gateway: programs connect here, and their bytes go through the modem.
///
/// - **Threads:** any may call; events come on the gateway's own.
/// - **Limits:** [GatewayOptions#socketsMax] connections; one more is refused at once, with
///   [Failure#SOCKETS_IN_USE]. At most [#CLIENTS_MAX] programs at a time, those that still negotiate included.
/// - **Errors:** a connection that fails is answered, counted and reported, and touches no other.
public final class Gateway implements AutoCloseable {
    /// Programs that may be connected here at a time.
    public static final int CLIENTS_MAX = 64;
    private static final Duration HANDSHAKE = Duration.ofSeconds(10);

    private final GatewayOptions options;
    private final Uplink uplink;
    private final Consumer<GatewayEvent> events;
    private final Counters counters = new Counters();
    private final Semaphore clients = new Semaphore(CLIENTS_MAX);
    private final Semaphore sockets;
    private final Set<Socket> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastId = new AtomicLong();
    private final List<Door> doors = new ArrayList<>();
    private final List<Endpoint> socks = new ArrayList<>();
    private final List<Endpoint> forwards = new ArrayList<>();
    private @Nullable Endpoint metrics;
    private volatile boolean closed;

    private Gateway(GatewayOptions options, Uplink uplink, Consumer<GatewayEvent> events) {
        this.options = options;
        this.uplink = uplink;
        this.events = events;
        sockets = new Semaphore(options.socketsMax());
    }

    /// Opens all ports.
    ///
    /// @throws IOException when a port is taken; then none stays open
    public static Gateway start(GatewayOptions options, Uplink uplink, Consumer<GatewayEvent> events)
            throws IOException {
        Gateway gateway = new Gateway(options, uplink, events);
        try {
            gateway.open();
        } catch (IOException e) {
            gateway.close();
            throw e;
        }
        return gateway;
    }

    private void open() throws IOException {
        for (Endpoint endpoint : options.socks()) {
            socks.add(door(endpoint, client -> visited(client, this::socks), "SOCKS5 (socks5h://)"));
        }
        for (Forward forward : options.forwards()) {
            forwards.add(door(forward.listen(), client -> visited(client, (socket, id) -> forward(socket, id,
                    forward.target())), "leads to " + forward.target()));
        }
        Endpoint wanted = options.metrics();
        if (wanted != null) {
            MetricsPage page = new MetricsPage(() -> status().prometheus());
            metrics = door(wanted, page::answer, "metrics (/metrics)");
        }
        doors.forEach(Door::open);
    }

    private Endpoint door(Endpoint endpoint, Consumer<Socket> visitor, String what) throws IOException {
        Door door = new Door(endpoint, visitor, events);
        doors.add(door);
        events.accept(new GatewayEvent.Listening(door.endpoint(), what));
        return door.endpoint();
    }

    /// Where SOCKS5 is spoken, in the order of the options.
    public List<Endpoint> socks() {
        return List.copyOf(socks);
    }

    /// Where forwards begin, in the order of the options.
    public List<Endpoint> forwards() {
        return List.copyOf(forwards);
    }

    /// Where the counters are; null when nowhere.
    public @Nullable Endpoint metrics() {
        return metrics;
    }

    /// How it is now.
    public GatewayStatus status() {
        return new GatewayStatus(uplink.state(), counters.open.get(), options.socketsMax(), counters.connections.sum(),
                counters.failures(), counters.bytesUp.sum(), counters.bytesDown.sum());
    }

    /// Ends everything, connections included.
    @Override
    public void close() {
        closed = true;
        doors.forEach(Door::close);
        live.forEach(Sockets::close);
    }

    /// What is done with a program that has connected.
    @FunctionalInterface
    private interface Visit {
        void receive(Socket client, long id) throws IOException, InterruptedException;
    }

    private void visited(Socket client, Visit visit) {
        long id = lastId.incrementAndGet();
        if (!clients.tryAcquire()) {
            refused(id, null, Failure.TOO_MANY_CLIENTS, "");
            Sockets.reset(client);
            return;
        }
        live.add(client);
        try {
            if (!closed) {
                client.setTcpNoDelay(true);
                client.setKeepAlive(true);
                visit.receive(client, id);
            }
        } catch (IOException e) {
            events.accept(new GatewayEvent.Trouble("#" + id + " the program is gone: " + e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Sockets.close(client);
            live.remove(client);
            clients.release();
        }
    }

    private void socks(Socket client, long id) throws IOException, InterruptedException {
        SocksHandshake handshake = new SocksHandshake(client, options.login(), HANDSHAKE);
        try {
            Target target = handshake.target();
            connected(client, id, target, new Answer() {
                @Override
                public void yes() throws IOException {
                    handshake.connected();
                }

                @Override
                public void no(Failure failure) throws IOException {
                    handshake.failed(failure);
                    Sockets.closeAfterLastWords(client);
                }
            });
        } catch (SocksRefusal refusal) {
            refused(id, null, refusal.failure(), refusal.detail());
            Sockets.closeAfterLastWords(client);
        }
    }

    private void forward(Socket client, long id, Target target) throws IOException, InterruptedException {
        connected(client, id, target, new Answer() {
            @Override
            public void yes() {
                // A forward has no words of its own.
            }

            @Override
            public void no(Failure failure) {
                Sockets.reset(client);
            }
        });
    }

    /// How a program learns whether it is connected.
    private interface Answer {
        void yes() throws IOException;

        void no(Failure failure) throws IOException;
    }

    private void connected(Socket client, long id, Target target, Answer answer)
            throws IOException, InterruptedException {
        if (!sockets.tryAcquire()) {
            refused(id, target, Failure.SOCKETS_IN_USE, options.socketsMax() + " of " + options.socketsMax());
            answer.no(Failure.SOCKETS_IN_USE);
            return;
        }
        GatewayEvent.@Nullable Ended ended;
        try {
            ended = reached(client, id, target, answer);
        } finally {
            sockets.release();
        }
        if (ended != null) {
            events.accept(ended); // whoever hears of it finds the place free
        }
    }

    /// @return how it ended; null where no connection was made
    private GatewayEvent.@Nullable Ended reached(Socket client, long id, Target target, Answer answer)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Socket far;
        try {
            far = connect(target);
        } catch (IOException e) {
            Failure failure = Failure.of(e);
            refused(id, target, failure, said(e));
            answer.no(failure);
            return null;
        }
        counters.open.incrementAndGet();
        try {
            return relayed(client, id, target, far, answer, start);
        } finally {
            Sockets.close(far);
            live.remove(far);
            counters.open.decrementAndGet();
        }
    }

    private Socket connect(Target target) throws IOException {
        Socket far = uplink.socket();
        live.add(far);
        try {
            far.connect(target.unresolved(), (int) options.connectTimeout().toMillis());
            return far;
        } catch (IOException e) {
            live.remove(far);
            Sockets.close(far);
            throw e;
        } catch (IllegalArgumentException e) {
            live.remove(far);
            Sockets.close(far);
            throw new IOException(e.getMessage(), e);
        }
    }

    private GatewayEvent.Ended relayed(Socket client, long id, Target target, Socket far, Answer answer, long start)
            throws IOException, InterruptedException {
        answer.yes();
        counters.connections.increment();
        events.accept(new GatewayEvent.Opened(id, target, millisSince(start)));
        Relay relay = new Relay(client, far, options, counters);
        IOException broken = relay.run();
        if (broken != null && !closed) {
            counters.failed(Failure.BROKEN);
        }
        return new GatewayEvent.Ended(id, target, relay.bytesUp(), relay.bytesDown(), millisSince(start),
                broken == null ? null : Failure.BROKEN, broken == null ? "" : said(broken));
    }

    private void refused(long id, @Nullable Target target, Failure failure, String detail) {
        counters.failed(failure);
        events.accept(new GatewayEvent.Refused(id, target, failure, detail));
    }

    private static String said(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static long millisSince(long startNanos) {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
