package dev.gatehouse.server.admin;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// What the running service says about itself; how many connections there are comes from the trail.
///
/// @param startedMicros microseconds since 1970-01-01T00:00:00Z
/// @param data absolute path of the data folder
/// @param draining null unless clients are being sent away
public record Status(String version, long startedMicros, long processId, String data, String transport,
        String tlsEngine, List<Listening> listeners, @Nullable Draining draining) {
    public Status {
        listeners = List.copyOf(listeners);
    }

    /// The server is being emptied.
    ///
    /// @param to `host` or `host:port`, with `%t` for the tenant; null: no server is named
    /// @param perSecond clients that are sent away in a second
    /// @param left connections that are still there
    public record Draining(@Nullable String to, boolean permanent, int perSecond, int left) {}

    /// One listener.
    ///
    /// @param protocol `mqtt`, `mqtts`, `ws` or `wss`
    /// @param address `ip:port`, with the real port
    public record Listening(String name, String protocol, String address) {}
}
