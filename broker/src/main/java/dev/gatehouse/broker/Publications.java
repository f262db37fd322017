package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What was published on one lane of a tenant and waits for the journal, or behind what does, by the client id that
/// published it. Per client id and not per connection: the order holds across reconnects [MQTT-4.6.0-5].
///
/// - **Thread:** that lane.
final class Publications {
    private static final ArrayDeque<Publication> NOTHING = new ArrayDeque<>(0);

    private final Tenant tenant;
    private final Lane lane;
    private final Map<String, ArrayDeque<Publication>> byPublisher = new HashMap<>(0);

    Publications(Tenant tenant, Lane lane) {
        this.tenant = tenant;
        this.lane = lane;
    }

    /// What a client published and what is not finished yet, in its order. Not to be changed by the caller.
    ArrayDeque<Publication> of(@Nullable String publisher) {
        ArrayDeque<Publication> waiting = byPublisher.get(publisher);
        return waiting == null ? NOTHING : waiting;
    }

    /// Lines a message up behind what its publisher sent before, and finishes all that can be finished.
    void lineUp(Publication publication) {
        String publisher = publication.message().publisher();
        if (publication.settled() && (publisher == null || !byPublisher.containsKey(publisher))) {
            tenant.finish(lane, publication);
        } else if (publisher != null) {
            byPublisher.computeIfAbsent(publisher, _ -> new ArrayDeque<>(4)).add(publication);
            finishSettled(publisher);
        }
    }

    /// The journal has decided about a message that was lined up.
    void settled(Publication publication) {
        String publisher = publication.message().publisher();
        if (publisher == null) {
            tenant.finish(lane, publication);
        } else {
            finishSettled(publisher);
        }
    }

    private void finishSettled(String publisher) {
        ArrayDeque<Publication> waiting = of(publisher);
        for (Publication next = waiting.peek(); next != null && next.settled(); next = waiting.peek()) {
            tenant.finish(lane, waiting.remove());
        }
        if (waiting.isEmpty() && byPublisher.remove(publisher, waiting)) {
            Session session = tenant.session(lane, publisher);
            Connection open = session == null ? null : session.connection();
            if (open != null) {
                open.caughtUp();
            }
        }
    }
}
