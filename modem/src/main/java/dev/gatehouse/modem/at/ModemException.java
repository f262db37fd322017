package dev.gatehouse.modem.at;

import java.io.IOException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/// Something that needed the modem did not work, for a named reason.
public final class ModemException extends IOException {
    private final Trouble trouble;
    private final String detail;

    public ModemException(Trouble trouble) {
        this(trouble, "", null);
    }

    /// @param detail what exactly, to stand behind the trouble's sentence; may be empty
    public ModemException(Trouble trouble, String detail) {
        this(trouble, detail, null);
    }

    public ModemException(Trouble trouble, String detail, @Nullable Throwable cause) {
        super(trouble.sentence() + (detail.isEmpty() ? "" : ": " + detail), cause);
        this.trouble = trouble;
        this.detail = detail;
    }

    /// The same for another caller, with a stack trace of his own.
    public ModemException again() {
        return new ModemException(trouble, detail, this);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// The name of the reason.
    public Trouble trouble() {
        return trouble;
    }
}
