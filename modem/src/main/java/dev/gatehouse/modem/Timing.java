package dev.gatehouse.modem;

import java.time.Duration;

import dev.gatehouse.modem.at.Patience;

/// How long the modem's keeper waits for what.
///
/// @param patience of the engine, for answers
/// @param register for the network to let the modem in
/// @param attach for the data connection (`+NETOPEN`)
/// @param connect for a connection when the caller names no time
/// @param transfer for the answer to a read, or to the bytes of a write
/// @param send for the modem to take one piece of data, including the times it says it is busy
/// @param again between two questions whether something has changed by now
/// @param pause after a failure, before everything is tried anew; doubles up to ten times this
/// @param poll after this long without a word about a connection the modem is asked how it is: messages get lost
public record Timing(Patience patience, Duration register, Duration attach, Duration connect, Duration transfer,
        Duration send, Duration again, Duration pause, Duration poll) {
    /// What suits real modems.
    public static Timing usual() {
        return new Timing(Patience.usual(), Duration.ofSeconds(180), Duration.ofSeconds(120), Duration.ofSeconds(120),
                Duration.ofSeconds(15), Duration.ofSeconds(60), Duration.ofSeconds(1), Duration.ofSeconds(3),
                Duration.ofSeconds(5));
    }
}
