package dev.gatehouse.broker;

import java.util.HashMap;
import java.util.Map;

/// Who gets what is published under a topic, as one lane of a tenant remembers it until a subscription changes.
///
/// - **Thread:** that lane.
/// - **Limits:** so many topics, none of them long, so that a cache full of them stays small.
final class RememberedMatches {
    private static final int TOPICS_MAX = 4_096;
    /// Longer topics are matched each time.
    private static final int TOPIC_CHARS_MAX = 256;

    private final SubscriptionTree subscriptions;
    private final int lanes;
    private final Map<String, Matches> byTopic = new HashMap<>(0);
    private long version;

    /// @param lanes number of lanes
    RememberedMatches(SubscriptionTree subscriptions, int lanes) {
        this.subscriptions = subscriptions;
        this.lanes = lanes;
    }

    /// Who gets what is published under a topic.
    Matches of(String topic) {
        long current = subscriptions.version();
        if (version != current || byTopic.size() >= TOPICS_MAX) {
            byTopic.clear(); // also lets go of sessions that are gone
            version = current;
        }
        Matches known = byTopic.get(topic);
        if (known != null) {
            return known;
        }
        Matches found = subscriptions.match(topic, lanes);
        if (topic.length() <= TOPIC_CHARS_MAX && found.version() == current) {
            byTopic.put(topic, found);
        }
        return found;
    }
}
