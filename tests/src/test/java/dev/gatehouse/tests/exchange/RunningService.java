package dev.gatehouse.tests.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

import dev.gatehouse.server.Bound;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.StartFault;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.ConfigurationProblems;
import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.Transport;

/// The service in this process, on free ports, with development certificates.
final class RunningService implements AutoCloseable {
    /// Listeners, tenants and users as operators are told to write them. The names are those of `clients/hosts`.
    static final String THREE_TENANTS = """
            data: data
            domain: mq.test
            listeners:
              - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme}
              - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
              - {name: ws, protocol: ws, host: 127.0.0.1, port: 0, tenant: acme}
              - {name: wss, protocol: wss, host: 127.0.0.1, port: 0}
            tenants:
              - name: acme
                anonymous: true
                hosts: [mqtt.acme.example]
              - name: globex
                users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
              - name: initech
                users: [{name: peter, password: other, publish: ["#"], subscribe: ["#"]}]
            """;

    private final Service service;

    private RunningService(Service service) {
        this.service = service;
    }

    /// @param folder for the configuration file and all data
    /// @param yaml its relative paths start at that folder
    static RunningService start(Path folder, String yaml) {
        try {
            Path file = Files.writeString(folder.resolve("gatehouse.yaml"), yaml);
            ProcessKey key = ProcessKey.draw(new SecureRandom());
            return new RunningService(Service.start(Configuration.load(file, folder, key), key, "test"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ConfigurationProblems | StartFault e) {
            throw new AssertionError("the service did not start: " + e.getMessage(), e);
        }
    }

    Service service() {
        return service;
    }

    /// What clients trust: the development CA.
    Path caFile() {
        return Optional.ofNullable(service.caFile()).orElseThrow();
    }

    int port(Transport transport) {
        String name = switch (transport) {
            case TCP -> "tcp";
            case TLS -> "tls";
            case WS -> "ws";
            case WSS -> "wss";
        };
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(name)).map(Bound::address)
                .findFirst().orElseThrow().getPort();
    }

    /// To the address, which names no tenant: what is in front of plain listeners.
    Connect plain(Transport transport, String clientId) {
        return Connect.to(transport, "127.0.0.1", port(transport), clientId);
    }

    /// To a host name, over TLS, trusting the development CA.
    Connect encrypted(Transport transport, String host, String clientId) {
        return Connect.to(transport, host, port(transport), clientId).trusting(caFile());
    }

    @Override
    public void close() {
        service.close();
    }
}
