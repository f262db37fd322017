package dev.gatehouse.tests.conformance;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.WILL_RETAIN;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.counted;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.join;
import static dev.gatehouse.tests.conformance.Bytes311.number;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static dev.gatehouse.tests.conformance.Bytes311.text;
import static org.assertj.core.api.Assertions.assertThat;

/// CONNECT, MQTT 3.1.1 §3.1, without the will and without sessions.
class Connect311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void a_first_packet_that_is_not_CONNECT_closes_the_connection__MQTT_3_1_0_1() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        for (byte[] first : List.of(PINGREQ, publish(QOS_0, topic, "early"), subscribe(1, topic, 0),
                Bytes311.DISCONNECT, Bytes311.puback(1))) {
            bench.open().sends(first).isClosed();
        }
        watcher.sends(publish(QOS_0, topic, "sentinel")).gets(publish(QOS_0, topic, "sentinel"));
    }

    @Test
    void a_second_CONNECT_closes_the_connection__MQTT_3_1_0_2() {
        String id = bench.name("c");
        bench.connected(id).sends(connect(id)).isClosed();
    }

    @Test
    void a_wrong_protocol_name_is_not_let_in__MQTT_3_1_2_1() {
        for (String wrong : List.of("MQTX", "mqtt", "", "MQTT ")) {
            bench.open().sends(packet(0x10, text(wrong), hex("04 02 0000"), text(bench.name("c"))))
                    .gets(connack(false, 1))
                    .isClosed();
        }
    }

    @Test
    void an_unsupported_level_is_answered_with_return_code_1_and_closed__MQTT_3_1_2_2() {
        for (String level : List.of("00", "03", "06", "7f", "ff")) {
            bench.open().sends(packet(0x10, text("MQTT"), hex(level + "02 0000"), text(bench.name("c"))))
                    .gets(connack(false, 1))
                    .isClosed();
        }
    }

    @Test
    void the_reserved_connect_flag_closes_the_connection__MQTT_3_1_2_3() {
        bench.open().sends(connect(CLEAN | 1, 0, text(bench.name("c")))).isClosed();
    }

    @Test
    void a_user_name_without_its_flag_is_surplus_and_closes_the_connection__MQTT_3_1_2_18() {
        bench.open().sends(connect(CLEAN, 0, text(bench.name("c")), text("somebody"))).isClosed();
    }

    @Test
    void a_user_name_flag_without_a_user_name_closes_the_connection__MQTT_3_1_2_19() {
        bench.open().sends(connect(CLEAN | USER_NAME, 0, text(bench.name("c")))).isClosed();
        bench.open().sends(connect(CLEAN | USER_NAME, 0, text(bench.name("c")), text("somebody")))
                .gets(connack(false, 0)).close();
    }

    @Test
    void a_password_without_its_flag_is_surplus_and_closes_the_connection__MQTT_3_1_2_20() {
        bench.open().sends(connect(CLEAN | USER_NAME, 0, text(bench.name("c")), text("somebody"), text("secret")))
                .isClosed();
    }

    @Test
    void a_password_flag_without_a_password_closes_the_connection__MQTT_3_1_2_21() {
        int flags = CLEAN | USER_NAME | PASSWORD;
        bench.open().sends(connect(flags, 0, text(bench.name("c")), text("somebody"))).isClosed();
        bench.open().sends(connect(flags, 0, text(bench.name("c")), text("somebody"), text(""))).gets(connack(false, 0))
                .close();
    }

    @Test
    void a_password_flag_without_the_user_name_flag_closes_the_connection__MQTT_3_1_2_22() {
        bench.open().sends(connect(CLEAN | PASSWORD, 0, text(bench.name("c")), text("secret"))).isClosed();
    }

    @Test
    void silence_of_one_and_a_half_keep_alive_periods_closes_the_connection__MQTT_3_1_2_24() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        Client311 silent = bench.open();
        silent.sends(connect(CLEAN | WILL, 1, text(bench.name("c")), text(topic), text("silent")))
                .gets(connack(false, 0));
        long since = System.nanoTime();
        silent.hasNothingElse();
        silent.isClosed();
        long silentMillis = (System.nanoTime() - since) / 1_000_000;
        assertThat(silentMillis).isBetween(1_500L, 4_000L);
        watcher.gets(publish(QOS_0, topic, "silent")); // as if the network had failed
    }

    @Test
    void the_payload_has_one_order_and_another_one_is_misunderstood__MQTT_3_1_3_1() {
        String topic = bench.name("t");
        int all = CLEAN | WILL | USER_NAME | PASSWORD;
        Client311 watcher = bench.subscribed(topic, 0);
        bench.open()
                .sends(connect(all, 0, text(bench.name("c")), text(topic), text("will"), text("user"),
                        text("password")))
                .gets(connack(false, 0)).vanishes();
        watcher.gets(publish(QOS_0, topic, "will"));
        // the client id, the will's message and its topic: the message stands where the topic belongs
        bench.open().sends(connect(CLEAN | WILL, 0, text(bench.name("c")), text("+"), text(topic))).isClosed();
    }

    @Test
    void the_client_id_tells_the_sessions_apart_exactly__MQTT_3_1_3_2() {
        String id = bench.name("Id");
        bench.resuming(id, false).disconnects();
        bench.resuming(id.toLowerCase(Locale.ROOT), false).disconnects();
        bench.resuming(id + " ", false).disconnects();
        bench.resuming(id, true).disconnects();
    }

    @Test
    void a_CONNECT_without_a_client_id_closes_the_connection__MQTT_3_1_3_3() {
        bench.open().sends(connect(CLEAN, 0)).isClosed();
        bench.open().sends(connect(CLEAN, 0, number(5), hex("61"))).isClosed();
    }

    @Test
    void a_client_id_that_is_not_utf8_closes_the_connection__MQTT_3_1_3_4() {
        for (String wrong : List.of("c328", "eda080", "610062", "ff", "c1bf")) {
            bench.open().sends(connect(CLEAN, 0, counted(hex(wrong)))).isClosed();
        }
    }

    @Test
    void client_ids_of_1_to_23_letters_and_digits_are_taken__MQTT_3_1_3_5() {
        String all = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        for (int i = 0; i < all.length(); i++) {
            bench.connected(all.substring(i, i + 1)).disconnects();
        }
        for (int from = 0; from + 23 <= all.length(); from += 13) {
            bench.connected(all.substring(from, from + 23)).disconnects();
        }
    }

    @Test
    void clients_without_a_client_id_each_have_one_of_their_own__MQTT_3_1_3_6() {
        String topic = bench.name("t");
        Client311 one = bench.connected("");
        Client311 other = bench.connected("");
        one.subscribes(topic, 0);
        other.subscribes(topic, 0).sends(publish(QOS_0, topic, "hello")).gets(publish(QOS_0, topic, "hello"));
        one.gets(publish(QOS_0, topic, "hello")).hasNothingElse();
    }

    @Test
    void an_empty_client_id_is_taken_with_a_clean_session_only__MQTT_3_1_3_7() {
        bench.open().sends(connect(CLEAN, 0, text(""))).gets(connack(false, 0)).close();
        bench.open().sends(connect(0, 0, text(""))).gets(connack(false, 2)).close();
    }

    @Test
    void an_empty_client_id_with_a_session_to_keep_gets_return_code_2_and_is_closed__MQTT_3_1_3_8() {
        bench.open().sends(connect(0, 0, text(""))).gets(connack(false, 2)).isClosed();
    }

    @Test
    void a_client_id_that_is_refused_gets_return_code_2_and_is_closed__MQTT_3_1_3_9() {
        bench.connected("y".repeat(1_024)).close();
        bench.open().sends(connect("x".repeat(1_025))).gets(connack(false, 2)).isClosed();
    }

    @Test
    void a_user_name_that_is_not_utf8_closes_the_connection__MQTT_3_1_3_11() {
        for (String wrong : List.of("c328", "edbfbf", "00")) {
            bench.open().sends(connect(CLEAN | USER_NAME, 0, text(bench.name("c")), counted(hex(wrong)))).isClosed();
        }
    }

    @Test
    void a_CONNECT_that_breaks_a_rule_is_closed_without_an_answer__MQTT_3_1_4_1() {
        byte[] id = text(bench.name("c"));
        for (byte[] wrong : List.of(
                connect(CLEAN | WILL_QOS_1, 0, id), // will QoS without a will
                connect(CLEAN | WILL_RETAIN, 0, id), // will retain without a will
                connect(CLEAN | WILL | WILL_QOS_1 | WILL_QOS_2, 0, id, text("w"), text("m")), // will QoS 3
                connect(CLEAN | WILL, 0, id, text(""), text("m")), // an empty will topic
                connect(CLEAN, 0, id, hex("00")), // one byte too many
                packet(0x10, text("MQTT"), hex("04 02 00")), // ends inside the keep alive
                packet(0x10, hex("00")))) { // ends inside the length of the protocol name
            bench.open().sends(wrong).isClosed();
        }
    }

    @Test
    void the_older_connection_with_the_same_client_id_is_closed__MQTT_3_1_4_2() {
        String id = bench.name("c");
        Client311 older = bench.connected(id);
        Client311 newer = bench.connected(id);
        older.isClosed();
        newer.hasNothingElse();
    }

    @Test
    void an_accepted_CONNECT_is_answered_with_return_code_0__MQTT_3_1_4_4() {
        Client311 client = bench.open();
        client.sends(connect(CLEAN, 60, text(bench.name("c")))).gets(hex("20020000")).hasNothingElse();
    }

    @Test
    void what_follows_a_refused_CONNECT_is_not_looked_at__MQTT_3_1_4_5() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        bench.open().sends(join(connect(0, 0, text("")), publish(QOS_0, topic, "smuggled"), subscribe(1, topic, 0)))
                .gets(connack(false, 2)).isClosed();
        watcher.sends(publish(QOS_0, topic, "sentinel")).gets(publish(QOS_0, topic, "sentinel"));
    }
}
