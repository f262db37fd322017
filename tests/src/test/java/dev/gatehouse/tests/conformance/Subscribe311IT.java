package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.counted;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.number;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.request;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// SUBSCRIBE and SUBACK, MQTT 3.1.1 §3.8 and §3.9.
class Subscribe311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void SUBSCRIBE_with_other_flags_closes_the_connection__MQTT_3_8_1_1() {
        for (int flags = 0; flags < 16; flags++) {
            Client311 client = bench.connected().sends(packet(0x80 | flags, number(1), request(bench.name("t"), 0)));
            if (flags == 2) {
                client.gets(suback(1, 0));
            } else {
                client.isClosed();
            }
        }
    }

    @Test
    void a_topic_filter_that_is_not_utf8_closes_the_connection__MQTT_3_8_3_1() {
        for (String wrong : List.of("c328", "eda080", "6100", "ff")) {
            bench.connected().sends(packet(0x82, number(1), request(bench.name("t"), 0), counted(hex(wrong)),
                    hex("00"))).isClosed();
        }
    }

    @Test
    void wildcards_are_supported__MQTT_3_8_3_2() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic + "/a/#", 0), request(topic + "/+/b", 0))).gets(suback(1, 0, 0));
        client.sends(publish(QOS_0, topic + "/a/x/y", "1")).gets(publish(QOS_0, topic + "/a/x/y", "1"));
        client.sends(publish(QOS_0, topic + "/c/b", "2")).gets(publish(QOS_0, topic + "/c/b", "2"));
    }

    @Test
    void SUBSCRIBE_without_a_topic_filter_closes_the_connection__MQTT_3_8_3_3() {
        bench.connected().sends(subscribe(1)).isClosed();
        bench.connected().sends(packet(0x82, number(1), text(bench.name("t")))).isClosed(); // without its QoS
    }

    @Test
    void qos_3_and_reserved_bits_close_the_connection_and_nothing_is_granted__MQTT_3_8_3_4() {
        String topic = bench.name("t");
        for (int options : List.of(0x03, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x81, 0xFF)) {
            String id = bench.name("c");
            bench.resuming(id, false).sends(subscribe(1, request(topic, 1), request(topic + "/x", options)))
                    .isClosed();
            bench.resuming(id, true).sends(publish(QOS_0, topic, "x")).hasNothingElse();
        }
    }

    @Test
    void SUBSCRIBE_is_answered_by_SUBACK__MQTT_3_8_4_1() {
        bench.connected().sends(subscribe(1, bench.name("t"), 1)).gets(hex("9003000101")).hasNothingElse();
    }

    @Test
    void SUBACK_has_the_packet_identifier_of_SUBSCRIBE__MQTT_3_8_4_2() {
        String topic = bench.name("t");
        bench.connected().sends(subscribe(0xFEDC, topic, 0), subscribe(1, topic, 1)).gets(hex("9003fedc00"))
                .gets(hex("9003000101"));
    }

    @Test
    void the_same_filter_again_replaces_the_subscription_and_brings_retained_messages_again__MQTT_3_8_4_3() {
        String topic = bench.name("t");
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1 | RETAIN, topic, 1, "kept")).gets(puback(1));
        Client311 client = bench.subscribed(topic, 0).gets(publish(RETAIN, topic, "kept"));
        client.subscribes(topic, 1).gets(publish(QOS_1 | RETAIN, topic, 1, "kept"));
        publisher.sends(publish(QOS_1, topic, 2, "once, at the new QoS")).gets(puback(2));
        client.gets(publish(QOS_1, topic, 2, "once, at the new QoS")).hasNothingElse();
        client.subscribes(topic, 0).gets(publish(RETAIN, topic, "kept"));
        publisher.sends(publish(QOS_1, topic, 3, "lower again")).gets(puback(3));
        client.gets(publish(QOS_0, topic, "lower again")).hasNothingElse();
    }

    @Test
    void no_message_is_lost_while_a_subscription_is_replaced__MQTT_3_8_4_3() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 0);
        for (int i = 0; i < 100; i++) {
            client.sends(publish(QOS_0, topic, "before " + i), subscribe(1, topic, 0),
                    publish(QOS_0, topic, "after " + i));
        }
        for (int i = 0; i < 100; i++) {
            client.gets(publish(QOS_0, topic, "before " + i)).gets(suback(1, 0))
                    .gets(publish(QOS_0, topic, "after " + i));
        }
    }

    @Test
    void several_filters_count_like_several_SUBSCRIBEs_with_one_SUBACK__MQTT_3_8_4_4() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic + "/a", 0), request(topic + "/b", 1), request(topic + "/a", 2)))
                .gets(suback(1, 0, 1, 2)).hasNothingElse();
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_2, topic + "/a", 1, "a")).gets(pubrec(1));
        publisher.sends(publish(QOS_2, topic + "/b", 2, "b")).gets(pubrec(2));
        client.gets(publish(QOS_2, topic + "/a", 1, "a")).gets(publish(QOS_1, topic + "/b", 2, "b")).hasNothingElse();
    }

    @Test
    void SUBACK_says_for_each_filter_what_was_granted_or_that_it_failed__MQTT_3_8_4_5() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic, 2), request(topic + "/#/x", 1), request(topic + "/x", 1)))
                .gets(suback(1, 2, 0x80, 1));
        client.sends(publish(QOS_0, topic, "granted")).gets(publish(QOS_0, topic, "granted"));
    }

    @Test
    void the_lower_of_published_and_granted_qos_counts__MQTT_3_8_4_6() {
        Client311 publisher = bench.connected();
        for (int granted = 0; granted <= 2; granted++) {
            String topic = bench.name("t");
            Client311 client = bench.subscribed(topic, granted);
            publisher.sends(publish(QOS_0, topic, "0")).hasNothingElse();
            client.gets(publish(QOS_0, topic, "0"));
            publisher.sends(publish(QOS_1, topic, 1, "1")).gets(puback(1));
            client.gets(granted == 0 ? publish(QOS_0, topic, "1") : publish(QOS_1, topic, 1, "1"));
            publisher.sends(publish(QOS_2, topic, 2 + granted, "2")).gets(pubrec(2 + granted));
            client.gets(switch (granted) {
                case 0 -> publish(QOS_0, topic, "2");
                case 1 -> publish(QOS_1, topic, 2, "2");
                default -> publish(QOS_2, topic, 2, "2");
            });
        }
    }

    @Test
    void the_codes_of_SUBACK_are_in_the_order_of_the_filters__MQTT_3_9_3_1() {
        String topic = bench.name("t");
        bench.connected().sends(subscribe(1, request(topic + "/2", 2), request("#" + topic, 0), request(topic, 0),
                request(topic + "/1", 1), request("", 1), request(topic + "/0", 0)))
                .gets(suback(1, 2, 0x80, 0, 1, 0x80, 0));
    }

    @Test
    void SUBACK_knows_no_failure_but_0x80__MQTT_3_9_3_2() {
        String topic = bench.name("t");
        Client311 narrow = bench.open(Door.GUARDED).sends(connect(CLEAN | USER_NAME | PASSWORD, 0,
                text(bench.name("c")), text("narrow"), text("secret"))).gets(connack(false, 0));
        narrow.sends(subscribe(1, request("yours/" + topic, 1), request("mine/" + topic, 1))).gets(suback(1, 0x80, 1));
        bench.connected().sends(subscribe(2, request("$share//" + topic, 0), request("a".repeat(10) + "/a".repeat(128),
                0), request("+a", 2))).gets(suback(2, 0x80, 0x80, 0x80));
    }
}
