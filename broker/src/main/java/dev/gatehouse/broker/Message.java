package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;

/// One application message on its way through the broker, the same object for every receiver.
///
/// The payload passes through as the publisher's buffer and is copied once, by [#atRest()], when the message has to
/// outlive the publisher's call: queued, in flight, retained, or handed to another lane.
public final class Message {
    private final String topic;
    private final byte[] topicUtf8;
    private final Qos qos;
    private final boolean retain;
    private final PublishProperties properties;
    private final @Nullable Session publisher;
    private final long expiresAtMicros;
    private @Nullable ByteBuf passing;
    private byte @Nullable [] resting;
    private long retainedAs;

    private Message(String topic, Qos qos, boolean retain, PublishProperties properties, @Nullable Session publisher,
            long nowMicros, @Nullable ByteBuf passing, byte @Nullable [] resting) {
        this.topic = topic;
        this.topicUtf8 = topic.getBytes(StandardCharsets.UTF_8);
        this.qos = qos;
        this.retain = retain;
        this.properties = properties.withoutHop();
        this.publisher = publisher;
        this.expiresAtMicros = properties.messageExpirySeconds() < 0
                ? Long.MAX_VALUE
                : nowMicros + properties.messageExpirySeconds() * 1_000_000;
        this.passing = passing;
        this.resting = resting;
    }

    /// A message whose payload is still the publisher's buffer: valid until the publisher's call returns, unless
    /// [#atRest()] was called. Borrows the buffer.
    static Message passing(String topic, Qos qos, boolean retain, PublishProperties properties,
            @Nullable Session publisher, long nowMicros, ByteBuf payload) {
        return new Message(topic, qos, retain, properties, publisher, nowMicros, payload, null);
    }

    /// A message of its own: a will, or one that the broker made. The array must not be changed afterwards.
    public static Message of(String topic, Qos qos, boolean retain, PublishProperties properties,
            @Nullable Session publisher, long nowMicros, byte[] payload) {
        return new Message(topic, qos, retain, properties, publisher, nowMicros, null, payload);
    }

    /// The topic name.
    public String topic() {
        return topic;
    }

    /// The topic name as it goes on the wire. Must not be changed.
    public byte[] topicUtf8() {
        return topicUtf8;
    }

    /// As published.
    public Qos qos() {
        return qos;
    }

    /// As published.
    public boolean retain() {
        return retain;
    }

    /// As published, without topic alias and subscription identifiers.
    public PublishProperties properties() {
        return properties;
    }

    /// The session that published it; null for what the broker publishes itself.
    @Nullable
    Session publisher() {
        return publisher;
    }

    /// Whether the message expiry of MQTT 5 §3.3.2.3.3 has passed.
    boolean expired(long nowMicros) {
        return nowMicros >= expiresAtMicros;
    }

    /// Seconds that are left before the message expires, at least 1 while it has not; -1 = it never expires.
    long expirySecondsLeft(long nowMicros) {
        return expiresAtMicros == Long.MAX_VALUE
                ? -1
                : Math.max(0, (expiresAtMicros - nowMicros + 999_999) / 1_000_000);
    }

    /// The properties as they are forwarded now: with the expiry that is left [MQTT-3.3.2-6].
    PublishProperties propertiesAt(long nowMicros) {
        return expiresAtMicros == Long.MAX_VALUE
                ? properties
                : properties.withMessageExpiry(expirySecondsLeft(nowMicros));
    }

    /// Number of bytes of the payload.
    public int payloadBytes() {
        byte[] rest = resting;
        if (rest != null) {
            return rest.length;
        }
        ByteBuf buffer = passing;
        return buffer == null ? 0 : buffer.readableBytes();
    }

    /// Bytes that the message occupies while it waits: topic and payload.
    int weight() {
        return topicUtf8.length + payloadBytes();
    }

    /// Writes the payload to the end of `out`.
    public void writePayload(ByteBuf out) {
        byte[] rest = resting;
        if (rest != null) {
            out.writeBytes(rest);
            return;
        }
        ByteBuf buffer = passing;
        if (buffer != null) {
            out.writeBytes(buffer, buffer.readerIndex(), buffer.readableBytes());
        }
    }

    /// Makes the message independent of the publisher's buffer, once. Call on the publisher's lane.
    Message atRest() {
        ByteBuf buffer = passing;
        if (buffer != null) {
            resting = ByteBufUtil.getBytes(buffer);
            passing = null;
        }
        return this;
    }

    /// Lets go of the publisher's buffer at the end of the publisher's call. Nobody may hold the message by then,
    /// unless it is at rest.
    void passed() {
        passing = null;
    }

    /// The payload of a message at rest. Must not be changed.
    public byte[] payload() {
        byte[] rest = resting;
        if (rest == null) {
            throw new IllegalStateException("the message is not at rest");
        }
        return rest;
    }

    /// The place of this message in the order of the tenant's retained messages, from 1; 0 = not retained.
    long retainedAs() {
        return retainedAs;
    }

    void retainedAs(long order) {
        retainedAs = order;
    }
}
