package dev.gatehouse.server.config;

import org.jspecify.annotations.Nullable;

/// What one tenant may use, and each of its sessions. [Keys] has ranges and defaults.
///
/// @param packetBytesMax largest packet a client may send, fixed header included
/// @param receiveMaximum QoS 1 and 2 messages a client may have unacknowledged towards the server
/// @param topicAliasMaximum highest topic alias a client may use; 0 allows none
/// @param keepAliveSecondsMax longest keep alive; 65 535 leaves the choice, 0 included, to the client
/// @param sessionExpirySecondsMax longest life of a session without a connection; 4 294 967 295 means for ever
/// @param connectionsMax open connections of the tenant
/// @param sessionsMax sessions of the tenant, connected or not
/// @param subscriptionsMax subscriptions of one session
/// @param queueMessagesMax messages that wait for one session
/// @param queueBytesMax bytes of topics and payloads that wait for one session
/// @param retainedMessagesMax retained messages of the tenant
/// @param retainedBytesMax bytes of topics and payloads of the tenant's retained messages
/// @param clientIdBytesMax longest client id, in bytes of UTF-8
/// @param topicLevelsMax most levels in a topic name or topic filter
/// @param qosMax highest QoS of messages, wills and subscriptions, 0 to 2
/// @param retain whether messages may be retained
/// @param wildcardSubscriptions whether topic filters may have wildcards
/// @param subscriptionIdentifiers whether a SUBSCRIBE may have a subscription identifier
/// @param sharedSubscriptions whether subscriptions may be shared
/// @param topicAliasSentMaximum topic aliases the server may define towards one client; 0 for none
/// @param responseTopicPrefix what a client that asks for Response Information is told; null: nothing
public record Limits(int packetBytesMax, int receiveMaximum, int topicAliasMaximum, int keepAliveSecondsMax,
        long sessionExpirySecondsMax, int connectionsMax, int sessionsMax, int subscriptionsMax, int queueMessagesMax,
        long queueBytesMax, int retainedMessagesMax, long retainedBytesMax, int clientIdBytesMax, int topicLevelsMax,
        int qosMax, boolean retain, boolean wildcardSubscriptions, boolean subscriptionIdentifiers,
        boolean sharedSubscriptions, int topicAliasSentMaximum, @Nullable String responseTopicPrefix) {}
