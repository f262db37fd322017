package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.admin.AdminClient;
import dev.gatehouse.server.admin.AdminServer;
import dev.gatehouse.server.admin.Request;

import static org.assertj.core.api.Assertions.assertThat;

/// A server that is emptied: who comes and who is there is sent elsewhere, not all at once, until it is taken back.
class DrainIT {
    @TempDir
    static Path folder;
    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.open(folder, "refuse");
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static RawClient connect(String clientId) throws IOException {
        RawClient client = RawClient.tcp(gate.port("tcp"));
        client.packet(new Packet.Connect(Version.MQTT_5, clientId, true, 60, null, null, null, ConnectProperties.NONE),
                Version.MQTT_5);
        return client;
    }

    private static Packet next(RawClient client) throws IOException {
        return Objects.requireNonNull(client.next(Version.MQTT_5));
    }

    @Test
    void everybody_is_sent_away_in_turn_and_let_in_again() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            RawClient client = connect("d" + i);
            assertThat(((Packet.Connack) next(client)).reason()).isEqualTo(ReasonCode.SUCCESS);
            clients.add(client);
        }
        long begun = System.nanoTime();
        gate.command(new Request.Drain(false, "%t.other.example:8883", false, 10));

        try (RawClient late = connect("late")) {
            Packet.Connack refused = (Packet.Connack) next(late);
            assertThat(refused.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            assertThat(refused.properties().serverReference()).isEqualTo("acme.other.example:8883");
        }
        List<String> status = new ArrayList<>();
        new AdminClient(AdminServer.socketIn(folder.resolve("data"))).ask(new Request.GetStatus(), line -> {
            status.add(line.at("/draining/to").asText() + " " + line.at("/draining/per_second").asText());
            return true;
        });
        assertThat(status).containsExactly("%t.other.example:8883 10");

        for (RawClient client : clients) {
            Packet.Disconnect farewell = (Packet.Disconnect) next(client);
            assertThat(farewell.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            assertThat(farewell.serverReference()).isEqualTo("acme.other.example:8883");
            assertThat(client.untilClosed()).isEmpty();
            client.close();
        }
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).as("twelve clients, ten per second")
                .isGreaterThan(900);

        gate.command(new Request.Drain(true, null, false, 1));
        try (RawClient back = connect("back")) {
            assertThat(((Packet.Connack) next(back)).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void who_stays_until_the_drain_is_stopped_stays() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = connect("s" + i);
            assertThat(next(client)).isInstanceOf(Packet.Connack.class);
            clients.add(client);
        }
        gate.command(new Request.Drain(false, null, false, 1));
        gate.command(new Request.Drain(true, null, false, 1));
        int there = 0;
        for (RawClient client : clients) {
            client.packet(new Packet.Pingreq(), Version.MQTT_5);
            there += next(client) instanceof Packet.Pingresp ? 1 : 0;
            client.close();
        }
        assertThat(there).isGreaterThanOrEqualTo(2);
    }
}
