package dev.gatehouse.tests.conformance;

import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.request;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// Topic names and topic filters, MQTT 3.1.1 §4.7.
class Topics311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void wildcards_are_for_filters_and_not_for_names__MQTT_4_7_1_1() {
        String topic = bench.name("t");
        bench.connected().sends(subscribe(1, request(topic + "/#", 0), request(topic + "/+", 0)))
                .gets(suback(1, 0, 0));
        bench.connected().sends(publish(QOS_0, topic + "/#", "x")).isClosed();
        bench.connected().sends(publish(QOS_0, topic + "/+", "x")).isClosed();
        bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), text(topic + "/#"), text("m"))).isClosed();
    }

    @Test
    void the_multi_level_wildcard_fills_the_last_level_only__MQTT_4_7_1_2() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        for (String wrong : List.of("a#", "a/#/b", "#/", "##", "a/b#", "#a", "a/#b", "/#/", "+#")) {
            client.sends(subscribe(1, topic + "/" + wrong, 0)).gets(suback(1, 0x80));
        }
        client.sends(subscribe(2, topic + "/#", 0)).gets(suback(2, 0));
        for (String matched : List.of(topic, topic + "/", topic + "/a", topic + "/a//b/c")) {
            client.sends(publish(QOS_0, matched, "x")).gets(publish(QOS_0, matched, "x"));
        }
        client.sends(publish(QOS_0, topic + "x", "x"), publish(QOS_0, "/" + topic, "x")).hasNothingElse();
    }

    @Test
    void the_single_level_wildcard_fills_a_whole_level__MQTT_4_7_1_3() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        for (String wrong : List.of("a+", "+a", "++", "a/b+/c", "+a/b", "/+x")) {
            client.sends(subscribe(1, topic + "/" + wrong, 0)).gets(suback(1, 0x80));
        }
        client.sends(subscribe(2, request("+/" + topic + "/+/end/+", 0))).gets(suback(2, 0));
        for (String matched : List.of("a/" + topic + "/b/end/c", "/" + topic + "//end/")) {
            client.sends(publish(QOS_0, matched, "x"));
        }
        client.gets(publish(QOS_0, "a/" + topic + "/b/end/c", "x")).gets(publish(QOS_0, "/" + topic + "//end/", "x"));
        client.sends(publish(QOS_0, "a/" + topic + "/b/end", "x"), publish(QOS_0, topic + "/b/end/c", "x"),
                publish(QOS_0, "a/" + topic + "/b/c/end/c", "x")).hasNothingElse();
    }

    @Test
    void filters_that_begin_with_a_wildcard_do_not_match_names_that_begin_with_a_dollar__MQTT_4_7_2_1() {
        String topic = bench.name("t");
        Client311 client = bench.open(Door.BARE).sends(connect(CLEAN | USER_NAME | PASSWORD, 0,
                text(bench.name("c")), text("dollar"), text("secret"))).gets(connack(false, 0));
        for (String filter : List.of("#", "+/#", "+/" + topic, "+/" + topic + "/#", "/#")) {
            client.subscribes(filter, 0);
            client.sends(publish(QOS_0, "$mine/" + topic, "hidden")).hasNothingElse();
            client.sends(Bytes311.unsubscribe(2, filter)).gets(Bytes311.unsuback(2));
        }
        client.subscribes("+/" + topic, 0).sends(publish(QOS_0, "mine/" + topic, "no dollar"));
        client.gets(publish(QOS_0, "mine/" + topic, "no dollar"));
        for (String filter : List.of("$mine/+", "$mine/#", "$mine/" + topic)) {
            client.subscribes(filter, 0);
            client.sends(publish(QOS_0, "$mine/" + topic, "named")).gets(publish(QOS_0, "$mine/" + topic, "named"));
            client.sends(Bytes311.unsubscribe(2, filter)).gets(Bytes311.unsuback(2));
        }
    }

    @Test
    void names_and_filters_are_not_empty__MQTT_4_7_3_1() {
        bench.connected().sends(publish(QOS_0, "", "x")).isClosed();
        bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), text(""), text("m"))).isClosed();
        bench.connected().sends(subscribe(1, "", 0)).gets(suback(1, 0x80));
        bench.connected().subscribes("/", 0).sends(publish(QOS_0, "/", "x")).gets(publish(QOS_0, "/", "x"));
        bench.connected().subscribes(" ", 0).sends(publish(QOS_0, " ", "x")).gets(publish(QOS_0, " ", "x"));
    }

    @Test
    void names_and_filters_have_no_U_0000__MQTT_4_7_3_2() {
        String wrong = bench.name("t") + "\0";
        bench.connected().sends(publish(QOS_0, wrong, "x")).isClosed();
        bench.connected().sends(subscribe(1, wrong, 0)).isClosed();
        bench.connected().sends(Bytes311.unsubscribe(1, wrong)).isClosed();
        bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), text(wrong), text("m"))).isClosed();
    }

    @Test
    void names_and_filters_may_have_65535_bytes__MQTT_4_7_3_3() {
        String start = bench.name("t");
        String longest = start + "/" + "ä".repeat((65_535 - start.length() - 1) / 2);
        longest += "x".repeat(65_535 - longest.getBytes(StandardCharsets.UTF_8).length);
        bench.subscribed(longest, 0).sends(publish(QOS_0, longest, "x")).gets(publish(QOS_0, longest, "x"));
        String shorter = longest.substring(0, longest.length() - 1);
        bench.subscribed(shorter, 0).sends(publish(QOS_0, longest, "x")).hasNothingElse();
    }

    @Test
    void matching_changes_no_character__MQTT_4_7_3_4() {
        String topic = bench.name("t");
        String composed = topic + "/\u00E9/A";
        Client311 client = bench.subscribed(composed, 0);
        client.sends(publish(QOS_0, topic + "/e\u0301/A", "decomposed"), publish(QOS_0, topic + "/\u00E9/a", "case"),
                publish(QOS_0, topic + "/\u00E9/A ", "space"), publish(QOS_0, topic + "/\u00E9//A", "empty level"),
                publish(QOS_0, topic + "/\u00E9/A/", "slash"), publish(QOS_0, topic + "/./\u00E9/A", "dot"),
                publish(QOS_0, composed, "the same"));
        client.gets(publish(QOS_0, composed, "the same")).hasNothingElse();
    }
}
