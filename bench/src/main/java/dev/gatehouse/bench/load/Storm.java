package dev.gatehouse.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.mqtt.Version;

/// Clients that connect, get their CONNACK and leave, some at a time, again and again.
public final class Storm {
    private static final int AT_A_TIME = 32;
    private static final int SOURCES = 40;
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Engine engine;
    private final long brokerPid;
    private final IntFunction<Endpoint> where;
    private final boolean resume;
    private final String run;
    private final List<Guest> ready = new ArrayList<>();
    private int opened;
    private long done;
    private long resumed;

    /// What it gave.
    ///
    /// @param resumed how many of the connections resumed a TLS session
    public record Result(double seconds, long connections, long resumed, double generatorShare,
            OptionalDouble brokerSeconds) {
        /// Connections in a second.
        public double perSecond() {
            return connections / seconds;
        }

        /// Connections for a second of the broker's processor time.
        public OptionalDouble perBrokerSecond() {
            return brokerSeconds.isPresent() && brokerSeconds.getAsDouble() > 0
                    ? OptionalDouble.of(connections / brokerSeconds.getAsDouble())
                    : OptionalDouble.empty();
        }
    }

    /// @param where the endpoint of the n-th connection
    /// @param resume whether to resume TLS sessions
    /// @param run tells these client ids from all others
    public Storm(Engine engine, long brokerPid, IntFunction<Endpoint> where, boolean resume, String run) {
        this.engine = engine;
        this.brokerPid = brokerPid;
        this.where = where;
        this.resume = resume;
        this.run = run;
    }

    /// Connects clients for so long, for a broker that becomes faster by doing it.
    public void warmUp(long millis) throws BenchFault {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        work(() -> System.nanoTime() < end);
    }

    /// Connects so many clients, to get sessions to resume.
    public Storm first(int connections) throws BenchFault {
        long target = done + connections;
        work(() -> done < target);
        return this;
    }

    /// Measures, and closes all connections.
    public Result measure(long millis) throws BenchFault {
        long before = done;
        long resumedBefore = resumed;
        long ownBefore = Usage.processorNanos(ProcessHandle.current().pid()).orElse(0);
        OptionalLong brokerBefore = Usage.processorNanos(brokerPid);
        long begin = System.nanoTime();
        long end = begin + TimeUnit.MILLISECONDS.toNanos(millis);
        work(() -> System.nanoTime() < end);
        double seconds = (System.nanoTime() - begin) / 1e9;
        OptionalLong brokerAfter = Usage.processorNanos(brokerPid);
        long own = Usage.processorNanos(ProcessHandle.current().pid()).orElse(0) - ownBefore;
        engine.closeAll();
        return new Result(seconds, done - before, resumed - resumedBefore, own / 1e9 / seconds,
                brokerBefore.isPresent() && brokerAfter.isPresent()
                        ? OptionalDouble.of((brokerAfter.getAsLong() - brokerBefore.getAsLong()) / 1e9)
                        : OptionalDouble.empty());
    }

    private interface Going {
        boolean on();
    }

    private int open;

    private void work(Going going) throws BenchFault {
        engine.sources(SOURCES);
        long last = done;
        long since = System.nanoTime();
        while (going.on()) {
            while (open < AT_A_TIME) {
                int number = opened++;
                Guest[] self = new Guest[1];
                self[0] = new Guest(engine, where.apply(number), Version.MQTT_3_1_1, run + number, List.of(), resume,
                        () -> ready.add(self[0]));
                engine.open(self[0]);
                open++;
            }
            engine.turn(5);
            for (Guest guest : ready) {
                done++;
                open--;
                resumed += guest.isResumed() ? 1 : 0;
                guest.leave();
            }
            ready.clear();
            if (done != last) {
                last = done;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > SILENCE_NANOS) {
                throw new BenchFault("no connection was answered for " + SILENCE_NANOS / 1_000_000_000 + " s");
            }
        }
        engine.sources(1);
    }
}
