package dev.gatehouse.simulator.time;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A [Loop] in the computer's time, on a thread of its own.
///
/// For a task it is the moment at which it was due, so that the modem's line does not go slower because this thread was
/// woken late; what a task plans is planned from there. A task that is later than [#LATE_NANOS_MAX] sees some of it.
public final class LoopThread implements Loop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoopThread.class);

    private static final long LATE_NANOS_MAX = 50_000_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Thread thread;
    private long sequence;
    private boolean closed;
    /// When what runs was due; used by the thread only.
    private long due;

    /// Starts the thread.
    public LoopThread(String name) {
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    @Override
    public long nanos() {
        long now = System.nanoTime();
        return Thread.currentThread() == thread ? Math.max(due, now - LATE_NANOS_MAX) : now;
    }

    @Override
    public long epochMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public void post(Runnable task) {
        lock.lock();
        try {
            Timer _ = at(nanos(), task);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Timer after(long nanos, Runnable task) {
        return at(nanos() + Math.max(0, nanos), task);
    }

    @Override
    public Timer at(long moment, Runnable task) {
        lock.lock();
        try {
            Task timed = new Task(moment, sequence++, task, this);
            if (!closed) {
                tasks.add(timed);
                changed.signal();
            }
            return timed;
        } finally {
            lock.unlock();
        }
    }

    /// Nothing runs any more. Waits for what is running, unless called by it.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            tasks.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() != thread) {
            try {
                thread.join();
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        for (Task task = next(); task != null; task = next()) {
            due = task.at;
            try {
                task.run.run();
            } catch (RuntimeException | AssertionError bug) {
                LOG.error("the simulated modem has a defect and goes on without this step", bug);
            }
        }
    }

    private @Nullable Task next() {
        lock.lock();
        try {
            while (!closed) {
                Task first = tasks.peek();
                long wait = first == null ? Long.MAX_VALUE : first.at - System.nanoTime();
                if (wait <= 0) {
                    return tasks.poll();
                }
                try {
                    if (first == null) {
                        changed.await();
                    } else {
                        long _ = changed.awaitNanos(Math.min(wait, TimeUnit.HOURS.toNanos(1)));
                    }
                } catch (InterruptedException stopped) {
                    closed = true;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Task task) {
        lock.lock();
        try {
            tasks.remove(task);
        } finally {
            lock.unlock();
        }
    }

    /// @param at of [System#nanoTime]
    private record Task(long at, long sequence, Runnable run, LoopThread of) implements Timer, Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            long apart = at - other.at;
            return apart != 0 ? Long.signum(apart) : Long.compare(sequence, other.sequence);
        }

        @Override
        public void cancel() {
            of.cancel(this);
        }
    }
}
