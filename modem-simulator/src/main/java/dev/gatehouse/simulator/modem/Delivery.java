package dev.gatehouse.simulator.modem;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.gatehouse.simulator.net.Conduit;

/// Bytes that the modem keeps until a socket has room for them, because the other side does not read. One at a time per
/// socket: whoever has more is told that it is busy.
final class Delivery {
    private static final int RETRY_MILLIS = 5;

    private final Board board;
    private final Conduit to;
    private final String octets;
    private final BooleanSupplier alive;
    private final long until;
    private final Consumer<Outcome> then;

    /// How it ended.
    enum Outcome {
        SENT,
        /// there is no connection any more
        GONE,
        /// the other side did not read in time
        TIMEOUT
    }

    private Delivery(Board board, Conduit to, String octets, long until, BooleanSupplier alive,
            Consumer<Outcome> then) {
        this.board = board;
        this.to = to;
        this.octets = octets;
        this.until = until;
        this.alive = alive;
        this.then = then;
    }

    /// @param millis how long it may wait
    /// @param alive whether it is still that connection
    static void begin(Board board, Conduit to, String octets, int millis, BooleanSupplier alive,
            Consumer<Outcome> then) {
        new Delivery(board, to, octets, board.millis() + millis, alive, then).attempt();
    }

    private void attempt() {
        if (!alive.getAsBoolean()) {
            then.accept(Outcome.GONE);
        } else if (to.room() >= octets.length()) {
            to.send(octets);
            then.accept(Outcome.SENT);
        } else if (board.millis() >= until) {
            then.accept(Outcome.TIMEOUT);
        } else {
            board.after(RETRY_MILLIS, this::attempt);
        }
    }
}
