package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// Topic names and topic filters, MQTT 5 §4.7.
class Topics5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    /// Which of these topics a filter matches, all under the test's own first level.
    private List<String> matched(String filter, String... topics) {
        Client receiver = bench.subscribed("receiver" + filter.hashCode(), bench.topic(filter), AT_MOST_ONCE);
        receiver.subscribed(bench.id("end"), AT_MOST_ONCE);
        Client sender = bench.connected("sender");
        for (String topic : topics) {
            sender.publish(Publishing.to(bench.topic(topic)).text(topic));
        }
        sender.publish(Publishing.to(bench.id("end")));
        return Bench.textsUntil(receiver, bench.id("end"));
    }

    private void refused(Client client, String... filters) {
        for (String filter : filters) {
            assertThat(client.subscribe(Subscribing.to(filter, AT_MOST_ONCE)).reasons()).as(filter)
                    .containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
            assertThat(client.unsubscribe(2, filter).reasons()).as(filter)
                    .containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        }
        client.idle();
    }

    @Test
    void a_multi_level_wildcard_is_the_whole_last_level__MQTT_4_7_1_1() {
        refused(bench.connected("client"), "a#", "a/b#", "#/a", "a/#/b", "##", "a/##");
        assertThat(matched("a/#", "a", "a/", "a/b", "a/b/c", "ab", "b")).containsExactly("a", "a/", "a/b", "a/b/c");
    }

    @Test
    void a_single_level_wildcard_is_a_whole_level__MQTT_4_7_1_2() {
        refused(bench.connected("client"), "a+", "+a", "a/+b", "a+/b", "++");
        assertThat(matched("+/+", "a", "a/", "/a", "/", "a/b", "a/b/c")).containsExactly("a/", "/a", "/", "a/b");
        assertThat(matched("+/x", "x", "/x", "a/x", "a/b/x")).containsExactly("/x", "a/x");
        assertThat(matched("a/+/c", "a/b/c", "a//c", "a/c", "a/b/b/c")).containsExactly("a/b/c", "a//c");
    }

    /// The broker's own topics under `$SYS`, which all clients of a tenant share.
    @Test
    void a_leading_wildcard_does_not_match_topics_that_start_with_a_dollar_sign__MQTT_4_7_2_1() {
        Client wide = bench.connected("wide").subscribed(Subscribing.to("#", AT_MOST_ONCE).and("+/#", AT_MOST_ONCE));
        Client named = bench.connected("named").subscribed(Subscribing.to("$SYS/#", AT_MOST_ONCE));
        List<String> topics = new ArrayList<>();
        topics.add(named.receive().topic());
        assertThat(topics).allMatch(topic -> topic.startsWith("$SYS/"));
        bench.connected("sender").publish(Publishing.to(bench.topic("end")));
        while (true) {
            String topic = wide.receive().topic();
            assertThat(topic).doesNotStartWith("$");
            if (topic.equals(bench.topic("end"))) {
                return;
            }
        }
    }

    @Test
    void names_and_filters_have_at_least_one_character__MQTT_4_7_3_1() {
        refused(bench.connected("filter"), "");
        bench.connected("name").hex("30 04 00 00 00 62").disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void names_and_filters_have_no_U_0000__MQTT_4_7_3_2() {
        bench.connected("name").bytes(Bytewise.packet(0x30).string("a\0").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("subscribe").bytes(Bytewise.packet(0x82).u16(1).u8(0).string("\0a").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("unsubscribe").bytes(Bytewise.packet(0xA2).u16(1).u8(0).string("\0").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    /// The longest that the length field can say; a longer one cannot be sent.
    @Test
    void names_and_filters_have_up_to_65_535_bytes__MQTT_4_7_3_3() {
        String longest = bench.topic("") + "x".repeat(65_535 - bench.topic("").length());
        Client client = bench.subscribed("client", longest, AT_LEAST_ONCE);
        client.send(Publishing.to(longest).text("arrived").packet());
        assertThat(client.receive().topic()).isEqualTo(longest);
    }

    /// As many levels as the tenant allows, and one more: refused by itself, without harm to anything else.
    @Test
    void many_levels_are_no_danger() {
        String deep = bench.topic("/".repeat(126));
        Client client = bench.connected("client").subscribed(Subscribing.to(deep, AT_MOST_ONCE));
        client.publish(Publishing.to(deep));
        assertThat(client.receive().topic()).isEqualTo(deep);
        assertThat(client.subscribe(Subscribing.to(bench.topic("/".repeat(40_000)), AT_MOST_ONCE)).reasons().getFirst()
                .isError()).isTrue();
        client.idle();
    }

    @Test
    void matching_changes_no_character__MQTT_4_7_3_4() {
        assertThat(matched("a", "A", "a ", " a", "a/", "/a", "\u00e4", "a\u0308", "a")).containsExactly("a");
        assertThat(matched("caf\u00e9", "cafe\u0301", "CAF\u00c9", "cafe", "caf\u00e9")).containsExactly("caf\u00e9");
        assertThat(matched("a//b", "a/b", "a///b", "a//b")).containsExactly("a//b");
        assertThat(matched("a.b c", "a/b c", "a.b/c", "a.b c")).containsExactly("a.b c");
    }
}
