package dev.gatehouse.tests.clients;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

import static java.nio.charset.StandardCharsets.UTF_8;

/// Eclipse Paho for Java (MQTT 3.1 and 3.1.1), in this process.
public final class PahoJava implements ClientDriver {
    private static final long PATIENCE_MILLIS = 20_000;

    @Override
    public void assumeInstalled() {
        // Comes with the build.
    }

    @Override
    public Set<Transport> transports() {
        return Set.of(Transport.values());
    }

    @Override
    public Set<Integer> protocolLevels() {
        return Set.of(3, 4);
    }

    @Override
    public Outcome publish(Connect how, List<Message> messages) {
        try {
            MqttAsyncClient client = client(how);
            try {
                await(client.connect(options(how)));
                for (Message message : messages) {
                    await(client.publish(message.topic(), message.payload().getBytes(UTF_8), message.qos(),
                            message.retain()));
                }
                await(client.disconnect());
            } finally {
                client.close(true);
            }
            return new Outcome(true, 0, "");
        } catch (MqttException e) {
            // Reason codes 1 to 5 are the return codes of CONNACK (MQTT 3.1.1 §3.2.2.3); the client's own are larger.
            int code = e.getReasonCode() >= 1 && e.getReasonCode() <= 5 ? e.getReasonCode() : Outcome.NO_CONNACK;
            return new Outcome(false, code, e + (e.getCause() == null ? "" : ": " + e.getCause()));
        }
    }

    @Override
    public Subscriber subscribe(Connect how, String topicFilter, int qos) {
        try {
            MqttAsyncClient client = client(how);
            var received = new Inbox();
            await(client.connect(options(how)));
            await(client.subscribe(topicFilter, qos, (topic, message) -> received.add(new Message(topic,
                    new String(message.getPayload(), UTF_8), message.getQos(), message.isRetained()))));
            return new Subscribed(client, received);
        } catch (MqttException e) {
            throw new AssertionError(this + ": " + how + ": " + e, e);
        }
    }

    private static final class Subscribed implements Subscriber {
        private final MqttAsyncClient client;
        private final Inbox received;
        private boolean dead;

        Subscribed(MqttAsyncClient client, Inbox received) {
            this.client = client;
            this.received = received;
        }

        @Override
        public Message next(Duration within) {
            return received.take(within);
        }

        @Override
        public void die() {
            dead = true;
            try {
                client.disconnectForcibly(0, 0, false);
                client.close(true);
            } catch (MqttException e) {
                throw new AssertionError("the client could not be killed", e);
            }
        }

        @Override
        public void close() {
            if (dead) {
                return;
            }
            try {
                await(client.disconnect());
                client.close(true);
            } catch (MqttException e) {
                throw new AssertionError("the client could not disconnect", e);
            }
        }
    }

    private static MqttAsyncClient client(Connect how) throws MqttException {
        String scheme = switch (how.transport()) {
            case TCP -> "tcp";
            case TLS -> "ssl";
            case WS -> "ws";
            case WSS -> "wss";
        };
        String path = how.transport().webSocket() ? "/mqtt" : "";
        return new MqttAsyncClient(scheme + "://" + how.host() + ":" + how.port() + path, how.clientId(),
                new MemoryPersistence());
    }

    private static MqttConnectOptions options(Connect how) {
        var options = new MqttConnectOptions();
        options.setCleanSession(true);
        options.setKeepAliveInterval(60);
        options.setMqttVersion(how.protocolLevel());
        if (how.transport().encrypted() && how.caFile() != null) {
            options.setSocketFactory(Trust.context(how.caFile()).getSocketFactory());
        }
        if (how.userName() != null) {
            options.setUserName(how.userName());
        }
        if (how.password() != null) {
            options.setPassword(how.password().toCharArray());
        }
        if (how.will() != null) {
            options.setWill(how.will().topic(), how.will().payload().getBytes(UTF_8), how.will().qos(),
                    how.will().retain());
        }
        return options;
    }

    private static void await(IMqttToken token) throws MqttException {
        token.waitForCompletion(PATIENCE_MILLIS);
    }

    @Override
    public String toString() {
        return "paho-java";
    }
}
