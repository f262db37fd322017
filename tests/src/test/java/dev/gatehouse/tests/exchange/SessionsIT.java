package dev.gatehouse.tests.exchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.HiveMq;
import dev.gatehouse.tests.clients.Message;
import dev.gatehouse.tests.clients.Outcome;
import dev.gatehouse.tests.clients.Transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/// Sessions that go on when their client is away.
class SessionsIT {
    private static final long PATIENCE_SECONDS = 15;
    private static final List<Message> WHILE_AWAY = List.of(Message.of("news/1", "one", 1),
            Message.of("news/2", "two", 2), Message.of("news/0", "nought", 0), Message.of("other", "else", 1),
            Message.of("news/1", "three", 1));
    /// QoS 0 need not be kept (MQTT 5 §4.1); only messages of the same topic and QoS have an order (§4.6).
    private static final List<String> KEPT = List.of("one", "two", "three");

    @TempDir
    Path folder;

    private static void publish(RunningService service) {
        Outcome published = new HiveMq().publish(service.plain(Transport.TCP, "publisher"), WHILE_AWAY);
        assertThat(published.completed()).as(published.said()).isTrue();
    }

    private static void assertKept(List<String> texts) {
        assertThat(texts.stream().filter(text -> !text.equals("nought"))).containsExactlyInAnyOrderElementsOf(KEPT);
        assertThat(texts).containsSubsequence("one", "three");
    }

    @Test
    void messages_wait_for_a_client_of_MQTT_5_that_is_away() throws InterruptedException {
        try (RunningService service = RunningService.start(folder, RunningService.THREE_TENANTS)) {
            Mqtt5BlockingClient client = MqttClient.builder().identifier("traveller").serverHost("127.0.0.1")
                    .serverPort(service.port(Transport.TCP)).useMqttVersion5().buildBlocking();
            assertThat(client.connectWith().cleanStart(false).sessionExpiryInterval(60).send().isSessionPresent())
                    .isFalse();
            client.subscribeWith().topicFilter("news/#").qos(MqttQos.EXACTLY_ONCE).send();
            client.disconnect();
            publish(service);
            try (var received = client.publishes(MqttGlobalPublishFilter.ALL)) {
                assertThat(client.connectWith().cleanStart(false).sessionExpiryInterval(60).send().isSessionPresent())
                        .isTrue();
                List<String> texts = new ArrayList<>();
                while (!texts.containsAll(KEPT)) {
                    Mqtt5Publish next = received.receive(PATIENCE_SECONDS, TimeUnit.SECONDS)
                            .orElseThrow(() -> new AssertionError("nothing more after " + texts));
                    texts.add(new String(next.getPayloadAsBytes(), UTF_8));
                }
                assertKept(texts);
            }
            client.disconnectWith().sessionExpiryInterval(0).send();
            assertThat(client.connectWith().cleanStart(false).send().isSessionPresent()).as("after it was given up")
                    .isFalse();
            client.disconnect();
        }
    }

    @Test
    void messages_wait_for_a_client_of_MQTT_3_1_1_that_is_away() throws Exception {
        try (RunningService service = RunningService.start(folder, RunningService.THREE_TENANTS)) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            BlockingQueue<String> received = new LinkedBlockingQueue<>();
            try (var client = new org.eclipse.paho.client.mqttv3.MqttClient(
                    "tcp://127.0.0.1:" + service.port(Transport.TCP), "traveller", new MemoryPersistence())) {
                client.setCallback(new Receiving(received));
                assertThat(client.connectWithResult(options).getSessionPresent()).isFalse();
                client.subscribe("news/#", 2);
                client.disconnect();
                publish(service);
                assertThat(client.connectWithResult(options).getSessionPresent()).isTrue();
                List<String> texts = new ArrayList<>();
                while (!texts.containsAll(KEPT)) {
                    String next = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                    assertThat(next).as("after " + texts).isNotNull();
                    texts.add(next);
                }
                assertKept(texts);
                client.disconnect();
            }
        }
    }

    private record Receiving(BlockingQueue<String> received) implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            received.add(new String(message.getPayload(), UTF_8));
        }

        @Override
        public void connectionLost(Throwable cause) {
            received.add("the connection was lost: " + cause);
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // This client only receives.
        }
    }
}
