package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.server.Bound;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.admin.AdminClient;
import dev.gatehouse.server.admin.AdminProblem;
import dev.gatehouse.server.admin.AdminServer;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.admin.SocketFault;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.trail.Following;
import dev.gatehouse.server.trail.Line;
import dev.gatehouse.server.trail.LineFilter;

/// The real service in this process, on free ports, with the three tenants of the tests.
final class Gate implements AutoCloseable {
    /// How long a test waits for what has to come.
    static final Duration PATIENCE = Duration.ofSeconds(15);
    /// How long a client has for its CONNECT.
    static final int CONNECT_MILLIS = 3_000;

    private final Service service;
    private final Path folder;

    private Gate(Service service, Path folder) {
        this.service = service;
        this.folder = folder;
    }

    /// @param noSni `refuse` or `resolve`
    static Gate open(Path folder, String noSni) {
        return open(folder, noSni, CONNECT_MILLIS);
    }

    /// @param connectMillis the time for CONNECT, and for what has to be verified
    static Gate open(Path folder, String noSni, int connectMillis) {
        try {
            Path file = folder.resolve("gatehouse.yaml");
            Files.writeString(file,
                    """
                            data: data
                            domain: mq.test
                            connect-timeout-ms: %d
                            listeners:
                              - {name: tcp, protocol: mqtt, port: 0, tenant: acme}
                              - {name: rich, protocol: mqtt, port: 0, tenant: rich}
                              - {name: plain, protocol: mqtt, port: 0, tenant: plain}
                              - {name: named, protocol: mqtt, port: 0}
                              - {name: tls, protocol: mqtts, port: 0}
                              - {name: ws, protocol: ws, port: 0, tenant: acme}
                              - {name: wss, protocol: wss, port: 0}
                              - {name: proxied, protocol: mqtt, port: 0, proxy-protocol: required, trusted-proxies: [127.0.0.1]}
                              - {name: distrusting, protocol: mqtt, port: 0, proxy-protocol: required, trusted-proxies: [10.9.8.7]}
                            no-sni: %s
                            limits: {packet-bytes-max: 4096, receive-maximum: 3, topic-alias-maximum: 5, client-id-bytes-max: 40}
                            tenants:
                              - name: acme
                                anonymous: true
                                hosts: [mqtt.acme.example]
                              - name: globex
                                users:
                                  - {name: eric, password: secret}
                                  - {name: imported, password-hash: '$2b$04$abcdefghijklmnopqrstuuR0V0iO1T0BvkDqL1yGVsKzKsXGQkHhy'}
                                  - {name: narrow, password: secret, publish: [mine/#], subscribe: [mine/#]}
                                  - {name: costly, password-hash: '$2b$15$abcdefghijklmnopqrstuuR0V0iO1T0BvkDqL1yGVsKzKsXGQkHhy'}
                              - name: initech
                                users: [{name: peter, password: other}]
                              - name: rich
                                anonymous: true
                                limits: {topic-alias-sent-maximum: 2, response-topic-prefix: replies/%%c/}
                              - name: plain
                                anonymous: true
                                limits: {qos-max: 0, retain: false, wildcard-subscriptions: false, subscription-identifiers: false, shared-subscriptions: false}
                              - name: full
                                anonymous: true
                                limits: {connections-max: 1}
                              - name: small
                                anonymous: true
                                limits: {sessions-max: 1}
                            """
                            .formatted(connectMillis, noSni));
            ProcessKey key = ProcessKey.draw(new SecureRandom());
            return new Gate(Service.start(Configuration.load(file, folder, key), key, "test"), folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError("the service did not start", e);
        }
    }

    Service service() {
        return service;
    }

    /// The development CA's certificate.
    Path caFile() {
        return folder.resolve("data/tls/ca.crt");
    }

    int port(String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener))
                .map(Bound::address)
                .findFirst().orElseThrow().getPort();
    }

    /// Asks the service what a command would ask.
    void command(Request request) throws SocketFault, AdminProblem {
        new AdminClient(AdminServer.socketIn(folder.resolve("data"))).ask(request, _ -> true);
    }

    /// Watches the trail from now on.
    Following watch() {
        return service.trail().follow(LineFilter.ALL);
    }

    /// The row of the connection that came from this address, once it is over.
    static Line ended(Following watched, String remote) throws InterruptedException {
        return ended(watched, remote, PATIENCE);
    }

    static Line ended(Following watched, String remote, Duration within) throws InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        while (System.nanoTime() < until) {
            Optional<Line> line = watched.next(within);
            if (line.isPresent() && line.get().remote().equals(remote) && isOver(line.get())) {
                return line.get();
            }
        }
        throw new AssertionError("no attempt from " + remote + " ended within " + within);
    }

    private static boolean isOver(Line line) {
        return switch (line.state()) {
            case REFUSED, ENDED -> true;
            case HANDSHAKING, OPEN -> false;
        };
    }

    /// The whole trail of an attempt.
    Trail trail(String id) {
        Trail trail = service.trail().queries().find(id).orElseThrow().trail();
        if (trail == null) {
            throw new AssertionError("only counts were kept of attempt " + id);
        }
        return trail;
    }

    @Override
    public void close() {
        service.close();
    }
}
