package dev.gatehouse.modem;

import java.util.stream.LongStream;

/// Runs a property for the seeds 0 to 199 (or as many as `-Dseeds=N` says), or with `-Dseed=N` for that one alone.
public final class Seeds {
    private Seeds() {}

    public interface Property {
        void holds(long seed) throws Exception;
    }

    public static void forEach(Property property) {
        forEach(200, property);
    }

    public static void forEach(long usually, Property property) {
        Long only = Long.getLong("seed");
        LongStream seeds = only == null ? LongStream.range(0, Long.getLong("seeds", usually)) : LongStream.of(only);
        seeds.forEach(seed -> {
            try {
                property.holds(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e, e);
            }
        });
    }
}
