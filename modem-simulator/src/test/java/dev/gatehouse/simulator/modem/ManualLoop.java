package dev.gatehouse.simulator.modem;

import java.util.PriorityQueue;

import dev.gatehouse.simulator.time.Loop;

/// A [Loop] whose time a test tells.
final class ManualLoop implements Loop {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long EPOCH_MILLIS = 1_795_824_000_000L; // 2026-11-28, 00:00 UTC

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long nanos;
    private long sequence;

    private record Task(long at, long sequence, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(sequence, other.sequence);
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return EPOCH_MILLIS + nanos / NANOS_PER_MILLI;
    }

    @Override
    public void post(Runnable task) {
        after(0, task);
    }

    @Override
    public Timer after(long wait, Runnable task) {
        return at(nanos + Math.max(0, wait), task);
    }

    @Override
    public Timer at(long moment, Runnable task) {
        Task timed = new Task(Math.max(nanos, moment), sequence++, task);
        tasks.add(timed);
        return () -> tasks.remove(timed);
    }

    /// So much time passes.
    void pass(long millis) {
        long end = nanos + millis * NANOS_PER_MILLI;
        for (Task next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
            tasks.remove();
            nanos = Math.max(nanos, next.at);
            next.run.run();
        }
        nanos = end;
    }
}
