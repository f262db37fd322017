package dev.gatehouse.bench.load;

/// The first bytes of every payload: a stream (4 bytes), the message's number in it (4), and when it was due (8, as
/// [System#nanoTime] tells it). The rest is filling.
final class Payload {
    /// The smallest payload.
    static final int BYTES_MIN = 16;
    static final int STREAM = 0;
    static final int SEQUENCE = 4;
    static final int DUE = 8;

    private Payload() {}
}
