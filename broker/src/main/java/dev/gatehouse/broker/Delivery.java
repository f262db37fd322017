package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// One QoS 1 or 2 message for one session, waiting in memory or in flight. Belongs to the session's lane.
final class Delivery {
    private final long sequence;
    private final long endBytes;
    private final long number;
    private final Qos qos;
    private final boolean retain;
    private final List<Integer> subscriptionIds;
    private final @Nullable TopicFilter shared;
    private final int weight;
    private @Nullable Message message;
    /// PUBREC was received: PUBREL is what remains to be acknowledged.
    boolean received;

    private Delivery(long sequence, long endBytes, long number, Message message, Qos qos, boolean retain,
            List<Integer> subscriptionIds, @Nullable TopicFilter shared, boolean received) {
        this.sequence = sequence;
        this.endBytes = endBytes;
        this.number = number;
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIds = subscriptionIds;
        this.shared = shared;
        this.weight = message.weight();
        this.received = received;
    }

    /// From a durable session's queue.
    static Delivery of(Queued entry) {
        Effect.Receiver how = entry.receiver();
        return new Delivery(entry.sequence(), entry.endBytes(), entry.number(), entry.message(), how.qos(),
                how.retain(), how.subscriptionIds(), how.shared(), entry.received());
    }

    /// For a session that lives in memory only.
    static Delivery volatileAt(long sequence, Message message, Qos qos, boolean retain, List<Integer> subscriptionIds,
            @Nullable TopicFilter shared) {
        return new Delivery(sequence, 0, 0, message, qos, retain, subscriptionIds, shared, false);
    }

    /// Its place in the session's queue.
    long sequence() {
        return sequence;
    }

    /// See [Queued#endBytes].
    long endBytes() {
        return endBytes;
    }

    /// See [Queued#number].
    long number() {
        return number;
    }

    /// The message.
    Message message() {
        Message held = message;
        if (held == null) {
            throw new IllegalStateException("the message was let go of after it was sent");
        }
        return held;
    }

    /// Whether the time matters to it.
    boolean needsClock() {
        return message != null && message.expires();
    }

    /// It will not be needed any more: if it has to be sent again, the journal has it.
    void letGo() {
        message = null;
    }

    Qos qos() {
        return qos;
    }

    boolean retain() {
        return retain;
    }

    List<Integer> subscriptionIds() {
        return subscriptionIds;
    }

    /// The shared subscription through which it came; null = an ordinary one.
    @Nullable
    TopicFilter shared() {
        return shared;
    }

    /// See [Message#weight].
    int weight() {
        return weight;
    }
}
