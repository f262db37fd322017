package dev.gatehouse.modem;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Fetches what connections received, one after the other, asks about those that have long been silent, and hangs up.
///
/// **Thread:** one of its own; hanging up, which may take long, has threads of its own.
final class Pump {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);

    private final Supplier<List<Link>> links;
    private final long pollNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean work;
    private boolean ended;
    private int next;

    Pump(Supplier<List<Link>> links, long pollNanos) {
        this.links = links;
        this.pollNanos = pollNanos;
    }

    void start() {
        Thread.ofPlatform().daemon().name("modem-pump").start(this::run);
    }

    void wake() {
        lock.lock();
        try {
            work = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWork()) {
            List<Link> all = links.get();
            hangUp(all);
            for (int i = 0; i < all.size(); i++) {
                Link link = all.get((next + i) % all.size());
                try {
                    if (link.wantsFetch()) {
                        link.fetch();
                        wake();
                    } else if (link.wantsAsking(pollNanos)) {
                        link.ask();
                    }
                } catch (ModemException e) {
                    LOG.debug("link {}: {}", link.number, e.getMessage());
                    if (e.trouble() == Trouble.BUSY) {
                        link.announced();
                    } else {
                        link.fail(e);
                    }
                }
            }
            next++;
        }
    }

    private void hangUp(List<Link> all) {
        for (Link link : all) {
            if (link.beginHangUp()) {
                Thread.ofVirtual().name("modem-hang-up-" + link.number).start(() -> {
                    try {
                        link.hangUp();
                    } catch (ModemException e) {
                        LOG.debug("link {} could not be closed: {}", link.number, e.getMessage());
                    } finally {
                        link.closed();
                    }
                });
            }
        }
    }

    /// @return false when the pump is to end
    private boolean awaitWork() {
        lock.lock();
        try {
            long left = pollNanos / 2;
            while (!work && !ended && left > 0) {
                left = woken.awaitNanos(left);
            }
            work = false;
            return !ended;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds of that many milliseconds.
    static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
