package dev.gatehouse.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.mqtt.Version;

/// Clients that are connected and do nothing; it can grow.
public final class Crowd {
    private static final long PATIENCE_MILLIS = 20_000;

    private final Engine engine;
    private final Endpoint endpoint;
    private final String run;
    private final IntFunction<List<String>> filters;
    private int size;

    /// @param run tells these client ids from all others
    /// @param filters what the n-th client subscribes to
    public Crowd(Engine engine, Endpoint endpoint, String run, IntFunction<List<String>> filters) {
        this.engine = engine;
        this.endpoint = endpoint;
        this.run = run;
        this.filters = filters;
    }

    /// Connects clients until there are so many.
    public void grow(int target) throws BenchFault {
        List<Guest> more = new ArrayList<>();
        for (; size < target; size++) {
            more.add(new Guest(engine, endpoint, Version.MQTT_3_1_1, run + size, filters.apply(size), false, null));
        }
        engine.openAll(more, PATIENCE_MILLIS);
    }
}
