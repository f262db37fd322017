package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.UserProperty;
import dev.gatehouse.mqtt.Version;

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
    private final @Nullable String publisher;
    private final long expiresAtMicros;
    private final int propertyBytes;
    private @Nullable ByteBuf passing;
    private byte @Nullable [] resting;
    private boolean forMany;
    private @Nullable SharedFrame frame;
    private long retainedAs;

    private Message(String topic, byte[] topicUtf8, Qos qos, boolean retain, PublishProperties properties,
            @Nullable String publisher, long expiresAtMicros, @Nullable ByteBuf passing, byte @Nullable [] resting) {
        this.topic = topic;
        this.topicUtf8 = topicUtf8;
        this.qos = qos;
        this.retain = retain;
        this.properties = properties.withoutHop();
        this.publisher = publisher;
        this.expiresAtMicros = expiresAtMicros;
        this.propertyBytes = bytesOf(this.properties);
        this.passing = passing;
        this.resting = resting;
    }

    @SuppressWarnings("ReferenceEquality") // the usual case, quickly; others are counted to the same result
    private static int bytesOf(PublishProperties properties) {
        if (properties == PublishProperties.NONE) {
            return 0;
        }
        int bytes = length(properties.responseTopic()) + length(properties.contentType());
        Bytes correlation = properties.correlationData();
        bytes += correlation == null ? 0 : correlation.length();
        for (UserProperty property : properties.userProperties()) {
            bytes += property.name().length() + property.value().length();
        }
        return bytes;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /// A message whose payload is still the publisher's buffer: valid until the publisher's call returns, unless
    /// [#atRest()] was called. Borrows the buffer.
    ///
    /// @param topicUtf8 the same topic as it goes on the wire; must not be changed afterwards
    /// @param lane its clock is read only if the message expires
    static Message passing(String topic, byte[] topicUtf8, Qos qos, boolean retain, PublishProperties properties,
            @Nullable String publisher, Lane lane, ByteBuf payload) {
        long expiry = properties.messageExpirySeconds() < 0 ? Long.MAX_VALUE : expiry(properties, lane.nowMicros());
        return new Message(topic, topicUtf8, qos, retain, properties, publisher, expiry, payload, null);
    }

    /// A message of its own: a will, or one that the broker made. The array must not be changed afterwards.
    public static Message of(String topic, Qos qos, boolean retain, PublishProperties properties,
            @Nullable String publisher, long nowMicros, byte[] payload) {
        return new Message(topic, topic.getBytes(StandardCharsets.UTF_8), qos, retain, properties, publisher,
                expiry(properties, nowMicros), null, payload);
    }

    /// A message that was recorded.
    ///
    /// @param expiresAtMicros when it expires; [Long#MAX_VALUE] = never
    public static Message stored(String topic, Qos qos, boolean retain, PublishProperties properties,
            @Nullable String publisher, long expiresAtMicros, byte[] payload) {
        return new Message(topic, topic.getBytes(StandardCharsets.UTF_8), qos, retain, properties, publisher,
                expiresAtMicros, null, payload);
    }

    private static long expiry(PublishProperties properties, long nowMicros) {
        return properties.messageExpirySeconds() < 0
                ? Long.MAX_VALUE
                : nowMicros + properties.messageExpirySeconds() * 1_000_000;
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

    /// The client id that published it; null for what the broker publishes itself. Not the session: a retained message
    /// outlives that.
    public @Nullable String publisher() {
        return publisher;
    }

    /// Whether it will ever expire. If not, the time does not matter to it.
    boolean expires() {
        return expiresAtMicros != Long.MAX_VALUE;
    }

    /// Whether the message expiry of MQTT 5 §3.3.2.3.3 has passed.
    boolean expired(long nowMicros) {
        return nowMicros >= expiresAtMicros;
    }

    /// When the message expires; [Long#MAX_VALUE] = never.
    public long expiresAtMicros() {
        return expiresAtMicros;
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

    /// Bytes that the message occupies while it waits: topic, payload and the texts of its properties.
    public int weight() {
        return topicUtf8.length + payloadBytes() + propertyBytes;
    }

    /// Writes the message as a PUBLISH to the end of `out`.
    public void write(ByteBuf out, Qos as, boolean duplicate, boolean retained, int packetId,
            PublishProperties forwarded, Version version) {
        byte[] rest = resting;
        ByteBuf buffer = passing;
        if (rest != null) {
            PacketWriter.writePublish(out, topicUtf8, as, duplicate, retained, packetId, forwarded, rest, version);
        } else {
            PacketWriter.writePublish(out, topicUtf8, as, duplicate, retained, packetId, forwarded,
                    buffer == null ? Unpooled.EMPTY_BUFFER : buffer, version);
        }
    }

    /// It goes to more than one session of a lane. One that is retained shares nothing, as it would keep the frame.
    void forMany() {
        forMany = !retain;
    }

    /// The whole PUBLISH, encoded already, if receivers share one; null: encode it with [#write]. The first receiver's
    /// kind is the one that is kept. Where others get something else (another version, QoS or identifier), they do
    /// without.
    public @Nullable SharedFrame sharedFrame(Qos as, boolean retained, PublishProperties forwarded, Version version) {
        SharedFrame known = frame;
        if (known == null && forMany) {
            int size = PacketWriter.publishBytes(topicUtf8.length, as, forwarded, payloadBytes(), version);
            known = new SharedFrame(this, as, retained, forwarded, version, size);
            frame = known;
        }
        return known != null && known.is(as, retained, forwarded, version) ? known : null;
    }

    /// Writes the payload alone to the end of `out`.
    public void writePayload(ByteBuf out) {
        byte[] rest = resting;
        ByteBuf buffer = passing;
        if (rest != null) {
            out.writeBytes(rest);
        } else if (buffer != null) {
            out.writeBytes(buffer, buffer.readerIndex(), buffer.readableBytes());
        }
    }

    /// Makes the message independent of the publisher's buffer, once. Call on the publisher's lane.
    public Message atRest() {
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
