package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// CONNECT, MQTT 5 §3.1: its fields, and who is let in. Wills are in [Will5IT], sessions in [Session5IT].
class Connect5IT {
    private static final int CLEAN = 0x02;
    private static final int WILL = 0x04;

    @RegisterExtension
    final Bench bench = new Bench();

    @ParameterizedTest
    @ValueSource(strings = {"c0 00", "30 05 00 01 61 00 62", "82 07 00 01 00 00 01 61 00", "e0 00", "f0 00"})
    void the_first_packet_is_CONNECT_or_the_connection_ends__MQTT_3_1_0_1(String packet) {
        bench.client().hex(packet).closed();
    }

    @Test
    void a_second_CONNECT_is_a_protocol_error__MQTT_3_1_0_2() {
        Client client = bench.connected("twice");
        client.send(bench.as("twice").packet());
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_protocol_name_other_than_MQTT_ends_the_connection__MQTT_3_1_2_1() {
        Client client = bench.client().speaks(Version.MQTT_3_1_1);
        client.bytes(Bytewise.connect("MQTX", 5, CLEAN, 0).u8(0).string("a").bytes());
        assertThat(client.nextHex()).as("the answer that every version understands").isEqualTo("20020001");
        client.closed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 6, 255})
    void a_version_that_is_not_supported_ends_the_connection__MQTT_3_1_2_2(int level) {
        Client client = bench.client().speaks(Version.MQTT_3_1_1);
        client.bytes(Bytewise.connect("MQTT", level, CLEAN, 0).u8(0).string("a").bytes());
        assertThat(client.nextHex()).isEqualTo("20020001");
        client.closed();
    }

    private void malformed(Bytewise connect) {
        bench.client().bytes(connect.bytes()).refused(ReasonCode.MALFORMED_PACKET);
    }

    private Bytewise connect(int flags) {
        return Bytewise.connect("MQTT", 5, flags, 0).u8(0).string(bench.id("hand"));
    }

    @Test
    void the_reserved_connect_flag_is_malformed__MQTT_3_1_2_3() {
        malformed(connect(CLEAN | 1));
    }

    @Test
    void a_will_has_properties_topic_and_payload__MQTT_3_1_2_9() {
        malformed(connect(CLEAN | WILL));
        malformed(connect(CLEAN | WILL).u8(0));
        malformed(connect(CLEAN | WILL).u8(0).string("topic"));
        malformed(connect(CLEAN | WILL).u8(5).string("topic").string("payload"));
    }

    @Test
    void a_will_QoS_without_a_will_is_malformed__MQTT_3_1_2_11() {
        malformed(connect(CLEAN | 0x08));
        malformed(connect(CLEAN | 0x10));
    }

    @Test
    void a_will_QoS_of_3_is_malformed__MQTT_3_1_2_12() {
        malformed(connect(CLEAN | WILL | 0x18).u8(0).string("topic").string("payload"));
    }

    @Test
    void a_will_retain_flag_without_a_will_is_malformed__MQTT_3_1_2_13() {
        malformed(connect(CLEAN | 0x20));
    }

    @Test
    void a_user_name_without_its_flag_is_malformed__MQTT_3_1_2_16() {
        malformed(connect(CLEAN).string("eric"));
    }

    @Test
    void a_user_name_flag_without_user_name_is_malformed__MQTT_3_1_2_17() {
        malformed(connect(CLEAN | 0x80));
    }

    @Test
    void a_password_without_its_flag_is_malformed__MQTT_3_1_2_18() {
        malformed(connect(CLEAN | 0x80).string("eric").string("secret"));
    }

    @Test
    void a_password_flag_without_password_is_malformed__MQTT_3_1_2_19() {
        malformed(connect(CLEAN | 0xC0).string("eric"));
    }

    /// MQTT 5 §3.1.2.9: unlike MQTT 3.1.1.
    @Test
    void a_password_needs_no_user_name() {
        Client client = bench.client();
        client.bytes(connect(CLEAN | 0x40).string("secret").bytes());
        assertThat(client.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
    }

    @Test
    void the_payload_has_client_id_will_user_name_and_password_in_this_order__MQTT_3_1_3_1() {
        String topic = bench.topic("will");
        Client watching = bench.client(Door.GUARDED);
        watching.connect(bench.as("watching").user("eric", "secret"));
        watching.subscribed(topic, AT_MOST_ONCE);
        Client client = bench.client(Door.GUARDED);
        client.bytes(connect(CLEAN | WILL | 0xC0).hex("02 01 01").string(topic).string("last").string("eric")
                .string("secret").bytes());
        assertThat(client.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        client.close();
        Packet.Publish will = watching.receive();
        assertThat(will.topic()).isEqualTo(topic);
        assertThat(Client.text(will)).isEqualTo("last");
        assertThat(will.properties().payloadFormat()).isEqualTo(1);
        // The other way round, the user name is the password and nobody is let in.
        Client reversed = bench.client(Door.GUARDED);
        reversed.bytes(connect(CLEAN | 0xC0).string("secret").string("eric").bytes());
        reversed.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void a_CONNECT_without_client_id_is_malformed__MQTT_3_1_3_3() {
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).u8(0));
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).u8(0).u8(0));
    }

    @Test
    void a_client_id_that_is_not_UTF_8_is_malformed__MQTT_3_1_3_4() {
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).u8(0).binary("61 ff"));
    }

    @Test
    void letters_and_digits_up_to_23_are_a_client_id__MQTT_3_1_3_5() {
        for (String id : List.of("a", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ")) {
            for (Door door : List.of(Door.OPEN, Door.TIGHT)) {
                Packet.Connack connack = bench.client(door).connect(new Connecting(id));
                assertThat(connack.properties().assignedClientId()).isNull();
            }
        }
    }

    @Test
    void without_a_client_id_the_broker_gives_a_unique_one__MQTT_3_1_3_6__MQTT_3_1_3_7__MQTT_3_2_2_16() {
        Client first = bench.client();
        String firstId = first.connect(new Connecting("").resuming().expiry(60)).properties().assignedClientId();
        Client second = bench.client();
        String secondId = second.connect(new Connecting("")).properties().assignedClientId();
        assertThat(firstId).isNotBlank();
        assertThat(secondId).isNotBlank().isNotEqualTo(firstId);
        first.idle().subscribed(bench.topic("a"), AT_LEAST_ONCE).disconnect();
        second.publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        Client again = bench.client();
        Packet.Connack connack = again.connect(new Connecting(String.valueOf(firstId)).resuming().expiry(60));
        assertThat(connack.sessionPresent()).as("the id is that of the session").isTrue();
        assertThat(connack.properties().assignedClientId()).isNull();
        assertThat(again.receive().topic()).isEqualTo(bench.topic("a"));
    }

    @Test
    void a_client_id_that_is_rejected_ends_the_connection__MQTT_3_1_3_8() {
        Client tooLong = bench.client(Door.TIGHT);
        tooLong.send(new Connecting("x".repeat(Door.TIGHT_CLIENT_ID_BYTES + 1)).packet());
        tooLong.refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
        bench.client(Door.TIGHT).connect(new Connecting("x".repeat(Door.TIGHT_CLIENT_ID_BYTES)));
    }

    @Test
    void a_will_topic_that_is_not_UTF_8_is_malformed__MQTT_3_1_3_11() {
        malformed(connect(CLEAN | WILL).u8(0).binary("c0 af").string("payload"));
    }

    @Test
    void a_user_name_that_is_not_UTF_8_is_malformed__MQTT_3_1_3_12() {
        malformed(connect(CLEAN | 0x80).binary("65 ff"));
    }

    @Test
    void a_CONNECT_that_is_not_as_the_standard_says_ends_the_connection__MQTT_3_1_4_1() {
        malformed(connect(CLEAN).u8(0));
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).u8(200).string("beyond the packet"));
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("02 7f 00").string("unknown property"));
        malformed(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("03 23 00 01").string("property of PUBLISH"));
        bench.client().bytes(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("06 21 00 01 21 00 01").string("twice").bytes())
                .refused(ReasonCode.PROTOCOL_ERROR);
        bench.client().bytes(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("03 21 00 00").string("receive 0").bytes())
                .refused(ReasonCode.PROTOCOL_ERROR);
        bench.client().bytes(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("05 27 00 00 00 00").string("size 0").bytes())
                .refused(ReasonCode.PROTOCOL_ERROR);
        bench.client().bytes(Bytewise.connect("MQTT", 5, CLEAN, 0).hex("02 17 02").string("neither").bytes())
                .refused(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void who_is_not_authenticated_is_refused_and_the_connection_ends__MQTT_3_1_4_2() {
        Client wrong = bench.client(Door.GUARDED);
        wrong.send(bench.as("wrong").user("eric", "guess").packet());
        wrong.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        Client nobody = bench.client(Door.GUARDED);
        nobody.send(bench.as("nobody").packet());
        nobody.refused(ReasonCode.NOT_AUTHORIZED);
        Client willing = bench.client(Door.GUARDED);
        willing.send(bench.as("willing").user("narrow", "secret").will(Publishing.to("not/mine").will()).packet());
        willing.refused(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void the_older_connection_of_a_client_id_is_told_and_ends__MQTT_3_1_4_3() {
        Client older = bench.connected("one");
        Client newer = bench.connected("one");
        older.disconnected(ReasonCode.SESSION_TAKEN_OVER);
        newer.idle();
    }

    @Test
    void an_accepted_CONNECT_is_answered_with_success__MQTT_3_1_4_5() {
        Client client = bench.client();
        client.send(bench.as("client").packet());
        Packet.Connack connack = client.next(Packet.Connack.class);
        assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connack.properties().reasonString()).isNull();
        client.idle();
    }

    @Test
    void nothing_behind_a_rejected_CONNECT_is_processed__MQTT_3_1_4_6() {
        Client watching = bench.client(Door.GUARDED);
        watching.connect(bench.as("watching").user("eric", "secret"));
        watching.subscribed(bench.topic("#"), AT_MOST_ONCE);
        Client intruder = bench.client(Door.GUARDED);
        intruder.send(bench.as("intruder").user("eric", "guess").packet(),
                Publishing.to(bench.topic("a")).text("smuggled").packet(),
                Publishing.to(bench.topic("kept")).retain().packet(), new Packet.Pingreq());
        intruder.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        watching.publish(Publishing.to(bench.topic("end")));
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("end"));
        watching.subscribed(Subscribing.to(bench.topic("kept"), AT_MOST_ONCE)).idle();
    }

    @Test
    void what_is_sent_before_CONNACK_came_is_processed_after_it__MQTT_3_2_0_1() {
        Client hasty = bench.client();
        hasty.send(bench.as("hasty").packet(), Subscribing.to(bench.topic("a"), AT_MOST_ONCE).packetId(9).packet(),
                Publishing.to(bench.topic("a")).text("at once").packet());
        assertThat(hasty.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(hasty.next(Packet.Suback.class).packetId()).isEqualTo(9);
        assertThat(Client.text(hasty.receive())).isEqualTo("at once");
    }

    @Test
    void response_information_is_for_who_asks_for_it__MQTT_3_1_2_28() {
        assertThat(bench.client(Door.MODEST).connect(bench.as("curious").wantsResponseInformation()).properties()
                .responseInformation()).isEqualTo("answers/" + bench.id("curious") + "/");
        assertThat(bench.client(Door.MODEST).connect(bench.as("silent")).properties().responseInformation()).isNull();
    }

    @Test
    void who_wants_no_problem_information_gets_no_reason_string__MQTT_3_1_2_29() {
        Client curious = bench.connected(Door.GUARDED, bench.as("curious").user("narrow", "secret"));
        Client silent = bench.connected(Door.GUARDED,
                bench.as("silent").user("narrow", "secret").wantsNoProblemInformation());
        for (Client client : List.of(curious, silent)) {
            client.send(Publishing.to("not/mine").atLeastOnce(1).packet());
            Packet.Puback puback = client.next(Packet.Puback.class);
            client.send(Publishing.to("not/mine").exactlyOnce(2).packet());
            Packet.Pubrec pubrec = client.next(Packet.Pubrec.class);
            Packet.Suback suback = client.subscribe(Subscribing.to("not/mine", AT_MOST_ONCE));
            assertThat(puback.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(pubrec.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(suback.reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
            if (client == silent) {
                assertThat(puback.reasonString()).isNull();
                assertThat(pubrec.reasonString()).isNull();
                assertThat(suback.reasonString()).isNull();
                assertThat(puback.userProperties()).isEmpty();
                assertThat(pubrec.userProperties()).isEmpty();
                assertThat(suback.userProperties()).isEmpty();
            } else {
                assertThat(puback.reasonString()).isNotBlank();
                assertThat(pubrec.reasonString()).isNotBlank();
            }
        }
        // CONNACK, PUBLISH and DISCONNECT may have them all the same.
        silent.hex("c1 00");
        assertThat(silent.disconnected(ReasonCode.MALFORMED_PACKET).reasonString()).isNotBlank();
    }
}
