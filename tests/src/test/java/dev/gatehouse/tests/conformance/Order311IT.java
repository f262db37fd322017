package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.pubrel;

/// Who gets a message, and in which order, MQTT 3.1.1 §4.5 and §4.6.
class Order311IT {
    private static final int MESSAGES = 50;

    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void an_accepted_message_is_there_for_every_session_that_matches__MQTT_4_5_0_1() {
        String topic = bench.name("t");
        String away = bench.name("c");
        bench.resuming(away, false).subscribes(topic + "/#", 1).disconnects();
        Client311 exact = bench.subscribed(topic + "/a", 1);
        Client311 wildcard = bench.subscribed(topic + "/+", 0);
        Client311 publisher = bench.connected().subscribes(topic + "/a", 2);
        publisher.sends(publish(QOS_2, topic + "/a", 1, "x")).getsInAnyOrder(pubrec(1),
                publish(QOS_2, topic + "/a", 1, "x"));
        exact.gets(publish(QOS_1, topic + "/a", 1, "x"));
        wildcard.gets(publish(QOS_0, topic + "/a", "x"));
        bench.resuming(away, true).gets(publish(QOS_1, topic + "/a", 1, "x"));
    }

    @Test
    void messages_are_sent_again_in_the_order_in_which_they_were_sent__MQTT_4_6_0_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        Client311 publisher = bench.connected();
        for (int i = 1; i <= MESSAGES; i++) {
            publisher.sends(publish(i % 2 == 0 ? QOS_1 : QOS_2, topic, i, "message " + i));
        }
        for (int i = 1; i <= MESSAGES; i++) {
            client.gets(publish(i % 2 == 0 ? QOS_1 : QOS_2, topic, i, "message " + i));
        }
        client.sends(puback(10)).sends(puback(2)).hasNothingElse().vanishes();
        Client311 back = bench.resuming(id, true);
        for (int i = 1; i <= MESSAGES; i++) {
            if (i != 10 && i != 2) {
                back.gets(publish(DUP | (i % 2 == 0 ? QOS_1 : QOS_2), topic, i, "message " + i));
            }
        }
        back.hasNothingElse();
    }

    @Test
    void PUBACKs_come_in_the_order_of_the_messages__MQTT_4_6_0_2() {
        String topic = bench.name("t");
        // every other message has a receiver for whom it must be recorded first
        bench.resuming(bench.name("c"), false).subscribes(topic + "/1", 1).disconnects();
        Client311 publisher = bench.connected();
        byte[][] messages = new byte[MESSAGES][];
        for (int i = 0; i < MESSAGES; i++) {
            messages[i] = publish(QOS_1, topic + "/" + i % 2, 1_000 - i, "x");
        }
        publisher.sends(messages);
        for (int i = 0; i < MESSAGES; i++) {
            publisher.gets(puback(1_000 - i));
        }
    }

    @Test
    void PUBRECs_come_in_the_order_of_the_messages__MQTT_4_6_0_3() {
        String topic = bench.name("t");
        bench.resuming(bench.name("c"), false).subscribes(topic + "/1", 2).disconnects();
        Client311 publisher = bench.connected();
        byte[][] messages = new byte[MESSAGES][];
        for (int i = 0; i < MESSAGES; i++) {
            messages[i] = publish(QOS_2, topic + "/" + i % 2, 1_000 - i, "x");
        }
        publisher.sends(messages);
        for (int i = 0; i < MESSAGES; i++) {
            publisher.gets(pubrec(1_000 - i));
        }
    }

    @Test
    void PUBRELs_come_in_the_order_of_the_PUBRECs__MQTT_4_6_0_4() {
        String topic = bench.name("t");
        for (boolean kept : new boolean[]{false, true}) {
            Client311 client = (kept ? bench.resuming(bench.name("c"), false) : bench.connected())
                    .subscribes(topic, 2);
            Client311 publisher = bench.connected();
            for (int i = 1; i <= MESSAGES; i++) {
                publisher.sends(publish(QOS_2, topic, i, "x"));
                client.gets(publish(QOS_2, topic, i, "x"));
            }
            byte[][] answers = new byte[MESSAGES][];
            for (int i = 0; i < MESSAGES; i++) {
                answers[i] = pubrec(MESSAGES - i);
            }
            client.sends(answers);
            for (int i = 0; i < MESSAGES; i++) {
                client.gets(pubrel(MESSAGES - i));
            }
            client.vanishes();
        }
    }

    @Test
    void every_topic_is_ordered__MQTT_4_6_0_5() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic + "/#", 0);
        Client311 publisher = bench.connected();
        for (int i = 0; i < 500; i++) {
            publisher.sends(publish(QOS_0, topic + "/" + i % 3, "message " + i));
        }
        for (int i = 0; i < 500; i++) {
            client.gets(publish(QOS_0, topic + "/" + i % 3, "message " + i));
        }
    }

    @Test
    void each_consumer_gets_a_publishers_messages_in_its_order_at_each_qos__MQTT_4_6_0_6() {
        String topic = bench.name("t");
        String away = bench.name("c");
        Client311 client = bench.resuming(away, false).subscribes(topic, 2);
        Client311 other = bench.subscribed(topic, 1);
        Client311 publisher = bench.connected();
        for (int i = 1; i <= MESSAGES; i++) {
            publisher.sends(publish(i % 3 == 0 ? QOS_2 : QOS_1, topic, i, "message " + i));
            if (i == MESSAGES / 2) {
                for (int seen = 1; seen <= i; seen++) {
                    client.gets(publish(seen % 3 == 0 ? QOS_2 : QOS_1, topic, seen, "message " + seen));
                }
                for (int seen = 1; seen <= i; seen++) {
                    if (seen % 3 == 0) {
                        client.sends(pubrec(seen)).gets(pubrel(seen)).sends(pubcomp(seen));
                    } else {
                        client.sends(puback(seen));
                    }
                }
                client.disconnects(); // the second half waits
            }
        }
        for (int i = 1; i <= MESSAGES; i++) {
            other.gets(publish(QOS_1, topic, i, "message " + i));
        }
        Client311 back = bench.resuming(away, true);
        for (int i = MESSAGES / 2 + 1; i <= MESSAGES; i++) {
            back.gets(publish(i % 3 == 0 ? QOS_2 : QOS_1, topic, i, "message " + i));
        }
    }
}
