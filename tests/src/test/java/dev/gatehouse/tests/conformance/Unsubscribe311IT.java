package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.DISCONNECT;
import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
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
import static dev.gatehouse.tests.conformance.Bytes311.unsuback;
import static dev.gatehouse.tests.conformance.Bytes311.unsubscribe;

/// UNSUBSCRIBE, PINGREQ and DISCONNECT, MQTT 3.1.1 §3.10 to §3.14.
class Unsubscribe311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void UNSUBSCRIBE_with_other_flags_closes_the_connection__MQTT_3_10_1_1() {
        for (int flags = 0; flags < 16; flags++) {
            Client311 client = bench.connected().sends(packet(0xA0 | flags, number(1), text(bench.name("t"))));
            if (flags == 2) {
                client.gets(unsuback(1));
            } else {
                client.isClosed();
            }
        }
    }

    @Test
    void a_topic_filter_that_is_not_utf8_or_is_cut_short_closes_the_connection__MQTT_3_10_3_1() {
        byte[] right = text(bench.name("t"));
        for (String wrong : List.of("c328", "eda080", "6100", "ff")) {
            bench.connected().sends(packet(0xA2, number(1), right, counted(hex(wrong)))).isClosed();
        }
        bench.connected().sends(packet(0xA2, number(1), right, hex("0005 6162"))).isClosed();
        bench.connected().sends(packet(0xA2, number(1), right, hex("00"))).isClosed();
    }

    @Test
    void UNSUBSCRIBE_without_a_topic_filter_closes_the_connection__MQTT_3_10_3_2() {
        bench.connected().sends(unsubscribe(1)).isClosed();
    }

    @Test
    void only_the_filter_with_the_same_characters_is_removed__MQTT_3_10_4_1() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic + "/+", 0), request(topic + "/Upper", 0)))
                .gets(suback(1, 0, 0));
        client.sends(unsubscribe(2, topic + "/a", topic + "/#", topic + "/upper", topic)).gets(unsuback(2));
        client.sends(publish(QOS_0, topic + "/a", "still there")).gets(publish(QOS_0, topic + "/a", "still there"));
        client.sends(unsubscribe(3, topic + "/+")).gets(unsuback(3));
        client.sends(publish(QOS_0, topic + "/a", "gone"), publish(QOS_0, topic + "/Upper", "the other"));
        client.gets(publish(QOS_0, topic + "/Upper", "the other")).hasNothingElse();
    }

    @Test
    void nothing_new_is_delivered_after_UNSUBACK__MQTT_3_10_4_2() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 1);
        client.sends(unsubscribe(2, topic)).gets(unsuback(2));
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 1, "for nobody")).gets(puback(1));
        client.subscribes(topic + "/other", 1);
        publisher.sends(publish(QOS_1, topic + "/other", 2, "sentinel")).gets(puback(2));
        client.gets(publish(QOS_1, topic + "/other", 1, "sentinel")).sends(puback(1)).disconnects();
        publisher.sends(publish(QOS_1, topic, 3, "for nobody")).gets(puback(3));
        bench.resuming(id, true).hasNothingElse();
    }

    @Test
    void deliveries_that_have_begun_are_finished__MQTT_3_10_4_3() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        bench.connected().sends(publish(QOS_1, topic, 1, "a"), publish(QOS_2, topic, 2, "b"),
                publish(QOS_2, topic, 3, "c"));
        client.gets(publish(QOS_1, topic, 1, "a")).gets(publish(QOS_2, topic, 2, "b"))
                .gets(publish(QOS_2, topic, 3, "c"));
        client.sends(unsubscribe(9, topic)).gets(unsuback(9)).sends(pubrec(2)).gets(pubrel(2)).vanishes();
        client = bench.resuming(id, true).gets(publish(QOS_1 | DUP, topic, 1, "a")).gets(pubrel(2))
                .gets(publish(QOS_2 | DUP, topic, 3, "c"));
        client.sends(puback(1), pubcomp(2), pubrec(3)).gets(pubrel(3)).sends(pubcomp(3)).hasNothingElse();
    }

    @Test
    void UNSUBSCRIBE_is_answered_by_UNSUBACK_with_its_packet_identifier__MQTT_3_10_4_4() {
        String topic = bench.name("t");
        bench.subscribed(topic, 0).sends(unsubscribe(0xABCD, topic)).gets(hex("b002abcd")).hasNothingElse();
    }

    @Test
    void UNSUBACK_comes_also_when_there_is_nothing_to_remove__MQTT_3_10_4_5() {
        bench.connected().sends(unsubscribe(2, bench.name("t"))).gets(hex("b0020002")).hasNothingElse();
        bench.connected().sends(unsubscribe(3, "not/#/valid")).gets(hex("b0020003")).hasNothingElse();
    }

    @Test
    void several_filters_count_like_several_UNSUBSCRIBEs_with_one_UNSUBACK__MQTT_3_10_4_6() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(topic + "/a", 0), request(topic + "/b", 0), request(topic + "/c", 0)))
                .gets(suback(1, 0, 0, 0));
        client.sends(unsubscribe(2, topic + "/a", topic + "/none", topic + "/c", topic + "/a")).gets(unsuback(2));
        client.sends(publish(QOS_0, topic + "/a", "a"), publish(QOS_0, topic + "/c", "c"),
                publish(QOS_0, topic + "/b", "b"));
        client.gets(publish(QOS_0, topic + "/b", "b")).hasNothingElse();
    }

    @Test
    void PINGREQ_is_answered_by_PINGRESP__MQTT_3_12_4_1() {
        bench.connected().sends(PINGREQ, PINGREQ).gets(hex("d000")).gets(hex("d000")).hasNothingElse();
    }

    @Test
    void DISCONNECT_with_reserved_bits_closes_the_connection_like_a_failure__MQTT_3_14_1_1() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        for (int flags = 1; flags < 16; flags++) {
            bench.open().sends(Bytes311.connect(Bytes311.CLEAN | Bytes311.WILL, 0, text(bench.name("c")), text(topic),
                    text("flags " + flags))).gets(Bytes311.connack(false, 0)).sends(packet(0xE0 | flags)).isClosed();
            watcher.gets(publish(QOS_0, topic, "flags " + flags));
        }
    }

    @Test
    void the_server_closes_after_DISCONNECT_if_the_client_does_not__MQTT_3_14_4_1() {
        bench.connected().sends(DISCONNECT).isClosed();
    }

    @Test
    void what_follows_DISCONNECT_is_not_looked_at__MQTT_3_14_4_2() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        String id = bench.name("c");
        bench.connected(id).sends(DISCONNECT, publish(QOS_0, topic, "too late"), PINGREQ).isClosed();
        bench.connected(id).sends(publish(QOS_0, topic, "sentinel"));
        watcher.gets(publish(QOS_0, topic, "sentinel"));
    }
}
