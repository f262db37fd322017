package dev.gatehouse.bench.load;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import org.HdrHistogram.Histogram;

import dev.gatehouse.bench.BenchFault;

/// One load: its clients, what is under way between them, and what was counted.
///
/// Latency counts from when a message was due, not from when it left: a generator or a broker that stops for a while
/// makes all messages late that were due meanwhile (no coordinated omission).
final class Flow {
    private static final long LATENCY_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    /// Without a rate one message of so many is timed.
    private static final int TIMED = 16;

    private final LoadPlan plan;
    private final String run;
    private final List<Sender> senders = new ArrayList<>();
    private final List<Receiver> receivers = new ArrayList<>();
    private final Histogram latency = new Histogram(LATENCY_NANOS_MAX, 3);
    private List<Sender> queue = new ArrayList<>();
    private List<Sender> filling = new ArrayList<>();
    private boolean sending;
    private boolean measuring;
    private long due;
    private double perNanos;
    private long paced;
    private long begin;
    private long arrived;
    private long foreign;
    private long refused;
    private long stalled;

    /// @param run tells this run's client ids from others'
    /// @param endpoints where the n-th sender and the n-th receiver connect
    Flow(Engine engine, IntFunction<Endpoint> endpoints, LoadPlan plan, String run) {
        this.plan = plan;
        this.run = run;
        BitSet[] group = Sequences.group(plan.shape() == Shape.SHARED ? plan.senders() : 0);
        for (int i = 0; i < plan.receivers(); i++) {
            Sequences sequences = plan.shape() == Shape.SHARED
                    ? Sequences.share(group)
                    : Sequences.all(plan.senders());
            receivers.add(new Receiver(engine, endpoints.apply(i), this, i, sequences));
        }
        for (int i = 0; i < plan.senders(); i++) {
            senders.add(new Sender(engine, endpoints.apply(i), this, i));
        }
    }

    LoadPlan plan() {
        return plan;
    }

    /// The last letter says which part a client plays: `r` receives, `s` sends to one, `a` to all.
    String receiverId(int index) {
        return run + "r" + index;
    }

    String senderId(int index) {
        return run + (plan.shape() == Shape.FAN_OUT ? "a" : "s") + index;
    }

    List<Receiver> receivers() {
        return receivers;
    }

    List<Sender> senders() {
        return senders;
    }

    /// Messages may be sent from now on.
    void start(long nanos) {
        sending = true;
        begin = nanos;
        due = nanos;
        paced = 0;
        perNanos = plan.perSecond() / 1e9;
        if (plan.perSecond() == 0) {
            senders.forEach(sender -> sender.settle(0));
        }
    }

    void stop() {
        sending = false;
    }

    /// Whether latencies are recorded; a change forgets what was recorded before.
    void measure(boolean on) {
        measuring = on;
        if (on) {
            latency.reset();
        }
    }

    /// Sends what is due, or what the bound lets through.
    void pump(long nanos) {
        if (!sending) {
            return;
        }
        if (plan.perSecond() > 0) {
            while (due <= nanos) {
                senders.get((int) (paced++ % senders.size())).publish(due);
                due = begin + (long) (paced / perNanos);
            }
            return;
        }
        List<Sender> fill = queue;
        queue = filling;
        filling = fill;
        for (int i = 0; i < fill.size(); i++) {
            fill.get(i).fill(nanos);
        }
        fill.clear();
    }

    /// When the next message is due, as [System#nanoTime] tells it; [Long#MAX_VALUE] when none is.
    long due() {
        return sending && plan.perSecond() > 0 ? due : Long.MAX_VALUE;
    }

    void queue(Sender sender) {
        queue.add(sender);
    }

    void arrived(Sequences sequences, int stream, int sequence, long dueNanos) {
        if (stream < 0 || stream >= senders.size()) {
            foreign++;
            return;
        }
        arrived++;
        int settled = sequences.arrived(stream, sequence);
        if (settled != 0) {
            senders.get(stream).settle(settled);
        }
        if (measuring && (plan.perSecond() > 0 || sequence % TIMED == 0)) {
            latency.recordValue(Math.clamp(System.nanoTime() - dueNanos, 1, LATENCY_NANOS_MAX));
        }
    }

    /// A message for somebody who is away was acknowledged.
    void acknowledged() {
        arrived++;
    }

    /// Something else than was sent has arrived.
    void foreign() {
        foreign++;
    }

    /// A message was answered with an error.
    void refused() {
        refused++;
    }

    /// What is under way will not come any more: it counts as lost, and sending goes on.
    void giveUp() {
        stalled++;
        for (Receiver receiver : receivers) {
            for (Sender sender : senders) {
                if (concerns(receiver, sender)) {
                    sender.settle(receiver.sequences().giveUp(sender.stream(), sender.sent()));
                }
            }
        }
    }

    private boolean concerns(Receiver receiver, Sender sender) {
        return plan.shape() != Shape.PAIRS && plan.shape() != Shape.OFFLINE
                || receivers.get(sender.stream()) == receiver;
    }

    boolean isSettled() {
        for (Sender sender : senders) {
            if (sender.underWay() > 0) {
                return false;
            }
        }
        return true;
    }

    /// Messages that have arrived at receivers, copies counted one by one.
    long arrived() {
        return arrived;
    }

    Histogram latency() {
        return latency;
    }

    LoadResult.Faults faults() {
        long lost = 0;
        long duplicates = 0;
        long misordered = 0;
        for (Receiver receiver : receivers) {
            lost += receiver.sequences().lost();
            duplicates += receiver.sequences().duplicates();
            misordered += receiver.sequences().misordered();
        }
        return new LoadResult.Faults(lost, duplicates, misordered, foreign, refused, stalled);
    }

    /// Closes its connections; others of the engine stay.
    void close() throws BenchFault {
        for (Connection connection : senders) {
            connection.discard();
        }
        for (Connection connection : receivers) {
            connection.discard();
        }
    }
}
