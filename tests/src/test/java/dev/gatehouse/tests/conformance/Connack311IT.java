package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.CLEAN;
import static dev.gatehouse.tests.conformance.Bytes311.PASSWORD;
import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.PINGRESP;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.USER_NAME;
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// CONNACK, MQTT 3.1.1 §3.2.
class Connack311IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void CONNACK_comes_before_everything_else__MQTT_3_2_0_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        bench.resuming(id, false).subscribes(topic, 1).disconnects();
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 7, "waits")).gets(Bytes311.puback(7));
        // both the waiting message and the answer to PINGREQ could come too early
        Client311 back = bench.open();
        back.sends(connect(0, 0, text(id)), PINGREQ).gets(connack(true, 0));
        back.getsInAnyOrder(publish(QOS_1, topic, 1, "waits"), PINGRESP);
    }

    @Test
    void with_a_clean_session_no_session_is_present__MQTT_3_2_2_1() {
        String id = bench.name("c");
        bench.resuming(id, false).disconnects();
        bench.open().sends(connect(CLEAN, 0, text(id))).gets(hex("20020000")).close();
    }

    @Test
    void a_session_that_is_known_is_announced__MQTT_3_2_2_2() {
        String id = bench.name("c");
        bench.resuming(id, false).disconnects();
        bench.open().sends(connect(0, 0, text(id))).gets(hex("20020100")).close();
    }

    @Test
    void a_session_that_is_not_known_is_not_announced__MQTT_3_2_2_3() {
        bench.open().sends(connect(0, 0, text(bench.name("c")))).gets(hex("20020000")).close();
    }

    @Test
    void a_refusal_announces_no_session__MQTT_3_2_2_4() {
        String id = bench.name("c");
        Client311 owner = bench.open();
        owner.sends(connect(0, 0, text(id))).gets(connack(false, 0));
        // the session under this client id is there, and the refusals do not tell
        bench.open().sends(packet(0x10, text("MQTT"), hex("09 00 0000"), text(id))).gets(hex("20020001")).isClosed();
        bench.open().sends(connect(0, 0, text(""))).gets(hex("20020002")).isClosed();
        owner.hasNothingElse().disconnects();
    }

    @Test
    void every_refusal_is_followed_by_the_end_of_the_connection__MQTT_3_2_2_5() {
        byte[] id = text(bench.name("c"));
        bench.open().sends(packet(0x10, text("MQTT"), hex("09 02 0000"), id)).gets(connack(false, 1)).isClosed();
        bench.open().sends(connect(0, 0, text(""))).gets(connack(false, 2)).isClosed();
        users(connect(CLEAN | USER_NAME | PASSWORD, 0, id, text("eric"), text("wrong"))).gets(connack(false, 4))
                .isClosed();
        users(connect(CLEAN, 0, id)).gets(connack(false, 5)).isClosed();
    }

    private Client311 users(byte[] connect) {
        return bench.open(Door.GUARDED).sends(connect);
    }

    @Test
    void where_no_return_code_fits_the_connection_is_closed_without_CONNACK__MQTT_3_2_2_6() {
        byte[] id = text(bench.name("c"));
        for (byte[] connect : List.of(
                connect(CLEAN | WILL, 0, id, text("a/+"), text("m")),
                connect(CLEAN, 0, id, text("surplus")),
                connect(CLEAN | 1, 0, id))) {
            bench.open().sends(connect).isClosed();
        }
    }
}
