package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// One session that gets a message, with all of its subscriptions that match: the message goes to it once, with the
/// highest QoS among them [MQTT-3.3.4-2].
final class Target {
    private final Session session;
    private final Subscription[] subscriptions;
    private final Qos qos;
    private final boolean retainAsPublished;
    private final boolean plain;
    private final List<Integer> ids;
    private final @Nullable TopicFilter shared;
    private final boolean durable;

    /// An ordinary subscriber.
    ///
    /// @param subscriptions all of the same session, at least one
    Target(Subscription[] subscriptions) {
        this(subscriptions, null, subscriptions[0].session().durable());
    }

    /// The member of a shared subscription that is to get a message.
    static Target of(SharedGroup group, Subscription member) {
        return new Target(new Subscription[]{member}, group.filter(), group.keeps() || member.session().durable());
    }

    /// @param shared the shared subscription through which the message comes; null = an ordinary one
    /// @param durable whether QoS 1 and 2 messages outlive the process
    private Target(Subscription[] subscriptions, @Nullable TopicFilter shared, boolean durable) {
        this.session = subscriptions[0].session();
        this.subscriptions = subscriptions;
        this.shared = shared;
        this.durable = durable;
        Qos highest = Qos.AT_MOST_ONCE;
        boolean asPublished = false;
        boolean ordinary = true;
        List<Integer> identifiers = List.of();
        for (Subscription subscription : subscriptions) {
            highest = subscription.qos().compareTo(highest) > 0 ? subscription.qos() : highest;
            asPublished |= subscription.retainAsPublished();
            ordinary &= !subscription.noLocal();
            if (subscription.id() != 0) {
                identifiers = identifiers.isEmpty() ? new ArrayList<>(subscriptions.length) : identifiers;
                identifiers.add(subscription.id());
            }
        }
        this.qos = highest;
        this.retainAsPublished = asPublished;
        this.plain = ordinary;
        this.ids = List.copyOf(identifiers);
    }

    Session session() {
        return session;
    }

    /// The shared subscription through which the message comes; null = an ordinary one.
    @Nullable
    TopicFilter shared() {
        return shared;
    }

    /// How the session gets a message: with the lower of both QoS [MQTT-3.8.4-8].
    Effect.Receiver receiver(Message message) {
        return new Effect.Receiver(session.number(), qos(message), retain(message), ids, shared);
    }

    /// See [#receiver].
    Qos qos(Message message) {
        return Qos.min(message.qos(), qos);
    }

    /// See [#receiver].
    boolean retain(Message message) {
        return message.retain() && retainAsPublished;
    }

    /// The identifiers of its subscriptions; none in MQTT 3.
    List<Integer> ids() {
        return ids;
    }

    /// Whether the session gets this message from the journal.
    boolean throughJournal(Message message) {
        return durable() && message.qos() != Qos.AT_MOST_ONCE;
    }

    /// Whether a QoS 1 or 2 message for it must outlive the process: its session does, or another member of the shared
    /// subscription would have to get it.
    boolean durable() {
        return durable && qos != Qos.AT_MOST_ONCE;
    }

    /// The target as it is for this very message: less the subscriptions that do not want it because their own client
    /// sent it [MQTT-3.8.3-3] or because they got it as a retained message already; null when none is left.
    @Nullable
    Target forMessage(Message message) {
        long retained = message.retainedAs();
        if (plain && retained == 0) {
            return this;
        }
        boolean own = session.clientId().equals(message.publisher());
        if (!own && retained == 0) {
            return this;
        }
        List<Subscription> left = new ArrayList<>(subscriptions.length);
        for (Subscription subscription : subscriptions) {
            boolean unwanted = own && subscription.noLocal()
                    || retained != 0 && retained <= subscription.retainedSeen();
            if (!unwanted) {
                left.add(subscription);
            }
        }
        if (left.size() == subscriptions.length) {
            return this;
        }
        return left.isEmpty() ? null : new Target(left.toArray(Subscription[]::new), shared, durable);
    }
}
