package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.admin.Request;

import static org.assertj.core.api.Assertions.assertThat;

/// SCRAM-SHA-256 over AUTH packets: letting in, and again while messages flow.
class EnhancedAuthenticationIT {
    @TempDir
    static Path folder;
    private static Gate gate;

    @BeforeAll
    static void open() throws Exception {
        gate = Gate.open(folder, "refuse");
        gate.command(new Request.AddUser("globex", "added", Secret.of("by command"), List.of("#"), List.of("#")));
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    private static RawClient tls() throws Exception {
        return RawClient.tls(gate.port("tls"), new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.3", null));
    }

    private static Packet.Connack loggedIn(RawClient client, ScramLogin login, String clientId) throws IOException {
        login.run(client, clientId, null);
        return (Packet.Connack) ScramLogin.next(client);
    }

    @Test
    void both_sides_prove_themselves_before_connack__MQTT_4_12_0_5() throws Exception {
        for (String[] user : new String[][]{{"eric", "secret"}, {"added", "by command"}}) {
            try (RawClient client = tls()) {
                ScramLogin login = new ScramLogin(user[0], user[1]);
                client.packet(ScramLogin.connect("both-" + user[0], null, login.first()), Version.MQTT_5);
                Packet.Auth challenge = (Packet.Auth) ScramLogin.next(client);
                assertThat(challenge.reason()).isEqualTo(ReasonCode.CONTINUE_AUTHENTICATION); // [MQTT-4.12.0-2]
                assertThat(challenge.method()).isEqualTo(ScramLogin.METHOD);
                client.packet(ScramLogin.auth(ReasonCode.CONTINUE_AUTHENTICATION, login.last(challenge.data())),
                        Version.MQTT_5);
                Packet.Connack connack = (Packet.Connack) ScramLogin.next(client);
                assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
                assertThat(connack.properties().authenticationMethod()).isEqualTo(ScramLogin.METHOD);
                login.verify(connack.properties().authenticationData());
            }
        }
    }

    @Test
    void the_user_name_of_the_exchange_is_the_one_that_has_permissions() throws Exception {
        try (RawClient client = tls()) {
            assertThat(loggedIn(client, new ScramLogin("narrow", "secret"), "narrowed").reason())
                    .isEqualTo(ReasonCode.SUCCESS);
            publish(client, "yours", Qos.AT_LEAST_ONCE);
            assertThat(((Packet.Puback) ScramLogin.next(client)).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    private static void publish(RawClient client, String topic, Qos qos) throws IOException {
        client.packet(new Packet.Publish(topic, qos, false, false, qos == Qos.AT_MOST_ONCE ? 0 : 7,
                PublishProperties.NONE, Unpooled.wrappedBuffer(new byte[1])), Version.MQTT_5);
    }

    @Test
    void where_the_user_name_says_the_tenant_connect_has_it_too() throws Exception {
        try (RawClient client = RawClient.tcp(gate.port("named"))) {
            ScramLogin login = new ScramLogin("eric", "secret");
            login.run(client, "named", "eric@globex");
            assertThat(((Packet.Connack) ScramLogin.next(client)).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void without_a_method_there_is_none_in_connack__MQTT_4_12_0_6() throws Exception {
        try (RawClient client = RawClient.tcp(gate.port("tcp"))) {
            client.packet(new Packet.Connect(Version.MQTT_5, "plain", true, 60, null, null, null,
                    ConnectProperties.NONE), Version.MQTT_5);
            Packet.Connack connack = (Packet.Connack) ScramLogin.next(client);
            assertThat(connack.properties().authenticationMethod()).isNull();
            assertThat(connack.properties().authenticationData()).isNull();
        }
    }

    @Test
    void messages_flow_while_a_client_authenticates_again__MQTT_4_12_1_1() throws Exception {
        try (RawClient client = tls()) {
            loggedIn(client, new ScramLogin("eric", "secret"), "again");
            client.packet(new Packet.Subscribe(1, 0, List.of(), List.of(new Packet.Subscribe.Request("again",
                    Qos.AT_MOST_ONCE, false, false, Packet.RetainHandling.SEND))), Version.MQTT_5);
            assertThat(ScramLogin.next(client)).isInstanceOf(Packet.Suback.class);
            ScramLogin login = new ScramLogin("eric", "secret");
            client.packet(ScramLogin.auth(ReasonCode.REAUTHENTICATE, login.first()), Version.MQTT_5);
            Packet.Auth challenge = (Packet.Auth) ScramLogin.next(client);
            publish(client, "again", Qos.AT_MOST_ONCE);
            Packet.Publish between = (Packet.Publish) ScramLogin.next(client);
            between.payload().release();
            client.packet(ScramLogin.auth(ReasonCode.CONTINUE_AUTHENTICATION, login.last(challenge.data())),
                    Version.MQTT_5);
            Packet.Auth done = (Packet.Auth) ScramLogin.next(client);
            assertThat(done.reason()).isEqualTo(ReasonCode.SUCCESS);
            login.verify(done.data());
            publish(client, "again", Qos.AT_MOST_ONCE);
            ((Packet.Publish) ScramLogin.next(client)).payload().release();
        }
    }

    @Test
    void a_disconnect_within_the_exchange_ends_it() throws Exception {
        try (RawClient client = tls()) {
            client.packet(ScramLogin.connect("gone", null, new ScramLogin("eric", "secret").first()), Version.MQTT_5);
            assertThat(ScramLogin.next(client)).isInstanceOf(Packet.Auth.class);
            client.packet(new Packet.Disconnect(ReasonCode.SUCCESS), Version.MQTT_5);
            assertThat(client.untilClosed()).isEmpty();
        }
    }

    /// How the HiveMQ client is told to do SCRAM.
    private static final class Mechanism implements Mqtt5EnhancedAuthMechanism {
        private ScramLogin login = new ScramLogin("added", "by command");

        private static Bytes bytes(Optional<ByteBuffer> data) {
            ByteBuffer buffer = data.orElseThrow();
            byte[] copied = new byte[buffer.remaining()];
            buffer.get(copied);
            return Bytes.takeOver(copied);
        }

        @Override
        public MqttUtf8String getMethod() {
            return MqttUtf8String.of(ScramLogin.METHOD);
        }

        @Override
        public int getTimeout() {
            return 15;
        }

        @Override
        public CompletableFuture<Void> onAuth(Mqtt5ClientConfig config, Mqtt5Connect connect,
                Mqtt5EnhancedAuthBuilder builder) {
            builder.data(login.first().toArray());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
            login = new ScramLogin("added", "by command");
            builder.data(login.first().toArray());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Boolean> onServerReAuth(Mqtt5ClientConfig config, Mqtt5Auth auth,
                Mqtt5AuthBuilder builder) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public CompletableFuture<Boolean> onContinue(Mqtt5ClientConfig config, Mqtt5Auth auth,
                Mqtt5AuthBuilder builder) {
            builder.data(login.last(bytes(auth.getData())).toArray());
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {
            login.verify(bytes(connack.getEnhancedAuth().orElseThrow().getData()));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
            login.verify(bytes(auth.getData()));
            return CompletableFuture.completedFuture(true);
        }

        @Override
        public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {}

        @Override
        public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

        @Override
        public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

        @Override
        public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
    }

    @Test
    void the_hivemq_client_logs_in_and_authenticates_again() throws Exception {
        Mqtt5AsyncClient client = MqttClient.builder().useMqttVersion5().identifier("hive").serverHost("127.0.0.1")
                .serverPort(gate.port("named")).simpleAuth().username("added@globex").applySimpleAuth()
                .enhancedAuth(new Mechanism()).buildAsync();
        LinkedBlockingQueue<String> got = new LinkedBlockingQueue<>();
        assertThat(client.connect().get(20, TimeUnit.SECONDS).getReasonCode().getCode()).isZero();
        client.subscribeWith().topicFilter("hive").callback(
                publish -> got.add(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8))).send()
                .get(20, TimeUnit.SECONDS);
        client.reauth().get(20, TimeUnit.SECONDS);
        client.publishWith().topic("hive").qos(MqttQos.AT_LEAST_ONCE).payload("after".getBytes(StandardCharsets.UTF_8))
                .send().get(20, TimeUnit.SECONDS);
        assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo("after");
        client.disconnect().get(20, TimeUnit.SECONDS);
    }
}
