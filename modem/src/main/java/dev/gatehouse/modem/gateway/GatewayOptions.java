package dev.gatehouse.modem.gateway;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/// What a [Gateway] offers, and its limits.
///
/// @param socks where SOCKS5 is spoken
/// @param login what SOCKS clients have to present; null lets everybody in who can reach the port
/// @param metrics where counters can be read; null = nowhere
/// @param othersAllowed whether other computers may use it; otherwise every address has to be a loopback one
/// @param socketsMax connections at a time, 1 to 10: as many as the modem has sockets
/// @param connectTimeout for one connection through the modem, name resolution included
/// @param closedIdle how long to go on reading from the remote side without a byte after the program here has closed
/// @param bufferBytes per connection and direction
public record GatewayOptions(List<Endpoint> socks, List<Forward> forwards, @Nullable Login login,
        @Nullable Endpoint metrics, boolean othersAllowed, int socketsMax, Duration connectTimeout, Duration closedIdle,
        int bufferBytes) {
    /// The modem's own limit.
    public static final int SOCKETS = 10;

    public GatewayOptions {
        socks = List.copyOf(socks);
        forwards = List.copyOf(forwards);
        if (socketsMax < 1 || socketsMax > SOCKETS) {
            throw new IllegalArgumentException("the modem has 10 sockets: 1 to 10 can be used, not " + socketsMax);
        }
        if (!othersAllowed) {
            Stream.concat(Stream.concat(socks.stream(), forwards.stream().map(Forward::listen)),
                    Stream.ofNullable(metrics)).filter(endpoint -> !endpoint.local()).findFirst()
                    .ifPresent(GatewayOptions::refuse);
        }
    }

    private static void refuse(Endpoint endpoint) {
        throw new IllegalArgumentException(endpoint + " can be reached by other computers, which could then use this "
                + "modem and its SIM card. If that is meant, say so with --allow-others; else listen on 127.0.0.1");
    }

    /// Nothing listens yet; ten sockets, a minute to connect, 10 s after the local end, 16 KiB each way.
    public static GatewayOptions usual() {
        return new GatewayOptions(List.of(), List.of(), null, null, false, SOCKETS, Duration.ofSeconds(60),
                Duration.ofSeconds(10), 16 * 1024);
    }

    /// The same, listening here.
    public GatewayOptions listening(List<Endpoint> newSocks, List<Forward> newForwards) {
        return new GatewayOptions(newSocks, newForwards, login, metrics, othersAllowed, socketsMax, connectTimeout,
                closedIdle, bufferBytes);
    }

    /// The same with a login for SOCKS.
    public GatewayOptions with(@Nullable Login newLogin) {
        return new GatewayOptions(socks, forwards, newLogin, metrics, othersAllowed, socketsMax, connectTimeout,
                closedIdle, bufferBytes);
    }

    /// The same with counters to read.
    public GatewayOptions withMetrics(@Nullable Endpoint newMetrics) {
        return new GatewayOptions(socks, forwards, login, newMetrics, othersAllowed, socketsMax, connectTimeout,
                closedIdle, bufferBytes);
    }

    /// The same with other times.
    public GatewayOptions withTimes(Duration newConnectTimeout, Duration newClosedIdle) {
        return new GatewayOptions(socks, forwards, login, metrics, othersAllowed, socketsMax, newConnectTimeout,
                newClosedIdle, bufferBytes);
    }

    /// The same with fewer sockets.
    public GatewayOptions withSockets(int newSocketsMax) {
        return new GatewayOptions(socks, forwards, login, metrics, othersAllowed, newSocketsMax, connectTimeout,
                closedIdle, bufferBytes);
    }
}
