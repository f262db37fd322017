package dev.gatehouse.modem.gateway;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What went through the gateway since it started. Any thread counts.
final class Counters {
    final LongAdder bytesUp = new LongAdder();
    final LongAdder bytesDown = new LongAdder();
    final LongAdder connections = new LongAdder();
    final AtomicInteger open = new AtomicInteger();
    private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);

    Counters() {
        for (Failure failure : Failure.values()) {
            failures.put(failure, new LongAdder());
        }
    }

    void failed(Failure failure) {
        LongAdder adder = failures.get(failure);
        if (adder != null) {
            adder.increment();
        }
    }

    Map<Failure, Long> failures() {
        Map<Failure, Long> counts = new EnumMap<>(Failure.class);
        failures.forEach((failure, adder) -> counts.put(failure, adder.sum()));
        return counts;
    }
}
