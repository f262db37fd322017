package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;

/// The buffers that all TLS connections share, each used within one call.
final class Ciphertext {
    /// Room that one more TLS record may need (RFC 8446 §5.2, with its header).
    static final int RECORD_BYTES = 16_384 + 256 + 5 + 1024;

    private final ByteBuffer in;
    private final ByteBuffer out;

    Ciphertext(int bytes) {
        in = ByteBuffer.allocateDirect(bytes + RECORD_BYTES);
        out = ByteBuffer.allocateDirect(bytes + RECORD_BYTES);
    }

    ByteBuffer in() {
        return in.clear();
    }

    ByteBuffer out() {
        return out.clear();
    }
}
