package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// What the broker remembers between connections, MQTT 5 §3.1.2.4, §3.1.2.11.2, §4.1 and §4.4.
class Session5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private Connecting lasting(String label) {
        return bench.as(label).resuming().expiry(60);
    }

    @Test
    void clean_start_discards_the_session__MQTT_3_1_2_4__MQTT_3_1_4_4__MQTT_3_2_2_2() {
        bench.connected(lasting("client")).subscribed(bench.topic("a"), AT_LEAST_ONCE).disconnect();
        Client sender = bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        Client again = bench.client();
        assertThat(again.connect(bench.as("client").expiry(60)).sessionPresent()).isFalse();
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(2));
        again.idle().subscribed(bench.topic("b"), AT_LEAST_ONCE);
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(3)).publish(
                Publishing.to(bench.topic("b")).atLeastOnce(4));
        assertThat(again.receive().topic()).as("neither queue nor subscription are left")
                .isEqualTo(bench.topic("b"));
    }

    @Test
    void without_clean_start_the_session_goes_on__MQTT_3_1_2_5__MQTT_3_2_2_3__MQTT_3_1_2_23() {
        bench.connected(lasting("client")).subscribed(bench.topic("a"), AT_LEAST_ONCE).close();
        Client sender = bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("1"));
        Client again = bench.client();
        assertThat(again.connect(lasting("client")).sessionPresent()).isTrue();
        assertThat(Client.text(again.receive())).isEqualTo("1");
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("2"));
        assertThat(Client.text(again.receive())).isEqualTo("2");
    }

    @Test
    void without_clean_start_and_without_session_there_is_a_new_one__MQTT_3_1_2_6__MQTT_3_2_2_3() {
        Client client = bench.client();
        assertThat(client.connect(lasting("client")).sessionPresent()).isFalse();
        client.subscribed(bench.topic("a"), AT_LEAST_ONCE).disconnect();
        Client again = bench.client();
        assertThat(again.connect(lasting("client")).sessionPresent()).isTrue();
    }

    @Test
    void a_session_without_expiry_ends_with_its_connection__MQTT_4_1_0_2() {
        bench.connected("client").subscribed(bench.topic("a"), AT_LEAST_ONCE).disconnect();
        Client again = bench.client();
        assertThat(again.connect(bench.as("client").resuming()).sessionPresent()).isFalse();
    }

    @Test
    void a_session_ends_when_its_expiry_has_passed__MQTT_4_1_0_2() {
        bench.connected(bench.as("client").resuming().expiry(1)).subscribed(bench.topic("a"), AT_LEAST_ONCE).close();
        bench.connected(bench.as("other").resuming().expiry(60)).send(
                new Packet.Disconnect(ReasonCode.SUCCESS, 1, null, null, java.util.List.of())).closed();
        bench.connected(lasting("given-up")).send(
                new Packet.Disconnect(ReasonCode.SUCCESS, 0, null, null, java.util.List.of())).closed();
        assertThat(bench.client().connect(lasting("given-up")).sessionPresent()).as("expiry 0 at DISCONNECT")
                .isFalse();
        bench.secondsPass(2);
        assertThat(bench.client().connect(lasting("client")).sessionPresent()).isFalse();
        assertThat(bench.client().connect(lasting("other")).sessionPresent()).as("expiry 1 at DISCONNECT").isFalse();
    }

    @Test
    void a_session_stays_while_its_connection_is_open__MQTT_4_1_0_1() {
        Client client = bench.connected(bench.as("client").resuming().expiry(1)).subscribed(bench.topic("a"),
                AT_LEAST_ONCE);
        Client brief = bench.connected("brief").subscribed(bench.topic("a"), AT_MOST_ONCE);
        bench.secondsPass(2);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        assertThat(client.receive().topic()).isEqualTo(bench.topic("a"));
        assertThat(brief.receive().topic()).as("keep alive 0: silence is no reason to close")
                .isEqualTo(bench.topic("a"));
    }

    /// MQTT 5 §3.14.2.2.2.
    @Test
    void DISCONNECT_cannot_give_an_expiry_to_a_session_that_had_none__MQTT_4_13_1_1() {
        Client client = bench.connected("client");
        client.send(new Packet.Disconnect(ReasonCode.SUCCESS, 60, null, null, java.util.List.of()));
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_session_belongs_to_exactly_its_client_id__MQTT_3_1_3_2() {
        // Letter case, the two Unicode forms of one character, and a blank make different ids.
        for (String label : new String[]{"caf\u00e9", "cafe\u0301", "CAF\u00c9", "caf\u00e9 "}) {
            bench.connected(lasting(label)).subscribed(bench.topic("to/" + label), AT_LEAST_ONCE).disconnect();
        }
        Client sender = bench.connected("sender");
        for (String label : new String[]{"caf\u00e9", "cafe\u0301", "CAF\u00c9", "caf\u00e9 "}) {
            sender.publish(Publishing.to(bench.topic("to/" + label)).atLeastOnce(1));
        }
        for (String label : new String[]{"caf\u00e9", "cafe\u0301", "CAF\u00c9", "caf\u00e9 "}) {
            Client again = bench.client();
            assertThat(again.connect(lasting(label)).sessionPresent()).isTrue();
            assertThat(again.receive().topic()).isEqualTo(bench.topic("to/" + label));
            again.idle();
        }
    }

    @Test
    void what_was_not_acknowledged_comes_again_with_DUP_and_its_identifier__MQTT_4_4_0_1__MQTT_3_3_1_1__MQTT_4_3_2_3() {
        Client client = bench.connected(lasting("client")).subscribed(bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(1).text("1"))
                .publish(Publishing.to(bench.topic("a")).exactlyOnce(1).text("2"));
        Packet.Publish first = client.next(Packet.Publish.class);
        Packet.Publish second = client.next(Packet.Publish.class);
        assertThat(first.duplicate()).isFalse();
        assertThat(second.duplicate()).isFalse();
        client.idle(); // nothing is sent again while the connection is open
        client.close();
        Client again = bench.connected(lasting("client"));
        for (Packet.Publish before : new Packet.Publish[]{first, second}) {
            Packet.Publish repeated = again.next(Packet.Publish.class);
            assertThat(repeated.duplicate()).isTrue();
            assertThat(repeated.packetId()).isEqualTo(before.packetId());
            assertThat(repeated.qos()).isEqualTo(before.qos());
            assertThat(Client.text(repeated)).isEqualTo(Client.text(before));
        }
        again.send(new Packet.Puback(first.packetId(), ReasonCode.SUCCESS));
        again.idle().close();
        Client third = bench.connected(lasting("client"));
        assertThat(third.receive().packetId()).as("the QoS 1 message is done").isEqualTo(second.packetId());
        third.idle();
    }

    @Test
    void after_PUBREC_only_PUBREL_comes_again__MQTT_4_4_0_1__MQTT_4_3_3_3__MQTT_4_3_3_5__MQTT_4_3_3_6() {
        Client client = bench.connected(lasting("client")).subscribed(bench.topic("a"), EXACTLY_ONCE);
        bench.connected("sender").publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
        int id = client.next(Packet.Publish.class).packetId();
        client.close();
        Client before = bench.connected(lasting("client"));
        assertThat(before.next(Packet.Publish.class).packetId()).as("before PUBREC the message comes").isEqualTo(id);
        before.send(new Packet.Pubrec(id, ReasonCode.SUCCESS));
        assertThat(before.next(Packet.Pubrel.class).packetId()).isEqualTo(id);
        before.close();
        Client after = bench.connected(lasting("client"));
        assertThat(after.next(Packet.Pubrel.class)).isEqualTo(new Packet.Pubrel(id, ReasonCode.SUCCESS));
        after.idle().close();
        Client last = bench.connected(lasting("client"));
        assertThat(last.next(Packet.Pubrel.class).packetId()).isEqualTo(id);
        last.send(new Packet.Pubcomp(id, ReasonCode.SUCCESS));
        last.idle().close();
        bench.connected(lasting("client")).idle();
    }

    @Test
    void what_was_refused_does_not_come_again__MQTT_4_4_0_2() {
        Client client = bench.connected(lasting("client")).subscribed(bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected("sender");
        sender.publish(Publishing.to(bench.topic("a")).atLeastOnce(1));
        sender.publish(Publishing.to(bench.topic("a")).exactlyOnce(1));
        client.send(new Packet.Puback(client.next(Packet.Publish.class).packetId(), ReasonCode.UNSPECIFIED_ERROR));
        client.send(new Packet.Pubrec(client.next(Packet.Publish.class).packetId(), ReasonCode.NOT_AUTHORIZED));
        client.idle().close();
        bench.connected(lasting("client")).idle();
    }

    @Test
    void the_identifier_of_an_unfinished_message_survives_the_publishers_reconnect__MQTT_4_3_3_10__MQTT_4_4_0_1() {
        Client receiver = bench.subscribed("receiver", bench.topic("a"), EXACTLY_ONCE);
        Client sender = bench.connected(lasting("sender"));
        sender.send(Publishing.to(bench.topic("a")).exactlyOnce(7).packet());
        assertThat(sender.next(Packet.Pubrec.class).reason().isError()).isFalse();
        sender.close();
        Client again = bench.connected(lasting("sender"));
        again.send(Publishing.to(bench.topic("a")).exactlyOnce(7).duplicate().packet());
        assertThat(again.next(Packet.Pubrec.class).packetId()).isEqualTo(7);
        again.send(new Packet.Pubrel(7, ReasonCode.SUCCESS));
        assertThat(again.next(Packet.Pubcomp.class)).isEqualTo(new Packet.Pubcomp(7, ReasonCode.SUCCESS));
        again.publish(Publishing.to(bench.topic("a")).exactlyOnce(7).text("end"));
        assertThat(Client.text(receiver.receive())).isEqualTo(bench.topic("a"));
        assertThat(Client.text(receiver.receive())).isEqualTo("end");
    }
}
