package dev.gatehouse.modem.at;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A line that somebody waits for, beside answers: the result of a command that was accepted before.
///
/// Made by [AtEngine#expect] before the command is sent, and closed when it is of no interest any more.
public final class Awaited implements AutoCloseable {
    final Pattern lines;
    private final Dialogue dialogue;
    @Nullable
    String line;
    @Nullable
    ModemException broken;

    Awaited(Dialogue dialogue, Pattern lines) {
        this.dialogue = dialogue;
        this.lines = lines;
    }

    boolean isOver() {
        return line != null || broken != null;
    }

    /// Waits for the line.
    ///
    /// @throws ModemException with [Trouble#TIMEOUT], or why it cannot come any more
    public String await(java.time.Duration patience) throws ModemException {
        return dialogue.await(this, patience);
    }

    /// Makes a wait for this line, on another thread, end with this reason.
    public void breakOff(ModemException why) {
        dialogue.breakOff(this, why);
    }

    @Override
    public void close() {
        dialogue.forget(this);
    }
}
