package dev.gatehouse.modem.at;

import java.time.Duration;

/// How long the engine waits for what.
///
/// @param prompt from a command to the `>` that asks for its payload; after it the payload is written all the same
/// @param late after a line that says a command failed, for the `ERROR` that most firmwares send behind it
/// @param quiet how long nothing may come before the line counts as quiet
/// @param probe for the answer to an `AT` that tests whether anybody is there
/// @param resync for getting back into step with the modem, all attempts together
/// @param queue for other commands to end before one's own begins
public record Patience(Duration prompt, Duration late, Duration quiet, Duration probe, Duration resync,
        Duration queue) {
    /// What suits real modems.
    public static Patience usual() {
        return new Patience(Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofMillis(250),
                Duration.ofSeconds(1), Duration.ofSeconds(8), Duration.ofSeconds(90));
    }
}
