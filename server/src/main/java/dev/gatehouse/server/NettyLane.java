package dev.gatehouse.server;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.broker.Lane;

/// A lane on an event loop: the connections that live there, the output of this turn, and their keep alive.
///
/// - **Thread:** the event loop; [#run] from any.
final class NettyLane extends Lane {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLane.class);
    /// How often silence is looked for: a keep alive is exceeded by at most this before it is seen.
    private static final long SWEEP_MILLIS = 250;

    private final EventLoop loop;
    private final LongSupplier clock;
    private final long waitingBytesMax;
    /// In no order; each knows its place.
    private final List<MqttHandler> open = new ArrayList<>();
    private long waitingBytes;
    private long setMicros;
    private long setNanos;
    private List<MqttHandler> unflushed = new ArrayList<>();
    private List<MqttHandler> flushing = new ArrayList<>();

    /// @param clock microseconds since the epoch
    /// @param waitingBytesMax output that may wait for slow readers, over all connections of the lane, before QoS 0
    ///        messages for them are dropped
    NettyLane(int index, EventLoop loop, LongSupplier clock, long waitingBytesMax) {
        super(index);
        this.waitingBytesMax = waitingBytesMax;
        this.loop = loop;
        this.clock = clock;
        setClock();
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public boolean here() {
        return loop.inEventLoop();
    }

    /// A task that fails is a bug of ours: it is logged once and the lane goes on.
    @Override
    public void run(Runnable task) {
        loop.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException | AssertionError bug) {
                LOG.error("a task on lane {} failed", index(), bug);
            }
        });
    }

    @Override
    public Pending after(long delayMicros, Runnable task) {
        ScheduledFuture<?> scheduled = loop.schedule(task, delayMicros, TimeUnit.MICROSECONDS);
        return () -> scheduled.cancel(false);
    }

    /// Reads the cheap clock, which is set by the real one at every sweep.
    @Override
    public long nowMicros() {
        return setMicros + (System.nanoTime() - setNanos) / 1_000;
    }

    private void setClock() {
        setMicros = clock.getAsLong();
        setNanos = System.nanoTime();
    }

    void add(MqttHandler connection) {
        connection.place(open.size());
        open.add(connection);
    }

    /// The last takes its place. No effect on one that was never added.
    void remove(MqttHandler connection) {
        int place = connection.place();
        if (place < 0) {
            return;
        }
        connection.place(-1);
        MqttHandler last = open.removeLast();
        if (last != connection) {
            open.set(place, last);
            last.place(place);
        }
    }

    /// More output, or less, waits for a slow reader.
    void waiting(long bytesMore) {
        waitingBytes += bytesMore;
    }

    /// Whether as much output waits as may.
    boolean isFull() {
        return waitingBytes > waitingBytesMax;
    }

    /// The connections of this lane now.
    List<MqttHandler> connections() {
        return List.copyOf(open);
    }

    /// Flushes the connection's output when this turn of the loop is over: one flush, however much is added.
    void flushLater(MqttHandler connection) {
        if (unflushed.isEmpty()) {
            loop.execute(this::flush);
        }
        unflushed.add(connection);
    }

    private void flush() {
        List<MqttHandler> now = unflushed;
        unflushed = flushing;
        for (MqttHandler connection : now) {
            connection.flushOutput();
        }
        now.clear();
        flushing = now;
    }

    private void sweep() {
        setClock();
        long now = System.nanoTime();
        // From the back, since the one that ends gives its place to the last.
        for (int place = open.size() - 1; place >= 0; place = Math.min(place, open.size()) - 1) {
            open.get(place).checkSilence(now);
        }
    }
}
