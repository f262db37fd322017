package dev.gatehouse.tests.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.UserProperty;
import dev.gatehouse.mqtt.Will;

/// A message in the making, for PUBLISH or for a will: QoS 0, with its topic as the payload, unless told otherwise.
final class Publishing {
    private final String topic;
    private final List<UserProperty> userProperties = new ArrayList<>();
    private Qos qos = Qos.AT_MOST_ONCE;
    private int packetId;
    private boolean duplicate;
    private boolean retain;
    private byte[] payload;
    private int alias;
    private int payloadFormat = -1;
    private long expirySeconds = -1;
    private @Nullable String responseTopic;
    private @Nullable Bytes correlationData;
    private @Nullable String contentType;

    private Publishing(String topic) {
        this.topic = topic;
        this.payload = topic.getBytes(StandardCharsets.UTF_8);
    }

    static Publishing to(String topic) {
        return new Publishing(topic);
    }

    /// QoS 1.
    Publishing atLeastOnce(int id) {
        qos = Qos.AT_LEAST_ONCE;
        packetId = id;
        return this;
    }

    /// QoS 2.
    Publishing exactlyOnce(int id) {
        qos = Qos.EXACTLY_ONCE;
        packetId = id;
        return this;
    }

    Publishing duplicate() {
        duplicate = true;
        return this;
    }

    Publishing retain() {
        retain = true;
        return this;
    }

    Publishing text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Publishing bytes(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    Publishing alias(int number) {
        alias = number;
        return this;
    }

    /// Payload Format Indicator.
    Publishing format(int indicator) {
        payloadFormat = indicator;
        return this;
    }

    /// Message Expiry Interval.
    Publishing expiry(long seconds) {
        expirySeconds = seconds;
        return this;
    }

    Publishing responseTopic(String name) {
        responseTopic = name;
        return this;
    }

    Publishing correlationData(String text) {
        correlationData = Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    Publishing contentType(String text) {
        contentType = text;
        return this;
    }

    Publishing userProperty(String name, String value) {
        userProperties.add(new UserProperty(name, value));
        return this;
    }

    private PublishProperties properties() {
        return new PublishProperties(alias, List.of(), payloadFormat, expirySeconds, responseTopic, correlationData,
                contentType, List.copyOf(userProperties));
    }

    Packet.Publish packet() {
        return new Packet.Publish(topic, qos, duplicate, retain, packetId, properties(),
                Unpooled.wrappedBuffer(payload));
    }

    /// The message as a will without delay; a packet id has no meaning then.
    Will will() {
        return will(0);
    }

    /// The message as a will.
    Will will(long delaySeconds) {
        return new Will(topic, Bytes.copyOf(payload), qos, retain, delaySeconds, properties());
    }
}
