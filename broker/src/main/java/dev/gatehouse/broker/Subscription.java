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
