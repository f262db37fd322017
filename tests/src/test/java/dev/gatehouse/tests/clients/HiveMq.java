package dev.gatehouse.tests.clients;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The HiveMQ client for Java, in this process. It cannot drop a connection without a DISCONNECT, so a [Cable] does.
public final class HiveMq implements ClientDriver {
    private static final long PATIENCE_SECONDS = 20;

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
        return Set.of(4, 5);
    }

    @Override
    public Outcome publish(Connect how, List<Message> messages) {
        Session session = session(how, how.port());
        try {
            await(session.connect());
            for (Message message : messages) {
                await(session.publish(message));
            }
            await(session.disconnect());
            return new Outcome(true, 0, "");
        } catch (CompletionException e) {
            return new Outcome(false, code(e.getCause()), String.valueOf(e.getCause()));
        }
    }

    @Override
    public Subscriber subscribe(Connect how, String topicFilter, int qos) {
        var cable = Cable.to(how.port());
        Session session = session(how, cable.port());
        var received = new Inbox();
        try {
            await(session.connect());
            await(session.subscribe(topicFilter, qos, received));
        } catch (CompletionException e) {
            cable.close();
            throw new AssertionError(this + ": " + how + ": " + e.getCause(), e);
        }
        return new Subscribed(session, cable, received);
    }

    /// What both protocol versions of this client can do, which their own types do not share.
    private interface Session {
        CompletableFuture<?> connect();

        CompletableFuture<?> publish(Message message);

        CompletableFuture<?> subscribe(String topicFilter, int qos, Inbox into);

        CompletableFuture<?> disconnect();
    }

    private static Session session(Connect how, int port) {
        return how.protocolLevel() == 5
                ? new Version5(how, builder(how, port).useMqttVersion5().buildAsync())
                : new Version311(how, builder(how, port).useMqttVersion3().buildAsync());
    }

    private static MqttClientBuilder builder(Connect how, int port) {
        var builder = MqttClient.builder().identifier(how.clientId()).serverAddress(loopback(how.host(), port));
        if (how.transport().encrypted()) {
            var ssl = MqttClientSslConfig.builder();
            if (how.caFile() != null) {
                ssl = ssl.trustManagerFactory(Trust.in(how.caFile()));
            }
            builder = builder.sslConfig(ssl.build());
        }
        return how.transport().webSocket()
                ? builder.webSocketConfig(MqttWebSocketConfig.builder().serverPath("mqtt").build())
                : builder;
    }

    private static InetSocketAddress loopback(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private record Version5(Connect how, Mqtt5AsyncClient client) implements Session {
        @Override
        public CompletableFuture<?> connect() {
            var connect = Mqtt5Connect.builder().cleanStart(true).keepAlive(60);
            if (how.userName() != null) {
                var auth = connect.simpleAuth().username(how.userName());
                connect = (how.password() == null ? auth : auth.password(how.password().getBytes(UTF_8)))
                        .applySimpleAuth();
            }
            if (how.will() != null) {
                connect = connect.willPublish(packet(how.will()));
            }
            return client.connect(connect.build());
        }

        @Override
        public CompletableFuture<?> publish(Message message) {
            return client.publish(packet(message)).thenAccept(result -> result.getError().ifPresent(error -> {
                throw new CompletionException(error);
            }));
        }

        private static Mqtt5Publish packet(Message message) {
            return Mqtt5Publish.builder().topic(message.topic()).payload(message.payload().getBytes(UTF_8))
                    .qos(qos(message.qos())).retain(message.retain()).build();
        }

        @Override
        public CompletableFuture<?> subscribe(String topicFilter, int qos, Inbox into) {
            return client.subscribeWith().topicFilter(topicFilter).qos(qos(qos))
                    .callback(packet -> into.add(new Message(packet.getTopic().toString(),
                            new String(packet.getPayloadAsBytes(), UTF_8), packet.getQos().getCode(),
                            packet.isRetain())))
                    .send();
        }

        @Override
        public CompletableFuture<?> disconnect() {
            return client.disconnect();
        }
    }

    private record Version311(Connect how, Mqtt3AsyncClient client) implements Session {
        @Override
        public CompletableFuture<?> connect() {
            var connect = Mqtt3Connect.builder().cleanSession(true).keepAlive(60);
            if (how.userName() != null) {
                var auth = connect.simpleAuth().username(how.userName());
                connect = (how.password() == null ? auth : auth.password(how.password().getBytes(UTF_8)))
                        .applySimpleAuth();
            }
            if (how.will() != null) {
                connect = connect.willPublish(packet(how.will()));
            }
            return client.connect(connect.build());
        }

        @Override
        public CompletableFuture<?> publish(Message message) {
            return client.publish(packet(message));
        }

        private static Mqtt3Publish packet(Message message) {
            return Mqtt3Publish.builder().topic(message.topic()).payload(message.payload().getBytes(UTF_8))
                    .qos(qos(message.qos())).retain(message.retain()).build();
        }

        @Override
        public CompletableFuture<?> subscribe(String topicFilter, int qos, Inbox into) {
            return client.subscribeWith().topicFilter(topicFilter).qos(qos(qos))
                    .callback(packet -> into.add(new Message(packet.getTopic().toString(),
                            new String(packet.getPayloadAsBytes(), UTF_8), packet.getQos().getCode(),
                            packet.isRetain())))
                    .send();
        }

        @Override
        public CompletableFuture<?> disconnect() {
            return client.disconnect();
        }
    }

    private static final class Subscribed implements Subscriber {
        private final Session session;
        private final Cable cable;
        private final Inbox received;
        private boolean dead;

        Subscribed(Session session, Cable cable, Inbox received) {
            this.session = session;
            this.cable = cable;
            this.received = received;
        }

        @Override
        public Message next(Duration within) {
            return received.take(within);
        }

        @Override
        public void die() {
            dead = true;
            cable.close();
        }

        @Override
        public void close() {
            try (cable) {
                if (!dead) {
                    await(session.disconnect());
                }
            }
        }
    }

    private static MqttQos qos(int qos) {
        var value = MqttQos.fromCode(qos);
        if (value == null) {
            throw new IllegalArgumentException("qos " + qos);
        }
        return value;
    }

    private static int code(@Nullable Throwable failure) {
        return switch (failure) {
            case Mqtt5ConnAckException refused -> refused.getMqttMessage().getReasonCode().getCode();
            case Mqtt3ConnAckException refused -> refused.getMqttMessage().getReturnCode().getCode();
            case null, default -> Outcome.NO_CONNACK;
        };
    }

    /// Waits; a [CompletionException] carries what went wrong.
    private static void await(CompletableFuture<?> future) {
        try {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public String toString() {
        return "hivemq-java";
    }
}
