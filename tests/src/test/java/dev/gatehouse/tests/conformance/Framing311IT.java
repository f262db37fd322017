package dev.gatehouse.tests.conformance;

import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.DUP;
import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_1;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_2;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.counted;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.join;
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
import static org.assertj.core.api.Assertions.assertThat;

/// Strings, flags and packet identifiers, and what happens to those who break a rule: MQTT 3.1.1 §1.5.3, §2 and §4.8.
class Framing311IT {
    /// A continuation that is none, a surrogate of each half, two overlong forms, beyond U+10FFFF, cut short, no lead.
    private static final List<String> NOT_UTF_8 = List.of("61c328", "eda080", "edbfbf", "c0af", "e08080", "f4908080",
            "61e282", "80", "ff");

    @RegisterExtension
    final Bench311 bench = new Bench311();

    @Test
    void a_string_that_is_not_utf8_closes_the_connection__MQTT_1_5_3_1() {
        for (String wrong : NOT_UTF_8) {
            byte[] string = counted(hex(wrong));
            bench.connected().sends(packet(0x30, string, hex("00"))).isClosed();
            bench.connected().sends(packet(0x82, number(1), string, hex("00"))).isClosed();
            bench.connected().sends(packet(0xA2, number(1), string)).isClosed();
        }
    }

    @Test
    void a_string_with_U_0000_closes_the_connection__MQTT_1_5_3_2() {
        byte[] string = text("a\0b");
        bench.connected().sends(packet(0x30, string, hex("00"))).isClosed();
        bench.connected().sends(packet(0x82, number(1), string, hex("00"))).isClosed();
        bench.connected().sends(packet(0xA2, number(1), string)).isClosed();
        bench.open().sends(connect("c\0d")).isClosed();
    }

    @Test
    void U_FEFF_is_kept_wherever_it_stands__MQTT_1_5_3_3() {
        String plain = bench.name("t");
        String marked = "\uFEFF" + plain + "\uFEFF";
        Client311 client = bench.connected();
        client.sends(subscribe(1, request(plain, 0), request(marked, 0))).gets(suback(1, 0, 0));
        client.sends(publish(QOS_0, marked, "with")).gets(publish(QOS_0, marked, "with"));
        client.sends(publish(QOS_0, plain, "without")).gets(publish(QOS_0, plain, "without")).hasNothingElse();
    }

    @Test
    void reserved_flags_are_as_they_must_be_in_all_that_the_server_sends__MQTT_2_2_2_1() {
        String topic = bench.name("t");
        Client311 client = bench.open();
        assertThat(client.sends(connect(bench.name("c"))).next()).startsWith("2002");
        assertThat(client.sends(subscribe(1, topic, 2)).next()).startsWith("9003");
        assertThat(client.sends(publish(QOS_1, "x" + topic, 1, "")).next()).startsWith("4002");
        assertThat(client.sends(publish(QOS_2, "x" + topic, 2, "")).next()).startsWith("5002");
        assertThat(client.sends(pubrel(2)).next()).startsWith("7002");
        bench.connected().sends(publish(QOS_2, topic, 3, "")).gets(pubrec(3));
        assertThat(client.next()).startsWith("34");
        assertThat(client.sends(pubrec(1)).next()).startsWith("6202");
        assertThat(client.sends(unsubscribe(4, topic)).next()).startsWith("b002");
        assertThat(client.sends(PINGREQ).next()).startsWith("d000");
    }

    @Test
    void other_flags_close_the_connection__MQTT_2_2_2_2() {
        byte[] filter = text(bench.name("t"));
        for (int flag = 1; flag <= 8; flag *= 2) {
            bench.open().sends(packet(0x10 | flag, text("MQTT"), hex("04 02 0000"), text(bench.name("c")))).isClosed();
            for (int first : List.of(0x40, 0x50, 0x62, 0x70)) {
                bench.connected().sends(packet(first ^ flag, number(1))).isClosed();
            }
            bench.connected().sends(packet(0x82 ^ flag, number(1), filter, hex("00"))).isClosed();
            bench.connected().sends(packet(0xA2 ^ flag, number(1), filter)).isClosed();
            bench.connected().sends(packet(0xC0 ^ flag)).isClosed();
            bench.connected().sends(packet(0xE0 ^ flag)).isClosed();
        }
    }

    @Test
    void packet_identifier_0_closes_the_connection__MQTT_2_3_1_1() {
        String topic = bench.name("t");
        bench.connected().sends(subscribe(0, topic, 0)).isClosed();
        bench.connected().sends(unsubscribe(0, topic)).isClosed();
        bench.connected().sends(publish(QOS_1, topic, 0, "x")).isClosed();
        bench.connected().sends(publish(QOS_2, topic, 0, "x")).isClosed();
    }

    @Test
    void the_server_gives_each_message_a_packet_identifier_that_is_not_in_use__MQTT_2_3_1_4() {
        String topic = bench.name("t");
        String id = bench.name("c");
        Client311 client = bench.resuming(id, false).subscribes(topic, 2);
        Client311 publisher = bench.connected();
        publisher.sends(publish(QOS_1, topic, 9, "a")).gets(puback(9));
        publisher.sends(publish(QOS_2, topic, 8, "b")).gets(pubrec(8));
        client.gets(publish(QOS_1, topic, 1, "a")).gets(publish(QOS_2, topic, 2, "b"));
        client.sends(puback(1)).disconnects();
        publisher.sends(publish(QOS_1, topic, 7, "c")).gets(puback(7));
        // the repeated message has its own, the new one another, although the first is free again
        bench.resuming(id, true).gets(publish(QOS_2 | DUP, topic, 2, "b")).gets(publish(QOS_1, topic, 3, "c"));
    }

    @Test
    void packet_identifiers_go_from_1_to_65535_and_begin_again_at_1__MQTT_2_3_1_4() {
        String topic = bench.name("t");
        Client311 publisher = bench.connected();
        Client311 client = bench.subscribed(topic, 1);
        int portion = 500;
        int next = 1;
        for (int sent = 0; sent < 66_000; sent += portion) {
            byte[][] messages = new byte[portion][];
            byte[][] answers = new byte[portion][];
            for (int i = 0; i < portion; i++) {
                messages[i] = publish(QOS_1, topic, 1 + i, "");
                answers[i] = puback(next);
                next = next == 65_535 ? 1 : next + 1;
            }
            publisher.sends(messages);
            for (int i = 0; i < portion; i++) {
                publisher.gets(puback(1 + i));
                int id = Integer.parseInt(HexFormat.of().formatHex(answers[i], 2, 4), 16);
                client.gets(publish(QOS_1, topic, id, ""));
            }
            client.sends(answers);
        }
    }

    @Test
    void a_message_of_qos_0_has_no_packet_identifier__MQTT_2_3_1_5() {
        String topic = bench.name("t");
        Client311 client = bench.subscribed(topic, 2);
        client.sends(publish(QOS_0, topic, "\0\1payload")).gets(publish(QOS_0, topic, "\0\1payload"));
        client.sends(publish(QOS_0, topic, "")).gets(publish(QOS_0, topic, ""));
    }

    @Test
    void acknowledgements_carry_the_packet_identifier_of_the_PUBLISH__MQTT_2_3_1_6() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        for (int id : List.of(1, 255, 256, 0x1234, 65_535)) {
            client.sends(publish(QOS_1, topic, id, "x")).gets(puback(id));
            client.sends(publish(QOS_2, topic, id, "x")).gets(pubrec(id)).sends(pubrel(id)).gets(pubcomp(id));
        }
        Client311 receiver = bench.subscribed(topic, 2);
        client.sends(publish(QOS_2, topic, 7, "x"), publish(QOS_2, topic, 8, "y"));
        receiver.gets(publish(QOS_2, topic, 1, "x")).gets(publish(QOS_2, topic, 2, "y"));
        receiver.sends(pubrec(2)).gets(pubrel(2)).sends(pubrec(1)).gets(pubrel(1));
    }

    @Test
    void SUBACK_and_UNSUBACK_carry_the_packet_identifier_of_the_request__MQTT_2_3_1_7() {
        String topic = bench.name("t");
        Client311 client = bench.connected();
        for (int id : List.of(1, 255, 256, 0x1234, 65_535)) {
            client.sends(subscribe(id, topic, 0)).gets(suback(id, 0));
            client.sends(unsubscribe(id, topic)).gets(unsuback(id));
        }
    }

    @Test
    void whoever_breaks_the_protocol_is_closed__MQTT_4_8_0_1() {
        for (byte[] wrong : List.of(
                hex("0000"), // packet type 0
                hex("f000"), // packet type 15
                hex("20020000"), hex("9003000100"), hex("b0020001"), hex("d000"), // what only a server sends
                hex("c0ffffffff7f"), // a remaining length of five bytes
                hex("c08000"), // a remaining length longer than it needs to be
                hex("c00100"), // a PINGREQ with a payload
                hex("4003000100"), // a PUBACK with one byte too many
                hex("400100"), // a PUBACK with one byte too few
                hex("30020005"), // a topic name that reaches beyond the packet
                hex("3000"), // a PUBLISH without anything
                hex("36050001610001"))) { // QoS 3
            bench.connected().sends(wrong).isClosed();
        }
    }

    @Test
    void what_follows_a_broken_rule_is_not_looked_at__MQTT_4_8_0_1() {
        String topic = bench.name("t");
        Client311 watcher = bench.subscribed(topic, 0);
        String id = bench.name("c");
        bench.connected(id).sends(join(hex("f000"), publish(QOS_0, topic, "after"))).isClosed();
        bench.connected(id).sends(publish(QOS_0, topic, "sentinel"));
        watcher.gets(publish(QOS_0, topic, "sentinel"));
    }

    @Test
    void a_message_that_cannot_be_kept_closes_the_connection_and_is_not_acknowledged__MQTT_4_8_0_2() {
        String topic = bench.name("t");
        Client311 client = bench.open(Door.BARE).sends(connect(bench.name("c"))).gets(Bytes311.connack(false, 0));
        client.sends(publish(QOS_1 | Bytes311.RETAIN, topic, 5, "x")).isClosed();
    }
}
