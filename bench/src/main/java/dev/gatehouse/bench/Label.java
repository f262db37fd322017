package dev.gatehouse.bench;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// Which message it is: the first 12 bytes of every payload.
///
/// @param stream 0 to the number of streams - 1, as in the [Ledger]
/// @param sequence from 1, without gaps in a stream
record Label(int stream, int sequence) {
    /// The smallest payload, in bytes.
    static final int BYTES = 12;
    private static final int MARK = 0x47617465;

    /// @param bytes of the whole payload; what follows the label looks like chance, so that it cannot be compressed,
    ///     and follows from the label, so that it can be checked
    byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        ByteBuffer.wrap(payload).putInt(MARK).putInt(stream).putInt(sequence);
        for (int i = BYTES; i < bytes; i++) {
            payload[i] = filling(i);
        }
        return payload;
    }

    /// One byte of eight that are mixed as SplitMix64 does.
    private byte filling(int at) {
        long mixed = ((long) stream << 32 | sequence) + (at >> 3) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return (byte) ((mixed ^ mixed >>> 31) >>> ((at & 7) << 3));
    }

    /// Null when it is no payload of a bench, or not as it was sent. Borrows it.
    static @Nullable Label read(ByteBuf payload) {
        int begin = payload.readerIndex();
        int bytes = payload.readableBytes();
        if (bytes < BYTES || payload.getInt(begin) != MARK) {
            return null;
        }
        Label label = new Label(payload.getInt(begin + 4), payload.getInt(begin + 8));
        for (int i = BYTES; i < bytes; i++) {
            if (payload.getByte(begin + i) != label.filling(i)) {
                return null;
            }
        }
        return label;
    }

    static @Nullable Label read(byte[] payload) {
        return read(Unpooled.wrappedBuffer(payload));
    }
}
