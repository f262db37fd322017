package dev.gatehouse.broker.journal;

import org.jspecify.annotations.Nullable;

/// The journal could not write or read. The message is for people: what happened, and what to do about it.
public class JournalFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public JournalFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
