package dev.gatehouse.server.admin;

import org.jspecify.annotations.Nullable;

/// The socket cannot be opened, or nobody answers on it. The message is plain sentences with what to do.
public final class SocketFault extends Exception {
    SocketFault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    SocketFault(String message) {
        this(message, null);
    }
}
