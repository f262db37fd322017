package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// One QoS 1 or 2 message for one session, waiting in memory or in flight. Belongs to the session's lane.
final class Delivery {
    private final long sequence;
    private final long queuedAs;
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

    private Delivery(long sequence, Message message, Effect.Receiver how) {
        this.sequence = sequence;
        this.queuedAs = -1;
        this.endBytes = 0;
        this.number = 0;
        this.message = message;
        this.qos = how.qos();
        this.retain = how.retain();
        this.subscriptionIds = how.subscriptionIds();
        this.shared = how.shared();
        this.weight = message.weight();
    }

    private Delivery(long sequence, Queued entry) {
        Effect.Receiver how = entry.receiver();
        this.sequence = sequence;
        this.queuedAs = entry.sequence();
        this.endBytes = entry.endBytes();
        this.number = entry.number();
        this.message = entry.message();
        this.qos = how.qos();
        this.retain = how.retain();
        this.subscriptionIds = how.subscriptionIds();
        this.shared = how.shared();
        this.weight = entry.message().weight();
        this.received = entry.received();
    }

    /// From a durable session's queue.
    static Delivery of(Queued entry) {
        return new Delivery(entry.sequence(), entry);
    }

    /// For a session that lives in memory only.
    static Delivery volatileAt(long sequence, Message message, Effect.Receiver how) {
        return new Delivery(sequence, message, how);
    }

    /// For such a session too, but in the journal for the sake of the other members of a shared subscription.
    static Delivery sharedAt(long sequence, Queued entry) {
        return new Delivery(sequence, entry);
    }

    /// Whether the journal has it.
    boolean journaled() {
        return queuedAs >= 0;
    }

    /// Its sequence in the journal; -1 when it is not there.
    long queuedAs() {
        return queuedAs;
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
