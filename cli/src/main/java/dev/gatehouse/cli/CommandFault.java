package dev.gatehouse.cli;

import org.jspecify.annotations.Nullable;

/// A command that cannot be done. The message is plain sentences with what to do instead.
final class CommandFault extends Exception {
    private final Exit exit;

    CommandFault(Exit exit, String message) {
        this(exit, message, null);
    }

    CommandFault(Exit exit, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    Exit exit() {
        return exit;
    }
}
