package dev.gatehouse.tests.conformance;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;

/// A CONNECT in the making: MQTT 5 with Clean Start and keep alive 0, unless told otherwise.
final class Connecting {
    private final String clientId;
    private Version version = Version.MQTT_5;
    private boolean cleanStart = true;
    private int keepAliveSeconds;
    private @Nullable Will will;
    private @Nullable String userName;
    private @Nullable String password;
    private long expirySeconds;
    private int receiveMaximum = 65_535;
    private long maximumPacketSize = -1;
    private int topicAliasMaximum;
    private boolean responseInformation;
    private boolean problemInformation = true;
    private @Nullable String method;
    private @Nullable Bytes data;

    Connecting(String clientId) {
        this.clientId = clientId;
    }

    Connecting version(Version spoken) {
        version = spoken;
        return this;
    }

    /// Clean Start 0, CleanSession 0 in MQTT 3.
    Connecting resuming() {
        cleanStart = false;
        return this;
    }

    Connecting keepAlive(int seconds) {
        keepAliveSeconds = seconds;
        return this;
    }

    Connecting will(Will last) {
        will = last;
        return this;
    }

    Connecting user(String name, String secret) {
        userName = name;
        password = secret;
        return this;
    }

    /// Session Expiry Interval.
    Connecting expiry(long seconds) {
        expirySeconds = seconds;
        return this;
    }

    Connecting receiveMaximum(int messages) {
        receiveMaximum = messages;
        return this;
    }

    Connecting maximumPacketSize(long bytes) {
        maximumPacketSize = bytes;
        return this;
    }

    Connecting topicAliasMaximum(int aliases) {
        topicAliasMaximum = aliases;
        return this;
    }

    /// Request Response Information 1.
    Connecting wantsResponseInformation() {
        responseInformation = true;
        return this;
    }

    /// Request Problem Information 0.
    Connecting wantsNoProblemInformation() {
        problemInformation = false;
        return this;
    }

    Connecting authentication(String name, @Nullable Bytes first) {
        method = name;
        data = first;
        return this;
    }

    Packet.Connect packet() {
        return new Packet.Connect(version, clientId, cleanStart, keepAliveSeconds, will, userName,
                password == null ? null : Secret.of(password),
                version.hasProperties()
                        ? new ConnectProperties(expirySeconds, receiveMaximum, maximumPacketSize, topicAliasMaximum,
                                responseInformation, problemInformation, method, data, List.of())
                        : ConnectProperties.NONE);
    }
}
