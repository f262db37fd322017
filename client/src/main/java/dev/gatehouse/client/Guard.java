package dev.gatehouse.client;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/// Bounds a step that blocking sockets leave unbounded: writing, and handshakes that get their bytes one by one. When
/// the deadline passes, what is guarded is closed, and the blocked call ends with an exception.
///
/// - **Threads:** a virtual one that waits for the deadline.
final class Guard implements AutoCloseable {
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicBoolean fired = new AtomicBoolean();
    private final Thread watcher;

    Guard(Deadline deadline, Closeable guarded) {
        watcher = Thread.startVirtualThread(() -> {
            while (!done.get() && !deadline.isOver()) {
                LockSupport.parkNanos(this, Math.max(TimeUnit.MICROSECONDS.toNanos(1), deadline.left().toNanos()));
            }
            if (done.compareAndSet(false, true)) {
                fired.set(true);
                try {
                    guarded.close();
                } catch (IOException e) {
                    // It is unusable either way, which was the purpose.
                }
            }
        });
    }

    /// What to throw for an exception of the guarded step.
    IOException instead(IOException thrown, String step) {
        if (!fired.get()) {
            return thrown;
        }
        SocketTimeoutException late = new SocketTimeoutException(step + " did not finish in time");
        late.initCause(thrown);
        return late;
    }

    @Override
    public void close() {
        done.set(true);
        LockSupport.unpark(watcher);
    }
}
