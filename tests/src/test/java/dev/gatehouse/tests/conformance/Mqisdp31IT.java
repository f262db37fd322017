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
import static dev.gatehouse.tests.conformance.Bytes311.WILL;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.join;
import static dev.gatehouse.tests.conformance.Bytes311.number;
import static dev.gatehouse.tests.conformance.Bytes311.packet;
import static dev.gatehouse.tests.conformance.Bytes311.puback;
import static dev.gatehouse.tests.conformance.Bytes311.pubcomp;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.pubrec;
import static dev.gatehouse.tests.conformance.Bytes311.request;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.text;
import static dev.gatehouse.tests.conformance.Bytes311.unsuback;

/// Where MQTT 3.1 (protocol name `MQIsdp`, level 3) is not as MQTT 3.1.1.
class Mqisdp31IT {
    @RegisterExtension
    final Bench311 bench = new Bench311();

    private static byte[] connect(int flags, byte[]... payload) {
        return packet(0x10, text("MQIsdp"), new byte[]{3, (byte) flags}, number(0), join(payload));
    }

    private Client311 connected(int flags, String clientId) {
        return bench.open().sends(connect(flags, text(clientId))).gets(connack(false, 0));
    }

    @Test
    void MQIsdp_at_level_3_is_let_in_and_exchanges_messages_with_others__MQTT_3_1_1() {
        String topic = bench.name("t");
        Client311 old = connected(CLEAN, bench.name("c")).subscribes(topic, 1);
        Client311 newer = bench.subscribed(topic, 0);
        newer.sends(publish(QOS_1, topic, 1, "to the old")).getsInAnyOrder(puback(1),
                publish(QOS_0, topic, "to the old"));
        old.gets(publish(QOS_1, topic, 1, "to the old")).sends(puback(1));
        old.sends(publish(QOS_0, topic, "from the old")).gets(publish(QOS_0, topic, "from the old"));
        newer.gets(publish(QOS_0, topic, "from the old"));
        old.disconnects();
    }

    @Test
    void MQIsdp_at_another_level_gets_return_code_1__MQTT_3_1_2() {
        for (int level : List.of(2, 4, 5)) {
            bench.open().sends(packet(0x10, text("MQIsdp"), new byte[]{(byte) level, CLEAN}, number(0),
                    text(bench.name("c")))).gets(connack(false, 1)).isClosed();
        }
    }

    @Test
    void an_empty_client_id_gets_return_code_2_with_a_clean_session_too__MQTT_3_1_3() {
        bench.open().sends(connect(CLEAN, text(""))).gets(connack(false, 2)).isClosed();
        bench.open().sends(connect(0, text(""))).gets(connack(false, 2)).isClosed();
    }

    @Test
    void flags_of_user_name_and_password_may_announce_what_does_not_come__MQTT_3_1_4() {
        byte[] id = text(bench.name("c"));
        bench.open().sends(connect(CLEAN | USER_NAME, id)).gets(connack(false, 0));
        bench.open().sends(connect(CLEAN | USER_NAME | PASSWORD, id)).gets(connack(false, 0));
        bench.open().sends(connect(CLEAN | USER_NAME | PASSWORD, id, text("somebody"))).gets(connack(false, 0));
        // and where credentials are needed they are missing
        bench.open(Door.GUARDED).sends(connect(CLEAN | USER_NAME | PASSWORD, id)).gets(connack(false, 5)).isClosed();
    }

    @Test
    void CONNACK_does_not_tell_that_a_session_is_present__MQTT_3_2_1() {
        String topic = bench.name("t");
        String id = bench.name("c");
        connected(0, id).subscribes(topic, 1).disconnects();
        bench.connected().sends(publish(QOS_1, topic, 1, "waits")).gets(puback(1));
        connected(0, id).gets(publish(QOS_1, topic, 1, "waits"));
    }

    @Test
    void PUBREL_SUBSCRIBE_and_UNSUBSCRIBE_may_have_the_DUP_flag__MQTT_2_1_1() {
        String topic = bench.name("t");
        Client311 client = connected(CLEAN, bench.name("c"));
        client.sends(packet(0x82 | DUP, number(1), request(topic, 0))).gets(suback(1, 0));
        client.sends(publish(QOS_2, "x" + topic, 2, "x")).gets(pubrec(2));
        client.sends(packet(0x62 | DUP, number(2))).gets(pubcomp(2));
        client.sends(packet(0xA2 | DUP, number(3), text(topic))).gets(unsuback(3));
        for (int first : List.of(0x80, 0x86, 0x60, 0x66, 0xA0, 0xA6)) {
            connected(CLEAN, bench.name("c")).sends(packet(first, number(1), request(topic, 0))).isClosed();
        }
    }

    @Test
    void the_will_is_published_when_the_connection_breaks__MQTT_3_1_5() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        bench.open().sends(connect(CLEAN | WILL, text(bench.name("c")), text(topic), text("gone")))
                .gets(connack(false, 0)).vanishes();
        watcher.gets(publish(QOS_0, topic, "gone"));
    }

    @Test
    void a_session_goes_on_in_the_other_version__MQTT_3_1_6() {
        String topic = bench.name("t");
        String id = bench.name("c");
        connected(0, id).subscribes(topic, 1).disconnects();
        bench.resuming(id, true).sends(publish(QOS_0, topic, "x")).gets(publish(QOS_0, topic, "x")).disconnects();
        connected(0, id).sends(publish(QOS_0, topic, "y")).gets(publish(QOS_0, topic, "y")).sends(hex("e000"))
                .isClosed();
    }
}
