package dev.gatehouse.tests.refusals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.trail.Following;
import dev.gatehouse.server.trail.Line;

import static org.assertj.core.api.Assertions.assertThat;

/// The ways in which a client reaches its tenant without a server name of its own: through a proxy, and by user name.
class ArrivalIT {
    @TempDir
    static Path folder;
    private static Gate gate;

    @BeforeAll
    static void open() {
        gate = Gate.open(folder, "resolve");
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static Packet.Connect connect(String user) {
        return new Packet.Connect(Version.MQTT_3_1_1, "arrival", true, 60, null, user, Secret.of("secret"),
                ConnectProperties.NONE);
    }

    /// Connects behind what is sent first, and leaves well.
    private static void visit(RawClient client, Packet.Connect connect) throws IOException {
        client.packet(connect, connect.version());
        assertThat(client.next(connect.version()))
                .isEqualTo(new Packet.Connack(false, ReasonCode.SUCCESS, dev.gatehouse.mqtt.ConnackProperties.NONE));
        client.packet(new Packet.Disconnect(ReasonCode.SUCCESS), connect.version());
        assertThat(client.untilClosed()).isEmpty();
    }

    @Test
    void a_proxy_header_of_version_1_gives_the_address_of_the_client() throws Exception {
        try (Following watched = gate.watch(); RawClient client = RawClient.tcp(gate.port("proxied"))) {
            client.text("PROXY TCP4 192.0.2.7 192.0.2.1 4711 1883\r\n");
            visit(client, connect("eric@globex"));
            Line line = Gate.ended(watched, "192.0.2.7:4711");
            assertThat(line.tenant()).isEqualTo("globex");
            assertThat(line.cause()).isNull();
        }
    }

    @Test
    void the_authority_of_a_proxy_header_of_version_2_is_the_server_name() throws Exception {
        byte[] authority = "globex.mq.test".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111"));
        header.write(0);
        header.write(12 + 3 + authority.length);
        header.write(HexFormat.of().parseHex("c0000209c00002011267075b"));
        header.write(2);
        header.write(0);
        header.write(authority.length);
        header.write(authority);
        try (Following watched = gate.watch(); RawClient client = RawClient.tcp(gate.port("proxied"))) {
            client.send(header.toByteArray());
            visit(client, connect("eric"));
            Line line = Gate.ended(watched, "192.0.2.9:4711");
            assertThat(line.tenant()).isEqualTo("globex");
            assertThat(line.cause()).isNull();
        }
    }

    @Test
    void a_header_that_arrives_byte_by_byte_is_read_all_the_same() throws Exception {
        try (Following watched = gate.watch(); RawClient client = RawClient.tcp(gate.port("proxied"))) {
            for (byte one : "PROXY TCP4 192.0.2.8 192.0.2.1 4712 1883\r\n".getBytes(StandardCharsets.US_ASCII)) {
                client.send(new byte[]{one});
            }
            for (byte one : RawClient.bytes(connect("eric@globex"), Version.MQTT_3_1_1)) {
                client.send(new byte[]{one});
            }
            assertThat(client.next(Version.MQTT_3_1_1)).isInstanceOf(Packet.Connack.class);
            client.packet(new Packet.Disconnect(ReasonCode.SUCCESS), Version.MQTT_3_1_1);
            assertThat(Gate.ended(watched, "192.0.2.8:4712").cause()).isNull();
        }
    }

    @Test
    void without_a_server_name_the_user_name_may_say_the_tenant_where_the_operator_allows_it() throws Exception {
        try (Following watched = gate.watch();
                RawClient client = RawClient.tls(gate.port("tls"),
                        new RawClient.Tls(null, gate.caFile(), "TLSv1.2", null))) {
            visit(client, connect("eric@globex"));
            Trail trail = gate.trail(Gate.ended(watched, client.local()).id());
            assertThat(trail.tenant()).isEqualTo("globex");
            assertThat(trail.user()).isEqualTo("eric@globex");
        }
    }

    @Test
    void the_same_with_a_server_name_that_is_an_address() throws Exception {
        try (Following watched = gate.watch();
                RawClient client = RawClient.tls(gate.port("tls"),
                        new RawClient.Tls("127.0.0.1", gate.caFile(), "TLSv1.3", null))) {
            visit(client, connect("eric@globex"));
            assertThat(Gate.ended(watched, client.local()).cause()).isNull();
        }
    }

    @Test
    void packets_sent_right_behind_connect_are_handled_after_it() throws Exception {
        try (Following watched = gate.watch(); RawClient client = RawClient.tcp(gate.port("tcp"))) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(RawClient.bytes(new Packet.Connect(Version.MQTT_5, "eager", true, 60, null, null, null,
                    ConnectProperties.NONE), Version.MQTT_5));
            all.write(RawClient.bytes(new Packet.Pingreq(), Version.MQTT_5));
            all.write(RawClient.bytes(new Packet.Disconnect(ReasonCode.SUCCESS), Version.MQTT_5));
            client.send(all.toByteArray());
            assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
            assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Pingresp.class);
            assertThat(client.untilClosed()).isEmpty();
            assertThat(Gate.ended(watched, client.local()).cause()).isNull();
        }
    }
}
