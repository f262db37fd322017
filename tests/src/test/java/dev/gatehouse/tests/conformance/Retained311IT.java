package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.pubrel;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;

/// Retained messages, MQTT 3.1.1 §3.3.1.3.
class Retained311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    /// Publishes at QoS 1 with the retain flag; the message is there when this returns.
    private void retain(String topic, String payload) {
        bench.connected().sends(publish(QOS_1 | RETAIN, topic, 1, payload)).gets(puback(1)).disconnects();
    }

    @Test
    void a_retained_message_is_kept_with_its_qos__MQTT_3_3_1_5() {
        String topic = bench.name("t");
        Client311 publisher = bench.connected();
        publisher.sends(publish(RETAIN, topic + "/0", "zero"));
        publisher.sends(publish(QOS_1 | RETAIN, topic + "/1", 1, "one")).gets(puback(1));
        publisher.sends(publish(QOS_2 | RETAIN, topic + "/2", 2, "two")).gets(pubrec(2)).sends(pubrel(2))
                .gets(pubcomp(2));
        publisher.subscribes(topic + "/0", 2).gets(publish(RETAIN, topic + "/0", "zero"));
        publisher.subscribes(topic + "/1", 2).gets(publish(QOS_1 | RETAIN, topic + "/1", 1, "one"));
        publisher.subscribes(topic + "/2", 2).gets(publish(QOS_2 | RETAIN, topic + "/2", 2, "two"));
        bench.subscribed(topic + "/2", 1).gets(publish(QOS_1 | RETAIN, topic + "/2", 1, "two"));
    }

    @Test
    void a_new_subscription_gets_the_last_retained_message_of_each_topic__MQTT_3_3_1_6() {
        String topic = bench.name("t");
        retain(topic + "/a", "old");
        retain(topic + "/a", "a");
        retain(topic + "/b/c", "c");
        retain(topic, "root");
        bench.connected().sends(subscribe(1, topic + "/#", 0)).gets(suback(1, 0)).getsInAnyOrder(
                publish(RETAIN, topic, "root"), publish(RETAIN, topic + "/a", "a"),
                publish(RETAIN, topic + "/b/c", "c")).hasNothingElse();
        bench.subscribed(topic + "/+", 0).gets(publish(RETAIN, topic + "/a", "a")).hasNothingElse();
    }

    @Test
    void a_retained_message_of_qos_0_takes_the_place_of_the_older_one__MQTT_3_3_1_7() {
        String topic = bench.name("t");
        retain(topic, "older");
        bench.connected().sends(publish(RETAIN, topic, "newer")).hasPublished();
        bench.subscribed(topic, 1).gets(publish(RETAIN, topic, "newer")).hasNothingElse();
    }

    @Test
    void the_retain_flag_is_set_for_a_new_subscription__MQTT_3_3_1_8() {
        String topic = bench.name("t");
        retain(topic, "kept");
        Client311 client = bench.subscribed(topic, 0).gets(publish(RETAIN, topic, "kept"));
        client.subscribes(topic, 0).gets(publish(RETAIN, topic, "kept"));
    }

    @Test
    void the_retain_flag_is_not_set_for_an_established_subscription__MQTT_3_3_1_9() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 1);
        retain(topic, "kept");
        client.gets(publish(QOS_1, topic, 1, "kept")).hasNothingElse();
    }

    @Test
    void an_empty_retained_message_is_delivered_and_removes_the_one_that_is_kept__MQTT_3_3_1_10() {
        String topic = bench.name("t");
        for (int qos : List.of(QOS_0, QOS_1, QOS_2)) {
            retain(topic, "kept");
            retain(topic + "/below", "stays");
            Client311 client = bench.subscribed(topic, 0).gets(publish(RETAIN, topic, "kept"));
            Client311 publisher = bench.connected();
            switch (qos) {
                case QOS_0 -> publisher.sends(publish(RETAIN, topic, "")).hasPublished();
                case QOS_1 -> publisher.sends(publish(QOS_1 | RETAIN, topic, 1, "")).gets(puback(1));
                default -> publisher.sends(publish(QOS_2 | RETAIN, topic, 1, "")).gets(pubrec(1)).sends(pubrel(1))
                        .gets(pubcomp(1));
            }
            client.gets(publish(QOS_0, topic, ""));
            bench.subscribed(topic + "/#", 0).gets(publish(RETAIN, topic + "/below", "stays")).hasNothingElse();
        }
    }

    @Test
    void an_empty_message_is_not_kept__MQTT_3_3_1_11() {
        String topic = bench.name("t");
        retain(topic, "");
        bench.subscribed(topic, 0).hasNothingElse();
    }

    @Test
    void a_message_without_the_flag_leaves_the_retained_one_alone__MQTT_3_3_1_12() {
        String topic = bench.name("t");
        retain(topic, "kept");
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 1, "passing")).gets(puback(1));
        publisher.sends(publish(QOS_1, topic, 2, "")).gets(puback(2));
        publisher.sends(publish(QOS_1, topic + "/new", 3, "passing")).gets(puback(3));
        bench.subscribed(topic + "/#", 0).gets(publish(RETAIN, topic, "kept")).hasNothingElse();
    }
}
