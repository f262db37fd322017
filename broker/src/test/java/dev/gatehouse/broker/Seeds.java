package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

import org.jspecify.annotations.Nullable;

/// A property that is checked with many seeds, on some threads, until it fails.
///
/// `-Dseeds=N` says how many, `-Dfrom=N` which is the first, `-Dthreads=N` how many threads share them; `-Dseed=N` is one
/// alone.
final class Seeds {
    /// More than these take long enough that somebody wants to see something.
    private static final long QUIET_MAX = 5_000;
    private static final long REPORT_NANOS = 5_000_000_000L;

    private final long from;
    private final long count;
    private final LongConsumer property;
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable AssertionError> failure = new AtomicReference<>();
    private final long startNanos = System.nanoTime();
    private final AtomicLong reportedNanos = new AtomicLong(startNanos);

    private Seeds(long from, long count, LongConsumer property) {
        this.from = from;
        this.count = count;
        this.property = property;
    }

    /// @param usually how many seeds, if nobody says otherwise
    static void check(int usually, LongConsumer property) {
        Long one = Long.getLong("seed");
        long from = one == null ? Long.getLong("from", 0) : one;
        new Seeds(from, one == null ? Long.getLong("seeds", usually) : 1, property)
                .run(Integer.getInteger("threads", 1));
    }

    private void run(int threads) {
        List<Thread> others = new ArrayList<>();
        long share = (count + threads - 1) / threads;
        for (int i = 1; i < threads; i++) {
            long begin = from + i * share;
            others.add(Thread.ofPlatform().start(() -> range(begin, Math.min(begin + share, from + count))));
        }
        range(from, from + Math.min(share, count));
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
        report(System.nanoTime());
        AssertionError failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private void range(long begin, long end) {
        for (long seed = begin; seed < end && failure.get() == null; seed++) {
            try {
                property.accept(seed);
            } catch (Throwable violation) {
                failure.compareAndSet(null, new AssertionError(
                        "replay with -Dseed=" + seed + ": " + violation.getMessage(), violation));
                return;
            }
            done.incrementAndGet();
            long now = System.nanoTime();
            long last = reportedNanos.get();
            if (now - last > REPORT_NANOS && reportedNanos.compareAndSet(last, now)) {
                report(now);
            }
        }
    }

    private void report(long nowNanos) {
        if (count > QUIET_MAX) {
            System.out.printf("%,d of %,d seeds, %.0f seeds/s%n", done.get(), count,
                    done.get() * 1e9 / (nowNanos - startNanos));
        }
    }
}
