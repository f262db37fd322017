package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import dev.gatehouse.mqtt.Qos;

/// The retained messages that a session gets because of its new subscriptions, while they wait for a slow reader or are
/// on their way through the journal into its queue. One that is replaced meanwhile is left out: the newer message goes
/// to the client as it comes.
///
/// - **Thread:** the session's lane.
/// - **Life:** made by a new subscription, let go of by the session once it [#isEmpty].
/// - **Limits:** as many wait as may wait in the session's queue.
/// - **Source:** MQTT 5 §3.8.4, §3.3.1.3.
final class RetainedCopies {
    private final Session session;
    private final RetainedTree retained;
    /// QoS 0, for a slow reader.
    private final ArrayDeque<Copy> waiting = new ArrayDeque<>(0);
    /// QoS 1 and 2, through the journal.
    private final Set<Message> underWay = Collections.newSetFromMap(new IdentityHashMap<>(0));

    RetainedCopies(Session session) {
        this.session = session;
        this.retained = session.tenant().retained();
    }

    private record Copy(Message message, List<Integer> subscriptionIds) {}

    /// Takes up all that a new subscription matches, lowest topic first. QoS 1 and 2 go to the queue, within its limits;
    /// QoS 0 waits for [#send].
    void add(Subscription subscription) {
        long upTo = retained.order();
        subscription.retainedSeen(upTo);
        List<Message> found = new ArrayList<>(retained.matching(subscription.filter(), upTo,
                session.lane().nowMicros()));
        found.sort((a, b) -> a.topic().compareTo(b.topic()));
        List<Integer> ids = subscription.id() == 0 ? List.of() : List.of(subscription.id());
        for (Message message : found) {
            if (subscription.noLocal() && session.clientId().equals(message.publisher())) {
                continue;
            }
            Qos qos = Qos.min(message.qos(), subscription.qos());
            if (qos == Qos.AT_MOST_ONCE) {
                hold(new Copy(message, ids));
            } else {
                enqueue(message, new Effect.Receiver(session.number(), qos, true, ids, null));
            }
        }
    }

    private void hold(Copy copy) {
        Tenant tenant = session.tenant();
        if (waiting.size() < tenant.limits().queueMessagesMax()) {
            waiting.add(copy);
        } else {
            tenant.counters(session.lane()).droppedQueueFull++;
        }
    }

    private void enqueue(Message message, Effect.Receiver how) {
        if (session.durable()) {
            underWay.add(message);
            if (!session.tenant().queue(session.lane(), message, how, session)) {
                underWay.remove(message);
            }
        } else {
            session.offer(message, how);
        }
    }

    /// Sends what waits, as far as the link takes it.
    void send(Connection open) {
        while (!waiting.isEmpty() && !open.link().congested()) {
            Copy copy = waiting.remove();
            if (retained.holds(copy.message())) {
                open.publishAtMostOnce(copy.message(), true, copy.subscriptionIds());
            }
        }
    }

    /// The connection is gone: what waited for it is for nobody. The journal brings the rest all the same.
    void detached() {
        waiting.clear();
    }

    /// The journal has put a message into the queue of the session.
    ///
    /// @return whether it was on its way there as a copy
    boolean arrived(Message message) {
        return underWay.remove(message);
    }

    /// Whether nothing waits and nothing is on its way.
    boolean isEmpty() {
        return waiting.isEmpty() && underWay.isEmpty();
    }

    /// Whether a live message is one that every subscription which matches got, or is going to get, as a retained one.
    static boolean had(Message message, Collection<Subscription> subscriptions) {
        long order = message.retainedAs();
        boolean seen = false;
        if (order != 0) {
            for (Subscription subscription : subscriptions) {
                if (subscription.filter().matches(message.topic())) {
                    if (order > subscription.retainedSeen()) {
                        return false;
                    }
                    seen = true;
                }
            }
        }
        return seen;
    }
}
