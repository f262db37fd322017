package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.DISCONNECT;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.counted;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// The will, MQTT 3.1.1 §3.1.2.5 to §3.1.2.7 and §3.1.3.2.
///
/// That a will does not come is proved by the next message of the same client: what it publishes cannot overtake its will.
class Will311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    private Client311 willing(String clientId, int flags, String topic, String message) {
        return bench.open().sends(connect(flags | WILL, 0, text(clientId), text(topic), text(message)))
                .gets(connack(false, 0));
    }

    /// The same client comes back and publishes the next thing that the watcher gets.
    private void nothingBefore(Client311 watcher, String clientId, String topic) {
        bench.connected(clientId).sends(publish(QOS_0, topic, "sentinel"), DISCONNECT).isClosed();
        watcher.gets(publish(QOS_0, topic, "sentinel"));
    }

    @Test
    void the_will_is_published_however_the_connection_ends_but_by_DISCONNECT__MQTT_3_1_2_8() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(bench.name("c"), CLEAN, topic, "reset").vanishes();
        watcher.gets(publish(QOS_0, topic, "reset"));

        willing(bench.name("c"), CLEAN, topic, "closed").close();
        watcher.gets(publish(QOS_0, topic, "closed"));

        willing(bench.name("c"), CLEAN, topic, "violation").sends(hex("f000")).isClosed();
        watcher.gets(publish(QOS_0, topic, "violation"));

        String id = bench.name("c");
        Client311 older = willing(id, CLEAN, topic, "taken over");
        Client311 newer = bench.connected(id);
        older.isClosed();
        watcher.gets(publish(QOS_0, topic, "taken over"));
        newer.hasNothingElse();

        String kept = bench.name("c");
        willing(kept, 0, topic, "session kept").vanishes();
        watcher.gets(publish(QOS_0, topic, "session kept"));
    }

    @Test
    void the_will_of_a_refused_CONNECT_is_not_published__MQTT_3_1_2_8() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        bench.open().sends(connect(WILL, 0, text(""), text(topic), text("refused"))).gets(connack(false, 2)).isClosed();
        nothingBefore(watcher, bench.name("c"), topic);
    }

    @Test
    void topic_and_message_of_the_will_are_required_and_its_qos_and_retain_count__MQTT_3_1_2_9() {
        String id = bench.name("c");
        bench.open().sends(connect(CLEAN | WILL, 0, text(id))).isClosed();
        bench.open().sends(connect(CLEAN | WILL, 0, text(id), text("topic"))).isClosed();

        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 2);
        willing(id, CLEAN | WILL_QOS_1 | WILL_RETAIN, topic, "both").vanishes();
        watcher.gets(publish(QOS_1, topic, 1, "both")).sends(Bytes311.puback(1));
        Client311 later = bench.subscribed(topic, 2);
        later.gets(publish(QOS_1 | RETAIN, topic, 1, "both"));
    }

    @Test
    void a_will_is_published_once__MQTT_3_1_2_10() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(id, 0, topic, "once").vanishes();
        watcher.gets(publish(QOS_0, topic, "once"));
        bench.resuming(id, true).vanishes();
        nothingBefore(watcher, id, topic);
    }

    @Test
    void a_will_that_DISCONNECT_removed_does_not_come_back_with_the_session__MQTT_3_1_2_10() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(id, 0, topic, "removed").disconnects();
        bench.resuming(id, true).vanishes();
        nothingBefore(watcher, id, topic);
    }

    @Test
    void without_the_will_flag_its_qos_retain_topic_and_message_are_refused__MQTT_3_1_2_11() {
        byte[] id = text(bench.name("c"));
        for (int flag : List.of(WILL_QOS_1, WILL_QOS_2, WILL_RETAIN)) {
            bench.open().sends(connect(CLEAN | flag, 0, id)).isClosed();
        }
        bench.open().sends(connect(CLEAN, 0, id, text("topic"), text("message"))).isClosed();
    }

    @Test
    void without_the_will_flag_no_will_is_published_not_even_an_older_one__MQTT_3_1_2_12() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(id, 0, topic, "of the first connection").disconnects();
        bench.resuming(id, true).vanishes();
        nothingBefore(watcher, id, topic);
    }

    @Test
    void a_will_qos_without_a_will_closes_the_connection__MQTT_3_1_2_13() {
        for (int qos : List.of(WILL_QOS_1, WILL_QOS_2, WILL_QOS_1 | WILL_QOS_2)) {
            bench.open().sends(connect(CLEAN | qos, 0, text(bench.name("c")))).isClosed();
        }
    }

    @Test
    void will_qos_3_closes_the_connection_and_0_1_and_2_count__MQTT_3_1_2_14() {
        String topic = bench.name("t");
        bench.open()
                .sends(connect(CLEAN | WILL | WILL_QOS_1 | WILL_QOS_2, 0, text(bench.name("c")), text(topic),
                        text("3")))
                .isClosed();
        Client311 watcher = bench.subscribed(topic, 2);
        willing(bench.name("c"), CLEAN, topic, "0").vanishes();
        watcher.gets(publish(QOS_0, topic, "0"));
        willing(bench.name("c"), CLEAN | WILL_QOS_1, topic, "1").vanishes();
        watcher.gets(publish(QOS_1, topic, 1, "1"));
        willing(bench.name("c"), CLEAN | WILL_QOS_2, topic, "2").vanishes();
        watcher.gets(publish(Bytes311.QOS_2, topic, 2, "2"));
    }

    @Test
    void a_will_retain_flag_without_a_will_closes_the_connection__MQTT_3_1_2_15() {
        bench.open().sends(connect(CLEAN | WILL_RETAIN, 0, text(bench.name("c")))).isClosed();
    }

    @Test
    void a_will_without_the_retain_flag_is_not_retained__MQTT_3_1_2_16() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(bench.name("c"), CLEAN, topic, "passing").vanishes();
        watcher.gets(publish(QOS_0, topic, "passing"));
        Client311 later = bench.subscribed(topic, 0);
        later.hasNothingElse();
    }

    @Test
    void a_will_with_the_retain_flag_is_retained__MQTT_3_1_2_17() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(bench.name("c"), CLEAN | WILL_RETAIN, topic, "staying").vanishes();
        watcher.gets(publish(QOS_0, topic, "staying"));
        Client311 later = bench.subscribed(topic, 0);
        later.gets(publish(RETAIN, topic, "staying")).hasNothingElse();
    }

    @Test
    void a_will_topic_that_is_not_utf8_closes_the_connection__MQTT_3_1_3_10() {
        for (String wrong : List.of("c328", "eda080", "7400", "fe")) {
            bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), counted(hex(wrong)), text("m")))
                    .isClosed();
        }
    }

    @Test
    void DISCONNECT_discards_the_will__MQTT_3_14_4_3() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 watcher = bench.subscribed(topic, 0);
        willing(id, CLEAN, topic, "discarded").disconnects();
        nothingBefore(watcher, id, topic);
    }
}
