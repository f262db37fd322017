package dev.gatehouse.simulator.modem;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.fault.Piece.Kind;
import dev.gatehouse.simulator.time.Loop;

/// Transparent mode: from `CONNECT` on, what the user sends goes to a socket and what comes goes to the user, until the
/// socket ends or the user types `+++` between two silences.
final class DataMode {
    private static final String ESCAPE = "+++";
    private static final int CHUNK_BYTES_MAX = 1500;
    private static final int UNSENT_BYTES_MAX = 8192;
    private static final int RETRY_MILLIS = 5;

    private final Board board;
    private final Interpreter interpreter;
    private final StringBuilder escape = new StringBuilder();
    private @Nullable Pipe pipe;
    private long lastMillis;
    private boolean draining;
    private Loop.Timer guard = () -> {};

    /// The socket behind it.
    interface Pipe {
        boolean isOpen();

        /// @return how many of the characters were taken
        int send(String octets);

        /// At most that many bytes that have come; empty when there are none.
        String take(int bytesMax);
    }

    DataMode(Board board, Interpreter interpreter, Commands commands) {
        this.board = board;
        this.interpreter = interpreter;
        commands.on("O", call -> {
            Pipe paused = pipe;
            if (paused != null && paused.isOpen()) {
                begin(call, paused);
            } else {
                call.end("NO CARRIER", () -> {});
            }
        });
    }

    void rebooted() {
        pipe = null;
        draining = false;
        escape.setLength(0);
        guard.cancel();
    }

    /// The answer to the command is `CONNECT`, and then the socket speaks.
    void begin(Call call, Pipe to) {
        pipe = to;
        call.end("CONNECT " + board.baud(), () -> {
            lastMillis = board.millis();
            escape.setLength(0);
            interpreter.stream(octets -> typed(to, octets));
            drain();
        });
    }

    /// The user and this socket talk with each other now.
    boolean carries(Pipe which) {
        return which.equals(pipe) && interpreter.isStream();
    }

    /// Bytes have come.
    void drain() {
        Pipe from = pipe;
        draining = false;
        while (from != null && interpreter.isStream()) {
            if (board.output().unsentBytes() > UNSENT_BYTES_MAX) {
                if (!draining) {
                    draining = true;
                    board.after(RETRY_MILLIS, this::drain);
                }
                return;
            }
            String octets = from.take(CHUNK_BYTES_MAX);
            if (octets.isEmpty()) {
                return;
            }
            board.output().say(Kind.DATA, octets);
        }
    }

    /// The socket has ended. What came before is said first.
    void ended(Pipe which) {
        if (!carries(which)) {
            return;
        }
        for (String rest = which.take(CHUNK_BYTES_MAX); !rest.isEmpty(); rest = which.take(CHUNK_BYTES_MAX)) {
            board.output().say(Kind.DATA, rest);
        }
        guard.cancel();
        interpreter.command();
        board.output().say(Kind.URC, board.settings().result("CLOSED"));
    }

    /// @return how many characters are taken; the rest has to wait for room
    private int typed(Pipe to, String octets) {
        long silence = board.millis() - lastMillis;
        lastMillis = board.millis();
        boolean begins = escape.isEmpty() && silence >= board.timing().guardMillis();
        if ((begins || !escape.isEmpty()) && ESCAPE.startsWith(escape + octets)) {
            escape.append(octets);
            guard.cancel();
            guard = board.after(board.timing().guardMillis(), () -> quiet(to));
            return octets.length();
        }
        guard.cancel();
        if (!escape.isEmpty()) {
            int _ = to.send(escape.toString());
            escape.setLength(0);
        }
        int taken = to.isOpen() ? to.send(octets) : octets.length();
        if (taken < octets.length()) {
            board.after(RETRY_MILLIS, interpreter::resume);
        }
        return taken;
    }

    private void quiet(Pipe to) {
        if (escape.length() < ESCAPE.length()) {
            int _ = to.send(escape.toString());
        } else {
            interpreter.command();
            board.output().say(Kind.FINAL, board.settings().result("OK"));
        }
        escape.setLength(0);
    }
}
