package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.UserProperty;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// PUBLISH, MQTT 5 §3.3: what may be in it, and what of it reaches subscribers. Retained messages are in [Retained5IT].
class Publish5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    @Test
    void DUP_at_QoS_0_is_malformed_and_never_sent__MQTT_3_3_1_2__MQTT_4_3_1_1() {
        bench.connected("wrong").hex("38 05 00 01 61 00 62").disconnected(ReasonCode.MALFORMED_PACKET);
        Client receiver = bench.subscribed("receiver", bench.topic("a"), AT_MOST_ONCE);
        bench.connected("sender").send(Publishing.to(bench.topic("a")).atLeastOnce(1).duplicate().packet());
        Packet.Publish received = receiver.next(Packet.Publish.class);
        assertThat(received.qos()).isEqualTo(AT_MOST_ONCE);
        assertThat(received.duplicate()).isFalse();
    }

    @Test
    void an_incoming_DUP_is_not_passed_on__MQTT_3_3_1_3__MQTT_4_3_2_2__MQTT_4_3_3_2() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(1).duplicate())
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1).duplicate());
        for (Qos qos : List.of(AT_LEAST_ONCE, EXACTLY_ONCE)) {
            Packet.Publish received = receiver.receive();
            assertThat(received.qos()).isEqualTo(qos);
            assertThat(received.duplicate()).isFalse();
        }
    }

    @Test
    void QoS_3_is_malformed__MQTT_3_3_1_4() {
        bench.connected("client").hex("36 07 00 01 61 00 01 00 62").disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_topic_name_comes_first_and_is_UTF_8__MQTT_3_3_2_1() {
        bench.connected("missing").hex("30 00").disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("cut").hex("30 03 00 05 61").disconnected(ReasonCode.MALFORMED_PACKET);
        bench.connected("bytes").hex("30 05 00 01 ff 00 62").disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+", "a/#", "a/+/b", "a+", "#a"})
    void a_topic_name_has_no_wildcards__MQTT_3_3_2_2__MQTT_4_7_0_1(String name) {
        Client client = bench.connected("client");
        client.bytes(Bytewise.packet(0x30).string(name).u8(0).bytes());
        client.disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_subscriber_gets_the_topic_name_that_matched__MQTT_3_3_2_3() {
        Client receiver = bench.subscribed("receiver", bench.topic("+/b/#"), AT_MOST_ONCE);
        Client sender = bench.connected("sender");
        for (String topic : List.of("a/b", "a/c", "a/b/c", "b", "/b")) {
            sender.publish(Publishing.to(bench.topic(topic)));
        }
        for (String topic : List.of("a/b", "a/b/c", "/b")) {
            assertThat(receiver.receive().topic()).isEqualTo(bench.topic(topic));
        }
        receiver.idle();
    }

    @Test
    void what_belongs_to_the_message_is_passed_on_as_it_came__MQTT_3_3_2_4__MQTT_3_3_2_15__MQTT_3_3_2_16__MQTT_3_3_2_17__MQTT_3_3_2_20() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(1).format(1).responseTopic("my/answer")
                .correlationData("\0\1").contentType("text/plain").userProperty("name", "value")
                .userProperty("", ""));
        PublishProperties all = receiver.receive().properties();
        assertThat(all.payloadFormat()).isEqualTo(1);
        assertThat(all.responseTopic()).isEqualTo("my/answer");
        assertThat(all.correlationData()).hasToString("0001");
        assertThat(all.contentType()).isEqualTo("text/plain");
        assertThat(all.userProperties()).containsExactly(new UserProperty("name", "value"), new UserProperty("", ""));
        sender.publish(Publishing.to(bench.topic("a")).format(0).contentType(""));
        PublishProperties few = receiver.receive().properties();
        assertThat(few.payloadFormat()).isZero();
        assertThat(few.contentType()).isEmpty();
        sender.publish(Publishing.to(bench.topic("a")));
        assertThat(receiver.receive().properties()).isEqualTo(PublishProperties.NONE);
    }

    @Test
    void user_properties_keep_their_order__MQTT_3_3_2_18() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), AT_MOST_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).userProperty("z", "1")
                .userProperty("a", "2").userProperty("z", "0").userProperty("a", "2"));
        assertThat(receiver.receive().properties().userProperties()).containsExactly(new UserProperty("z", "1"),
                new UserProperty("a", "2"), new UserProperty("z", "0"), new UserProperty("a", "2"));
    }

    @Test
    void an_expired_message_is_not_sent__MQTT_3_3_2_5() {
        Connecting away = bench.as("away").resuming().expiry(60);
        bench.connected(away).subscribed(bench.topic("#"), AT_LEAST_ONCE).close();
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1).expiry(1).text("old"))
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(2).expiry(600).text("young"))
                .publish(Publishing.to(bench.topic("kept")).atLeastOnce(2).expiry(1).retain());
        bench.secondsPass(2);
        Client again = bench.connected(away);
        assertThat(Client.text(again.receive())).isEqualTo("young");
        bench.subscribed("new", bench.topic("kept"), AT_LEAST_ONCE).idle();
    }

    @Test
    void the_message_expiry_is_what_is_left_of_it__MQTT_3_3_2_6() {
        Connecting away = bench.as("away").resuming().expiry(60);
        bench.connected(away).subscribed(bench.topic("a"), AT_LEAST_ONCE).close();
        Client online = bench.subscribed("online", bench.topic("a"), AT_LEAST_ONCE);
        bench.connected("sender")
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(1).expiry(100).retain());
        assertThat(online.receive().properties().messageExpirySeconds()).isBetween(99L, 100L);
        bench.secondsPass(2);
        assertThat(bench.connected(away).receive().properties().messageExpirySeconds()).isBetween(90L, 98L);
        assertThat(bench.subscribed("new", bench.topic("a"), AT_LEAST_ONCE).receive().properties()
                .messageExpirySeconds()).as("retained").isBetween(90L, 98L);
    }

    @Test
    void an_alias_ends_with_its_connection__MQTT_3_3_2_7() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), AT_MOST_ONCE);
        Connecting lasting = bench.as("sender").resuming().expiry(60);
        Client sender = bench.connected(lasting);
        sender.publish(Publishing.to(bench.topic("a")).alias(1)).publish(Publishing.to("").alias(1).text("2"));
        assertThat(receiver.receive().topic()).isEqualTo(bench.topic("a"));
        assertThat(Client.text(receiver.receive())).isEqualTo("2");
        sender.close();
        Client again = bench.connected(lasting);
        again.publish(Publishing.to("").alias(1));
        again.disconnected(ReasonCode.TOPIC_ALIAS_INVALID);
        receiver.idle();
    }

    @Test
    void the_alias_zero_ends_the_connection__MQTT_3_3_2_8() {
        bench.connected("client").bytes(Bytewise.packet(0x30).string("a").hex("03 23 00 00").bytes())
                .disconnected(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void all_aliases_up_to_the_maximum_are_accepted_and_can_be_set_anew__MQTT_3_3_2_12() {
        Client client = bench.connected(Door.TIGHT, bench.as("client")).subscribed(bench.topic("#"), AT_MOST_ONCE);
        for (int round = 0; round < 2; round++) {
            for (int alias = 1; alias <= Door.TIGHT_TOPIC_ALIASES; alias++) {
                client.publish(Publishing.to(bench.topic(round + "/" + alias)).alias(alias));
                assertThat(client.receive().topic()).isEqualTo(bench.topic(round + "/" + alias));
            }
            for (int alias = Door.TIGHT_TOPIC_ALIASES; alias >= 1; alias--) {
                client.publish(Publishing.to("").alias(alias));
                assertThat(client.receive().topic()).isEqualTo(bench.topic(round + "/" + alias));
            }
        }
    }

    /// MQTT 5 §3.3.2.1 and §3.3.2.3.4.
    @Test
    void an_empty_topic_name_needs_an_alias_that_was_set__MQTT_4_7_3_1() {
        bench.connected("none").hex("30 04 00 00 00 62").disconnected(ReasonCode.PROTOCOL_ERROR);
        bench.connected("unknown").publish(Publishing.to("").alias(3))
                .disconnected(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void a_response_topic_is_UTF_8__MQTT_3_3_2_13() {
        bench.connected("client").bytes(Bytewise.packet(0x30).string("a").hex("04 08 00 01 ff").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_response_topic_has_no_wildcards__MQTT_3_3_2_14() {
        for (String wildcard : List.of("23", "2b")) {
            bench.connected("client")
                    .bytes(Bytewise.packet(0x30).string("a").hex("04 08 00 01" + wildcard).bytes())
                    .disconnected(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void a_content_type_is_UTF_8__MQTT_3_3_2_19() {
        bench.connected("client").bytes(Bytewise.packet(0x30).string("a").hex("04 03 00 01 ff").bytes())
                .disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void a_message_is_answered_by_its_QoS__MQTT_3_3_4_1__MQTT_4_3_2_4__MQTT_4_3_3_8__MQTT_4_3_3_11() {
        Client client = bench.connected("client");
        client.send(Publishing.to(bench.topic("a")).packet());
        client.idle();
        client.send(Publishing.to(bench.topic("a")).atLeastOnce(7).packet());
        assertThat(client.next(Packet.Puback.class).packetId()).isEqualTo(7);
        client.idle();
        client.send(Publishing.to(bench.topic("a")).exactlyOnce(8).packet());
        assertThat(client.next(Packet.Pubrec.class).packetId()).isEqualTo(8);
        client.send(new Packet.Pubrel(8, ReasonCode.SUCCESS));
        assertThat(client.next()).isEqualTo(new Packet.Pubcomp(8, ReasonCode.SUCCESS));
        client.idle();
    }

    @Test
    void overlapping_subscriptions_deliver_with_the_highest_QoS__MQTT_3_3_4_2() {
        Client receiver = bench.connected("receiver").subscribed(Subscribing.to(bench.topic("a/#"), AT_MOST_ONCE)
                .and(bench.topic("a/b"), EXACTLY_ONCE).and(bench.topic("+/b"), AT_LEAST_ONCE));
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a/b")).exactlyOnce(1)).publish(
                Publishing.to(bench.topic("a/b")).atLeastOnce(1));
        assertThat(receiver.receive().qos()).isEqualTo(EXACTLY_ONCE);
        assertThat(receiver.receive().qos()).isEqualTo(AT_LEAST_ONCE);
        receiver.idle();
    }

    @Test
    void the_subscription_identifier_comes_with_the_message__MQTT_3_3_4_3() {
        Client receiver = bench.connected("receiver")
                .subscribed(Subscribing.to(bench.topic("low"), AT_MOST_ONCE).id(1))
                .subscribed(Subscribing.to(bench.topic("high"), AT_LEAST_ONCE).id(268_435_455))
                .subscribed(Subscribing.to(bench.topic("none"), AT_LEAST_ONCE));
        bench.connected("sender").publish(Publishing.to(bench.topic("low")))
                .publish(Publishing.to(bench.topic("high")).atLeastOnce(1)).publish(
                        Publishing.to(bench.topic("none")).atLeastOnce(1));
        assertThat(receiver.receive().properties().subscriptionIds()).containsExactly(1);
        assertThat(receiver.receive().properties().subscriptionIds()).containsExactly(268_435_455);
        assertThat(receiver.receive().properties().subscriptionIds()).isEmpty();
    }

    @Test
    void one_copy_carries_the_identifiers_of_all_subscriptions_that_match__MQTT_3_3_4_4() {
        Client receiver = bench.connected("receiver")
                .subscribed(Subscribing.to(bench.topic("a/#"), AT_MOST_ONCE).id(10))
                .subscribed(Subscribing.to(bench.topic("a/b"), AT_LEAST_ONCE).id(20))
                .subscribed(Subscribing.to(bench.topic("+/b"), AT_LEAST_ONCE))
                .subscribed(Subscribing.to(bench.topic("c"), AT_LEAST_ONCE).id(30));
        bench.connected("sender").publish(Publishing.to(bench.topic("a/b")).atLeastOnce(1));
        assertThat(receiver.receive().properties().subscriptionIds()).containsExactlyInAnyOrder(10, 20);
        receiver.idle();
    }

    @Test
    void a_copy_of_its_own_carries_its_own_identifier__MQTT_3_3_4_5() {
        Client receiver = bench.connected("receiver")
                .subscribed(Subscribing.to(bench.topic("a"), AT_LEAST_ONCE).id(1))
                .subscribed(Subscribing.to("$share/group/" + bench.topic("a"), AT_LEAST_ONCE).id(2));
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        assertThat(List.of(receiver.receive().properties().subscriptionIds(),
                receiver.receive().properties().subscriptionIds()))
                .containsExactlyInAnyOrder(List.of(1), List.of(2));
        receiver.idle();
    }

    @Test
    void a_client_cannot_send_a_subscription_identifier__MQTT_3_3_4_6() {
        bench.connected("client").bytes(Bytewise.packet(0x30).string("a").hex("02 0b 01").bytes())
                .disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_message_beyond_the_receive_maximum_ends_the_connection__MQTT_3_3_4_7() {
        Client client = bench.client(Door.TIGHT);
        assertThat(client.connect(bench.as("client")).properties().receiveMaximum())
                .isEqualTo(Door.TIGHT_RECEIVE_MAXIMUM);
        for (int id = 1; id <= Door.TIGHT_RECEIVE_MAXIMUM; id++) {
            client.send(Publishing.to(bench.topic("a")).exactlyOnce(id).packet());
            assertThat(client.next(Packet.Pubrec.class).packetId()).isEqualTo(id);
        }
        client.send(new Packet.Pubrel(1, ReasonCode.SUCCESS));
        assertThat(client.next(Packet.Pubcomp.class).packetId()).isEqualTo(1);
        client.send(Publishing.to(bench.topic("a")).exactlyOnce(1).packet());
        assertThat(client.next(Packet.Pubrec.class).packetId()).as("one was free").isEqualTo(1);
        client.send(Publishing.to(bench.topic("a")).exactlyOnce(4).packet());
        client.disconnected(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
    }

    @Test
    void the_broker_stays_within_the_clients_receive_maximum_and_only_messages_wait__MQTT_3_3_4_9__MQTT_3_3_4_10__MQTT_4_9_0_1__MQTT_4_9_0_2__MQTT_4_9_0_3() {
        Client receiver = bench.connected(bench.as("receiver").receiveMaximum(2)).subscribed(bench.topic("#"),
                EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 4; id++) {
            sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(id).text("" + id));
        }
        sender.publish(Publishing.to(bench.topic("a")).text("QoS 0"));
        Packet.Publish first = receiver.next(Packet.Publish.class);
        Packet.Publish second = receiver.next(Packet.Publish.class);
        assertThat(Client.text(first)).isEqualTo("1");
        assertThat(Client.text(second)).isEqualTo("2");
        Packet.Publish unhindered = receiver.next(Packet.Publish.class);
        assertThat(Client.text(unhindered)).isEqualTo("QoS 0");
        receiver.idle();
        assertThat(receiver.subscribe(Subscribing.to(bench.topic("b"), AT_MOST_ONCE).packetId(9)).packetId())
                .isEqualTo(9);
        assertThat(receiver.unsubscribe(10, bench.topic("b")).packetId()).isEqualTo(10);
        receiver.send(Publishing.to("elsewhere" + bench.topic("")).atLeastOnce(77).packet());
        assertThat(receiver.next(Packet.Puback.class).packetId()).isEqualTo(77);
        // PUBREC frees nothing, PUBCOMP and a PUBREC that refuses do.
        receiver.send(new Packet.Pubrec(first.packetId(), ReasonCode.SUCCESS));
        assertThat(receiver.next(Packet.Pubrel.class).packetId()).isEqualTo(first.packetId());
        receiver.idle();
        receiver.send(new Packet.Pubcomp(first.packetId(), ReasonCode.SUCCESS));
        assertThat(Client.text(receiver.next(Packet.Publish.class))).isEqualTo("3");
        receiver.idle();
        receiver.send(new Packet.Pubrec(second.packetId(), ReasonCode.UNSPECIFIED_ERROR));
        assertThat(Client.text(receiver.next(Packet.Publish.class))).isEqualTo("4");
        receiver.idle();
    }

    @Test
    void a_message_too_large_for_a_subscriber_is_dropped_for_that_one__MQTT_3_1_2_24__MQTT_3_1_2_25() {
        Client small = bench.connected(bench.as("small").maximumPacketSize(60).receiveMaximum(1))
                .subscribed(bench.topic("a"), EXACTLY_ONCE);
        Client large = bench.subscribed("large", bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        byte[] much = new byte[100];
        sender.publish(Publishing.to(bench.topic("a")).bytes(much))
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(1).bytes(much))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1).bytes(much))
                .publish(Publishing.to(bench.topic("a")).text("").userProperty("large", "x".repeat(50)))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1).text("fits"));
        assertThat(Client.text(small.receive())).isEqualTo("fits");
        for (int received = 0; received < 4; received++) {
            large.receive();
        }
        assertThat(Client.text(large.receive())).isEqualTo("fits");
        small.idle();
    }

    @Test
    void a_packet_of_exactly_the_clients_maximum_is_sent__MQTT_3_1_2_24() {
        Client receiver = bench.connected(bench.as("receiver").maximumPacketSize(60)).subscribed(bench.topic("a"),
                AT_MOST_ONCE);
        int head = 2 + 2 + bench.topic("a").length() + 1;
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).bytes(new byte[61 - head]))
                .publish(Publishing.to(bench.topic("a")).bytes(new byte[60 - head]));
        assertThat(receiver.frame()).hasSize(60);
        receiver.idle();
    }

    @Test
    void a_client_that_takes_no_aliases_gets_none__MQTT_3_1_2_27() {
        Client receiver = bench.subscribed("receiver", bench.topic("#"), AT_MOST_ONCE);
        Client sender = bench.connected("sender");
        for (int sent = 0; sent < 5; sent++) {
            sender.publish(Publishing.to(bench.topic("a/topic/that/is/long")));
            Packet.Publish message = receiver.receive();
            assertThat(message.topic()).isEqualTo(bench.topic("a/topic/that/is/long"));
            assertThat(message.properties().topicAlias()).isZero();
        }
    }

    /// Not even the answer to its CONNECT: nobody could be told anything.
    @Test
    void a_client_that_takes_too_little_for_CONNACK_is_not_let_in__MQTT_3_1_2_24() {
        Client client = bench.client();
        client.send(bench.as("client").maximumPacketSize(4).packet());
        client.closed();
    }

    /// MQTT 5 §3.3.2.3.2: what the receiver may do with a payload that is not what it says to be.
    @Test
    void a_payload_that_says_to_be_text_and_is_not_is_refused() {
        Client watching = bench.subscribed("watching", bench.topic("a"), EXACTLY_ONCE);
        Client client = bench.connected("client");
        byte[] noText = {(byte) 0xC0, (byte) 0xAF};
        client.publish(Publishing.to(bench.topic("a")).format(1).bytes(noText));
        client.send(Publishing.to(bench.topic("a")).format(1).atLeastOnce(1).bytes(noText).packet());
        assertThat(client.next(Packet.Puback.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        client.send(Publishing.to(bench.topic("a")).format(1).exactlyOnce(1).bytes(noText).packet());
        assertThat(client.next(Packet.Pubrec.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
        client.publish(Publishing.to(bench.topic("a")).format(0).exactlyOnce(1).bytes(noText));
        assertThat(watching.receive().properties().payloadFormat()).isZero();
        watching.idle();
    }
}
