package dev.gatehouse.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.SocketFactory;

import org.junit.jupiter.api.Test;

import dev.gatehouse.client.ClientFault.Reason;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class MqttClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Bytes HELLO = Bytes.copyOf("hello".getBytes(StandardCharsets.UTF_8));

    private static MqttClient connect(ScriptedServer server, ConnectOptions options, Duration patience)
            throws IOException {
        Deadline deadline = Deadline.in(patience);
        return MqttClient.connect(new Dialer(SocketFactory.getDefault(), null, null).dial(server.address(), deadline),
                options, deadline);
    }

    private static MqttClient connect(ScriptedServer server) throws IOException {
        return connect(server, ConnectOptions.of(Version.MQTT_3_1_1, "c"), PATIENCE);
    }

    private static ClientFault refusedBy(ScriptedServer server, Version version) {
        return catchThrowableOfType(ClientFault.class,
                () -> connect(server, ConnectOptions.of(version, "c"), PATIENCE));
    }

    @Test
    void what_the_server_says_in_connack_is_there_to_be_read() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            assertThat(peer.packet()).isEqualTo("100e00044d5154540502003c00000163");
            peer.send("20 06 00 00 03 21 00 07");
            peer.packet();
        }); MqttClient client = connect(server, ConnectOptions.of(Version.MQTT_5, "c"), PATIENCE)) {
            assertThat(client.connack().properties().receiveMaximum()).isEqualTo(7);
        }
    }

    @Test
    void a_refusal_has_the_packet_the_code_and_the_words() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.packet();
            peer.send("20 08 00 87 05 1f 00 02 6e 6f");
        })) {
            ClientFault fault = refusedBy(server, Version.MQTT_5);
            assertThat(fault.reason()).isInstanceOfSatisfying(Reason.Refused.class, refused -> {
                assertThat(refused.code()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                assertThat(refused.answer()).isInstanceOf(Packet.Connack.class);
                assertThat(refused.reasonString()).isEqualTo("no");
            });
            assertThat(fault).hasMessage("the server refused with CONNACK: not authorized (0x87), \"no\"");
        }
    }

    @Test
    void silence_a_close_and_garbage_are_told_apart() throws Exception {
        try (var silent = new ScriptedServer(peer -> {
            peer.packet();
            peer.packet();
        });
                var closing = new ScriptedServer(ScriptedServer.Peer::packet);
                var garbage = new ScriptedServer(peer -> peer.send("ff ff ff"))) {
            ClientFault silence = catchThrowableOfType(ClientFault.class, () -> connect(silent,
                    ConnectOptions.of(Version.MQTT_3_1_1, "c"), Duration.ofMillis(100)));
            assertThat(silence.reason()).isInstanceOf(Reason.Silent.class);
            assertThat(refusedBy(closing, Version.MQTT_3_1_1).reason()).isInstanceOf(Reason.Closed.class);
            assertThat(refusedBy(garbage, Version.MQTT_3_1_1).reason()).isInstanceOf(Reason.Violated.class);
        }
    }

    @Test
    void each_qos_waits_for_what_it_promises() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.packet();
            peer.send("20 02 00 00");
            assertThat(peer.packet()).isEqualTo("3006000174" + "616263");
            assertThat(peer.packet()).startsWith("32");
            peer.send("40 02 00 01");
            assertThat(peer.packet()).startsWith("34");
            peer.send("50 02 00 02");
            assertThat(peer.packet()).isEqualTo("62020002");
            peer.send("70 02 00 02");
            assertThat(peer.packet()).isEqualTo("e000");
        }); MqttClient client = connect(server)) {
            Deadline deadline = Deadline.in(PATIENCE);
            Bytes abc = Bytes.copyOf(new byte[]{'a', 'b', 'c'});
            assertThat(client.publish("t", abc, Qos.AT_MOST_ONCE, false, PublishProperties.NONE, deadline)).isNull();
            assertThat(client.publish("t", abc, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, deadline))
                    .isInstanceOf(Packet.Puback.class);
            assertThat(client.publish("t", abc, Qos.EXACTLY_ONCE, false, PublishProperties.NONE, deadline))
                    .isInstanceOf(Packet.Pubcomp.class);
            client.disconnect(ReasonCode.SUCCESS, deadline);
            assertThat(client.whyOver()).isNotNull();
        }
    }

    @Test
    void a_message_of_qos_2_that_comes_twice_is_received_once() throws Exception {
        CompletableFuture<String> answers = new CompletableFuture<>();
        try (var server = new ScriptedServer(peer -> {
            peer.packet();
            peer.send("20 02 00 00");
            peer.send("34 06 00 01 74 00 09 61");
            String pubrec = peer.packet();
            peer.send("3c 06 00 01 74 00 09 61");
            pubrec += " " + peer.packet();
            peer.send("62 02 00 09");
            answers.complete(pubrec + " " + peer.packet());
            peer.send("30 04 00 01 74 62");
            peer.packet();
        }); MqttClient client = connect(server)) {
            Deadline deadline = Deadline.in(PATIENCE);
            assertThat(client.receive(deadline)).extracting(Message::payload).hasToString("61");
            assertThat(answers.join()).isEqualTo("50020009 50020009 70020009");
            assertThat(client.receive(deadline)).extracting(Message::payload).hasToString("62");
        }
    }

    @Test
    void what_the_server_says_at_the_end_is_what_every_later_call_says() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.packet();
            peer.send("20 03 00 00 00");
            peer.send("e0 01 8b");
        }); MqttClient client = connect(server, ConnectOptions.of(Version.MQTT_5, "c"), PATIENCE)) {
            Deadline deadline = Deadline.in(PATIENCE);
            ClientFault fault = catchThrowableOfType(ClientFault.class, () -> client.receive(deadline));
            assertThat(fault.reason()).isInstanceOf(Reason.Disconnected.class);
            ClientFault again = catchThrowableOfType(ClientFault.class,
                    () -> client.publish("t", HELLO, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, deadline));
            assertThat(again.reason()).isEqualTo(fault.reason());
        }
    }

    @Test
    void pingresp_that_does_not_come_ends_the_connection() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.packet();
            peer.send("20 02 00 00");
            assertThat(peer.packet()).isEqualTo("c000");
            peer.packet();
        });
                MqttClient client = connect(server, ConnectOptions.of(Version.MQTT_3_1_1, "c").keepAlive(1),
                        PATIENCE)) {
            ClientFault fault = catchThrowableOfType(ClientFault.class, () -> client.receive(Deadline.in(PATIENCE)));
            assertThat(fault.reason()).isInstanceOfSatisfying(Reason.Silent.class,
                    silent -> assertThat(silent.awaited()).isEqualTo("PINGRESP"));
        }
    }

    @Test
    void packets_travel_in_websocket_frames_however_they_are_cut() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            String request = WebSocketTransportTest.upgrade(peer.socket(), "mqtt");
            assertThat(request).startsWith("GET /mqtt HTTP/1.1\r\n").contains("Sec-WebSocket-Protocol: mqtt\r\n");
            WebSocketTransportTest.frame(peer.socket());
            peer.send("02 01 20  89 02 61 62  80 03 02 00 00"); // CONNACK in two frames, with a ping in between
            assertThat(WebSocketTransportTest.frame(peer.socket())).isEqualTo("8a:6162");
            assertThat(WebSocketTransportTest.frame(peer.socket())).isEqualTo("82:e000");
        })) {
            Deadline deadline = Deadline.in(PATIENCE);
            MqttUrl url = MqttUrl.parse("ws://127.0.0.1:" + server.address().getPort());
            Dialer dialer = new Dialer(SocketFactory.getDefault(), null, WebSocketOptions.of(url, new Random(1)));
            try (MqttClient client = MqttClient.connect(dialer.dial(server.address(), deadline),
                    ConnectOptions.of(Version.MQTT_3_1_1, "c"), deadline)) {
                assertThat(client.connack().reason()).isEqualTo(ReasonCode.SUCCESS);
                client.disconnect(ReasonCode.SUCCESS, deadline);
            }
        }
    }
}
