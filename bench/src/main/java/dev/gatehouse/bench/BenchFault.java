package dev.gatehouse.bench;

import org.jspecify.annotations.Nullable;

/// A bench that could not be run to its end. The message is plain sentences with what to do next.
public final class BenchFault extends Exception {
    /// With what to say about it.
    public BenchFault(String message) {
        this(message, null);
    }

    /// With what to say about it, and where it began.
    public BenchFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
