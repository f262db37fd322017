package dev.gatehouse.tests.exchange;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.trail.Census;
import dev.gatehouse.tests.clients.Transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/// Hundreds of clients at once, over all event loops, while somebody watches the census.
class ManyClientsIT {
    private static final int CLIENTS = 500;
    private static final int STRANGERS = 20;
    private static final int SCANS = 100;
    private static final Duration EACH_STEP = Duration.ofSeconds(20);
    private static final long LOOK_NANOS = 200_000;
    private static final String PASSWORD = "storm";

    @TempDir
    Path folder;

    /// One of the clients, and what it received.
    private record Client(int number, Mqtt5AsyncClient mqtt, Queue<String> received) {
        static Client on(RunningService service, int number) {
            return new Client(number, MqttClient.builder().identifier("client-" + number).serverHost("127.0.0.1")
                    .serverPort(service.port(Transport.TCP)).useMqttVersion5().buildAsync(),
                    new ConcurrentLinkedQueue<>());
        }

        CompletableFuture<?> connect(String password) {
            return mqtt.connectWith().simpleAuth().username("eric").password(password.getBytes(UTF_8))
                    .applySimpleAuth().send();
        }

        CompletableFuture<?> subscribe() {
            return mqtt.subscribeWith().topicFilter("to/" + number).qos(MqttQos.EXACTLY_ONCE)
                    .callback(publish -> received.add(new String(publish.getPayloadAsBytes(), UTF_8))).send();
        }

        CompletableFuture<?> publish(int to, MqttQos qos) {
            String text = number + " to " + to + " " + qos;
            return mqtt
                    .publish(Mqtt5Publish.builder().topic("to/" + to).payload(text.getBytes(UTF_8)).qos(qos).build());
        }
    }

    /// Looks at the census thousands of times a second, from a thread of its own, until closed.
    private static final class Watch implements AutoCloseable {
        private final Census census;
        private final Thread thread;
        private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        private volatile boolean over;
        private final LongAdder looks = new LongAdder();

        Watch(Census census) {
            this.census = census;
            this.thread = Thread.ofPlatform().name("watch").start(this::look);
        }

        private void look() {
            while (!over && wrong.isEmpty()) {
                Census.Snapshot now = census.snapshot();
                check("total", now.total());
                check("operator", now.operator());
                now.tenants().forEach(this::check);
                long sum = now.operator().accepted()
                        + now.tenants().values().stream().mapToLong(Census.Figures::accepted).sum();
                if (sum != now.total().accepted()) {
                    wrong.add("the parts have " + sum + " accepted, the total is " + now.total());
                }
                looks.increment();
                LockSupport.parkNanos(LOOK_NANOS); // leaves the processor to those it watches
            }
        }

        private void check(String whose, Census.Figures figures) {
            long explained = figures.open() + figures.ended() + figures.refusedInAll() + figures.handshaking();
            if (figures.accepted() != explained) {
                wrong.add(whose + ": " + figures);
            }
        }

        @Override
        public void close() {
            over = true;
        }

        /// Everything that did not add up.
        List<String> wrong() throws InterruptedException {
            thread.join();
            return List.copyOf(wrong);
        }
    }

    @Test
    void a_storm_of_clients_is_served_and_the_census_always_adds_up() throws Exception {
        String yaml = RunningService.THREE_TENANTS.replace("tenant: acme}", "tenant: globex}")
                .replace("users: [{name: eric, password: secret, publish: [\"#\"], subscribe: [\"#\"]}]",
                        "anonymous: false");
        try (RunningService service = RunningService.start(folder, yaml)) {
            // By command, a password is kept as an Argon2id hash: checking it is slow on purpose.
            service.service().directory().addUser("globex", "eric", Secret.of(PASSWORD), List.of("#"), List.of("#"));
            Census census = service.service().trail().census();
            Watch watch = new Watch(census);
            try (watch) {
                List<Client> first = clients(service);
                all(first, client -> client.connect(PASSWORD));
                all(first, Client::subscribe);
                all(first, client -> client.publish((client.number() + 1) % CLIENTS, MqttQos.AT_LEAST_ONCE));
                all(first, client -> client.publish((client.number() + 7) % CLIENTS, MqttQos.EXACTLY_ONCE));
                await(() -> first.stream().allMatch(client -> client.received().size() >= 2), "messages");
                for (Client client : first) {
                    int before = (client.number() + CLIENTS - 1) % CLIENTS;
                    int sevenBefore = (client.number() + CLIENTS - 7) % CLIENTS;
                    assertThat(client.received()).containsExactlyInAnyOrder(
                            before + " to " + client.number() + " " + MqttQos.AT_LEAST_ONCE,
                            sevenBefore + " to " + client.number() + " " + MqttQos.EXACTLY_ONCE);
                }

                // The same ids and credentials from new connections, all at once, while the old ones are open; and
                // among them strangers with a wrong password, and some who only look whether the port is open.
                List<Client> again = clients(service);
                List<CompletableFuture<?>> strangers = new ArrayList<>();
                again.subList(0, STRANGERS).forEach(
                        client -> strangers.add(Client.on(service, CLIENTS + client.number()).connect("wrong")));
                for (int scanned = 0; scanned < SCANS; scanned++) {
                    new Socket(InetAddress.getLoopbackAddress(), service.port(Transport.TCP)).close();
                }
                all(again, client -> client.connect(PASSWORD));
                for (CompletableFuture<?> stranger : strangers) {
                    assertThat(stranger).failsWithin(EACH_STEP).withThrowableThat()
                            .withCauseInstanceOf(Mqtt5ConnAckException.class);
                }
                await(() -> figures(census).ended() == CLIENTS, "end of the connections taken over");
                assertThat(figures(census).open()).isEqualTo(CLIENTS);
                all(again, Client::subscribe);
                all(again, client -> client.publish(client.number(), MqttQos.EXACTLY_ONCE));
                await(() -> again.stream().noneMatch(client -> client.received().isEmpty()), "messages to oneself");
                all(again, client -> client.mqtt().disconnect());
                await(() -> census.total().open() + census.total().handshaking() == 0, "end of all");
            }
            assertThat(watch.wrong()).isEmpty();
            assertThat(watch.looks.sum()).isGreaterThan(100);
            Census.Figures total = census.total();
            assertThat(total.accepted()).isEqualTo(2 * CLIENTS + STRANGERS + SCANS);
            assertThat(total.ended()).isEqualTo(2 * CLIENTS);
            assertThat(total.refusedInAll()).isEqualTo(STRANGERS + SCANS);
            assertThat(total.refused()).containsEntry(Cause.BAD_CREDENTIALS, (long) STRANGERS);
        }
    }

    private static Census.Figures figures(Census census) {
        return census.of("globex");
    }

    private static List<Client> clients(RunningService service) {
        return IntStream.range(0, CLIENTS).mapToObj(number -> Client.on(service, number)).toList();
    }

    /// Has every client do something, all at once, and waits until all have done it.
    private static void all(List<Client> clients, Function<Client, CompletableFuture<?>> doing)
            throws InterruptedException, ExecutionException, TimeoutException {
        List<CompletableFuture<?>> under = new ArrayList<>();
        clients.forEach(client -> under.add(doing.apply(client)));
        CompletableFuture.allOf(under.toArray(CompletableFuture[]::new)).get(EACH_STEP.toSeconds(), TimeUnit.SECONDS);
    }

    private static void await(BooleanSupplier condition, String what) {
        long until = System.nanoTime() + EACH_STEP.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("still waiting for: " + what + ", after " + EACH_STEP);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
