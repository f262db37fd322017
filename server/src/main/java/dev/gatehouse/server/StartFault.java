package dev.gatehouse.server;

/// The service cannot start. The message says in plain words why, and what to do.
public final class StartFault extends Exception {
    private static final long serialVersionUID = 1;

    StartFault(String message, Throwable cause) {
        super(message, cause);
    }

    StartFault(String message) {
        super(message);
    }
}
