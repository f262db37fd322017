package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.pubrel;

/// What outlives a connection and what does not, MQTT 3.1.1 §3.1.2.4, §4.1 and §4.4.
class Session311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void a_session_is_made_and_goes_on_where_it_was__MQTT_3_1_2_4() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).vanishes();
        Client311 back = bench.resuming(id, true);
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_0, topic, "still subscribed")).hasNothingElse();
        back.gets(publish(QOS_0, topic, "still subscribed"));
    }

    @Test
    void what_comes_while_the_client_is_away_waits_at_qos_1_and_2__MQTT_3_1_2_5() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 2).disconnects();
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 1, "one")).gets(puback(1));
        publisher.sends(publish(QOS_2, topic, 2, "two")).gets(pubrec(2)).sends(pubrel(2)).gets(pubcomp(2));
        Client311 back = bench.resuming(id, true);
        back.gets(publish(QOS_1, topic, 1, "one")).gets(publish(QOS_2, topic, 2, "two")).hasNothingElse();
    }

    @Test
    void a_clean_session_starts_with_nothing_and_leaves_nothing__MQTT_3_1_2_6() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).disconnects();
        Client311 publisher = bench.connected();
        Client311 watcher = bench.subscribed(topic, 0);
        publisher.sends(publish(QOS_1, topic, 1, "for the old session")).gets(puback(1));
        watcher.gets(publish(QOS_0, topic, "for the old session"));
        Client311 clean = bench.connected(id);
        publisher.sends(publish(QOS_1, topic, 2, "for nobody")).gets(puback(2));
        watcher.gets(publish(QOS_0, topic, "for nobody"));
        clean.hasNothingElse().subscribes(topic, 1).disconnects();
        publisher.sends(publish(QOS_1, topic, 3, "for nobody either")).gets(puback(3));
        watcher.gets(publish(QOS_0, topic, "for nobody either"));
        Client311 later = bench.resuming(id, false);
        later.hasNothingElse();
    }

    @Test
    void a_retained_message_outlives_the_session_that_published_it__MQTT_3_1_2_7() {
        String topic = bench.name("t");
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1 | RETAIN, topic, 1, "stays")).gets(puback(1)).disconnects();
        Client311 later = bench.subscribed(topic, 0);
        later.gets(publish(RETAIN, topic, "stays"));
    }

    @Test
    void clean_session_is_handled_at_a_takeover_too__MQTT_3_1_4_3() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 first = bench.resuming(id, false).subscribes(topic, 1);
        Client311 second = bench.resuming(id, true);
        first.isClosed();
        second.sends(publish(QOS_0, topic, "still subscribed")).gets(publish(QOS_0, topic, "still subscribed"));
        Client311 third = bench.connected(id);
        second.isClosed();
        third.sends(publish(QOS_0, topic, "nobody subscribes")).hasNothingElse();
        Client311 fourth = bench.resuming(id, false);
        third.isClosed();
        fourth.sends(publish(QOS_0, topic, "nobody subscribes")).hasNothingElse().close();
    }

    @Test
    void both_directions_of_a_session_are_remembered__MQTT_4_1_0_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 publisher = bench.connected();
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        publisher.sends(publish(QOS_2, topic, 1, "out")).gets(pubrec(1)).sends(pubrel(1)).gets(pubcomp(1));
        client.gets(publish(QOS_2, topic, 1, "out")).sends(pubrec(1)).gets(pubrel(1));
        client.sends(publish(QOS_2, "elsewhere/" + topic, 77, "in")).gets(pubrec(77)).vanishes();
        Client311 watcher = bench.subscribed("elsewhere/" + topic, 0);
        Client311 back = bench.resuming(id, true);
        back.gets(pubrel(1)).sends(pubcomp(1));
        // the server still has the id: this is no second message
        back.sends(publish(QOS_2 | DUP, "elsewhere/" + topic, 77, "in")).gets(pubrec(77));
        back.sends(pubrel(77)).gets(pubcomp(77));
        back.sends(publish(QOS_0, "elsewhere/" + topic, "sentinel")).hasNothingElse();
        watcher.gets(publish(QOS_0, "elsewhere/" + topic, "sentinel"));
    }

    @Test
    void a_session_lasts_as_long_as_its_connection__MQTT_4_1_0_2() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 2);
        client.sends(publish(QOS_2, topic, 5, "unanswered"))
                .getsInAnyOrder(pubrec(5), publish(QOS_2, topic, 1, "unanswered"));
        for (int i = 0; i < 20; i++) {
            client.hasNothingElse();
        }
        client.sends(pubrec(1)).gets(pubrel(1)).sends(pubcomp(1)).sends(pubrel(5)).gets(pubcomp(5));
        client.sends(publish(QOS_0, topic, "still subscribed")).gets(publish(QOS_0, topic, "still subscribed"));
    }

    @Test
    void what_was_not_acknowledged_is_sent_again_with_its_packet_ids__MQTT_4_4_0_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 1, "a")).gets(puback(1));
        publisher.sends(publish(QOS_2, topic, 2, "b")).gets(pubrec(2)).sends(pubrel(2)).gets(pubcomp(2));
        publisher.sends(publish(QOS_2, topic, 3, "c")).gets(pubrec(3)).sends(pubrel(3)).gets(pubcomp(3));
        publisher.sends(publish(QOS_1, topic, 4, "d")).gets(puback(4));
        client.gets(publish(QOS_1, topic, 1, "a")).gets(publish(QOS_2, topic, 2, "b"))
                .gets(publish(QOS_2, topic, 3, "c")).gets(publish(QOS_1, topic, 4, "d"));
        client.sends(puback(1), pubrec(2)).gets(pubrel(2)).vanishes();
        for (int again = 0; again < 2; again++) {
            Client311 back = bench.resuming(id, true);
            back.gets(pubrel(2)).gets(publish(QOS_2 | DUP, topic, 3, "c")).gets(publish(QOS_1 | DUP, topic, 4, "d"));
            back.hasNothingElse().vanishes();
        }
    }
}
