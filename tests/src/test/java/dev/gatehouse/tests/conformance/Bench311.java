package dev.gatehouse.tests.conformance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.text;

/// What one test of MQTT 3.1.1 has: the broker of [Bench], and clients of its own that are closed behind it.
final class Bench311 implements BeforeEachCallback, AfterEachCallback {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final Bench bench = new Bench();
    private final Deque<Client311> clients = new ArrayDeque<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        bench.beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        while (!clients.isEmpty()) {
            clients.pop().close();
        }
        bench.afterEach(context);
    }

    /// A name that nothing else has: for client ids and topics.
    String name(String start) {
        return start + "-311-" + NAMES.incrementAndGet();
    }

    /// A connection at [Door#OPEN] on which nothing was sent yet.
    Client311 open() {
        return open(Door.OPEN);
    }

    /// A connection on which nothing was sent yet.
    Client311 open(Door door) {
        Client311 client = new Client311(bench.port(door));
        clients.push(client);
        return client;
    }

    /// Connected, with clean session 1 and a client id of its own.
    Client311 connected() {
        return connected(name("c"));
    }

    /// Connected, with clean session 1.
    Client311 connected(String clientId) {
        return open().sends(connect(clientId)).gets(connack(false, 0));
    }

    /// Connected with clean session 0.
    ///
    /// @param present whether the server must say that it knows the session
    Client311 resuming(String clientId, boolean present) {
        return open().sends(connect(0, 0, text(clientId))).gets(connack(present, 0));
    }

    /// Connected, with clean session 1, and subscribed to one filter.
    Client311 subscribed(String filter, int qos) {
        return connected().subscribes(filter, qos);
    }
}
