package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;

/// What one tenant and each of its clients may use. Every limit that is hit is told to the one who hit it.
///
/// @param packetBytesMax largest packet that a client may send, in bytes
/// @param receiveMaximum QoS 1 and 2 messages that a client may have unacknowledged, 1 to 65 535
/// @param inFlightMax QoS 1 and 2 messages sent to a client and not acknowledged, 1 to 65 535; the client's own
///        Receive Maximum may be lower
/// @param topicAliasMaximum aliases that a client may use, 0 to 65 535
/// @param keepAliveSecondsMax longest keep alive granted, 1 to 65 535; 0 = any, also none
/// @param sessionExpirySecondsMax longest session expiry granted; 4 294 967 295 = for ever
/// @param clientIdBytesMax longest client id, in bytes of UTF-8
/// @param connectionsMax clients connected at once
/// @param sessionsMax sessions at once, of connected clients and of those that are away
/// @param subscriptionsMax subscriptions of one session
/// @param queueMessagesMax QoS 1 and 2 messages that wait for one session
/// @param queueBytesMax bytes of topic, payload and properties held for one session, waiting or in flight
/// @param retainedMessagesMax retained messages of the tenant
/// @param retainedBytesMax bytes of topic, payload and properties in the tenant's retained messages
/// @param topicLevelsMax levels of a topic name or filter
/// @param features what of MQTT its clients may use
public record TenantLimits(int packetBytesMax, int receiveMaximum, int inFlightMax, int topicAliasMaximum,
        int keepAliveSecondsMax, long sessionExpirySecondsMax, int clientIdBytesMax, int connectionsMax,
        int sessionsMax, int subscriptionsMax, int queueMessagesMax, long queueBytesMax, int retainedMessagesMax,
        long retainedBytesMax, int topicLevelsMax, Features features) {
    /// What a tenant gets that asks for nothing else.
    public static final TenantLimits DEFAULT = new TenantLimits(1 << 20, 1_000, 1_000, 32, 0, 7 * 86_400, 65_535,
            10_000, 100_000, 1_000, 100_000, 64 << 20, 100_000, 256L << 20, 128);

    /// With every feature.
    public TenantLimits(int packetBytesMax, int receiveMaximum, int inFlightMax, int topicAliasMaximum,
            int keepAliveSecondsMax, long sessionExpirySecondsMax, int clientIdBytesMax, int connectionsMax,
            int sessionsMax, int subscriptionsMax, int queueMessagesMax, long queueBytesMax, int retainedMessagesMax,
            long retainedBytesMax, int topicLevelsMax) {
        this(packetBytesMax, receiveMaximum, inFlightMax, topicAliasMaximum, keepAliveSecondsMax,
                sessionExpirySecondsMax, clientIdBytesMax, connectionsMax, sessionsMax, subscriptionsMax,
                queueMessagesMax, queueBytesMax, retainedMessagesMax, retainedBytesMax, topicLevelsMax, Features.ALL);
    }

    /// What of MQTT a tenant's clients may use. What is restricted is announced in CONNACK (MQTT 5 §3.2.2.3.4 to
    /// §3.2.2.3.14) and enforced on clients of every version.
    ///
    /// @param qosMax highest QoS of a PUBLISH, a will and a granted subscription
    /// @param retain whether messages may be retained
    /// @param wildcardSubscriptions whether topic filters may have wildcards
    /// @param subscriptionIds whether a SUBSCRIBE may have a subscription identifier
    /// @param sharedSubscriptions whether subscriptions may be shared
    /// @param responseTopicPrefix what CONNACK offers as Response Information (§3.2.2.3.15), with `%u` for the user name
    ///        and `%c` for the client id; null: nothing
    public record Features(Qos qosMax, boolean retain, boolean wildcardSubscriptions, boolean subscriptionIds,
            boolean sharedSubscriptions, @Nullable String responseTopicPrefix) {
        /// Nothing is restricted, and no Response Information is offered.
        public static final Features ALL = new Features(Qos.EXACTLY_ONCE, true, true, true, true, null);
    }
}
