package dev.gatehouse.tests.clients;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/// What every client must be able to do with a broker, on any transport, at any protocol level.
public final class Exchange {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private Exchange() {}

    /// Messages at each QoS in order, a retained message, and a will.
    ///
    /// @param how its client id is a prefix: each connection takes one of its own
    /// @param topics a topic prefix that nothing else uses
    public static void of(ClientDriver client, Connect how, String topics) {
        String id = how.clientId();
        var publisher = how.as(id + "-pub");
        try (Subscriber all = client.subscribe(how.as(id + "-all"), topics + "/#", 2)) {
            // QoS 2 last: a later message could overtake it while it is being released.
            done(client.publish(publisher, List.of(Message.retained(topics + "/kept", "the last known value", 1),
                    Message.of(topics + "/0", "at most once", 0),
                    Message.of(topics + "/1", "at least once é", 1), Message.of(topics + "/2", "exactly once", 2))));
            assertThat(all.next(PATIENCE)).as("to a subscription that was there before")
                    .isEqualTo(Message.of(topics + "/kept", "the last known value", 1));
            assertThat(all.next(PATIENCE)).isEqualTo(Message.of(topics + "/0", "at most once", 0));
            assertThat(all.next(PATIENCE)).isEqualTo(Message.of(topics + "/1", "at least once é", 1));
            assertThat(all.next(PATIENCE)).isEqualTo(Message.of(topics + "/2", "exactly once", 2));

            var lastWord = Message.of(topics + "/will", "gone", 1);
            try (Subscriber late = client.subscribe(how.as(id + "-late").leaving(lastWord), topics + "/kept", 1)) {
                assertThat(late.next(PATIENCE)).as("to a subscription made later")
                        .isEqualTo(Message.retained(topics + "/kept", "the last known value", 1));
                late.die();
            }
            assertThat(all.next(PATIENCE)).as("the will of a client that died").isEqualTo(lastWord);

            done(client.publish(publisher, List.of(Message.retained(topics + "/kept", "", 1))));
            assertThat(all.next(PATIENCE).payload()).as("clearing the retained message").isEmpty();
        }
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.completed()).as(outcome.said()).isTrue();
    }
}
