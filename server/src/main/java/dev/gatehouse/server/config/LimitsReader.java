package dev.gatehouse.server.config;

import org.jspecify.annotations.Nullable;

/// Reads the mapping `limits`, at the top or in a tenant.
final class LimitsReader {
    private static final int PREFIX_CHARACTERS_MAX = 1_000;

    private LimitsReader() {}

    /// With the defaults of the table for what is left out.
    static Limits read(Section section) {
        return new Limits((int) section.whole("packet-bytes-max"), (int) section.whole("receive-maximum"),
                (int) section.whole("topic-alias-maximum"), (int) section.whole("keep-alive-seconds-max"),
                section.whole("session-expiry-seconds-max"), (int) section.whole("connections-max"),
                (int) section.whole("sessions-max"), (int) section.whole("subscriptions-max"),
                (int) section.whole("queue-messages-max"), section.whole("queue-bytes-max"),
                (int) section.whole("retained-messages-max"), section.whole("retained-bytes-max"),
                (int) section.whole("client-id-bytes-max"), (int) section.whole("topic-levels-max"),
                (int) section.whole("qos-max"), section.flag("retain"), section.flag("wildcard-subscriptions"),
                section.flag("subscription-identifiers"), section.flag("shared-subscriptions"),
                (int) section.whole("topic-alias-sent-maximum"), prefix(section, null));
    }

    /// With other limits for what is left out.
    static Limits read(Section section, Limits others) {
        return new Limits((int) section.whole("packet-bytes-max", others.packetBytesMax()),
                (int) section.whole("receive-maximum", others.receiveMaximum()),
                (int) section.whole("topic-alias-maximum", others.topicAliasMaximum()),
                (int) section.whole("keep-alive-seconds-max", others.keepAliveSecondsMax()),
                section.whole("session-expiry-seconds-max", others.sessionExpirySecondsMax()),
                (int) section.whole("connections-max", others.connectionsMax()),
                (int) section.whole("sessions-max", others.sessionsMax()),
                (int) section.whole("subscriptions-max", others.subscriptionsMax()),
                (int) section.whole("queue-messages-max", others.queueMessagesMax()),
                section.whole("queue-bytes-max", others.queueBytesMax()),
                (int) section.whole("retained-messages-max", others.retainedMessagesMax()),
                section.whole("retained-bytes-max", others.retainedBytesMax()),
                (int) section.whole("client-id-bytes-max", others.clientIdBytesMax()),
                (int) section.whole("topic-levels-max", others.topicLevelsMax()),
                (int) section.whole("qos-max", others.qosMax()), section.flag("retain", others.retain()),
                section.flag("wildcard-subscriptions", others.wildcardSubscriptions()),
                section.flag("subscription-identifiers", others.subscriptionIdentifiers()),
                section.flag("shared-subscriptions", others.sharedSubscriptions()),
                (int) section.whole("topic-alias-sent-maximum", others.topicAliasSentMaximum()),
                prefix(section, others.responseTopicPrefix()));
    }

    /// It is sent as it is, so it has to be the beginning of a topic name.
    private static @Nullable String prefix(Section section, @Nullable String other) {
        String prefix = section.has("response-topic-prefix") ? section.text("response-topic-prefix") : other;
        if (prefix != null && (prefix.isEmpty() || prefix.length() > PREFIX_CHARACTERS_MAX
                || prefix.chars().anyMatch(c -> c == '+' || c == '#' || c < ' '))) {
            section.complain("response-topic-prefix", "must be 1 to " + PREFIX_CHARACTERS_MAX
                    + " characters of a topic name, without + and #");
            return null;
        }
        return prefix;
    }
}
