package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/// What the topics of one tenant may retain, from what clients sent and what of it was accepted.
///
/// The broker takes a message when it is sent, so the order of sending is that of retaining. What was not accepted when the
/// process ended may be there or not.
final class SimRetained {
    /// By topic, in the order of sending; a message that was repeated stands where it was sent last as well.
    private final Map<String, List<SimClient.Outgoing>> sent = new HashMap<>();

    void sent(SimClient.Outgoing message) {
        sent.computeIfAbsent(message.topic, _ -> new ArrayList<>()).add(message);
    }

    /// @param kept payloads by topic
    void check(Map<String, String> kept) {
        assertThat(sent.keySet()).as("topics that retain").containsAll(kept.keySet());
        sent.forEach((topic, messages) -> {
            String payload = kept.getOrDefault(topic, "");
            int last = -1;
            SimClient.@Nullable Outgoing newest = null;
            for (int i = 0; i < messages.size(); i++) {
                last = messages.get(i).payload.equals(payload) ? i : last;
                newest = messages.get(i).accepted ? messages.get(i) : newest;
            }
            if (newest == null && payload.isEmpty()) {
                return; // nothing was ever promised
            }
            assertThat(last).as("topic %s retains '%s', which nobody sent", topic, payload).isNotNegative();
            for (SimClient.Outgoing later : messages.subList(last + 1, messages.size())) {
                assertThat(later.accepted && messages.indexOf(later) > last)
                        .as("topic %s retains '%s', after which '%s' was accepted", topic, payload, later.payload)
                        .isFalse();
            }
        });
    }
}
