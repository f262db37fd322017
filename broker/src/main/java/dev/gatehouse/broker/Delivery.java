package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;

/// One message for one session, waiting or in flight. Belongs to the session's lane.
final class Delivery {
    private final Message message;
    private final Qos qos;
    private final boolean retain;
    private final List<Integer> subscriptionIds;
    private final @Nullable SharedGroup group;
    /// Sent on the present connection and not yet acknowledged.
    boolean sent;
    /// PUBREC was received: PUBREL is what remains to be acknowledged.
    boolean received;

    Delivery(Message message, Qos qos, boolean retain, List<Integer> subscriptionIds, @Nullable SharedGroup group) {
        this.message = message;
        this.qos = qos;
        this.retain = retain;
        this.subscriptionIds = subscriptionIds;
        this.group = group;
    }

    Message message() {
        return message;
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

    @Nullable
    SharedGroup group() {
        return group;
    }
}
