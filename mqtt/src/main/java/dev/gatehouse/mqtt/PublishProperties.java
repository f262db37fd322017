package dev.gatehouse.mqtt;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// The properties of a PUBLISH (MQTT 5 §3.3.2.3) and, less the first two of them, of a will (§3.1.3.2).
///
/// @param topicAlias 1 to 65 535; 0 = absent (§3.3.2.3.4)
/// @param subscriptionIds each 1 to 268 435 455, only from server to client (§3.3.2.3.8)
/// @param payloadFormat 0 = unspecified bytes, 1 = UTF-8; -1 = absent (§3.3.2.3.2)
/// @param messageExpirySeconds 0 to 4 294 967 295; -1 = absent, never expires (§3.3.2.3.3)
/// @param responseTopic a topic name (§3.3.2.3.5)
/// @param correlationData §3.3.2.3.6
/// @param contentType §3.3.2.3.9
/// @param userProperties in the order in which they came (§3.3.2.3.7)
public record PublishProperties(int topicAlias, List<Integer> subscriptionIds, int payloadFormat,
        long messageExpirySeconds, @Nullable String responseTopic, @Nullable Bytes correlationData,
        @Nullable String contentType, List<UserProperty> userProperties) {
    /// None at all; the one instance that every PUBLISH without properties shares.
    public static final PublishProperties NONE = new PublishProperties(0, List.of(), -1, -1, null, null, null,
            List.of());

    /// The same without what belongs to one hop: topic alias and subscription identifiers.
    public PublishProperties withoutHop() {
        return topicAlias == 0 && subscriptionIds.isEmpty() ? this : forHop(0, List.of());
    }

    /// The same with another topic alias and other subscription identifiers.
    public PublishProperties forHop(int alias, List<Integer> subscriptions) {
        return new PublishProperties(alias, subscriptions, payloadFormat, messageExpirySeconds, responseTopic,
                correlationData, contentType, userProperties);
    }

    /// The same with another message expiry, in seconds; -1 = absent.
    public PublishProperties withMessageExpiry(long seconds) {
        return seconds == messageExpirySeconds
                ? this
                : new PublishProperties(topicAlias, subscriptionIds, payloadFormat, seconds, responseTopic,
                        correlationData, contentType, userProperties);
    }
}
