package dev.gatehouse.client;

import java.time.Duration;

/// A moment by which something has to be done. Several steps share one, so that all of them together are bounded.
///
/// @param nanos on the scale of [System#nanoTime()]
public record Deadline(long nanos) {
    /// So much from now on.
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /// What is left; zero when it has passed.
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    /// What is left, in milliseconds, rounded up: 0 only when it has passed.
    public int leftMillis() {
        long left = nanos - System.nanoTime();
        return left <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
    }

    /// Whether it has passed.
    public boolean isOver() {
        return nanos - System.nanoTime() <= 0;
    }

    /// This one, or so much from now on, whichever comes first.
    public Deadline orIn(Duration time) {
        Deadline other = in(time);
        return other.nanos - nanos < 0 ? other : this;
    }
}
