package dev.gatehouse.bench;

import java.nio.ByteBuffer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// Which message it is: the first 12 bytes of every payload.
///
/// @param stream 0 to the number of streams - 1, as in the [Ledger]
/// @param sequence from 1, without gaps in a stream
record Label(int stream, int sequence) {
    /// The smallest payload, in bytes.
    static final int BYTES = 12;
    private static final int MARK = 0x47617465;

    /// @param bytes of the whole payload; what follows the label is zero
    byte[] payload(int bytes) {
        byte[] payload = new byte[bytes];
        ByteBuffer.wrap(payload).putInt(MARK).putInt(stream).putInt(sequence);
        return payload;
    }

    /// Null when it is no label of a bench. Borrows the payload.
    static @Nullable Label read(ByteBuf payload) {
        int at = payload.readerIndex();
        return payload.readableBytes() < BYTES || payload.getInt(at) != MARK
                ? null
                : new Label(payload.getInt(at + 4), payload.getInt(at + 8));
    }

    static @Nullable Label read(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        return payload.length < BYTES || bytes.getInt() != MARK ? null : new Label(bytes.getInt(), bytes.getInt());
    }
}
