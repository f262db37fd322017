package dev.gatehouse.bench;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// A subscriber with a persistent session that is offline while there is load, and then reads its queue with a client
/// library that somebody else wrote: HiveMQ's.
///
/// - **Threads:** the caller's; the library's only put into a queue.
final class LibraryReader {
    private static final long ANSWER_SECONDS = 30;
    private static final long SESSION_EXPIRY_SECONDS = 86_400;
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final String name;
    private final Version version;
    private final String filter;
    private final Ledger ledger;
    private final Arrivals arrivals;
    private final Findings findings;
    private final Library library;
    private final BlockingQueue<Arrival> queue = new LinkedBlockingQueue<>();
    private boolean established;

    /// @param label null when the payload has none
    private record Arrival(@Nullable Label label, String topic, int qos) {}

    /// What both versions of the library can do, which their own types do not share.
    private interface Library {
        /// Everything that comes goes there, until the session ends.
        void listen(Consumer<Arrival> to);

        /// Completed with whether a session is present.
        CompletableFuture<Boolean> connect();

        CompletableFuture<?> subscribe(String filter);

        /// Completed when a message at QoS 1 is acknowledged.
        CompletableFuture<?> publish(String topic);

        CompletableFuture<?> disconnect();
    }

    /// @param version 3.1.1 or 5
    LibraryReader(String name, Version version, String filter, Workspace workspace, Arrivals arrivals, Ledger ledger,
            Findings findings) {
        this.name = name;
        this.version = version;
        this.filter = filter;
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.findings = findings;
        MqttClientBuilder builder = MqttClient.builder().identifier(name).serverAddress(workspace.address());
        library = version == Version.MQTT_5
                ? new Version5(builder.useMqttVersion5().buildAsync())
                : new Version311(builder.useMqttVersion3().buildAsync());
        library.listen(queue::add);
    }

    /// Connects, and subscribes if it is for the first time or the service has forgotten the session.
    void connect() throws BenchFault, InterruptedException {
        boolean present = await(library.connect(), "connect");
        if (established && !present) {
            findings.add(Violation.Kind.SESSION_LOST, name, () -> "CONNACK without session present");
            library.listen(queue::add); // the library stops listening with the session
        }
        if (!present) {
            await(library.subscribe(filter), "subscribe");
        }
        established = true;
    }

    /// Hands everything that has come so far to the ledger's check, and waits for something if there is nothing.
    ///
    /// @return how many messages
    int read(long waitMillis) throws InterruptedException {
        int count = 0;
        Arrival arrival = queue.poll(waitMillis, TimeUnit.MILLISECONDS);
        while (arrival != null) {
            Arrival came = arrival;
            if (came.label == null) {
                findings.add(Violation.Kind.FOREIGN, name,
                        () -> "on topic " + came.topic + ", with another payload than was sent");
            } else {
                arrivals.arrive(came.label, came.topic, Qos.of(came.qos));
            }
            count++;
            arrival = queue.poll();
        }
        return count;
    }

    /// Leaves in order. The library acknowledges what came some time after it has handed it over, and DISCONNECT does not
    /// wait for that; a message of its own goes after the acknowledgements, and its answer says that they were read.
    void disconnect() throws BenchFault, InterruptedException {
        await(library.publish("barrier/" + name), "publish");
        await(library.disconnect(), "disconnect");
    }

    Arrivals arrivals() {
        return arrivals;
    }

    /// Whether everything acknowledged has arrived or was reported missing.
    boolean isComplete() {
        return arrivals.accounted() >= ledger.acknowledged();
    }

    private <T> T await(CompletableFuture<T> future, String verb) throws BenchFault, InterruptedException {
        try {
            return future.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BenchFault(name + " (the HiveMQ client, " + version + ") cannot " + verb + ": "
                    + (e.getCause() == null ? "no answer within " + ANSWER_SECONDS + " s" : e.getCause()), e);
        }
    }

    private record Version5(Mqtt5AsyncClient client) implements Library {
        @Override
        public void listen(Consumer<Arrival> to) {
            client.publishes(MqttGlobalPublishFilter.ALL, packet -> to.accept(new Arrival(
                    Label.read(packet.getPayloadAsBytes()), packet.getTopic().toString(), packet.getQos().getCode())));
        }

        @Override
        public CompletableFuture<Boolean> connect() {
            return client.connectWith().cleanStart(false).sessionExpiryInterval(SESSION_EXPIRY_SECONDS)
                    .keepAlive(KEEP_ALIVE_SECONDS).send().thenApply(connack -> connack.isSessionPresent());
        }

        @Override
        public CompletableFuture<?> subscribe(String filter) {
            return client.subscribeWith().topicFilter(filter).qos(MqttQos.EXACTLY_ONCE).send();
        }

        @Override
        public CompletableFuture<?> publish(String topic) {
            return client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
        }

        @Override
        public CompletableFuture<?> disconnect() {
            return client.disconnect();
        }
    }

    private record Version311(Mqtt3AsyncClient client) implements Library {
        @Override
        public void listen(Consumer<Arrival> to) {
            client.publishes(MqttGlobalPublishFilter.ALL, packet -> to.accept(new Arrival(
                    Label.read(packet.getPayloadAsBytes()), packet.getTopic().toString(), packet.getQos().getCode())));
        }

        @Override
        public CompletableFuture<Boolean> connect() {
            return client.connectWith().cleanSession(false).keepAlive(KEEP_ALIVE_SECONDS).send()
                    .thenApply(connack -> connack.isSessionPresent());
        }

        @Override
        public CompletableFuture<?> subscribe(String filter) {
            return client.subscribeWith().topicFilter(filter).qos(MqttQos.EXACTLY_ONCE).send();
        }

        @Override
        public CompletableFuture<?> publish(String topic) {
            return client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).send();
        }

        @Override
        public CompletableFuture<?> disconnect() {
            return client.disconnect();
        }
    }
}
