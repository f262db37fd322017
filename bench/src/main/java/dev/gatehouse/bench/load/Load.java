package dev.gatehouse.bench.load;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

import org.HdrHistogram.Histogram;

import dev.gatehouse.bench.BenchFault;

/// Runs loads against one broker: connect everybody, warm up, measure, let everything arrive, count.
public final class Load {
    private static final long CONNECT_MILLIS = 20_000;
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int STALLS_MAX = 3;
    private static final long DRAIN_MILLIS = 1500;
    /// After a turn that read less than this, the generator waits so long for more.
    private static final long BUSY_BYTES = 1 << 15;
    private static final long IDLE_NANOS = 50_000;

    private final Engine engine;
    private final long brokerPid;
    private final List<Flow> flows = new ArrayList<>();

    /// @param brokerPid the broker's process; 0 if it is not known
    public Load(Engine engine, long brokerPid) {
        this.engine = engine;
        this.brokerPid = brokerPid;
    }

    /// Adds a load; several run at the same time.
    ///
    /// @param run tells this load's client ids from all others
    public Load add(Endpoint endpoint, LoadPlan plan, String run) throws BenchFault {
        return add(_ -> endpoint, plan, run);
    }

    /// Adds a load whose clients connect to several places.
    ///
    /// @param endpoints of the n-th sender and the n-th receiver
    /// @param run tells this load's client ids from all others
    public Load add(IntFunction<Endpoint> endpoints, LoadPlan plan, String run) throws BenchFault {
        List<String> problems = plan.problems();
        if (!problems.isEmpty()) {
            throw new BenchFault(String.join("; ", problems));
        }
        flows.add(new Flow(engine, endpoints, plan, run));
        return this;
    }

    /// Connects, measures and disconnects.
    ///
    /// @return a result per load, in the order in which they were added
    public List<LoadResult> run() throws BenchFault {
        try {
            for (Flow flow : flows) {
                engine.openAll(flow.receivers(), CONNECT_MILLIS);
                if (flow.plan().shape() == Shape.OFFLINE) {
                    for (Receiver receiver : flow.receivers()) {
                        receiver.leave();
                    }
                }
                engine.openAll(flow.senders(), CONNECT_MILLIS);
            }
            return measured();
        } finally {
            for (Flow flow : flows) {
                flow.close();
            }
        }
    }

    private List<LoadResult> measured() throws BenchFault {
        LoadPlan plan = flows.getFirst().plan();
        long begin = System.nanoTime();
        flows.forEach(flow -> flow.start(begin));
        work(begin + TimeUnit.MILLISECONDS.toNanos(plan.warmupMillis()));

        flows.forEach(flow -> flow.measure(true));
        long[] before = flows.stream().mapToLong(Flow::arrived).toArray();
        long ownBefore = ownProcessorNanos();
        OptionalLong brokerBefore = Usage.processorNanos(brokerPid);
        long from = System.nanoTime();
        work(from + TimeUnit.MILLISECONDS.toNanos(plan.measureMillis()));
        double seconds = (System.nanoTime() - from) / 1e9;
        double share = (ownProcessorNanos() - ownBefore) / 1e9 / seconds;
        OptionalLong brokerAfter = Usage.processorNanos(brokerPid);
        long[] after = flows.stream().mapToLong(Flow::arrived).toArray();
        OptionalLong resident = Usage.residentBytes(brokerPid);
        flows.forEach(flow -> flow.measure(false));
        for (int i = 0; i < after.length; i++) {
            if (after[i] == before[i]) {
                throw new BenchFault(String.format(Locale.ROOT, "nothing arrived in %.1f s", seconds));
            }
        }

        OptionalDouble broker = brokerBefore.isPresent() && brokerAfter.isPresent()
                ? OptionalDouble.of((brokerAfter.getAsLong() - brokerBefore.getAsLong()) / 1e9)
                : OptionalDouble.empty();
        drain();
        List<LoadResult> results = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            Flow flow = flows.get(i);
            results.add(new LoadResult(seconds, after[i] - before[i], share, broker, resident, flow.faults(),
                    latency(flow.latency())));
        }
        return results;
    }

    private static LoadResult.Latency latency(Histogram histogram) {
        return new LoadResult.Latency(histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(90) / 1e3, histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3, histogram.getMaxValue() / 1e3);
    }

    private static long ownProcessorNanos() {
        OptionalLong process = Usage.processorNanos(ProcessHandle.current().pid());
        return process.isPresent()
                ? process.getAsLong()
                : ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void work(long until) throws BenchFault {
        long progress = arrived();
        long since = System.nanoTime();
        int stalls = 0;
        for (long now = since; now < until; now = System.nanoTime()) {
            long due = Long.MAX_VALUE;
            for (Flow flow : flows) {
                flow.pump(now);
                due = Math.min(due, flow.due());
            }
            turn(due - now);
            long arrived = arrived();
            if (arrived != progress) {
                progress = arrived;
                since = now;
            } else if (now - since > STALL_NANOS) {
                if (++stalls == STALLS_MAX) {
                    throw new BenchFault("nothing has arrived for " + stalls * STALL_NANOS / 1_000_000_000 + " s");
                }
                flows.forEach(Flow::giveUp);
                since = now;
            }
        }
    }

    /// The generator never sleeps on its sockets while it measures: a broker that writes message by message would have
    /// to wake it each time, at its own cost.
    private void turn(long untilDueNanos) throws BenchFault {
        if (untilDueNanos < IDLE_NANOS) {
            engine.turn(0);
            return;
        }
        long before = engine.readBytes();
        engine.turn(0);
        if (engine.readBytes() - before < BUSY_BYTES) {
            LockSupport.parkNanos(IDLE_NANOS);
        }
    }

    private long arrived() {
        long sum = 0;
        for (Flow flow : flows) {
            sum += flow.arrived();
        }
        return sum;
    }

    /// Lets what is under way arrive; what does not is lost.
    private void drain() throws BenchFault {
        flows.forEach(Flow::stop);
        for (Flow flow : flows) {
            if (!engine.until(flow::isSettled, DRAIN_MILLIS)) {
                flow.giveUp();
            }
        }
    }
}
