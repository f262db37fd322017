package dev.gatehouse.server.admin;

import java.util.List;

/// What the running service says about itself; how many connections there are comes from the trail.
///
/// @param startedMicros microseconds since 1970-01-01T00:00:00Z
/// @param data absolute path of the data folder
public record Status(String version, long startedMicros, long processId, String data, String transport,
        String tlsEngine, List<Listening> listeners) {
    public Status {
        listeners = List.copyOf(listeners);
    }

    /// One listener.
    ///
    /// @param protocol `mqtt`, `mqtts`, `ws` or `wss`
    /// @param address `ip:port`, with the real port
    public record Listening(String name, String protocol, String address) {}
}
