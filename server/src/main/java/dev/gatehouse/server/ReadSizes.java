package dev.gatehouse.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import org.jspecify.annotations.Nullable;

/// How large the buffer for the next read is: what comes grows it at once and shrinks it slowly.
///
/// Netty's own remembers as much with four objects; every open connection has this one, and most are idle.
///
/// - **Limits:** [#BYTES_MIN] to [#BYTES_MAX] bytes for a read, so many reads before others have their turn.
/// - **Thread:** any makes handles; each belongs to its channel's event loop.
final class ReadSizes implements RecvByteBufAllocator {
    static final int BYTES_MIN = 512;
    static final int BYTES_FIRST = 2_048;
    static final int BYTES_MAX = 65_536;
    /// Turns in a row that would have fitted into half.
    private static final int SHRINK_AFTER = 4;

    private final int readsAtOnce;

    /// @param readsAtOnce reads of one connection before others have their turn, 1 to 32 767
    ReadSizes(int readsAtOnce) {
        this.readsAtOnce = readsAtOnce;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface's own type
    public Size newHandle() {
        return new Size(readsAtOnce);
    }

    /// Of one channel.
    static final class Size implements ExtendedHandle {
        private final short readsAtOnce;
        private short reads;
        private short small;
        private int guess = BYTES_FIRST;
        private int attempted;
        private int last;
        private int total;
        private @Nullable ChannelConfig config;

        private Size(int readsAtOnce) {
            this.readsAtOnce = (short) readsAtOnce;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator alloc) {
            return alloc.ioBuffer(guess);
        }

        @Override
        public int guess() {
            return guess;
        }

        @Override
        public void reset(ChannelConfig channel) {
            config = channel;
            reads = 0;
            total = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += (short) count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
            if (bytes > 0) {
                total += bytes;
                if (bytes == attempted && guess < BYTES_MAX) {
                    guess = Math.min(BYTES_MAX, guess * 8);
                    small = 0;
                }
            }
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        /// A read that did not fill its buffer has emptied the socket.
        @Override
        public boolean continueReading() {
            return last == attempted && mayGoOn();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return maybeMore.get() && mayGoOn();
        }

        private boolean mayGoOn() {
            ChannelConfig channel = config;
            return channel != null && channel.isAutoRead() && reads < readsAtOnce && total > 0;
        }

        @Override
        public void readComplete() {
            if (total > guess / 2) {
                small = 0;
            } else if (guess > BYTES_MIN && ++small >= SHRINK_AFTER) {
                guess /= 2;
                small = 0;
            }
        }
    }
}
