package dev.gatehouse.bench.load;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/// Where clients connect, and as whom.
///
/// @param serverName what a TLS client asks for; null for plain TCP
public record Endpoint(InetSocketAddress address, @Nullable String serverName, @Nullable String user,
        @Nullable String password) {
    /// Plain TCP without credentials.
    public static Endpoint plain(InetSocketAddress address) {
        return new Endpoint(address, null, null, null);
    }

    /// The same place, reached with TLS.
    public Endpoint with(String name) {
        return new Endpoint(address, name, user, password);
    }

    @Override
    public String toString() {
        return address.getHostString() + ":" + address.getPort() + (serverName == null ? "" : " (TLS)");
    }
}
