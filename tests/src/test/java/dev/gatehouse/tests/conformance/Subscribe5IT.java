package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Packet.RetainHandling;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK and PINGREQ, MQTT 5 §3.8 to §3.12.
class Subscribe5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x81, 0x83, 0x8A})
    void the_flags_of_SUBSCRIBE_are_0010__MQTT_3_8_1_1(int first) {
        bench.connected("client").bytes(Bytewise.packet(first).u16(1).u8(0).string("a").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_filter_to_subscribe_to_is_UTF_8__MQTT_3_8_3_1() {
        bench.connected("client").bytes(Bytewise.packet(0x82).u16(1).u8(0).binary("c0 af").u8(0).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void SUBSCRIBE_has_at_least_one_filter__MQTT_3_8_3_2() {
        bench.connected("none").hex("82 03 00 01 00").disconnected(ReasonCode.PROTOCOL_ERROR);
        bench.connected("no-options").hex("82 06 00 01 00 00 01 61").disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void no_local_keeps_ones_own_messages_back__MQTT_3_8_3_3() {
        Client client = bench.connected("client")
                .subscribed(Subscribing.to(bench.topic("own"), AT_LEAST_ONCE).noLocal())
                .subscribed(Subscribing.to(bench.topic("#"), AT_LEAST_ONCE).noLocal())
                .subscribed(Subscribing.to(bench.topic("+/mixed"), AT_MOST_ONCE).id(3));
        Client other = bench.connected("other");
        client.publish(Publishing.to(bench.topic("own")).atLeastOnce(1).text("mine"));
        client.send(Publishing.to(bench.topic("a/mixed")).atLeastOnce(2).text("mixed").packet());
        List<Packet> both = List.of(client.next(), client.next());
        Packet.Publish mixed = both.stream().filter(Packet.Publish.class::isInstance).map(Packet.Publish.class::cast)
                .findFirst().orElseThrow();
        assertThat(mixed.topic()).isEqualTo(bench.topic("a/mixed"));
        assertThat(mixed.qos()).as("by the subscription without the option alone").isEqualTo(AT_MOST_ONCE);
        assertThat(mixed.properties().subscriptionIds()).containsExactly(3);
        other.publish(Publishing.to(bench.topic("own")).atLeastOnce(1).text("yours"));
        assertThat(Client.text(client.receive())).isEqualTo("yours");
    }

    @Test
    void no_local_on_a_shared_subscription_is_a_protocol_error__MQTT_3_8_3_4() {
        Client client = bench.connected("client");
        client.send(Subscribing.to("$share/g/" + bench.topic("a"), AT_MOST_ONCE).noLocal().packet());
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x80, 0xC1})
    void reserved_options_are_malformed__MQTT_3_8_3_5(int options) {
        bench.connected("client").bytes(Bytewise.packet(0x82).u16(1).u8(0).string("a").u8(options).bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    /// MQTT 5 §3.8.3.1 and §3.8.2.1.2.
    @ParameterizedTest
    @ValueSource(strings = {"82 07 00 01 00 00 01 61 03", "82 07 00 01 00 00 01 61 30",
            "82 09 00 01 02 0b 00 00 01 61 00"})
    void QoS_3_retain_handling_3_and_identifier_0_are_protocol_errors__MQTT_4_13_1_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void SUBSCRIBE_is_answered_with_SUBACK__MQTT_3_8_4_1() {
        Client client = bench.connected("client");
        client.send(Subscribing.to(bench.topic("a"), AT_MOST_ONCE).packetId(4).packet());
        assertThat(client.next()).isEqualTo(new Packet.Suback(4, List.of(ReasonCode.SUCCESS), null, List.of()));
        client.idle();
    }

    @Test
    void the_same_filter_again_replaces_the_subscription__MQTT_3_8_4_3() {
        Client client = bench.connected("client").subscribed(Subscribing.to(bench.topic("a"), EXACTLY_ONCE).id(1))
                .subscribed(Subscribing.to(bench.topic("a"), AT_LEAST_ONCE).id(2).retainAsPublished());
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1).retain());
        Packet.Publish received = client.receive();
        assertThat(received.qos()).isEqualTo(AT_LEAST_ONCE);
        assertThat(received.retain()).isTrue();
        assertThat(received.properties().subscriptionIds()).containsExactly(2);
        client.idle();
        client.unsubscribe(9, bench.topic("a"));
        bench.connected("sender").publish(Publishing.to(bench.topic("a")));
        client.subscribed(Subscribing.to(bench.topic("b"), AT_MOST_ONCE)).idle();
    }

    @Test
    void replacing_a_subscription_loses_no_message__MQTT_3_8_4_4() {
        Client client = bench.subscribed("client", bench.topic("a"), AT_LEAST_ONCE);
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 90; id++) {
            sender.send(Publishing.to(bench.topic("a")).atLeastOnce(id).text("" + id).packet());
            if (id % 10 == 0) {
                client.send(Subscribing.to(bench.topic("a"), AT_LEAST_ONCE).packetId(id).packet());
            }
        }
        int next = 1;
        int subacks = 0;
        while (next <= 90 || subacks < 9) {
            switch (client.next()) {
                case Packet.Publish publish -> {
                    assertThat(Client.text(publish)).isEqualTo("" + next++);
                    client.send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS));
                }
                case Packet.Suback suback -> {
                    assertThat(suback.reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
                    subacks++;
                }
                case Packet other -> throw new AssertionError(other);
            }
        }
    }

    @Test
    void many_filters_are_answered_together_each_with_its_code_in_their_order__MQTT_3_8_4_5__MQTT_3_8_4_6__MQTT_3_8_4_7__MQTT_3_9_3_1() {
        Client client = bench.connected(Door.GUARDED, bench.as("client").user("narrow", "secret"));
        String own = "mine/" + bench.topic("");
        Packet.Suback suback = client.subscribe(Subscribing.to(own + "0", AT_MOST_ONCE).and("a/#/b", AT_LEAST_ONCE)
                .and(own + "1", AT_LEAST_ONCE).and("not/mine", AT_LEAST_ONCE).and(own + "2", EXACTLY_ONCE)
                .and(own + "0", AT_LEAST_ONCE));
        assertThat(suback.reasons()).containsExactly(ReasonCode.SUCCESS, ReasonCode.TOPIC_FILTER_INVALID,
                ReasonCode.GRANTED_QOS_1, ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_2,
                ReasonCode.GRANTED_QOS_1);
        client.idle();
        Client sender = bench.connected(Door.GUARDED, bench.as("sender").user("eric", "secret"));
        for (int topic = 0; topic <= 2; topic++) {
            sender.publish(Publishing.to(own + topic).exactlyOnce(1));
        }
        assertThat(client.receive().qos()).as("the last of two equal filters counts").isEqualTo(AT_LEAST_ONCE);
        assertThat(client.receive().qos()).isEqualTo(AT_LEAST_ONCE);
        assertThat(client.receive().qos()).isEqualTo(EXACTLY_ONCE);
    }

    @Test
    void a_message_comes_with_the_lower_of_its_QoS_and_the_granted_one__MQTT_3_8_4_8() {
        Client sender = bench.connected("sender");
        for (Qos granted : Qos.values()) {
            Client client = bench.subscribed("client" + granted.level(), bench.topic("a"), granted);
            sender.publish(Publishing.to(bench.topic("a"))).publish(Publishing.to(bench.topic("a")).atLeastOnce(1))
                    .publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
            for (Qos sent : Qos.values()) {
                Packet.Publish received = client.receive();
                assertThat(received.qos()).isEqualTo(Qos.min(sent, granted));
                assertThat(received.packetId() == 0).isEqualTo(received.qos() == AT_MOST_ONCE);
            }
        }
    }

    @Test
    void SUBACK_leaves_out_what_does_not_fit__MQTT_3_9_2_1__MQTT_3_9_2_2() {
        Client small = bench.connected(Door.GUARDED,
                bench.as("small").user("narrow", "secret").maximumPacketSize(20));
        small.send(Subscribing.to("not/mine", AT_MOST_ONCE).packetId(0x0102).packet());
        assertThat(small.nextHex()).as("neither reason string nor user property").isEqualTo("9004" + "01020087");
    }

    @Test
    void SUBACK_has_the_reasons_that_the_standard_gives_it__MQTT_3_9_3_2() {
        Client client = bench.connected(Door.GUARDED, bench.as("client").user("narrow", "secret"));
        client.send(Subscribing.to("mine/a", AT_MOST_ONCE).and("mine/b", AT_LEAST_ONCE).and("mine/c", EXACTLY_ONCE)
                .and("not/mine", AT_MOST_ONCE).and("#/a", AT_MOST_ONCE).and("$share/g", AT_MOST_ONCE).packet());
        String suback = client.nextHex();
        assertThat(suback).startsWith("90").endsWith("000102878f8f");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xA0, 0xA1, 0xA3, 0xAA})
    void the_flags_of_UNSUBSCRIBE_are_0010__MQTT_3_10_1_1(int first) {
        bench.connected("client").bytes(Bytewise.packet(first).u16(1).u8(0).string("a").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_filter_to_unsubscribe_from_is_UTF_8__MQTT_3_10_3_1() {
        bench.connected("client").bytes(Bytewise.packet(0xA2).u16(1).u8(0).binary("ed a0 80").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void UNSUBSCRIBE_has_at_least_one_filter__MQTT_3_10_3_2() {
        bench.connected("client").hex("a2 03 00 01 00").disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void only_exactly_the_same_filter_is_removed__MQTT_3_10_4_1() {
        Client client = bench.connected("client").subscribed(Subscribing.to(bench.topic("a/+"), AT_MOST_ONCE)
                .and("$share/g/" + bench.topic("s"), AT_MOST_ONCE).and(bench.topic("s"), AT_MOST_ONCE));
        assertThat(client.unsubscribe(2, bench.topic("a/b"), bench.topic("a/#"), bench.topic("A/+"),
                bench.topic("a/+/"), bench.topic("a/+")).reasons())
                .containsExactly(ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.NO_SUBSCRIPTION_EXISTED,
                        ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.SUCCESS);
        assertThat(client.unsubscribe(3, "$share/g/" + bench.topic("s")).reasons())
                .containsExactly(ReasonCode.SUCCESS);
        bench.connected("sender").publish(Publishing.to(bench.topic("a/b"))).publish(Publishing.to(bench.topic("s")));
        assertThat(client.receive().topic()).as("the shared one is gone, the plain one is not")
                .isEqualTo(bench.topic("s"));
        client.idle();
    }

    @Test
    void after_UNSUBSCRIBE_no_new_messages_come__MQTT_3_10_4_2() {
        Client client = bench.subscribed("client", bench.topic("a"), AT_LEAST_ONCE);
        client.subscribed(bench.topic("end"), AT_LEAST_ONCE);
        client.unsubscribe(2, bench.topic("a"));
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1))
                .publish(Publishing.to(bench.topic("end")).atLeastOnce(1));
        assertThat(client.receive().topic()).isEqualTo(bench.topic("end"));
    }

    @Test
    void what_was_started_before_UNSUBSCRIBE_is_completed__MQTT_3_10_4_3() {
        Connecting lasting = bench.as("client").resuming().expiry(60);
        Client client = bench.connected(lasting).subscribed(bench.topic("a"), EXACTLY_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1))
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        int exactly = client.next(Packet.Publish.class).packetId();
        int once = client.next(Packet.Publish.class).packetId();
        client.unsubscribe(2, bench.topic("a"));
        client.send(new Packet.Pubrec(exactly, ReasonCode.SUCCESS));
        assertThat(client.next()).isEqualTo(new Packet.Pubrel(exactly, ReasonCode.SUCCESS));
        client.close();
        Client again = bench.connected(lasting);
        assertThat(again.next()).isEqualTo(new Packet.Pubrel(exactly, ReasonCode.SUCCESS));
        assertThat(again.receive().packetId()).isEqualTo(once);
    }

    @Test
    void UNSUBSCRIBE_is_always_answered_with_UNSUBACK__MQTT_3_10_4_4__MQTT_3_10_4_5() {
        Client client = bench.connected("client");
        client.send(new Packet.Unsubscribe(0x0708, List.of(), List.of(bench.topic("never"))));
        assertThat(client.nextHex()).isEqualTo("b004" + "0708" + "00" + "11");
        client.idle();
    }

    @Test
    void many_filters_are_unsubscribed_together_in_their_order__MQTT_3_10_4_6__MQTT_3_11_3_1() {
        Client client = bench.connected("client").subscribed(
                Subscribing.to(bench.topic("a"), AT_MOST_ONCE).and(bench.topic("c"), AT_MOST_ONCE));
        assertThat(client.unsubscribe(5, bench.topic("a"), bench.topic("b"), bench.topic("c"), bench.topic("a"))
                .reasons()).containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED,
                        ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
        bench.connected("sender").publish(Publishing.to(bench.topic("a"))).publish(Publishing.to(bench.topic("c")));
        client.idle();
    }

    @Test
    void UNSUBACK_leaves_out_what_does_not_fit__MQTT_3_11_2_1__MQTT_3_11_2_2() {
        Client small = bench.connected(bench.as("small").maximumPacketSize(20));
        small.send(new Packet.Unsubscribe(0x0102, List.of(), List.of("a/#/b")));
        assertThat(small.nextHex()).as("neither reason string nor user property").isEqualTo("b004" + "0102008f");
    }

    @Test
    void UNSUBACK_has_the_reasons_that_the_standard_gives_it__MQTT_3_11_3_2() {
        Client client = bench.subscribed("client", bench.topic("a"), AT_MOST_ONCE);
        client.send(new Packet.Unsubscribe(1, List.of(), List.of(bench.topic("a"), bench.topic("b"), "a/#/b")));
        assertThat(client.nextHex()).startsWith("b0").endsWith("00118f");
    }

    @Test
    void PINGREQ_is_answered_with_PINGRESP__MQTT_3_12_4_1() {
        Client client = bench.connected("client");
        client.send(new Packet.Pingreq(), new Packet.Pingreq());
        assertThat(client.nextHex()).isEqualTo("d000");
        assertThat(client.nextHex()).isEqualTo("d000");
    }

    /// MQTT 5 §4.8.2: retained messages are not for shared subscriptions.
    @Test
    void a_shared_subscription_gets_no_retained_messages() {
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).retain()).published();
        bench.connected("client").subscribed(
                Subscribing.to("$share/g/" + bench.topic("a"), AT_MOST_ONCE).retained(RetainHandling.SEND)).idle();
    }
}
