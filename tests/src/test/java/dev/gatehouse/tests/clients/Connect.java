package dev.gatehouse.tests.clients;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// How a client connects to a broker on this machine. Sessions are always clean; keep alive is 60 s.
///
/// @param port of the listener on 127.0.0.1
/// @param host the name the client is told to connect to, which is what it sends as SNI and checks the certificate
///        against; one of `clients/hosts`, or `127.0.0.1` (then most clients send no SNI, and mosquitto sends the address)
/// @param caFile PEM; null without encryption, or to trust what the client's platform trusts
/// @param protocolLevel 3, 4 or 5: MQTT 3.1, 3.1.1, 5
/// @param clientId not empty
/// @param will published by the broker when the client dies
public record Connect(Transport transport, int port, String host, @Nullable Path caFile, int protocolLevel,
        String clientId, @Nullable String userName, @Nullable String password, @Nullable Message will) {

    public Connect {
        if (protocolLevel < 3 || protocolLevel > 5) {
            throw new IllegalArgumentException("protocol level " + protocolLevel);
        }
    }

    /// Anonymous, MQTT 3.1.1, no will.
    public static Connect to(Transport transport, String host, int port, String clientId) {
        return new Connect(transport, port, host, null, 4, clientId, null, null, null);
    }

    public Connect trusting(Path ca) {
        return new Connect(transport, port, host, ca, protocolLevel, clientId, userName, password, will);
    }

    /// The same listener by another name.
    public Connect at(String otherHost) {
        return new Connect(transport, port, otherHost, caFile, protocolLevel, clientId, userName, password, will);
    }

    public Connect atLevel(int level) {
        return new Connect(transport, port, host, caFile, level, clientId, userName, password, will);
    }

    public Connect as(String id) {
        return new Connect(transport, port, host, caFile, protocolLevel, id, userName, password, will);
    }

    public Connect with(String user, String secret) {
        return new Connect(transport, port, host, caFile, protocolLevel, clientId, user, secret, will);
    }

    public Connect leaving(Message lastWord) {
        return new Connect(transport, port, host, caFile, protocolLevel, clientId, userName, password, lastWord);
    }

    @Override
    public String toString() {
        return transport + " " + host + ":" + port + " level " + protocolLevel + " as " + clientId;
    }
}
