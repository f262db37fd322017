package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

final class RetainedTreeTest {
    private static final String[] FILTERS = {"#", "+", "a/#", "+/b", "a/+/#", "/", "+/+", "$x/#", "a"};

    @Test
    void what_matches_agrees_with_a_plain_map() {
        Bench.forSeeds(200, seed -> {
            Random random = new Random(seed);
            RetainedTree tree = tree(15, 200);
            Map<String, Message> reference = new TreeMap<>();
            for (long now = 0; now < 150; now++) {
                step(tree, reference, random, now);
            }
        });
    }

    private static void step(RetainedTree tree, Map<String, Message> reference, Random random, long now) {
        String topic = topic(random);
        long expiry = random.nextInt(3) == 0 ? random.nextInt(20) : -1;
        Message message = message(topic, "x".repeat(random.nextInt(20)), expiry, now * 1_000_000);
        long micros = now * 1_000_000;
        for (String all : List.of("#", "$x/#")) {
            tree.matching(TopicFilter.parse(all), tree.order(), micros); // removes what has expired
        }
        reference.values().removeIf(one -> one.expired(micros));
        int others = reference.values().stream().filter(one -> !one.topic().equals(topic)).mapToInt(Message::weight)
                .sum();
        RetainedTree.@Nullable Refusal expected = null;
        if (message.payloadBytes() == 0) {
            reference.remove(topic);
        } else if (!reference.containsKey(topic) && reference.size() >= 15) {
            expected = RetainedTree.Refusal.TOO_MANY;
        } else if (others + message.weight() > 200) {
            expected = RetainedTree.Refusal.TOO_LARGE;
        } else {
            reference.put(topic, message);
        }
        assertThat(put(tree, message, micros)).isEqualTo(expected);
        assertThat(tree.messages()).isEqualTo(reference.size());
        assertThat(tree.bytes()).isEqualTo(reference.values().stream().mapToLong(Message::weight).sum());
        TopicFilter filter = TopicFilter.parse(FILTERS[random.nextInt(FILTERS.length)]);
        List<Message> wanted = reference.values().stream()
                .filter(one -> filter.matches(one.topic()) && !one.expired(micros)).toList();
        assertThat(tree.matching(filter, tree.order(), micros)).containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static String topic(Random random) {
        List<String> parts = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            parts.add(new String[]{"a", "b", "", "$x"}[random.nextInt(4)]);
        }
        String topic = String.join("/", parts);
        return topic.isEmpty() ? "/" : topic;
    }

    private static RetainedTree tree(int messagesMax, long bytesMax) {
        return new RetainedTree(messagesMax, bytesMax, _ -> {});
    }

    private static RetainedTree.@Nullable Refusal put(RetainedTree tree, Message message, long nowMicros) {
        RetainedTree.Refusal refusal = tree.refusal(message, nowMicros);
        if (refusal == null) {
            tree.put(message);
        }
        return refusal;
    }

    static Message message(String topic, String payload, long expirySeconds, long nowMicros) {
        return Message.of(topic, Qos.AT_LEAST_ONCE, true, PublishProperties.NONE.withMessageExpiry(expirySeconds), null,
                nowMicros, payload.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_came_after_the_reader_looked_is_left_to_live_delivery() {
        RetainedTree tree = tree(10, 1_000);
        put(tree, message("a", "1", -1, 0), 0);
        long upTo = tree.order();
        put(tree, message("b", "2", -1, 0), 0);
        put(tree, message("a", "3", -1, 0), 0);
        assertThat(tree.matching(TopicFilter.parse("#"), upTo, 0)).isEmpty();
        assertThat(tree.matching(TopicFilter.parse("#"), tree.order(), 0)).hasSize(2);
    }

    @Test
    void clearing_a_topic_leaves_its_parents_and_children__MQTT_3_3_1_6() {
        RetainedTree tree = tree(10, 1_000);
        for (String topic : List.of("a", "a/b", "a/b/c")) {
            put(tree, message(topic, "x", -1, 0), 0);
        }
        put(tree, message("a/b", "", -1, 0), 0);
        assertThat(tree.matching(TopicFilter.parse("#"), tree.order(), 0)).extracting(Message::topic)
                .containsExactlyInAnyOrder("a", "a/b/c");
    }

    @Test
    void a_replacement_fits_where_a_further_message_does_not() {
        RetainedTree tree = tree(1, 10);
        assertThat(put(tree, message("a", "123456789", -1, 0), 0)).isNull();
        assertThat(put(tree, message("a", "1234567890", -1, 0), 0)).isEqualTo(RetainedTree.Refusal.TOO_LARGE);
        assertThat(put(tree, message("b", "1", -1, 0), 0)).isEqualTo(RetainedTree.Refusal.TOO_MANY);
        assertThat(put(tree, message("a", "abcdefghi", -1, 0), 0)).isNull();
    }

    @Test
    void expired_messages_make_room_for_others__MQTT_3_3_2_5() {
        RetainedTree tree = tree(1, 100);
        put(tree, message("a", "1", 5, 0), 0);
        assertThat(put(tree, message("b", "2", -1, 0), 4_999_999)).isEqualTo(RetainedTree.Refusal.TOO_MANY);
        assertThat(put(tree, message("b", "2", -1, 0), 5_000_000)).isNull();
        assertThat(tree.messages()).isEqualTo(1);
    }
}
