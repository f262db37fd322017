package dev.gatehouse.tests.conformance;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// PUBACK, PUBREC, PUBREL and PUBCOMP, MQTT 5 §3.4 to §3.7, and the exchanges that they make, §4.3.
class Acknowledgements5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    /// A user that may publish under `mine` only.
    private Client narrow(Connecting connecting) {
        return bench.connected(Door.GUARDED, connecting.user("narrow", "secret"));
    }

    @Test
    void PUBACK_has_the_reasons_that_the_standard_gives_it__MQTT_3_4_2_1() {
        bench.connected("wrong").hex("40 03 00 01 92").disconnected(ReasonCode.PROTOCOL_ERROR);
        bench.connected("unknown").hex("40 03 00 01 7f").disconnected(ReasonCode.PROTOCOL_ERROR);
        Client client = bench.connected("client");
        client.send(Publishing.to(bench.topic("a")).atLeastOnce(1).packet());
        assertThat(client.next(Packet.Puback.class).reason()).isIn(ReasonCode.SUCCESS,
                ReasonCode.NO_MATCHING_SUBSCRIBERS);
        Client narrow = narrow(bench.as("narrow"));
        narrow.send(Publishing.to("not/mine").atLeastOnce(2).packet());
        assertThat(narrow.next(Packet.Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void PUBREC_has_the_reasons_that_the_standard_gives_it__MQTT_3_5_2_1() {
        bench.connected("wrong").hex("50 03 00 01 92").disconnected(ReasonCode.PROTOCOL_ERROR);
        bench.connected("unknown").hex("50 03 00 01 7f").disconnected(ReasonCode.PROTOCOL_ERROR);
        Client client = bench.connected("client");
        client.send(Publishing.to(bench.topic("a")).exactlyOnce(1).packet());
        assertThat(client.next(Packet.Pubrec.class).reason()).isIn(ReasonCode.SUCCESS,
                ReasonCode.NO_MATCHING_SUBSCRIBERS);
        Client narrow = narrow(bench.as("narrow"));
        narrow.send(Publishing.to("not/mine").exactlyOnce(2).packet());
        assertThat(narrow.next(Packet.Pubrec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"60 02 00 01", "61 02 00 01", "63 02 00 01", "64 02 00 01", "6a 02 00 01"})
    void the_flags_of_PUBREL_are_0010__MQTT_3_6_1_1(String packet) {
        bench.connected("client").hex(packet).disconnected(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void PUBREL_has_the_reasons_that_the_standard_gives_it__MQTT_3_6_2_1() {
        bench.connected("wrong").hex("62 03 00 01 80").disconnected(ReasonCode.PROTOCOL_ERROR);
        Client receiver = bench.subscribed("receiver", bench.topic("a"), EXACTLY_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
        int id = receiver.next(Packet.Publish.class).packetId();
        receiver.send(new Packet.Pubrec(id, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        assertThat(receiver.next()).isEqualTo(new Packet.Pubrel(id, ReasonCode.SUCCESS));
        receiver.send(new Packet.Pubrec(id + 1, ReasonCode.SUCCESS));
        assertThat(receiver.next()).isEqualTo(new Packet.Pubrel(id + 1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    @Test
    void PUBCOMP_has_the_reasons_that_the_standard_gives_it__MQTT_3_7_2_1() {
        bench.connected("wrong").hex("70 03 00 01 80").disconnected(ReasonCode.PROTOCOL_ERROR);
        Client client = bench.connected("client");
        client.send(new Packet.Pubrel(5, ReasonCode.SUCCESS));
        assertThat(client.next()).isEqualTo(new Packet.Pubcomp(5, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    @Test
    void PUBACK_and_PUBREC_leave_out_what_does_not_fit__MQTT_3_4_2_2__MQTT_3_4_2_3__MQTT_3_5_2_2__MQTT_3_5_2_3() {
        Client roomy = narrow(bench.as("roomy"));
        roomy.send(Publishing.to("not/mine").atLeastOnce(1).packet());
        assertThat(roomy.next(Packet.Puback.class).reasonString()).isNotBlank();
        roomy.send(Publishing.to("not/mine").exactlyOnce(1).packet());
        assertThat(roomy.next(Packet.Pubrec.class).reasonString()).isNotBlank();
        Client small = narrow(bench.as("small").maximumPacketSize(20));
        small.send(Publishing.to("not/mine").atLeastOnce(0x0102).packet());
        assertThat(small.nextHex()).as("neither reason string nor user property").isEqualTo("4003" + "010287");
        small.send(Publishing.to("not/mine").exactlyOnce(0x0103).packet());
        assertThat(small.nextHex()).isEqualTo("5003" + "010387");
    }

    @Test
    void PUBREL_and_PUBCOMP_leave_out_what_does_not_fit__MQTT_3_6_2_2__MQTT_3_6_2_3__MQTT_3_7_2_2__MQTT_3_7_2_3() {
        Client small = bench.connected(bench.as("small").maximumPacketSize(20));
        small.send(new Packet.Pubrec(0x0102, ReasonCode.SUCCESS));
        assertThat(small.nextHex()).as("PUBREL").isEqualTo("6203" + "010292");
        small.send(new Packet.Pubrel(0x0103, ReasonCode.SUCCESS));
        assertThat(small.nextHex()).as("PUBCOMP").isEqualTo("7003" + "010392");
    }

    @Test
    void after_PUBACK_the_identifier_is_free_whatever_DUP_says__MQTT_4_3_2_5() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), AT_LEAST_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("1"))
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("2").duplicate());
        assertThat(Client.text(receiver.receive())).isEqualTo("1");
        assertThat(Client.text(receiver.receive())).isEqualTo("2");
    }

    @Test
    void PUBREC_is_answered_with_PUBREL_unless_it_refuses__MQTT_4_3_3_4() {
        Client receiver = bench.connected(bench.as("receiver").receiveMaximum(1)).subscribed(bench.topic("a"),
                EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int id = 1; id <= 3; id++) {
            sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(id).text("" + id));
        }
        Packet.Publish first = receiver.next(Packet.Publish.class);
        receiver.send(new Packet.Pubrec(first.packetId(), ReasonCode.QUOTA_EXCEEDED));
        Packet.Publish second = receiver.next(Packet.Publish.class);
        assertThat(Client.text(second)).as("no PUBREL, and the place is free").isEqualTo("2");
        receiver.send(new Packet.Pubrec(second.packetId(), ReasonCode.SUCCESS));
        assertThat(receiver.next()).isEqualTo(new Packet.Pubrel(second.packetId(), ReasonCode.SUCCESS));
    }

    @Test
    void after_a_refusing_PUBREC_the_identifier_is_free__MQTT_4_3_3_9() {
        Client client = narrow(bench.as("client"));
        client.subscribed("mine/" + bench.topic("a"), EXACTLY_ONCE);
        client.send(Publishing.to("not/mine").exactlyOnce(5).packet());
        assertThat(client.next(Packet.Pubrec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.send(Publishing.to("mine/" + bench.topic("a")).exactlyOnce(5).packet());
        List<Packet> both = List.of(client.next(), client.next());
        assertThat(both).hasAtLeastOneElementOfType(Packet.Publish.class)
                .hasAtLeastOneElementOfType(Packet.Pubrec.class);
    }

    @Test
    void until_PUBREL_a_repeated_message_is_acknowledged_and_not_delivered_twice__MQTT_4_3_3_10() {
        Client receiver = bench.subscribed("receiver", bench.topic("#"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        for (int times = 0; times < 3; times++) {
            Publishing message = Publishing.to(bench.topic("a")).exactlyOnce(9);
            sender.send((times == 0 ? message : message.duplicate()).packet());
            Packet.Pubrec pubrec = sender.next(Packet.Pubrec.class);
            assertThat(pubrec.packetId()).isEqualTo(9);
            assertThat(pubrec.reason().isError()).isFalse();
        }
        sender.send(new Packet.Pubrel(9, ReasonCode.SUCCESS));
        assertThat(sender.next()).isEqualTo(new Packet.Pubcomp(9, ReasonCode.SUCCESS));
        sender.publish(Publishing.to(bench.topic("end")).exactlyOnce(9));
        assertThat(receiver.receive().topic()).isEqualTo(bench.topic("a"));
        assertThat(receiver.receive().topic()).isEqualTo(bench.topic("end"));
    }

    @Test
    void after_PUBCOMP_the_identifier_is_that_of_a_new_message__MQTT_4_3_3_12() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), EXACTLY_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(9).text("1"))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(9).text("1").duplicate());
        assertThat(Client.text(receiver.receive())).isEqualTo("1");
        assertThat(Client.text(receiver.receive())).isEqualTo("1");
        receiver.idle();
    }

    @Test
    void once_sent_a_message_does_not_expire_and_the_exchange_goes_on__MQTT_4_3_3_7__MQTT_4_3_3_13() {
        Connecting lasting = bench.as("receiver").resuming().expiry(60);
        Client receiver = bench.connected(lasting).subscribed(bench.topic("#"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(1).expiry(1))
                .publish(Publishing.to(bench.topic("b")).exactlyOnce(1).expiry(1));
        sender.send(Publishing.to("elsewhere" + bench.topic("c")).exactlyOnce(2).expiry(1).packet());
        assertThat(sender.next(Packet.Pubrec.class).packetId()).isEqualTo(2);
        int received = receiver.next(Packet.Publish.class).packetId();
        int sent = receiver.next(Packet.Publish.class).packetId();
        bench.secondsPass(2);
        receiver.next(Packet.Publish.class); // what the broker's clock said
        receiver.send(new Packet.Pubrec(received, ReasonCode.SUCCESS));
        assertThat(receiver.next(Packet.Pubrel.class)).isEqualTo(new Packet.Pubrel(received, ReasonCode.SUCCESS));
        receiver.close();
        Client again = bench.connected(lasting);
        assertThat(again.next(Packet.Pubrel.class).packetId()).isEqualTo(received);
        Packet.Publish repeated = again.next(Packet.Publish.class);
        assertThat(repeated.packetId()).isEqualTo(sent);
        assertThat(repeated.duplicate()).isTrue();
        sender.send(new Packet.Pubrel(2, ReasonCode.SUCCESS));
        assertThat(sender.next()).as("what came in expired, and is completed all the same")
                .isEqualTo(new Packet.Pubcomp(2, ReasonCode.SUCCESS));
    }

    /// Part of MQTT 5 §4.3: an acknowledgement that answers nothing does not complete anything else.
    @Test
    void an_acknowledgement_of_the_wrong_kind_frees_nothing__MQTT_4_3_2_3__MQTT_4_3_3_3() {
        Client receiver = bench.connected(bench.as("receiver").receiveMaximum(2)).subscribed(bench.topic("a"),
                EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(1))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1))
                .publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("third"));
        int once = receiver.next(Packet.Publish.class).packetId();
        int exactly = receiver.next(Packet.Publish.class).packetId();
        receiver.send(new Packet.Puback(exactly, ReasonCode.SUCCESS), new Packet.Pubcomp(once, ReasonCode.SUCCESS),
                new Packet.Pubcomp(exactly, ReasonCode.SUCCESS), new Packet.Puback(999, ReasonCode.SUCCESS));
        receiver.idle();
        receiver.send(new Packet.Puback(once, ReasonCode.SUCCESS));
        assertThat(Client.text(receiver.next(Packet.Publish.class))).isEqualTo("third");
    }
}
