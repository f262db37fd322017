package dev.gatehouse.server.trail;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Somebody who watches lines as they come: each when its connection opens and when it ends.
///
/// Up to [#WAITING_MAX] lines wait. A reader that is slower loses the oldest of them and is told how many: nobody who
/// watches can hold up the service.
/// **Thread:** any offers, one reads. Close it when the reader goes.
public final class Following implements AutoCloseable {
    /// Lines that wait for the reader.
    public static final int WAITING_MAX = 1_024;

    private final LineFilter filter;
    private final Consumer<Following> onClose;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final ArrayDeque<Line> waiting = new ArrayDeque<>();
    private long lost;
    private boolean closed;

    Following(LineFilter filter, Consumer<Following> onClose) {
        this.filter = filter;
        this.onClose = onClose;
    }

    void offer(Line line) {
        if (!filter.takes(line)) {
            return;
        }
        lock.lock();
        try {
            if (waiting.size() == WAITING_MAX) {
                waiting.removeFirst();
                lost++;
            }
            waiting.add(line);
            more.signal();
        } finally {
            lock.unlock();
        }
    }

    /// The next line; waits for it.
    ///
    /// @return empty when none came in time, or when this is closed
    public Optional<Line> next(Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long nanos = wait.toNanos();
            while (waiting.isEmpty() && !closed && nanos > 0) {
                nanos = more.awaitNanos(nanos);
            }
            return Optional.ofNullable(waiting.poll());
        } finally {
            lock.unlock();
        }
    }

    /// How many lines were lost since the last call because they were not read in time.
    public long takeLost() {
        lock.lock();
        try {
            long before = lost;
            lost = 0;
            return before;
        } finally {
            lock.unlock();
        }
    }

    /// Whether no further line will come.
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            more.signalAll();
        } finally {
            lock.unlock();
        }
        onClose.accept(this);
    }
}
