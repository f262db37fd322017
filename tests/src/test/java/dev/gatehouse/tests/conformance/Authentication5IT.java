package dev.gatehouse.tests.conformance;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

import static dev.gatehouse.mqtt.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

/// Enhanced authentication with SCRAM-SHA-256, MQTT 5 §4.12.
class Authentication5IT {
    private static final String METHOD = "SCRAM-SHA-256";

    @RegisterExtension
    final Bench bench = new Bench();

    private static Packet.Auth auth(ReasonCode reason, @Nullable String method, @Nullable Bytes data) {
        return new Packet.Auth(reason, method, data, null, List.of());
    }

    private Connecting connecting(String label, ScramClient scram) {
        return bench.as(label).authentication(METHOD, scram.first());
    }

    /// A client that has got its challenge.
    private Client challenged(String label, ScramClient scram) {
        Client client = bench.client(Door.GUARDED);
        client.send(connecting(label, scram).packet());
        return client;
    }

    private Client authenticated(String label) {
        ScramClient scram = new ScramClient("eric", "secret");
        Client client = challenged(label, scram);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, METHOD,
                scram.answer(client.next(Packet.Auth.class).data())));
        assertThat(client.next(Packet.Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    @Test
    void an_exchange_of_AUTH_with_one_method_leads_to_CONNACK__MQTT_4_12_0_2__MQTT_4_12_0_5() {
        ScramClient scram = new ScramClient("eric", "secret");
        Client client = challenged("client", scram);
        Packet.Auth challenge = client.next(Packet.Auth.class);
        assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
        assertThat(challenge.method()).isEqualTo(METHOD);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, METHOD, scram.answer(challenge.data())));
        Packet.Connack connack = client.next(Packet.Connack.class);
        assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(connack.properties().authenticationMethod()).isEqualTo(METHOD);
        assertThat(connack.properties().authenticationData()).isEqualTo(scram.verdict());
        client.idle();
    }

    @Test
    void another_method_on_the_way_is_refused__MQTT_4_12_0_5() {
        ScramClient scram = new ScramClient("eric", "secret");
        Client client = challenged("client", scram);
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, "SCRAM-SHA-1",
                scram.answer(client.next(Packet.Auth.class).data())));
        client.refused(ReasonCode.BAD_AUTHENTICATION_METHOD);
    }

    @Test
    void the_clients_AUTH_goes_on_with_0x18__MQTT_4_12_0_3() {
        for (ReasonCode reason : List.of(ReasonCode.SUCCESS, ReasonCode.REAUTHENTICATE)) {
            ScramClient scram = new ScramClient("eric", "secret");
            Client client = challenged("client", scram);
            client.send(auth(reason, METHOD, scram.answer(client.next(Packet.Auth.class).data())));
            client.refused(ReasonCode.PROTOCOL_ERROR);
        }
    }

    @Test
    void a_failed_authentication_ends_with_CONNACK__MQTT_4_12_0_4() {
        for (ScramClient scram : List.of(new ScramClient("eric", "guess"), new ScramClient("nobody", "secret"))) {
            Client client = challenged("client", scram);
            client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, METHOD,
                    scram.answer(client.next(Packet.Auth.class).data())));
            client.refused(ReasonCode.NOT_AUTHORIZED); // the same for both: nobody learns which users there are
        }
    }

    @Test
    void only_AUTH_and_DISCONNECT_may_come_before_CONNACK__MQTT_3_1_2_30() {
        Client watching = bench.connected(Door.GUARDED, bench.as("watching").user("eric", "secret"))
                .subscribed(bench.topic("#"), AT_MOST_ONCE);
        for (Packet packet : List.of(new Packet.Pingreq(), Publishing.to(bench.topic("a")).packet(),
                Subscribing.to(bench.topic("a"), AT_MOST_ONCE).packet())) {
            Client client = challenged("client", new ScramClient("eric", "secret"));
            client.next(Packet.Auth.class);
            client.send(packet);
            client.refused(ReasonCode.PROTOCOL_ERROR);
        }
        Client leaving = challenged("client", new ScramClient("eric", "secret"));
        leaving.next(Packet.Auth.class);
        leaving.send(new Packet.Disconnect(ReasonCode.SUCCESS));
        leaving.closed();
        watching.publish(Publishing.to(bench.topic("end")));
        assertThat(watching.receive().topic()).isEqualTo(bench.topic("end"));
    }

    @Test
    void AUTH_leaves_out_what_does_not_fit__MQTT_3_15_2_2__MQTT_3_15_2_3() {
        Client client = bench.client(Door.GUARDED);
        client.send(connecting("client", new ScramClient("eric", "secret")).maximumPacketSize(160).packet());
        Packet.Auth challenge = client.next(Packet.Auth.class);
        assertThat(challenge.data()).isNotNull();
        assertThat(challenge.reasonString()).isNull();
        assertThat(challenge.userProperties()).isEmpty();
    }

    @Test
    void a_client_authenticates_again_with_the_same_method_while_messages_flow__MQTT_4_12_1_1() {
        Client client = authenticated("client").subscribed(bench.topic("a"), AT_MOST_ONCE);
        ScramClient again = new ScramClient("eric", "secret");
        client.send(auth(ReasonCode.REAUTHENTICATE, METHOD, again.first()));
        Packet.Auth challenge = client.next(Packet.Auth.class);
        assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION);
        client.publish(Publishing.to(bench.topic("a")));
        assertThat(client.receive().topic()).isEqualTo(bench.topic("a"));
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, METHOD, again.answer(challenge.data())));
        Packet.Auth success = client.next(Packet.Auth.class);
        assertThat(success.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(success.method()).isEqualTo(METHOD);
        assertThat(success.data()).isEqualTo(again.verdict());
        client.idle();
        client.send(auth(ReasonCode.REAUTHENTICATE, "SCRAM-SHA-1", again.first()));
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void a_failed_re_authentication_ends_with_DISCONNECT__MQTT_4_12_1_2() {
        Client client = authenticated("client");
        ScramClient wrong = new ScramClient("eric", "guess");
        client.send(auth(ReasonCode.REAUTHENTICATE, METHOD, wrong.first()));
        client.send(auth(ReasonCode.CONTINUE_AUTHENTICATION, METHOD,
                wrong.answer(client.next(Packet.Auth.class).data())));
        client.disconnected(ReasonCode.NOT_AUTHORIZED);
    }
}
