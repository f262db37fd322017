package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// What an MQTT 5 client is sent depends on what its CONNECT says: aliases, packet size, response and problem information.
class AnswersIT {
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

    private static ConnectProperties taking(long packetBytes, int aliases) {
        return new ConnectProperties(0, 65_535, packetBytes, aliases, false, true, null, null, List.of());
    }

    private static Packet.Connack connect(RawClient client, String clientId, ConnectProperties properties)
            throws IOException {
        client.packet(new Packet.Connect(Version.MQTT_5, clientId, true, 60, null, null, null, properties),
                Version.MQTT_5);
        return (Packet.Connack) Objects.requireNonNull(client.next(Version.MQTT_5));
    }

    private static Packet next(RawClient client) throws IOException {
        return Objects.requireNonNull(client.next(Version.MQTT_5));
    }

    private static void subscribe(RawClient client, String filter) throws IOException {
        client.packet(new Packet.Subscribe(1, 0, List.of(), List.of(new Packet.Subscribe.Request(filter,
                Qos.AT_LEAST_ONCE, false, false, Packet.RetainHandling.SEND))), Version.MQTT_5);
    }

    private static void publish(RawClient client, String topic, int payloadBytes) throws IOException {
        client.packet(new Packet.Publish(topic, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE,
                Unpooled.wrappedBuffer("x".repeat(payloadBytes).getBytes(StandardCharsets.UTF_8))), Version.MQTT_5);
    }

    /// Topic and alias of the next PUBLISH, and how many bytes of payload came with it.
    private static String delivered(RawClient client) throws IOException {
        Packet.Publish publish = (Packet.Publish) next(client);
        try {
            return publish.topic() + " " + publish.properties().topicAlias() + " " + publish.payload().readableBytes();
        } finally {
            publish.payload().release();
        }
    }

    @Test
    void a_topic_goes_out_once_and_then_as_its_alias__MQTT_3_3_2_11() throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            connect(client, "aliased", taking(-1, 10));
            subscribe(client, "#");
            next(client);
            for (String topic : List.of("sensors/one", "short", "sensors/one", "sensors/two", "sensors/two",
                    "sensors/one", "sensors/three")) {
                publish(client, topic, 1);
            }
            assertThat(delivered(client)).isEqualTo("sensors/one 1 1");
            assertThat(delivered(client)).as("an alias would gain nothing").isEqualTo("short 0 1");
            assertThat(delivered(client)).isEqualTo(" 1 1");
            assertThat(delivered(client)).isEqualTo("sensors/two 2 1");
            assertThat(delivered(client)).isEqualTo(" 2 1");
            assertThat(delivered(client)).isEqualTo(" 1 1");
            assertThat(delivered(client)).as("the tenant allows two").isEqualTo("sensors/three 0 1");
        }
    }

    @Test
    void a_client_that_takes_no_alias_gets_none__MQTT_3_3_2_11() throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            connect(client, "plain", ConnectProperties.NONE);
            subscribe(client, "#");
            next(client);
            publish(client, "sensors/one", 1);
            publish(client, "sensors/one", 1);
            assertThat(delivered(client)).isEqualTo("sensors/one 0 1");
            assertThat(delivered(client)).isEqualTo("sensors/one 0 1");
        }
    }

    @Test
    void a_message_that_did_not_fit_set_no_alias() throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            connect(client, "small", taking(100, 10));
            subscribe(client, "#");
            next(client);
            publish(client, "sensors/one", 200); // does not fit at all
            publish(client, "sensors/one", 84); // 100 bytes without an alias, 103 with one
            publish(client, "sensors/one", 81);
            publish(client, "sensors/one", 92);
            assertThat(delivered(client)).isEqualTo("sensors/one 0 84");
            assertThat(delivered(client)).isEqualTo("sensors/one 1 81");
            assertThat(delivered(client)).as("fits only with its alias").isEqualTo(" 1 92");
        }
    }

    @Test
    void response_information_is_given_to_whom_asks__MQTT_3_1_2_28() throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            ConnackProperties told = connect(client, "asking",
                    new ConnectProperties(0, 65_535, -1, 0, true, true, null, null, List.of())).properties();
            assertThat(told.responseInformation()).isEqualTo("replies/asking/");
        }
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            assertThat(connect(client, "silent", ConnectProperties.NONE).properties().responseInformation()).isNull();
        }
    }

    private static Packet.Suback refusedFilter(String clientId, ConnectProperties properties) throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            connect(client, clientId, properties);
            subscribe(client, "a/#/b");
            return (Packet.Suback) next(client);
        }
    }

    @Test
    void a_reason_string_says_why_unless_it_is_not_wanted__MQTT_3_1_2_29() throws IOException {
        Packet.Suback said = refusedFilter("wanting", ConnectProperties.NONE);
        assertThat(said.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        assertThat(said.reasonString()).contains("wildcard in the wrong place");
        Packet.Suback silent = refusedFilter("silent",
                new ConnectProperties(0, 65_535, -1, 0, false, false, null, null, List.of()));
        assertThat(silent.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        assertThat(silent.reasonString()).isNull();
    }

    @Test
    void a_reason_string_that_does_not_fit_is_left_out__MQTT_3_9_2_1() throws IOException {
        Packet.Suback cut = refusedFilter("narrow", taking(30, 0));
        assertThat(cut.reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        assertThat(cut.reasonString()).isNull();
    }

    @Test
    void a_disconnect_that_does_not_fit_leaves_its_reason_string_out__MQTT_3_14_2_3() throws IOException {
        try (RawClient client = RawClient.tcp(gate.port("rich"))) {
            connect(client, "brief", taking(30, 0));
            connectAgain(client);
            Packet.Disconnect last = (Packet.Disconnect) next(client);
            assertThat(last.reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            assertThat(last.reasonString()).isNull();
        }
    }

    private static void connectAgain(RawClient client) throws IOException {
        client.packet(new Packet.Connect(Version.MQTT_5, "brief", true, 60, null, null, null, ConnectProperties.NONE),
                Version.MQTT_5);
    }
}
