package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.UserProperty;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// How fields, fixed headers and packet identifiers are written, MQTT 5 §1.5 and §2.
class StringsAndHeaders5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    /// A surrogate, a pair of them, an over-long slash, an over-long U+0000, half a character, a byte that starts none.
    @ParameterizedTest
    @ValueSource(strings = {"ed a0 80", "ed a0 80 ed b0 80", "c0 af", "c0 80", "e2 82", "ff", "f4 90 80 80"})
    void a_string_that_is_not_UTF_8_is_malformed__MQTT_1_5_4_1(String bytes) {
        Client client = bench.connected("speaker");
        client.bytes(Bytewise.packet(0x30).binary(bytes).u8(0).bytes());
        client.disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_string_with_U_0000_is_malformed__MQTT_1_5_4_2() {
        bench.connected("topic").bytes(Bytewise.packet(0x30).string("a\0b").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("filter").bytes(Bytewise.packet(0x82).u16(1).u8(0).string("a\0b").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
        bench.client().bytes(Bytewise.connect("MQTT", 5, 2, 0).u8(0).string("a\0b").bytes())
                .refused(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_byte_order_mark_is_a_character_like_any_other__MQTT_1_5_4_3() {
        String marked = bench.topic("\uFEFFa\uFEFF");
        Client receiver = bench.subscribed("receiver", bench.topic("#"), AT_MOST_ONCE);
        Client exact = bench.subscribed("exact", marked, AT_MOST_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).text("plain"))
                .publish(Publishing.to(marked).userProperty("\uFEFFname", "\uFEFF"));
        assertThat(Client.text(receiver.receive())).isEqualTo("plain");
        Packet.Publish received = receiver.receive();
        assertThat(received.topic()).isEqualTo(marked);
        assertThat(received.properties().userProperties()).containsExactly(new UserProperty("\uFEFFname", "\uFEFF"));
        assertThat(exact.receive().topic()).isEqualTo(marked);
    }

    /// The remaining length in two bytes instead of one, the same in five, the property length in two.
    @ParameterizedTest
    @ValueSource(strings = {"c0 80 00", "c0 80 80 80 80 00", "e0 03 00 80 00", "30 06 00 01 61 80 00 62"})
    void a_number_of_variable_length_takes_the_fewest_bytes__MQTT_1_5_5_1(String packet) {
        bench.connected("wasteful").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void the_brokers_own_lengths_take_the_fewest_bytes__MQTT_1_5_5_1() {
        String topic = bench.topic("x");
        Client receiver = bench.subscribed("receiver", topic, AT_MOST_ONCE);
        // Topic and its length, properties' length 0: 127 and 128 bytes are where one byte becomes two.
        int head = 2 + topic.length() + 1;
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(topic).bytes(new byte[127 - head]))
                .publish(Publishing.to(topic).bytes(new byte[128 - head]))
                .publish(Publishing.to(topic).bytes(new byte[16_384 - head]));
        assertThat(receiver.nextHex()).startsWith("307f00");
        assertThat(receiver.nextHex()).startsWith("30800100");
        assertThat(receiver.nextHex()).startsWith("3080800100");
    }

    @Test
    void both_halves_of_a_user_property_are_UTF_8__MQTT_1_5_7_1() {
        bench.connected("name")
                .bytes(Bytewise.packet(0x30).string("a").u8(7).u8(0x26).binary("c0 af").string("").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("value")
                .bytes(Bytewise.packet(0x30).string("a").u8(7).u8(0x26).string("").binary("c0 af").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    /// Each packet that a client sends, with flags that it does not have.
    @ParameterizedTest
    @ValueSource(strings = {"41 02 00 01", "52 02 00 01", "60 02 00 01", "71 02 00 01", "80 06 00 01 00 00 01 61 00",
            "83 07 00 01 00 00 01 61 00", "a0 06 00 01 00 00 01 61", "c1 00", "e8 00", "f4 00"})
    void reserved_flags_of_the_fixed_header_have_their_value__MQTT_2_1_3_1(String packet) {
        bench.connected("flags").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void the_reserved_flags_of_CONNECT_are_zero__MQTT_2_1_3_1() {
        bench.client().hex("11 0d 00 04 4d 51 54 54 05 02 00 00 00 00 00").closed();
    }

    @Test
    void QoS_0_has_no_packet_identifier_and_no_properties_have_length_zero__MQTT_2_2_1_2__MQTT_2_2_2_1() {
        String topic = bench.topic("a");
        Client client = bench.connected("client");
        client.send(Subscribing.to(topic, AT_MOST_ONCE).packetId(0x1234).packet());
        assertThat(client.nextHex()).as("SUBACK").isEqualTo("9004" + "1234" + "00" + "00");
        client.publish(Publishing.to(topic).text("hi"));
        String name = hex(topic);
        assertThat(client.nextHex()).as("PUBLISH")
                .isEqualTo("30%02x%04x%s00".formatted(topic.length() + 5, topic.length(), name) + hex("hi"));
        client.send(new Packet.Unsubscribe(7, List.of(), List.of(topic)));
        assertThat(client.nextHex()).as("UNSUBACK").isEqualTo("b004" + "0007" + "00" + "00");
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        text.chars().forEach(character -> hex.append("%02x".formatted(character)));
        return hex.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 07 00 00 00 00 01 61 00", "a2 06 00 00 00 00 01 61", "32 06 00 01 61 00 00 00",
            "34 06 00 01 61 00 00 00", "40 02 00 00", "62 02 00 00"})
    void packet_identifier_zero_is_malformed__MQTT_2_2_1_3(String packet) {
        bench.connected("zero").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void the_broker_gives_each_unacknowledged_message_another_identifier__MQTT_2_2_1_4__MQTT_4_3_2_1__MQTT_4_3_3_1() {
        Client receiver = bench.subscribed("receiver", bench.topic("#"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 20; id++) {
            sender.publish(id % 2 == 0
                    ? Publishing.to(bench.topic("a")).atLeastOnce(5)
                    : Publishing.to(bench.topic("a")).exactlyOnce(5));
        }
        List<Integer> ids = new ArrayList<>();
        for (int received = 0; received < 20; received++) {
            Packet.Publish message = receiver.next(Packet.Publish.class);
            assertThat(message.qos()).isEqualTo(received % 2 == 0 ? EXACTLY_ONCE : AT_LEAST_ONCE);
            ids.add(message.packetId());
        }
        assertThat(ids).doesNotContain(0).doesNotHaveDuplicates();
    }

    /// 65 535 identifiers and a few more, one of which stays in use.
    @Test
    void identifiers_start_again_and_pass_over_those_in_use__MQTT_2_2_1_4() {
        String topic = bench.topic("a");
        Client receiver = bench.subscribed("receiver", topic, AT_LEAST_ONCE);
        Client sender = bench.connected("sender");
        Packet[] batch = new Packet[90];
        Arrays.setAll(batch, index -> Publishing.to(topic).atLeastOnce(index + 1).packet());
        Packet[] acknowledgements = new Packet[batch.length];
        sender.publish(Publishing.to(topic).atLeastOnce(1));
        int held = receiver.next(Packet.Publish.class).packetId();
        for (int sent = 0; sent < 65_520; sent += batch.length) {
            sender.send(batch);
            for (int index = 0; index < batch.length; index++) {
                int id = receiver.next(Packet.Publish.class).packetId();
                assertThat(id).isNotZero().isNotEqualTo(held);
                acknowledgements[index] = new Packet.Puback(id, ReasonCode.SUCCESS);
                sender.next(Packet.Puback.class);
            }
            receiver.send(acknowledgements);
        }
    }

    @Test
    void acknowledgements_repeat_the_identifier__MQTT_2_2_1_5() {
        String topic = bench.topic("a");
        Client sender = bench.connected("sender");
        sender.send(Publishing.to(topic).atLeastOnce(65_535).packet());
        assertThat(sender.next(Packet.Puback.class).packetId()).isEqualTo(65_535);
        sender.send(Publishing.to(topic).exactlyOnce(256).packet());
        assertThat(sender.next(Packet.Pubrec.class).packetId()).isEqualTo(256);
        sender.send(new Packet.Pubrel(256, ReasonCode.SUCCESS));
        assertThat(sender.next(Packet.Pubcomp.class).packetId()).isEqualTo(256);
        Client receiver = bench.subscribed("receiver", topic, EXACTLY_ONCE);
        sender.publish(Publishing.to(topic).exactlyOnce(3));
        int id = receiver.next(Packet.Publish.class).packetId();
        receiver.send(new Packet.Pubrec(id, ReasonCode.SUCCESS));
        assertThat(receiver.next(Packet.Pubrel.class).packetId()).isEqualTo(id);
    }

    @Test
    void SUBACK_and_UNSUBACK_repeat_the_identifier__MQTT_2_2_1_6__MQTT_3_8_4_2() {
        Client client = bench.connected("client");
        String filter = bench.topic("a");
        for (int id : new int[]{1, 255, 256, 65_535}) {
            assertThat(client.subscribe(Subscribing.to(filter, AT_MOST_ONCE).packetId(id)).packetId()).isEqualTo(id);
            assertThat(client.unsubscribe(id, filter).packetId()).isEqualTo(id);
        }
    }
}
