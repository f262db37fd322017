package dev.gatehouse.tests.conformance;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;

import static org.assertj.core.api.Assertions.assertThat;

/// What one test has: the broker that all share, names that nobody else uses, clients that are closed behind it.
///
/// ```java
/// @RegisterExtension
/// final Bench bench = new Bench();
/// ```
final class Bench implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE = ExtensionContext.Namespace.create(Bench.class);

    private final Deque<Client> clients = new ArrayDeque<>();
    private @Nullable RunningBroker broker;
    private int test;
    private int waits;

    @Override
    public void beforeEach(ExtensionContext context) {
        // In the root's store: it is closed when all classes are done.
        broker = context.getRoot().getStore(HERE).computeIfAbsent(RunningBroker.class, _ -> RunningBroker.start(),
                RunningBroker.class);
        test = broker().nextTest();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        while (!clients.isEmpty()) {
            clients.pop().close();
        }
    }

    private RunningBroker broker() {
        RunningBroker running = broker;
        if (running == null) {
            throw new IllegalStateException("@RegisterExtension is missing");
        }
        return running;
    }

    int port(Door door) {
        return broker().port(door);
    }

    /// A client id of this test only.
    String id(String label) {
        return label + test;
    }

    /// A topic of this test only; `topic("#")` is a filter for all of them.
    String topic(String rest) {
        return "test" + test + "/" + rest;
    }

    /// A TCP connection at [Door#OPEN] that has said nothing yet.
    Client client() {
        return client(Door.OPEN);
    }

    /// A TCP connection that has said nothing yet.
    Client client(Door door) {
        Client client = new Client(port(door));
        clients.push(client);
        return client;
    }

    /// A CONNECT of MQTT 5 with Clean Start and without anything else.
    Connecting as(String label) {
        return new Connecting(id(label));
    }

    /// A client of MQTT 5 that is connected, with Clean Start and without anything else.
    Client connected(String label) {
        return connected(as(label));
    }

    /// A client that is connected.
    Client connected(Connecting connecting) {
        return connected(Door.OPEN, connecting);
    }

    /// A client that is connected.
    Client connected(Door door, Connecting connecting) {
        Client client = client(door);
        client.connect(connecting);
        return client;
    }

    /// A client of MQTT 5 that has subscribed to a filter.
    Client subscribed(String label, String filter, Qos qos) {
        return connected(label).subscribed(filter, qos);
    }

    /// Returns when at least that much time has passed on the broker's own clock: a will that is delayed by it came.
    void secondsPass(int seconds) {
        String name = "clock" + ++waits;
        Client watching = subscribed(name + "-watching", topic(name), Qos.AT_MOST_ONCE);
        Client leaving = connected(as(name + "-leaving").expiry(seconds + 60L)
                .will(Publishing.to(topic(name)).will(seconds)));
        leaving.close();
        assertThat(watching.next(Packet.Publish.class).topic()).isEqualTo(topic(name));
        watching.close();
    }

    /// Everything that came before the next message under this topic, and not that message.
    static List<String> textsUntil(Client receiving, String sentinel) {
        List<String> texts = new ArrayList<>();
        while (true) {
            Packet.Publish message = receiving.receive();
            if (message.topic().equals(sentinel)) {
                return texts;
            }
            texts.add(Client.text(message));
        }
    }
}
