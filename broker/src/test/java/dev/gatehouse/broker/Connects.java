package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;

/// CONNECT packets in the making. Clean unless said otherwise.
record Connects(Version version, boolean cleanStart, long expirySeconds, @Nullable Will will,
        @Nullable String userName, int receiveMaximum, int keepAliveSeconds, boolean problemInformation) {
    static Connects of(Version version) {
        return new Connects(version, true, 0, null, null, 65_535, 60, true);
    }

    static Connects v5() {
        return of(Version.MQTT_5);
    }

    static Connects v3() {
        return of(Version.MQTT_3_1_1);
    }

    /// A session that outlives the connection by so many seconds (MQTT 5), and that may exist already.
    Connects keep(long seconds) {
        return new Connects(version, false, seconds, will, userName, receiveMaximum, keepAliveSeconds,
                problemInformation);
    }

    Connects clean(boolean start) {
        return new Connects(version, start, expirySeconds, will, userName, receiveMaximum, keepAliveSeconds,
                problemInformation);
    }

    Connects with(@Nullable Will lastWord) {
        return new Connects(version, cleanStart, expirySeconds, lastWord, userName, receiveMaximum, keepAliveSeconds,
                problemInformation);
    }

    Connects user(String name) {
        return new Connects(version, cleanStart, expirySeconds, will, name, receiveMaximum, keepAliveSeconds,
                problemInformation);
    }

    Connects receiving(int maximum) {
        return new Connects(version, cleanStart, expirySeconds, will, userName, maximum, keepAliveSeconds,
                problemInformation);
    }

    Connects silent() {
        return new Connects(version, cleanStart, expirySeconds, will, userName, receiveMaximum, keepAliveSeconds,
                false);
    }

    Connects keepAlive(int seconds) {
        return new Connects(version, cleanStart, expirySeconds, will, userName, receiveMaximum, seconds,
                problemInformation);
    }

    Packet.Connect packet(String clientId) {
        ConnectProperties properties = version.hasProperties()
                ? new ConnectProperties(expirySeconds, receiveMaximum, -1, 0, false, problemInformation, null, null,
                        List.of())
                : ConnectProperties.NONE;
        return new Packet.Connect(version, clientId, cleanStart, keepAliveSeconds, will, userName, null, properties);
    }

    static Will will(String topic, String payload, Qos qos, boolean retain, long delaySeconds) {
        return new Will(topic, Bytes.copyOf(payload.getBytes(StandardCharsets.UTF_8)), qos, retain, delaySeconds,
                PublishProperties.NONE);
    }
}
