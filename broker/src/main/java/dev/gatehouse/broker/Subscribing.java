package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;

/// One SUBSCRIBE or UNSUBSCRIBE: what of it is granted, what the journal has to know, and its answer.
///
/// - **Thread:** the lane of the session.
/// - **Life:** one for each packet; [#subscribe] or [#unsubscribe] is called once.
/// - **Source:** MQTT 5 §3.8 to §3.11.
final class Subscribing {
    private final Connection connection;
    private final Session session;
    private final Grants grants;
    /// Why the first of the filters was refused, for the reason string of the answer.
    private @Nullable String refused;

    Subscribing(Connection connection, Session session, Grants grants) {
        this.connection = connection;
        this.session = session;
        this.grants = grants;
    }

    private Tenant tenant() {
        return session.tenant();
    }

    private Link link() {
        return connection.link();
    }

    /// Handles a SUBSCRIBE. What is retained follows SUBACK.
    void subscribe(Packet.Subscribe packet) {
        TenantLimits.Features features = tenant().limits().features();
        List<ReasonCode> reasons = new ArrayList<>(packet.requests().size());
        List<Subscription> granted = new ArrayList<>(packet.requests().size());
        List<Subscription> retained = new ArrayList<>(packet.requests().size());
        for (Packet.Subscribe.Request request : packet.requests()) {
            TopicFilter filter = filterOf(request.filter());
            ReasonCode reason = filter == null
                    ? ReasonCode.TOPIC_FILTER_INVALID
                    : mayNot(filter, packet.subscriptionId() != 0);
            if (filter == null || reason != null) {
                reasons.add(reason == null ? ReasonCode.UNSPECIFIED_ERROR : reason);
                continue;
            }
            Qos qos = Qos.min(request.qos(), features.qosMax()); // not refused [MQTT-3.2.2-10]
            reasons.add(ReasonCode.granted(qos));
            boolean shared = filter.shareName() != null;
            boolean fresh = !session.subscribes(filter);
            Subscription subscription = new Subscription(session, filter, qos, request.noLocal(),
                    request.retainAsPublished(), packet.subscriptionId());
            session.subscribe(subscription);
            if (fresh) {
                tenant().countSubscription(subscription);
            }
            boolean wanted = !shared && features.retain() && (request.retainHandling() == Packet.RetainHandling.SEND
                    || request.retainHandling() == Packet.RetainHandling.SEND_IF_NEW && fresh);
            granted.add(subscription);
            if (wanted) {
                retained.add(subscription);
            }
        }
        Packet.Suback suback = new Packet.Suback(packet.packetId(), reasons, refused, List.of());
        Runnable answer = () -> {
            link().send(suback);
            retained.forEach(session::sendRetained);
        };
        if (!session.durable() || granted.isEmpty()) {
            answer.run();
            return;
        }
        // until then a live copy of a retained message would come in addition to the one that follows SUBACK
        retained.forEach(subscription -> subscription.retainedSeen(Long.MAX_VALUE));
        Shard.Commit promise = connection.promised(granted.size(), answer,
                () -> retained.forEach(subscription -> subscription.retainedSeen(0)));
        for (Subscription subscription : granted) {
            tenant().commit(session.lane(), new Effect.Subscribed(session.number(), subscription.filter(),
                    subscription.options(), subscription.id()), promise);
        }
    }

    /// Handles an UNSUBSCRIBE.
    void unsubscribe(Packet.Unsubscribe packet) {
        List<ReasonCode> reasons = new ArrayList<>(packet.filters().size());
        List<TopicFilter> removed = new ArrayList<>(packet.filters().size());
        for (String asSent : packet.filters()) {
            TopicFilter filter = filterOf(asSent);
            if (filter == null) {
                reasons.add(ReasonCode.TOPIC_FILTER_INVALID);
            } else if (session.unsubscribe(filter)) {
                reasons.add(ReasonCode.SUCCESS);
                removed.add(filter);
            } else {
                reasons.add(ReasonCode.NO_SUBSCRIPTION_EXISTED);
            }
        }
        Packet.Unsuback unsuback = new Packet.Unsuback(packet.packetId(), reasons, refused, List.of());
        if (!session.durable() || removed.isEmpty()) {
            link().send(unsuback);
            return;
        }
        Shard.Commit promise = connection.promised(removed.size(), () -> link().send(unsuback), () -> {});
        for (TopicFilter filter : removed) {
            tenant().commit(session.lane(), new Effect.Unsubscribed(session.number(), filter), promise);
        }
    }

    private @Nullable TopicFilter filterOf(String asSent) {
        try {
            return TopicFilter.parse(asSent);
        } catch (ProtocolViolation violation) {
            refuse(asSent, ReasonCode.TOPIC_FILTER_INVALID, violation.violation().sentence());
            return null;
        }
    }

    /// Why a filter is refused; null when it is granted.
    private @Nullable ReasonCode mayNot(TopicFilter filter, boolean withId) {
        TenantLimits limits = tenant().limits();
        TenantLimits.Features features = limits.features();
        if (filter.shareName() != null && !features.sharedSubscriptions()) {
            return refuse(filter, ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    "the tenant has no shared subscriptions");
        }
        if (filter.hasWildcards() && !features.wildcardSubscriptions()) {
            return refuse(filter, ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED,
                    "the tenant has no subscriptions with wildcards");
        }
        if (withId && !features.subscriptionIds()) {
            return refuse(filter, ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "the tenant has no subscription identifiers");
        }
        if (!grants.maySubscribe(filter)) {
            return refuse(filter, ReasonCode.NOT_AUTHORIZED, "not permitted");
        }
        if (filter.levels().size() > limits.topicLevelsMax()) {
            return refuse(filter, ReasonCode.QUOTA_EXCEEDED,
                    "the filter has " + filter.levels().size() + " levels, the limit is " + limits.topicLevelsMax());
        }
        if (session.subscriptionCount() >= limits.subscriptionsMax() && !session.subscribes(filter)) {
            return refuse(filter, ReasonCode.QUOTA_EXCEEDED,
                    "the session has as many subscriptions as it may have: " + limits.subscriptionsMax());
        }
        return null;
    }

    private ReasonCode refuse(TopicFilter filter, ReasonCode reason, String why) {
        return refuse(filter.asSent(), reason, why);
    }

    private ReasonCode refuse(String filter, ReasonCode reason, String why) {
        link().note(new Fact.SubscriptionRefused(filter, reason.code(), why));
        if (refused == null) {
            refused = connection.problem(why);
        }
        return reason;
    }
}
