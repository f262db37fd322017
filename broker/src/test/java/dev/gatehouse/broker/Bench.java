package dev.gatehouse.broker;

import java.util.Arrays;
import java.util.stream.LongStream;

import dev.gatehouse.diagnosis.Ending;

/// A broker on simulated lanes, one tenant, and clients for it.
final class Bench {
    static final TenantLimits LIMITS = new TenantLimits(1 << 20, 100, 1_000, 8, 0, 0xFFFF_FFFFL, 65_535, 1_000, 1_000,
            1_000, 1_000, 1 << 20, 1_000, 1 << 20, 32);

    private final Simulation simulation;
    private final TestJournal journal;
    private final Broker broker;
    private final Tenant tenant;

    Bench(int lanes, long seed, TenantLimits limits) {
        this(lanes, seed, limits, new MemoryKeyValues());
    }

    /// @param store what an earlier bench left behind is taken up
    Bench(int lanes, long seed, TenantLimits limits, MemoryKeyValues store) {
        this(lanes, seed, limits, store, Simulation.START_MICROS);
    }

    /// @param startMicros what the clock says at the start
    Bench(int lanes, long seed, TenantLimits limits, MemoryKeyValues store, long startMicros) {
        this.simulation = new Simulation(lanes, seed, startMicros);
        this.journal = new TestJournal(simulation, store);
        this.broker = new Broker(simulation.lanes(), journal);
        broker.recover(_ -> limits, () -> {});
        simulation.run();
        this.tenant = broker.tenant("acme", limits);
    }

    Bench(TenantLimits limits) {
        this(1, 0, limits);
    }

    Bench() {
        this(LIMITS);
    }

    TestJournal journal() {
        return journal;
    }

    /// The seeds of a property: 0 to `count` less one; `-Dseeds=N` for another count, `-Dfrom=N` for another beginning, or
    /// the one of `-Dseed=N`.
    static long[] seeds(int count) {
        Long one = Long.getLong("seed");
        long from = Long.getLong("from", 0);
        return one == null ? LongStream.range(from, from + Long.getLong("seeds", count)).toArray() : new long[]{one};
    }

    /// Runs a property with each seed; a failure names the seed that replays it.
    static void forSeeds(int count, java.util.function.LongConsumer property) {
        Arrays.stream(seeds(count)).forEach(seed -> {
            try {
                property.accept(seed);
            } catch (Throwable failure) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + failure.getMessage(), failure);
            }
        });
    }

    Simulation simulation() {
        return simulation;
    }

    Broker broker() {
        return broker;
    }

    Tenant tenant() {
        return tenant;
    }

    TestClient client(String clientId) {
        return client(tenant, clientId);
    }

    TestClient client(Tenant of, String clientId) {
        return new TestClient(simulation, of, clientId);
    }

    void run() {
        simulation.run();
    }

    void advanceSeconds(long seconds) {
        simulation.advanceSeconds(seconds);
    }

    void removeTenant() {
        broker.remove("acme", Ending.TENANT_REMOVED);
        run();
    }
}
