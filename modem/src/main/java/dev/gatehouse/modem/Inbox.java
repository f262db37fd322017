package dev.gatehouse.modem;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/// What a connection received and nobody has read yet, and how its stream ends.
///
/// - **Threads:** the pump adds, any thread reads and closes.
/// - **Limit:** `bytesMax`; whoever adds asks for [#room] first.
/// - **Ends** come after everything that was added: end of stream, or the exception that every later read throws.
final class Inbox {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int bytesMax;
    private final Runnable roomMade;
    private byte[] ring = new byte[2048];
    private int start;
    private int size;
    private boolean ended;
    private @Nullable IOException failure;
    private boolean closed;

    /// @param roomMade called after bytes were taken out
    Inbox(int bytesMax, Runnable roomMade) {
        this.bytesMax = bytesMax;
        this.roomMade = roomMade;
    }

    int room() {
        lock.lock();
        try {
            return closed || ended ? 0 : bytesMax - size;
        } finally {
            lock.unlock();
        }
    }

    int available() {
        lock.lock();
        try {
            return closed ? 0 : size;
        } finally {
            lock.unlock();
        }
    }

    /// @return false when there was no room
    boolean add(byte[] bytes) {
        lock.lock();
        try {
            if (closed || ended) {
                return true;
            }
            if (bytes.length > bytesMax - size) {
                return false;
            }
            if (bytes.length > ring.length - size) {
                grow(size + bytes.length);
            }
            int end = (start + size) % ring.length;
            int first = Math.min(bytes.length, ring.length - end);
            System.arraycopy(bytes, 0, ring, end, first);
            System.arraycopy(bytes, first, ring, 0, bytes.length - first);
            size += bytes.length;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void grow(int needed) {
        byte[] larger = new byte[Math.min(bytesMax, Math.max(needed, 2 * ring.length))];
        int first = Math.min(size, ring.length - start);
        System.arraycopy(ring, start, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, size - first);
        ring = larger;
        start = 0;
    }

    /// Nothing more comes: after what is there, end of stream, or `why`.
    void end(@Nullable IOException why) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /// Why it ended, if it ended with a failure.
    @Nullable
    IOException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    /// Nobody will read any more; whoever waits gets a [SocketException].
    void close() {
        lock.lock();
        try {
            closed = true;
            size = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Reads like a socket's stream.
    ///
    /// @param timeoutMillis 0 waits for ever
    /// @return how many bytes, at least one unless `length` is 0; -1 at the end of the stream
    int read(byte[] to, int offset, int length, int timeoutMillis) throws IOException {
        int taken;
        lock.lock();
        try {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            if (length > 0) {
                awaitSomething(deadline, timeoutMillis);
            }
            if (closed) {
                throw new SocketException("Socket closed");
            }
            if (length == 0) {
                return 0;
            }
            if (size == 0) {
                if (failure != null) {
                    throw rethrown(failure);
                }
                return -1;
            }
            taken = Math.min(length, size);
            int first = Math.min(taken, ring.length - start);
            System.arraycopy(ring, start, to, offset, first);
            System.arraycopy(ring, 0, to, offset + first, taken - first);
            start = (start + taken) % ring.length;
            size -= taken;
        } finally {
            lock.unlock();
        }
        roomMade.run();
        return taken;
    }

    private void awaitSomething(long deadline, int timeoutMillis) throws IOException {
        try {
            while (size == 0 && !closed && !ended) {
                if (timeoutMillis == 0) {
                    changed.await();
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                    changed.awaitNanos(left);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SocketException("interrupted while reading", e);
        }
    }

    /// A fresh exception, so that each reader's stack trace is his own.
    static IOException rethrown(IOException why) {
        return new SocketException(why.getMessage(), why);
    }
}
