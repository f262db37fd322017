package dev.gatehouse.modem.at;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A line that somebody waits for, beside answers: the result of a command that was accepted before.
///
/// Made by [AtEngine#expect] before the command is sent, and closed when it is of no interest any more.
public final class Awaited implements AutoCloseable {
    final Pattern lines;
    private final AtEngine engine;
    @Nullable
    String line;
    @Nullable
    ModemException broken;

    Awaited(AtEngine engine, Pattern lines) {
        this.engine = engine;
        this.lines = lines;
    }

    boolean isOver() {
        return line != null || broken != null;
    }

    /// Waits for the line.
    ///
    /// @throws ModemException with [Trouble#TIMEOUT], or why it cannot come any more
    public String await(java.time.Duration patience) throws ModemException {
        return engine.await(this, patience);
    }

    /// Makes a wait for this line, on another thread, end with this reason.
    public void breakOff(ModemException why) {
        engine.breakOff(this, why);
    }

    @Override
    public void close() {
        engine.forget(this);
    }
}
