package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.UserProperty;

import static dev.gatehouse.mqtt.Qos.AT_LEAST_ONCE;
import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static dev.gatehouse.mqtt.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// The last will, MQTT 5 §3.1.2.5 and §3.1.3.2.
class Will5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    private Client watching() {
        return bench.subscribed("watching", bench.topic("#"), EXACTLY_ONCE);
    }

    private Publishing last() {
        return Publishing.to(bench.topic("last"));
    }

    /// Nothing more has come: what is published now is next. The will, if it was sent, was sent before.
    private void noMore(Client watching) {
        bench.connected("sentinel").publish(Publishing.to(bench.topic("sentinel")));
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("sentinel"));
    }

    @Test
    void the_will_of_a_lost_connection_is_published__MQTT_3_1_2_7__MQTT_3_1_2_8() {
        Client watching = watching();
        bench.connected(bench.as("leaving").will(last().atLeastOnce(0).text("gone").contentType("words")
                .responseTopic("reply").correlationData("42").format(1).will())).close();
        Packet.Publish will = watching.receive();
        assertThat(will.topic()).isEqualTo(bench.topic("last"));
        assertThat(will.qos()).isEqualTo(AT_LEAST_ONCE);
        assertThat(Client.text(will)).isEqualTo("gone");
        assertThat(will.properties().contentType()).isEqualTo("words");
        assertThat(will.properties().responseTopic()).isEqualTo("reply");
        assertThat(will.properties().correlationData()).hasToString("3432");
        assertThat(will.properties().payloadFormat()).isEqualTo(1);
        assertThat(will.properties().messageExpirySeconds()).isEqualTo(-1);
    }

    @Test
    void the_will_is_published_when_the_broker_ends_the_connection__MQTT_3_1_2_8() {
        Client watching = watching();
        Client breaking = bench.connected(bench.as("breaking").will(last().will()));
        breaking.hex("c1 00").disconnected(ReasonCode.MALFORMED_PACKET);
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("last"));
        noMore(watching);
    }

    @Test
    void DISCONNECT_with_will_publishes_it_and_any_error_too__MQTT_3_1_2_8() {
        Client watching = watching();
        for (ReasonCode reason : new ReasonCode[]{ReasonCode.DISCONNECT_WITH_WILL, ReasonCode.UNSPECIFIED_ERROR}) {
            Client leaving = bench.connected(bench.as("leaving").will(last().text(reason.name()).will()));
            leaving.send(new Packet.Disconnect(reason));
            leaving.closed();
            assertThat(Client.text(watching.receive())).isEqualTo(reason.name());
        }
        noMore(watching);
    }

    @Test
    void the_will_waits_for_its_delay__MQTT_3_1_2_8() {
        Client watching = watching();
        Client leaving = bench.connected(bench.as("leaving").expiry(60).will(last().will(1)));
        long from = System.nanoTime();
        leaving.close();
        noMore(watching);
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("last"));
        assertThat(System.nanoTime() - from).as("ns").isGreaterThan(990_000_000L);
    }

    @Test
    void the_will_does_not_wait_longer_than_the_session_lives__MQTT_3_1_2_8() {
        Client watching = watching();
        bench.connected(bench.as("at-once").will(last().text("at once").will(3_600))).close();
        assertThat(Client.text(watching.receive())).isEqualTo("at once");
        bench.connected(bench.as("later").expiry(1).will(last().text("later").will(3_600))).close();
        assertThat(Client.text(watching.receive())).isEqualTo("later");
        Client ending = bench.connected(bench.as("ending").expiry(3_600).will(last().text("taken").will(3_600)));
        bench.connected(bench.as("ending"));
        ending.disconnected(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(Client.text(watching.receive())).as("Clean Start ended the session").isEqualTo("taken");
    }

    @Test
    void DISCONNECT_discards_the_will__MQTT_3_1_2_8__MQTT_3_1_2_10__MQTT_3_14_4_3() {
        Client watching = watching();
        bench.connected(bench.as("leaving").expiry(60).will(last().will())).disconnect();
        noMore(watching);
        // Nor is it left for the next connection of the session.
        bench.connected(bench.as("leaving").resuming().expiry(0)).close();
        bench.connected(bench.as("leaving").resuming()).disconnect();
        noMore(watching);
    }

    @Test
    void a_will_is_published_once__MQTT_3_1_2_10() {
        Client watching = watching();
        bench.connected(bench.as("leaving").expiry(60).will(last().will())).close();
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("last"));
        bench.connected(bench.as("leaving").resuming()).close();
        bench.connected(bench.as("leaving").resuming()).disconnect();
        noMore(watching);
    }

    @Test
    void a_reconnect_within_the_delay_keeps_the_will_back__MQTT_3_1_3_9() {
        Client watching = watching();
        bench.connected(bench.as("leaving").expiry(60).will(last().will(1))).close();
        bench.connected(bench.as("leaving").resuming().expiry(60));
        bench.secondsPass(2);
        while (true) {
            Packet.Publish next = watching.receive();
            assertThat(next.topic()).as("the will").isNotEqualTo(bench.topic("last"));
            if (next.topic().startsWith(bench.topic("clock"))) {
                return;
            }
        }
    }

    @Test
    void a_will_without_the_retain_flag_is_not_retained__MQTT_3_1_2_14() {
        Client watching = bench.connected("watching")
                .subscribed(Subscribing.to(bench.topic("#"), AT_MOST_ONCE).retainAsPublished());
        bench.connected(bench.as("leaving").will(last().will())).close();
        assertThat(watching.receive().retain()).isFalse();
        bench.subscribed("later", bench.topic("last"), AT_MOST_ONCE).idle();
    }

    @Test
    void a_will_with_the_retain_flag_is_retained__MQTT_3_1_2_15() {
        Client watching = bench.connected("watching")
                .subscribed(Subscribing.to(bench.topic("#"), AT_MOST_ONCE).retainAsPublished());
        bench.connected(bench.as("leaving").will(last().retain().text("kept").will())).close();
        assertThat(watching.receive().retain()).isTrue();
        Packet.Publish kept = bench.subscribed("later", bench.topic("last"), AT_MOST_ONCE).receive();
        assertThat(kept.retain()).isTrue();
        assertThat(Client.text(kept)).isEqualTo("kept");
        bench.connected(bench.as("clearing").will(last().retain().text("").will())).close();
        assertThat(Client.text(watching.receive())).isEmpty();
        bench.subscribed("last", bench.topic("last"), AT_MOST_ONCE).idle();
    }

    @Test
    void the_user_properties_of_a_will_keep_their_order__MQTT_3_1_3_10() {
        Client watching = watching();
        bench.connected(bench.as("leaving").will(last().userProperty("b", "1").userProperty("a", "2")
                .userProperty("b", "0").will())).close();
        assertThat(watching.receive().properties().userProperties()).containsExactly(new UserProperty("b", "1"),
                new UserProperty("a", "2"), new UserProperty("b", "0"));
    }

    @Test
    void a_silent_client_is_closed_as_if_the_network_had_failed__MQTT_3_1_2_22() {
        Client watching = watching();
        long from = System.nanoTime();
        Client silent = bench.connected(bench.as("silent").keepAlive(1).will(last().will()))
                .subscribed(bench.topic("talk"), AT_MOST_ONCE);
        // What the broker sends does not count.
        watching.publish(Publishing.to(bench.topic("talk")));
        silent.receive();
        watching.receive();
        silent.disconnected(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(System.nanoTime() - from).as("ns").isBetween(1_490_000_000L, 3_500_000_000L);
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("last"));
    }
}
