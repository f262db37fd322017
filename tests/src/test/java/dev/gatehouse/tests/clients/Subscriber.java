package dev.gatehouse.tests.clients;

import java.time.Duration;

/// A connected client whose subscription has been acknowledged. Closing it disconnects in the proper way.
public interface Subscriber extends AutoCloseable {
    /// The next message; an [AssertionError] that shows what the client said when none comes in time.
    Message next(Duration within);

    /// Ends the connection without a DISCONNECT, so that the broker publishes the will (MQTT 5 §3.1.2.5).
    void die();

    @Override
    void close();
}
