package dev.gatehouse.client;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;

/// What CONNECT says.
///
/// @param clientId empty asks for an assigned one
/// @param keepAliveSeconds 0 to 65 535; 0 sends no PINGREQ
/// @param properties [ConnectProperties#NONE] in MQTT 3
public record ConnectOptions(Version version, String clientId, boolean cleanStart, int keepAliveSeconds,
        @Nullable Will will, @Nullable String userName, @Nullable Secret password, ConnectProperties properties) {
    /// MQTT in this version, a clean session, 60 s keep alive, nothing else.
    public static ConnectOptions of(Version version, String clientId) {
        return new ConnectOptions(version, clientId, true, 60, null, null, null, ConnectProperties.NONE);
    }

    /// The same with a user name and a password.
    public ConnectOptions as(@Nullable String user, @Nullable Secret secret) {
        return new ConnectOptions(version, clientId, cleanStart, keepAliveSeconds, will, user, secret, properties);
    }

    /// The same with a will.
    public ConnectOptions with(@Nullable Will message) {
        return new ConnectOptions(version, clientId, cleanStart, keepAliveSeconds, message, userName, password,
                properties);
    }

    /// The same with these properties.
    public ConnectOptions with(ConnectProperties others) {
        return new ConnectOptions(version, clientId, cleanStart, keepAliveSeconds, will, userName, password, others);
    }

    /// The same with another keep alive.
    public ConnectOptions keepAlive(int seconds) {
        return new ConnectOptions(version, clientId, cleanStart, seconds, will, userName, password, properties);
    }

    /// The same, going on with the session that the server may have.
    public ConnectOptions resuming() {
        return new ConnectOptions(version, clientId, false, keepAliveSeconds, will, userName, password, properties);
    }

    /// As a packet.
    public Packet.Connect packet() {
        return new Packet.Connect(version, clientId, cleanStart, keepAliveSeconds, will, userName, password,
                properties);
    }
}
