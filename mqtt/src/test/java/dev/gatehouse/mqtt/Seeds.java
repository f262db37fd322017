package dev.gatehouse.mqtt;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Runs a property for the seeds 0 to 199, or with `-Dseed=N` for that one alone.
final class Seeds {
    private Seeds() {}

    static void forEach(LongConsumer property) {
        Long only = Long.getLong("seed");
        (only == null ? LongStream.range(0, 200) : LongStream.of(only)).forEach(seed -> {
            try {
                property.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + seed + ": " + e.getMessage(), e);
            }
        });
    }

    /// Gives the payload back, if it is a packet that has one.
    static void release(Packet packet) {
        if (packet instanceof Packet.Publish publish) {
            publish.payload().release();
        }
    }
}
