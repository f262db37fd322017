package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;

import dev.gatehouse.bench.BenchFault;

/// Cuts what was read into packets, without looking into them.
///
/// - **Shape:** bytes in any split → one call per whole packet; what is left over is the caller's to keep.
/// - **Errors:** [BenchFault] for a length that MQTT does not know (MQTT 5 §1.5.5).
final class Frames {
    private static final int LENGTH_BYTES_MAX = 4;

    private Frames() {}

    /// Takes whole packets.
    interface Sink {
        /// One packet; the buffer is only lent.
        ///
        /// @param first the packet's first byte, 0 to 255
        /// @param from where the variable header begins
        /// @param to where the packet ends
        void packet(int first, ByteBuffer in, int from, int to) throws BenchFault;
    }

    /// Hands over all whole packets.
    ///
    /// @param from where the first packet begins
    /// @param limit where the bytes end
    /// @return where the first packet begins that is not whole, or `limit`
    static int read(ByteBuffer in, int from, int limit, Sink sink) throws BenchFault {
        int at = from;
        while (limit - at >= 2) {
            int length = in.get(at + 1);
            int body = at + 2;
            if (length < 0) {
                int bytes = lengthBytes(in, at + 1, limit);
                if (bytes == 0) {
                    return at;
                }
                length = length(in, at + 1, bytes);
                body = at + 1 + bytes;
            }
            if (limit - body < length) {
                return at;
            }
            sink.packet(in.get(at) & 0xff, in, body, body + length);
            at = body + length;
        }
        return at;
    }

    /// How many bytes a variable byte integer has; 0 when its end has not been read yet.
    static int lengthBytes(ByteBuffer in, int at, int limit) throws BenchFault {
        for (int bytes = 1; bytes <= LENGTH_BYTES_MAX; bytes++) {
            if (at + bytes > limit) {
                return 0;
            }
            if (in.get(at + bytes - 1) >= 0) {
                return bytes;
            }
        }
        throw new BenchFault("the broker sent a packet length of more than four bytes");
    }

    /// A variable byte integer.
    static int length(ByteBuffer in, int at, int bytes) {
        int length = 0;
        for (int i = 0; i < bytes; i++) {
            length |= (in.get(at + i) & 0x7f) << 7 * i;
        }
        return length;
    }
}
