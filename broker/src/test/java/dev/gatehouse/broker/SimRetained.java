package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/// What the topics of one tenant may retain, from what clients sent and what of it was accepted.
///
/// The broker takes a message when it is sent, so the order of sending is that of retaining; but what is behind a SUBSCRIBE
/// that waits is taken later, and only then comes before or after what others have sent meanwhile. What was not accepted
/// when the process ended may be there or not.
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
            if (payload.isEmpty() && messages.stream().noneMatch(each -> each.accepted)) {
                return; // nothing was ever promised
            }
            String instead = "which nobody sent";
            for (int i = messages.size() - 1; i >= 0; i--) {
                if (messages.get(i).payload.equals(payload)) {
                    SimClient.Outgoing newer = newer(messages, i);
                    if (newer == null) {
                        return;
                    }
                    instead = "after which '" + newer.payload + "' was accepted";
                }
            }
            throw new AssertionError("topic " + topic + " retains '" + payload + "', " + instead);
        });
    }

    /// What must have taken the place of a message; null when that may be the retained one.
    private static SimClient.@Nullable Outgoing newer(List<SimClient.Outgoing> messages, int at) {
        SimClient.Outgoing message = messages.get(at);
        for (SimClient.Outgoing later : messages.subList(at + 1, messages.size())) {
            boolean before = !message.mayWait || message.from == later.from || message.acceptedAt < later.at;
            if (later.accepted && before && messages.indexOf(later) > at) {
                return later;
            }
        }
        return null;
    }
}
