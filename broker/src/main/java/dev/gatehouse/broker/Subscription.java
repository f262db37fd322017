package dev.gatehouse.broker;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// One subscription of one session.
///
/// - **Thread:** all but [#retainedSeen] is immutable; that field belongs to the session's lane.
final class Subscription {
    private final Session session;
    private final TopicFilter filter;
    private final Qos qos;
    private final boolean noLocal;
    private final boolean retainAsPublished;
    private final int id;
    private long retainedSeen;

    /// @param id subscription identifier, 1 to 268 435 455; 0 = none
    Subscription(Session session, TopicFilter filter, Qos qos, boolean noLocal, boolean retainAsPublished, int id) {
        this.session = session;
        this.filter = filter;
        this.qos = qos;
        this.noLocal = noLocal;
        this.retainAsPublished = retainAsPublished;
        this.id = id;
    }

    /// As it is recorded.
    static Subscription stored(Session session, Shard.StoredSubscription stored) {
        int options = stored.options();
        return new Subscription(session, stored.filter(), Qos.of(options & 3), (options & 4) != 0, (options & 8) != 0,
                stored.id());
    }

    /// The options byte of MQTT 5 §3.8.3.1, less Retain Handling, which matters only once.
    int options() {
        return qos.level() | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0);
    }

    Session session() {
        return session;
    }

    TopicFilter filter() {
        return filter;
    }

    Qos qos() {
        return qos;
    }

    boolean noLocal() {
        return noLocal;
    }

    boolean retainAsPublished() {
        return retainAsPublished;
    }

    int id() {
        return id;
    }

    /// Retained messages up to this place were sent because of the subscription itself: their live copies, still
    /// under way, must not be delivered a second time.
    long retainedSeen() {
        return retainedSeen;
    }

    void retainedSeen(long order) {
        retainedSeen = order;
    }
}
