package dev.gatehouse.modem.gateway;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// Something that whoever runs the gateway may want to read. The text is one line.
public sealed interface GatewayEvent {
    /// One line for a log.
    String text();

    /// A port is open.
    ///
    /// @param what `SOCKS5`, `metrics`, or where a forward leads
    record Listening(Endpoint at, String what) implements GatewayEvent {
        @Override
        public String text() {
            return "listening on " + at + ": " + what;
        }
    }

    /// A connection was made.
    ///
    /// @param id counts connections
    record Opened(long id, Target target, long millis) implements GatewayEvent {
        @Override
        public String text() {
            return "#" + id + " connected to " + target + " in " + millis + " ms";
        }
    }

    /// A connection was not made.
    ///
    /// @param target null when the program never said where it wants to go
    record Refused(long id, @Nullable Target target, Failure failure, String detail) implements GatewayEvent {
        @Override
        public String text() {
            return "#" + id + " refused" + (target == null ? "" : " (" + target + ")") + ": " + failure.sentence()
                    + (detail.isEmpty() ? "" : ": " + detail) + " [" + failure.label() + "]";
        }
    }

    /// A connection is over.
    ///
    /// @param failure null when it ended well
    record Ended(long id, Target target, long bytesUp, long bytesDown, long millis, @Nullable Failure failure,
            String detail) implements GatewayEvent {
        @Override
        public String text() {
            return String.format(Locale.ROOT, "#%d to %s over after %.1f s, %d bytes out, %d bytes in%s", id, target,
                    millis / 1000.0, bytesUp, bytesDown,
                    failure == null ? "" : ": " + failure.sentence() + (detail.isEmpty() ? "" : ": " + detail));
        }
    }

    /// The modem came up or went down.
    record UplinkChanged(boolean ready, String words) implements GatewayEvent {
        @Override
        public String text() {
            return (ready ? "modem ready: " : "modem not ready: ") + words;
        }
    }

    /// Something of the gateway itself failed; it goes on.
    record Trouble(String what) implements GatewayEvent {
        @Override
        public String text() {
            return what;
        }
    }
}
