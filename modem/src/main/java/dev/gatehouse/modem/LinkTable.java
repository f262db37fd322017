package dev.gatehouse.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// Connections of one kind by the modem's numbers for them, and how many bytes went through them.
///
/// Any thread may use it.
final class LinkTable {
    private static final long LOOK_MILLIS = 20;

    private final AtomicLong bytesSent = new AtomicLong();
    private final AtomicLong bytesReceived = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final @Nullable Link[] byNumber;
    private int last = -1;

    LinkTable(int links) {
        byNumber = new @Nullable Link[links];
    }

    int size() {
        return byNumber.length;
    }

    /// All connections there are, closing ones too.
    List<Link> open() {
        List<Link> found = new ArrayList<>();
        lock.lock();
        try {
            for (int n = 0; n < byNumber.length; n++) {
                Link link = byNumber[n];
                if (link != null && link.state() == Link.State.CLOSED) {
                    byNumber[n] = null;
                    freed.signalAll();
                } else if (link != null) {
                    found.add(link);
                }
            }
        } finally {
            lock.unlock();
        }
        return found;
    }

    /// Does it with the connection of that number, if there is one.
    void with(String number, Consumer<Link> action) {
        int n = Integer.parseInt(number);
        Link link;
        lock.lock();
        try {
            link = n < byNumber.length ? byNumber[n] : null;
        } finally {
            lock.unlock();
        }
        if (link != null) {
            action.accept(link);
        }
    }

    /// A connection with a number that is not in use, the one that has been free for longest: late messages about its last
    /// connection are over then. Waits for those that are closing.
    ///
    /// @param deadline of [System#nanoTime]
    Link add(long deadline, IntFunction<Link> make) throws ModemException {
        lock.lock();
        try {
            while (true) {
                List<Link> now = open();
                for (int i = 1; i <= byNumber.length; i++) {
                    int n = (last + i) % byNumber.length;
                    if (byNumber[n] == null) {
                        last = n;
                        Link link = make.apply(n);
                        byNumber[n] = link;
                        return link;
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || now.stream().noneMatch(link -> link.state() == Link.State.CLOSING)) {
                    throw new ModemException(Trouble.NO_FREE_LINK, byNumber.length + " are open");
                }
                freed.awaitNanos(Math.min(left, Pump.nanos(LOOK_MILLIS)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModemException(Trouble.NO_FREE_LINK, "interrupted while waiting for one", e);
        } finally {
            lock.unlock();
        }
    }

    void countSent(int bytes) {
        bytesSent.addAndGet(bytes);
    }

    void countReceived(int bytes) {
        bytesReceived.addAndGet(bytes);
    }

    long bytesSent() {
        return bytesSent.get();
    }

    long bytesReceived() {
        return bytesReceived.get();
    }
}
