package dev.gatehouse.broker;

import java.util.Arrays;
import java.util.stream.LongStream;

import dev.gatehouse.diagnosis.Ending;

/// A broker on simulated lanes, one tenant, and clients for it.
final class Bench {
    static final TenantLimits LIMITS = new TenantLimits(1 << 20, 100, 1_000, 8, 0, 0xFFFF_FFFFL, 65_535, 1_000, 1_000,
            1_000, 1_000, 1 << 20, 1_000, 1 << 20, 32);

    private final Simulation simulation;
    private final Broker broker;
    private final Tenant tenant;

    Bench(int lanes, long seed, Shard shard, TenantLimits limits) {
        this.simulation = new Simulation(lanes, seed);
        this.broker = new Broker(simulation.lanes(), shard);
        this.tenant = broker.tenant("acme", limits);
    }

    Bench(TenantLimits limits) {
        this(1, 0, Shard.IN_MEMORY, limits);
    }

    Bench(Shard shard) {
        this(1, 0, shard, LIMITS);
    }

    Bench() {
        this(LIMITS);
    }

    /// The seeds of a property: 0 to `count` less one, or the one of `-Dseed=N`.
    static long[] seeds(int count) {
        Long one = Long.getLong("seed");
        return one == null ? LongStream.range(0, count).toArray() : new long[]{one};
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
