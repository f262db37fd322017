package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.counted;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.number;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.pubrel;
import static dev.gatehouse.tests.conformance.Bytes311.request;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// PUBLISH and its acknowledgements, MQTT 3.1.1 §3.3 to §3.7 and §4.3, without what is retained.
class Publish311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void what_is_sent_again_has_the_DUP_flag__MQTT_3_3_1_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        bench.connected().sends(publish(QOS_1, topic, 1, "one"), publish(QOS_2, topic, 2, "two"));
        client.gets(publish(QOS_1, topic, 1, "one")).gets(publish(QOS_2, topic, 2, "two")).vanishes();
        bench.resuming(id, true).gets(publish(QOS_1 | DUP, topic, 1, "one"))
                .gets(publish(QOS_2 | DUP, topic, 2, "two"));
    }

    @Test
    void qos_0_with_the_DUP_flag_closes_the_connection__MQTT_3_3_1_2() {
        bench.connected().sends(publish(QOS_0 | DUP, bench.name("t"), "x")).isClosed();
    }

    @Test
    void the_publishers_DUP_flag_is_not_passed_on__MQTT_3_3_1_3() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 2);
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1 | DUP, topic, 1, "one")).gets(puback(1));
        publisher.sends(publish(QOS_2 | DUP, topic, 2, "two")).gets(pubrec(2));
        client.gets(publish(QOS_1, topic, 1, "one")).gets(publish(QOS_2, topic, 2, "two"));
    }

    @Test
    void qos_3_closes_the_connection__MQTT_3_3_1_4() {
        String topic = bench.name("t");
        bench.connected().sends(publish(QOS_1 | QOS_2, topic, 1, "x")).isClosed();
        bench.connected().sends(publish(QOS_1 | QOS_2 | DUP, topic, 1, "x")).isClosed();
    }

    @Test
    void the_topic_name_comes_first_and_is_utf8__MQTT_3_3_2_1() {
        String topic = "ä€𐍈/" + bench.name("t");
        bench.subscribed(topic, 0).sends(publish(QOS_0, topic, "x")).gets(packet(0x30, text(topic), hex("78")));
        bench.connected().sends(packet(0x30, counted(hex("c328")), hex("78"))).isClosed();
        // the packet identifier first: 0 is read as the length of the topic name
        bench.connected().sends(packet(0x32, number(0), text(topic), hex("78"))).isClosed();
    }

    @Test
    void a_topic_name_with_a_wildcard_closes_the_connection__MQTT_3_3_2_2() {
        for (String wrong : List.of("#", "+", "a/#", "a/+/b", "a#", "+b")) {
            bench.connected().sends(publish(QOS_0, wrong, "x")).isClosed();
            bench.connected().sends(publish(QOS_1, wrong, 1, "x")).isClosed();
        }
    }

    @Test
    void what_a_subscriber_gets_matches_its_filter__MQTT_3_3_2_3() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic + "/+/end", 0);
        client.sends(publish(QOS_0, topic + "/a/end", "1"), publish(QOS_0, topic + "/a/b/end", "2"),
                publish(QOS_0, topic + "/end", "3"), publish(QOS_0, topic + "//end", "4"));
        client.gets(publish(QOS_0, topic + "/a/end", "1")).gets(publish(QOS_0, topic + "//end", "4"))
                .hasNothingElse();
    }

    @Test
    void each_qos_has_its_answer__MQTT_3_3_4_1() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(publish(QOS_0, topic, "x")).hasNothingElse();
        client.sends(publish(QOS_1, topic, 11, "x")).gets(puback(11)).hasNothingElse();
        client.sends(publish(QOS_2, topic, 12, "x")).gets(pubrec(12)).hasNothingElse();
    }

    @Test
    void overlapping_subscriptions_deliver_once_at_the_highest_qos__MQTT_3_3_5_1() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic + "/#", 1), request(topic + "/+", 2), request(topic + "/a", 0)))
                .gets(suback(1, 1, 2, 0));
        bench.connected().sends(publish(QOS_2, topic + "/a", 1, "high")).gets(pubrec(1));
        client.gets(publish(QOS_2, topic + "/a", 1, "high")).hasNothingElse();
        bench.connected().sends(publish(QOS_2, topic + "/a/b", 1, "lower")).gets(pubrec(1));
        client.gets(publish(QOS_1, topic + "/a/b", 2, "lower")).hasNothingElse();
    }

    @Test
    void a_PUBLISH_that_is_not_permitted_closes_the_connection_and_reaches_nobody__MQTT_3_3_5_2() {
        String topic = bench.name("yours");
        Client311 watcher = user("eric").subscribes(topic, 2);
        for (byte[] forbidden : List.of(publish(QOS_0, topic, "0"), publish(QOS_1, topic, 1, "1"),
                publish(QOS_2, topic, 2, "2"))) {
            user("narrow").sends(forbidden).isClosed();
        }
        user("narrow").sends(publish(QOS_1, "mine/" + topic, 1, "permitted")).gets(puback(1));
        watcher.sends(publish(QOS_0, topic, "sentinel")).gets(publish(QOS_0, topic, "sentinel"));
    }

    private Client311 user(String name) {
        return bench.open(Door.GUARDED).sends(connect(CLEAN | USER_NAME | PASSWORD, 0, text(bench.name("c")),
                text(name), text("secret"))).gets(connack(false, 0));
    }

    @Test
    void PUBREL_with_other_flags_closes_the_connection__MQTT_3_6_1_1() {
        for (int flags = 0; flags < 16; flags++) {
            Client311 client = bench.connected().sends(publish(QOS_2, bench.name("t"), 3, "x")).gets(pubrec(3))
                    .sends(packet(0x60 | flags, number(3)));
            if (flags == 2) {
                client.gets(pubcomp(3));
            } else {
                client.isClosed();
            }
        }
    }

    @Test
    void the_server_sends_qos_0_without_the_DUP_flag__MQTT_4_3_1_1() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 0);
        bench.connected().sends(publish(QOS_1 | DUP, topic, 1, "x")).gets(puback(1));
        client.gets(packet(0x30, text(topic), hex("78")));
    }

    @Test
    void the_server_keeps_what_it_sent_at_qos_1_until_PUBACK__MQTT_4_3_2_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 1);
        bench.connected().sends(publish(QOS_1, topic, 1, "a"), publish(QOS_1, topic, 2, "b")).gets(puback(1))
                .gets(puback(2));
        client.gets(publish(QOS_1, topic, 1, "a")).gets(publish(QOS_1, topic, 2, "b"));
        // neither a wrong answer nor one for another message counts
        client.sends(pubrec(1), puback(77), puback(2)).gets(pubrel(1)).vanishes();
        Client311 back = bench.resuming(id, true).gets(publish(QOS_1 | DUP, topic, 1, "a")).hasNothingElse();
        back.sends(puback(1)).hasNothingElse().vanishes();
        bench.resuming(id, true).hasNothingElse();
    }

    @Test
    void after_PUBACK_the_same_packet_identifier_is_a_new_message_whatever_DUP_says__MQTT_4_3_2_2() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 0);
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 6, "x")).gets(puback(6));
        publisher.sends(publish(QOS_1 | DUP, topic, 6, "x")).gets(puback(6));
        client.gets(publish(QOS_0, topic, "x")).gets(publish(QOS_0, topic, "x")).hasNothingElse();
    }

    @Test
    void the_server_finishes_qos_2_with_PUBREL_and_sends_PUBLISH_no_more__MQTT_4_3_3_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        bench.connected().sends(publish(QOS_2, topic, 1, "x")).gets(pubrec(1));
        client.gets(publish(QOS_2, topic, 1, "x")).vanishes();
        client = bench.resuming(id, true).gets(publish(QOS_2 | DUP, topic, 1, "x"));
        client.sends(pubrec(1)).gets(pubrel(1)).vanishes();
        client = bench.resuming(id, true).gets(pubrel(1)).hasNothingElse();
        client.sends(pubcomp(1)).hasNothingElse().vanishes();
        bench.resuming(id, true).hasNothingElse();
    }

    @Test
    void a_qos_2_message_is_delivered_once_until_PUBREL_and_is_a_new_one_afterwards__MQTT_4_3_3_2() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 0);
        Client311 publisher = bench.connected();
        for (int round = 0; round < 2; round++) {
            publisher.sends(publish(QOS_2, topic, 6, "x")).gets(pubrec(6));
            publisher.sends(publish(QOS_2 | DUP, topic, 6, "x")).gets(pubrec(6));
            publisher.sends(publish(QOS_2, topic, 6, "x")).gets(pubrec(6));
            publisher.sends(pubrel(6)).gets(pubcomp(6));
            publisher.sends(pubrel(6)).gets(pubcomp(6)); // its PUBCOMP may have been lost
        }
        publisher.sends(publish(QOS_0, topic, "sentinel"));
        client.gets(publish(QOS_0, topic, "x")).gets(publish(QOS_0, topic, "x"))
                .gets(publish(QOS_0, topic, "sentinel"));
    }
}
