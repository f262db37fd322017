package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;

/// Carries bytes between a program (near) and the modem's socket (far), both ways at once, until both are over.
///
/// A modem's socket cannot be closed for one direction, and its remote end closes both at once. So:
///
/// ```
/// what happens                    what is done
/// near ends                       far is read on, until it ends or says nothing for `closedIdle`; then both close
/// far ends                        what came is delivered, near gets end of stream, has a second to go; both close
/// writing to far fails            as "far ends": what the remote side said before is still read and delivered
/// reading from far fails          near is reset: it must not take this for an orderly end
/// near fails                      far is closed
/// ```
///
/// - **Threads:** the caller's carries from near to far, one more the other way.
/// - **Limits:** one buffer per direction; who reads slowly is written to slowly, and the other side is read slowly.
final class Relay {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final Socket near;
    private final Socket far;
    private final int bufferBytes;
    private final Duration closedIdle;
    private final Count up;
    private final Count down;
    private volatile long lastDownNanos = System.nanoTime();
    private volatile boolean farOver;
    private volatile @Nullable IOException broken;

    /// One connection's bytes in one direction, and everybody's.
    private static final class Count {
        private final LongAdder all;
        private volatile long own;

        Count(LongAdder all) {
            this.all = all;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
        void add(int bytes) {
            all.add(bytes);
            own += bytes;
        }
    }

    Relay(Socket near, Socket far, GatewayOptions options, Counters counters) {
        this.near = near;
        this.far = far;
        this.bufferBytes = options.bufferBytes();
        this.closedIdle = options.closedIdle();
        up = new Count(counters.bytesUp);
        down = new Count(counters.bytesDown);
    }

    long bytesUp() {
        return up.own;
    }

    long bytesDown() {
        return down.own;
    }

    /// Carries until the end; both sockets are closed then.
    ///
    /// @return why the connection broke; null when it ended well
    @Nullable
    IOException run() throws InterruptedException {
        Thread downwards = Thread.ofVirtual().name("gateway-down").start(this::carryDown);
        try {
            carryUp();
            while (downwards.isAlive()) {
                long idleNanos = System.nanoTime() - lastDownNanos;
                long leftNanos = closedIdle.toNanos() - idleNanos;
                if (leftNanos <= 0) {
                    Sockets.close(far);
                    downwards.join();
                } else {
                    downwards.join(Duration.ofNanos(leftNanos + 1_000_000));
                }
            }
        } finally {
            Sockets.close(far);
            if (broken == null) {
                Sockets.close(near);
            } else {
                Sockets.reset(near);
            }
            downwards.join();
        }
        return broken;
    }

    private void carryUp() {
        try {
            InputStream from = near.getInputStream();
            OutputStream to = far.getOutputStream();
            byte[] buffer = new byte[bufferBytes];
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (!farOver && !sent(to, buffer, count)) {
                    farOver = true; // the rest is read so that the answer can be delivered, and thrown away
                }
            }
        } catch (IOException e) {
            if (!farOver) {
                Sockets.close(far); // the program is gone
            }
        }
        lastDownNanos = System.nanoTime(); // from here on counts how long the far side is silent
    }

    private boolean sent(OutputStream to, byte[] buffer, int count) {
        try {
            up.add(count);
            to.write(buffer, 0, count);
            to.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void carryDown() {
        try {
            InputStream from = far.getInputStream();
            byte[] buffer = new byte[bufferBytes];
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                if (!delivered(buffer, count)) {
                    return;
                }
            }
            farOver = true;
            Sockets.close(far); // the modem has few; nothing can be sent any more
            endNear();
        } catch (IOException e) {
            boolean closedHere = far.isClosed();
            farOver = true;
            if (!closedHere) {
                broken = e;
                Sockets.reset(near);
            } else {
                endNear();
            }
        }
    }

    private boolean delivered(byte[] buffer, int count) {
        try {
            down.add(count); // before the program has them, so that nobody sees bytes that are not counted
            near.getOutputStream().write(buffer, 0, count);
            lastDownNanos = System.nanoTime();
            return true;
        } catch (IOException e) {
            farOver = true;
            Sockets.close(far); // the program is gone
            Sockets.close(near);
            return false;
        }
    }

    /// End of stream for the program, which then has a moment to end on its own: closing at once could turn what is
    /// still on its way into a reset.
    private void endNear() {
        try {
            near.shutdownOutput();
            near.setSoTimeout((int) LAST_WORDS.toMillis());
        } catch (IOException e) {
            Sockets.close(near);
            return;
        }
        Thread.ofVirtual().name("gateway-last-words").start(() -> {
            try {
                Thread.sleep(LAST_WORDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Sockets.close(near);
        });
    }
}
