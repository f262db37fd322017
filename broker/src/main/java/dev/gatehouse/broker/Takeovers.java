package dev.gatehouse.broker;

/// Counts takeovers of one client id that follow each other quickly: two devices that share it throw each other out.
///
/// - **Thread:** the session's lane.
/// - **Life:** made with the first takeover; handed on when the session ends and the client id gets another.
final class Takeovers {
    private static final long PAUSE_MICROS = 10_000_000;
    /// So many in a row are a loop.
    private static final int LOOP = 3;

    private long lastMicros;
    private int inARow;

    /// One more.
    ///
    /// @return whether it is one of several in a row, each less than ten seconds after the one before
    boolean oneMore(long nowMicros) {
        inARow = nowMicros - lastMicros < PAUSE_MICROS ? inARow + 1 : 1;
        lastMicros = nowMicros;
        return inARow >= LOOP;
    }
}
