package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.ModemMqtt;
import dev.gatehouse.modem.ModemTls;
import dev.gatehouse.modem.Secret;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// The MQTT client inside the modem, with the service and a client that others wrote at the other end.
@Timeout(60)
class ModemMqttIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TENANT = "globex.gateway.test";

    @TempDir
    Path home;
    private Service service;
    private Rig rig;
    private MqttAsyncClient watcher;
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                domain: gateway.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: globex}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                tenants:
                  - name: globex
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                """);
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        service = Service.start(Configuration.load(file, home, key), key, "test");
        rig = Rig.online(SimulatorOptions.fast().withName(TENANT, "127.0.0.1"), Rig.impatient(), java.util.List.of());
        watcher = new MqttAsyncClient("tcp://127.0.0.1:" + port("tcp"), "watcher", new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName("eric");
        options.setPassword("secret".toCharArray());
        watcher.connect(options).waitForCompletion(PATIENCE.toMillis());
        watcher.subscribe("seen/#", 2, (topic, message) -> seen.add(topic + " " + message.getQos() + " "
                + new String(message.getPayload(), StandardCharsets.UTF_8))).waitForCompletion(PATIENCE.toMillis());
    }

    @AfterEach
    void stop() throws Exception {
        watcher.disconnectForcibly(100, 100);
        watcher.close(true);
        rig.close();
        service.close();
    }

    private int port(String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener)).findFirst()
                .orElseThrow().address().getPort();
    }

    private ModemMqtt.Options options(String id) {
        return ModemMqtt.Options.of(TENANT, port("tcp"), id).withUser("eric", new Secret("secret"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ModemMqtt.@Nullable Message message) {
        ByteBuffer payload = Objects.requireNonNull(message, "no message came").payload();
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        return bytes;
    }

    @Test
    void messages_go_both_ways_at_every_quality() throws Exception {
        try (ModemMqtt client = rig.modem().mqtt(options("device"))) {
            client.subscribe("to/#", 2);
            for (int qos = 0; qos <= 2; qos++) {
                client.publish("seen/" + qos, utf8("up " + qos), qos, false);
                assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("seen/" + qos + " " + qos + " up " + qos);
                watcher.publish("to/" + qos, utf8("down\r\nOK\r\n " + qos), qos, false)
                        .waitForCompletion(PATIENCE.toMillis());
                ModemMqtt.Message message = client.receive(PATIENCE);
                assertThat(bytes(message)).isEqualTo(utf8("down\r\nOK\r\n " + qos));
                assertThat(Objects.requireNonNull(message).topic()).isEqualTo("to/" + qos);
            }
            client.unsubscribe("to/#");
            watcher.publish("to/late", utf8("nobody"), 1, false).waitForCompletion(PATIENCE.toMillis());
            assertThat(client.receive(Duration.ofMillis(200))).isNull();
        }
    }

    @Test
    void a_large_message_comes_whole_and_a_larger_one_than_the_modem_takes_is_refused() throws Exception {
        byte[] large = new byte[10_000];
        new Random(9).nextBytes(large);
        try (ModemMqtt client = rig.modem().mqtt(options("device"))) {
            client.subscribe("to/#", 1);
            client.publish("to/self", large, 1, false);
            assertThat(bytes(client.receive(PATIENCE))).isEqualTo(large);
            assertThatThrownBy(() -> client.publish("to/self", new byte[10_241], 1, false))
                    .isInstanceOf(IOException.class).hasMessageContaining("10240");
        }
    }

    @Test
    void a_wrong_password_is_told_in_words() {
        ModemMqtt.Options wrong = options("device").withUser("eric", new Secret("guess"));
        assertThatThrownBy(() -> rig.modem().mqtt(wrong)).isInstanceOfSatisfying(ModemException.class, e -> {
            assertThat(e.trouble()).isEqualTo(Trouble.MQTT_FAILED);
            assertThat(e.getMessage()).containsPattern("CONNACK [45]").doesNotContain("guess");
        });
    }

    @Test
    void after_a_refusal_the_next_try_gets_in() throws Exception {
        assertThatThrownBy(() -> rig.modem().mqtt(options("device").withUser("eric", new Secret("guess"))))
                .isInstanceOf(ModemException.class);
        try (ModemMqtt client = rig.modem().mqtt(options("device"))) {
            client.publish("seen/a", utf8("in"), 1, false);
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("seen/a 1 in");
        }
    }

    @Test
    void a_name_that_does_not_exist_and_a_port_where_nobody_listens_are_told_apart() {
        assertThatThrownBy(() -> rig.modem().mqtt(ModemMqtt.Options.of("nowhere.invalid", 1883, "device")))
                .hasMessageContaining("resolved");
        assertThatThrownBy(() -> rig.modem().mqtt(ModemMqtt.Options.of(TENANT, 1, "device")))
                .isInstanceOfSatisfying(ModemException.class,
                        e -> assertThat(e.trouble()).isEqualTo(Trouble.MQTT_FAILED));
    }

    @Test
    void the_will_is_published_when_the_modem_is_gone() throws Exception {
        ModemMqtt client = rig.modem().mqtt(options("device").withWill(
                new ModemMqtt.Will("seen/will", ByteBuffer.wrap(utf8("gone")), 1)));
        rig.simulator().fault("reboot");
        assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("seen/will 1 gone");
        assertThatThrownBy(() -> client.receive(PATIENCE)).isInstanceOfSatisfying(ModemException.class,
                e -> assertThat(e.trouble()).isIn(Trouble.REBOOTED, Trouble.MUTE));
    }

    @Test
    void what_came_before_the_connection_was_lost_is_given_out_first() throws Exception {
        ModemMqtt client = rig.modem().mqtt(options("device"));
        client.subscribe("to/#", 1);
        client.publish("to/self", utf8("last words"), 1, false);
        while (rig.simulator().log().stream().noneMatch(entry -> entry.octets().contains("+CMQTTRXEND"))) {
            Thread.sleep(1);
        }
        rig.simulator().fault("mqtt-lost:cause=2");
        assertThat(bytes(client.receive(PATIENCE))).isEqualTo(utf8("last words"));
        assertThatThrownBy(() -> client.receive(PATIENCE)).hasMessageContaining("reset");
        assertThatThrownBy(() -> client.publish("seen/a", utf8("x"), 0, false)).hasMessageContaining("reset");
    }

    @Test
    void with_tls_the_tenant_is_found_by_the_server_name_and_not_without() throws Exception {
        rig.modem().certificates().store("ca.pem", Files.readAllBytes(Objects.requireNonNull(service.caFile())));
        ModemMqtt.Options plain = ModemMqtt.Options.of(TENANT, port("tls"), "device").withUser("eric",
                new Secret("secret"));
        try (ModemMqtt client = rig.modem().mqtt(plain.withTls(ModemTls.checking("ca.pem")))) {
            client.publish("seen/tls", utf8("in"), 2, false);
            assertThat(seen.poll(20, TimeUnit.SECONDS)).isEqualTo("seen/tls 2 in");
        }
        assertThatThrownBy(() -> rig.modem().mqtt(plain.withTls(ModemTls.checking("ca.pem").withoutServerName())))
                .isInstanceOfSatisfying(ModemException.class,
                        e -> assertThat(e.trouble()).isEqualTo(Trouble.MQTT_FAILED));
    }
}
