package dev.gatehouse.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TopicAliasesTest {
    /// What goes out for a topic: its alias, negative when the packet sets it; 0 when it goes without.
    private static int send(TopicAliases aliases, String topic) {
        int known = aliases.find(topic);
        if (known != 0) {
            return known;
        }
        int offered = aliases.offer();
        if (offered != 0) {
            aliases.told(offered, topic);
        }
        return -offered;
    }

    @Test
    void a_topic_sets_its_alias_with_the_first_message_and_uses_it_from_then_on() {
        TopicAliases aliases = new TopicAliases(2);
        assertThat(send(aliases, "first")).isEqualTo(-1);
        assertThat(send(aliases, "second")).isEqualTo(-2);
        assertThat(send(aliases, "first")).isEqualTo(1);
        assertThat(send(aliases, "second")).isEqualTo(2);
    }

    @Test
    void an_alias_that_was_offered_and_not_told_is_not_known() {
        TopicAliases aliases = new TopicAliases(1);
        assertThat(aliases.offer()).isEqualTo(1);
        assertThat(aliases.find("first")).isZero();
        assertThat(send(aliases, "second")).isEqualTo(-1);
    }

    @Test
    void a_topic_in_use_keeps_its_alias_and_one_that_is_not_loses_it() {
        TopicAliases aliases = new TopicAliases(2);
        send(aliases, "busy");
        send(aliases, "idle");
        for (int look = 0; look < 3; look++) {
            assertThat(send(aliases, "new")).as("one look at each takes nothing, and busy was used since").isZero();
            assertThat(send(aliases, "busy")).isEqualTo(1);
        }
        assertThat(send(aliases, "new")).isEqualTo(-2);
        assertThat(send(aliases, "busy")).isEqualTo(1);
        assertThat(aliases.find("idle")).isZero();
    }

    @Test
    void more_topics_in_turn_than_aliases_still_save_on_most() {
        TopicAliases aliases = new TopicAliases(8);
        int saved = 0;
        for (int round = 0; round < 100; round++) {
            for (int topic = 0; topic < 9; topic++) {
                saved += send(aliases, "topic/" + topic) > 0 ? 1 : 0;
            }
        }
        assertThat(saved).isGreaterThan(700);
    }

    @Test
    void whatever_is_sent_the_client_resolves_it() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int most = 1 + random.nextInt(20);
            TopicAliases aliases = new TopicAliases(most);
            Map<Integer, String> client = new HashMap<>();
            for (int i = 0; i < 500; i++) {
                String topic = "topic/" + random.nextInt(40);
                int sent = send(aliases, topic);
                if (sent < 0) {
                    client.put(-sent, topic);
                }
                assertThat(Math.abs(sent)).isLessThanOrEqualTo(most);
                assertThat(sent > 0 ? client.get(sent) : topic).as("-Dseed=" + seed).isEqualTo(topic);
            }
        }
    }
}
