package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// DISCONNECT and AUTH, MQTT 5 §3.14, §3.15, §4.12 and §4.13.
class DisconnectAuth5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    @Test
    void before_CONNACK_the_broker_sends_no_DISCONNECT__MQTT_3_14_0_1() {
        bench.client().hex("c0 00").closed();
        Client malformed = bench.client();
        malformed.bytes(Bytewise.connect("MQTT", 5, 0x03, 0).u8(0).string("a").bytes());
        malformed.refused(ReasonCode.MALFORMED_PACKET);
        Client hasty = bench.client();
        hasty.bytes(Bytewise.connect("MQTT", 5, 0x02, 0).u8(0).string(bench.id("a")).hex("").bytes()).hex("c1 00");
        assertThat(hasty.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        hasty.disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e1 00", "e2 01 00", "e8 02 00 00"})
    void reserved_flags_of_DISCONNECT_are_malformed__MQTT_3_14_1_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"e0 01 01", "e0 01 7f", "e0 02 86 00"})
    void DISCONNECT_has_the_reasons_that_the_standard_gives_it__MQTT_3_14_2_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void the_brokers_DISCONNECT_has_no_session_expiry__MQTT_3_14_2_2() {
        Client older = bench.connected(bench.as("client").expiry(60));
        bench.connected(bench.as("client").expiry(30));
        assertThat(older.disconnected(ReasonCode.SESSION_TAKEN_OVER).sessionExpirySeconds()).isEqualTo(-1);
        Client violating = bench.connected(bench.as("client").expiry(60));
        violating.hex("c1 00");
        assertThat(violating.disconnected(ReasonCode.MALFORMED_PACKET).sessionExpirySeconds()).isEqualTo(-1);
    }

    @Test
    void DISCONNECT_leaves_out_what_does_not_fit__MQTT_3_14_2_3__MQTT_3_14_2_4() {
        Client roomy = bench.connected("roomy").hex("c1 00");
        assertThat(roomy.disconnected(ReasonCode.MALFORMED_PACKET).reasonString()).isNotBlank();
        Client small = bench.connected(bench.as("small").maximumPacketSize(20)).hex("c1 00");
        assertThat(small.nextHex()).as("neither reason string nor user property").isEqualTo("e00181");
        small.closed();
    }

    @Test
    void nothing_comes_after_DISCONNECT_and_the_connection_is_closed__MQTT_3_14_4_1__MQTT_3_14_4_2() {
        Client watching = bench.subscribed("watching", bench.topic("#"), AT_MOST_ONCE);
        Client leaving = bench.subscribed("leaving", bench.topic("#"), AT_MOST_ONCE);
        leaving.send(new Packet.Disconnect(ReasonCode.SUCCESS), Publishing.to(bench.topic("late")).packet(),
                new Packet.Pingreq());
        leaving.closed();
        bench.connected("sender").publish(Publishing.to(bench.topic("end")));
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("end"));
        Client ended = bench.subscribed("ended", bench.topic("#"), AT_MOST_ONCE);
        ended.hex("c1 00 c0 00");
        ended.disconnected(ReasonCode.MALFORMED_PACKET); // no PINGRESP behind it
    }

    @ParameterizedTest
    @ValueSource(strings = {"f1 00", "f2 00", "f8 02 00 00"})
    void reserved_flags_of_AUTH_are_malformed__MQTT_3_15_1_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0 02 01 00", "f0 02 87 00", "f0 02 7f 00"})
    void AUTH_has_the_reasons_that_the_standard_gives_it__MQTT_3_15_2_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void an_authentication_method_that_nobody_offers_is_refused__MQTT_4_12_0_1() {
        Client client = bench.client();
        client.send(bench.as("client").authentication("CRAM-ROT13", Bytes.EMPTY).packet());
        client.refused(ReasonCode.BAD_AUTHENTICATION_METHOD);
        bench.client().bytes(Bytewise.connect("MQTT", 5, 0x02, 0).hex("04 16 00 01 58").string("data alone").bytes())
                .refused(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void who_names_no_method_is_not_asked_and_told_none__MQTT_4_12_0_6() {
        Client client = bench.client(Door.GUARDED);
        Packet.Connack connack = client.connect(bench.as("client").user("eric", "secret"));
        assertThat(connack.properties().authenticationMethod()).isNull();
        assertThat(connack.properties().authenticationData()).isNull();
        client.idle();
        Client refused = bench.client(Door.GUARDED);
        refused.send(bench.as("refused").packet());
        assertThat(refused.refused(ReasonCode.NOT_AUTHORIZED).properties().authenticationMethod()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0 00", "f0 06 18 04 15 00 01 58", "f0 06 19 04 15 00 01 58"})
    void AUTH_without_a_method_in_CONNECT_is_a_protocol_error__MQTT_4_12_0_7(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 00", "20 02 00 00", "90 04 00 01 00 00", "b0 04 00 01 00 00", "d0 00", "c0 01 00",
            "30 02 00 01", "40 01 00", "82 04 00 01 05 00"})
    void a_malformed_packet_or_one_of_the_other_direction_ends_the_connection__MQTT_4_13_1_1(String packet) {
        Client client = bench.connected("client").hex(packet);
        Packet.Disconnect disconnect = client.next(Packet.Disconnect.class);
        assertThat(disconnect.reason()).isIn(ReasonCode.MALFORMED_PACKET, ReasonCode.PROTOCOL_ERROR);
        client.closed();
    }

    @Test
    void an_error_closes_the_connection_whoever_says_it__MQTT_4_13_2_1() {
        Client client = bench.connected("client");
        client.send(new Packet.Disconnect(ReasonCode.UNSPECIFIED_ERROR));
        client.closed();
        bench.connected("broker").hex("c1 00").disconnected(ReasonCode.MALFORMED_PACKET);
        Client refused = bench.client(Door.GUARDED);
        refused.send(bench.as("refused").packet());
        refused.refused(ReasonCode.NOT_AUTHORIZED);
    }
}
