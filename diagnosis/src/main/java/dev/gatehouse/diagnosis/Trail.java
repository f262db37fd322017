package dev.gatehouse.diagnosis;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What is known about one attempt at one moment; never changes.
///
/// @param id of the attempt
/// @param startedMicros when the connection was accepted, microseconds since 1970-01-01T00:00:00Z
/// @param endedMicros when it ended; -1 while it has not
/// @param listener its name in the configuration
/// @param protocol `mqtt`, `mqtts`, `ws` or `wss`
/// @param remote the client as `ip:port`; behind a trusted proxy what the proxy says
/// @param tenant null while unknown; null at the end means that the trail is the operator's
/// @param serverName as the device sent it
/// @param clientId the one in use; before the session opens the one asked for
/// @param user the user name as sent
/// @param stage where the cause lies, or how far the connection came while there is no verdict
/// @param ending null while it has not ended
/// @param verdict null while open, and when it ended as it should
/// @param facts in the order in which they were seen
/// @param notKept how many facts of each [Fact#type()] were seen but not kept
public record Trail(String id, long startedMicros, long endedMicros, String listener, String protocol, String remote,
        @Nullable String tenant, @Nullable String serverName, @Nullable String clientId, @Nullable String user,
        Stage stage, State state, @Nullable Ending ending, @Nullable Verdict verdict, List<TimedFact> facts,
        Map<String, Long> notKept) {
    public Trail {
        facts = List.copyOf(facts);
        notKept = Map.copyOf(notKept);
    }

    /// Every accepted connection is in exactly one of these.
    public enum State {
        /// Accepted; no CONNACK with success yet.
        HANDSHAKING,
        /// The session is open.
        OPEN,
        /// Ended without ever being open.
        REFUSED,
        /// Ended after it had been open.
        ENDED
    }
}
