package dev.gatehouse.tests.conformance;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// CONNACK and the limits that it announces, MQTT 5 §3.2.
class Connack5IT {
    /// MQTT 5 table 3-1.
    private static final List<Integer> REASONS = List.of(0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
            0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);

    @RegisterExtension
    final Bench bench = new Bench();

    @Test
    void CONNACK_comes_before_what_waits_for_the_session__MQTT_3_2_0_1() {
        bench.connected(bench.as("client").resuming().expiry(60)).subscribed(bench.topic("a"), AT_LEAST_ONCE).close();
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 5; id++) {
            sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(id).text("" + id));
        }
        Client again = bench.client();
        again.send(bench.as("client").resuming().expiry(60).packet(), new Packet.Pingreq());
        assertThat(again.next()).isInstanceOf(Packet.Connack.class);
        List<String> waiting = new ArrayList<>();
        for (int packets = 0; packets < 6; packets++) {
            switch (again.next()) {
                case Packet.Publish publish -> waiting.add(Client.text(publish));
                case Packet other -> assertThat(other).isInstanceOf(Packet.Pingresp.class);
            }
        }
        assertThat(waiting).containsExactly("1", "2", "3", "4", "5");
    }

    @Test
    void there_is_one_CONNACK_for_a_connection__MQTT_3_2_0_2() {
        Client client = bench.client();
        client.send(bench.as("twice").packet(), bench.as("twice").packet());
        assertThat(client.next()).isInstanceOf(Packet.Connack.class);
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    /// What follows the fixed header: flags, reason, properties.
    private static String body(String connack) {
        assertThat(connack).startsWith("20");
        return connack.substring(Integer.parseInt(connack.substring(2, 4), 16) < 0x80 ? 4 : 6);
    }

    private static String flags(String connack) {
        return body(connack).substring(0, 2);
    }

    @Test
    void the_acknowledge_flags_are_zero_but_for_the_lowest__MQTT_3_2_2_1() {
        Client fresh = bench.client();
        fresh.send(bench.as("client").expiry(60).packet());
        assertThat(flags(fresh.nextHex())).isEqualTo("00");
        fresh.disconnect();
        Client resumed = bench.client();
        resumed.send(bench.as("client").resuming().packet());
        assertThat(flags(resumed.nextHex())).isEqualTo("01");
    }

    @Test
    void a_refusal_says_that_no_session_is_present_and_closes__MQTT_3_2_2_6__MQTT_3_2_2_7() {
        bench.connected(Door.GUARDED, bench.as("client").user("eric", "secret").expiry(60)).disconnect();
        Client refused = bench.client(Door.GUARDED);
        refused.send(bench.as("client").resuming().user("eric", "guess").expiry(60).packet());
        String connack = refused.nextHex();
        assertThat(flags(connack)).isEqualTo("00");
        assertThat(body(connack)).startsWith("0086");
        refused.closed();
        Client accepted = bench.client(Door.GUARDED);
        assertThat(accepted.connect(bench.as("client").resuming().user("eric", "secret")).sessionPresent()).isTrue();
    }

    @Test
    void a_refusal_has_one_of_the_reasons_of_CONNACK__MQTT_3_2_2_8() {
        List<byte[]> connects = List.of(
                Bytewise.connect("MQTT", 5, 0x03, 0).u8(0).string("reserved flag").bytes(),
                Bytewise.connect("MQTT", 5, 0x02, 0).hex("03 21 00 00").string("receive maximum 0").bytes(),
                Bytewise.connect("MQTT", 5, 0x06, 0).u8(0).string("will topic").u8(0).string("a/#").string("").bytes(),
                Bytewise.connect("MQTT", 5, 0x02, 0).u8(0).string("no credentials").bytes(),
                Bytewise.connect("MQTT", 5, 0xC2, 0).u8(0).string("bad").string("eric").string("guess").bytes(),
                Bytewise.connect("MQTT", 5, 0x02, 0).u8(0).string("x".repeat(2_000)).bytes(),
                Bytewise.connect("MQTT", 5, 0x02, 0).hex("04 15 00 01 58").string("method X").bytes());
        for (byte[] connect : connects) {
            Client client = bench.client(Door.GUARDED).bytes(connect);
            String connack = client.nextHex();
            assertThat(connack).startsWith("20");
            int start = Integer.parseInt(connack.substring(2, 4), 16) < 0x80 ? 6 : 8;
            int reason = HexFormat.fromHexDigits(connack, start, start + 2);
            assertThat(reason).isIn(REASONS).isGreaterThanOrEqualTo(0x80);
            client.closed();
        }
    }

    @Test
    void a_packet_larger_than_announced_ends_the_connection__MQTT_3_2_2_15() {
        Client client = bench.client(Door.TIGHT);
        assertThat(client.connect(bench.as("client")).properties().maximumPacketSize())
                .isEqualTo(Door.TIGHT_PACKET_BYTES);
        client.subscribed(bench.topic("a"), AT_MOST_ONCE);
        int head = 3 + 2 + bench.topic("a").length() + 1;
        client.publish(Publishing.to(bench.topic("a")).bytes(new byte[Door.TIGHT_PACKET_BYTES - head]));
        assertThat(client.receive().payload().readableBytes()).isEqualTo(Door.TIGHT_PACKET_BYTES - head);
        client.publish(Publishing.to(bench.topic("a")).bytes(new byte[Door.TIGHT_PACKET_BYTES - head + 1]));
        client.disconnected(ReasonCode.PACKET_TOO_LARGE);
    }

    /// Nor is the rest of it waited for, or read.
    @Test
    void a_packet_that_is_too_large_is_known_by_its_first_bytes__MQTT_3_2_2_15() {
        bench.connected(Door.TIGHT, bench.as("client")).hex("30 ff ff ff 7f").disconnected(ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void an_alias_above_what_was_announced_ends_the_connection__MQTT_3_2_2_17__MQTT_3_3_2_9() {
        Client client = bench.client(Door.TIGHT);
        assertThat(client.connect(bench.as("client")).properties().topicAliasMaximum())
                .isEqualTo(Door.TIGHT_TOPIC_ALIASES);
        client.publish(Publishing.to(bench.topic("a")).alias(Door.TIGHT_TOPIC_ALIASES + 1));
        client.disconnected(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void where_no_alias_was_announced_any_ends_the_connection__MQTT_3_2_2_18() {
        Client client = bench.client(Door.MODEST);
        assertThat(client.connect(bench.as("client")).properties().topicAliasMaximum()).isZero();
        client.publish(Publishing.to(bench.topic("a")).alias(1));
        client.disconnected(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void the_reason_string_is_left_out_where_it_does_not_fit__MQTT_3_2_2_19__MQTT_3_2_2_20() {
        Client roomy = bench.client(Door.GUARDED);
        roomy.send(bench.as("roomy").user("eric", "guess").packet());
        Packet.Connack connack = roomy.refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(connack.properties().reasonString()).isNotBlank();
        Client narrow = bench.client(Door.GUARDED);
        narrow.send(bench.as("narrow").user("eric", "guess").maximumPacketSize(20).packet());
        assertThat(narrow.nextHex()).as("neither reason string nor user property").isEqualTo("2003" + "008600");
        narrow.closed();
    }

    @Test
    void a_server_keep_alive_is_the_one_that_counts__MQTT_3_1_2_22() {
        Client client = bench.client(Door.TIGHT);
        long from = System.nanoTime();
        assertThat(client.connect(bench.as("client").keepAlive(600)).properties().serverKeepAliveSeconds())
                .isEqualTo(Door.TIGHT_KEEP_ALIVE_SECONDS);
        client.disconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(System.nanoTime() - from).as("ns").isGreaterThan(1_490_000_000L);
    }

    @Test
    void without_a_server_keep_alive_the_clients_own_counts__MQTT_3_2_2_22() {
        Client client = bench.client();
        long from = System.nanoTime();
        assertThat(client.connect(bench.as("client").keepAlive(1)).properties().serverKeepAliveSeconds())
                .isEqualTo(-1);
        client.disconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(System.nanoTime() - from).as("ns").isBetween(1_490_000_000L, 3_500_000_000L);
    }

    /// MQTT 5 §3.2.2.3.2.
    @Test
    void a_session_expiry_that_is_too_long_is_answered_with_the_one_in_use() {
        assertThat(bench.client(Door.TIGHT).connect(bench.as("long").expiry(0xFFFF_FFFFL)).properties()
                .sessionExpirySeconds()).isEqualTo(Door.TIGHT_SESSION_EXPIRY_SECONDS);
        assertThat(bench.client(Door.TIGHT).connect(bench.as("short").expiry(5)).properties()
                .sessionExpirySeconds()).isEqualTo(-1);
    }
}
