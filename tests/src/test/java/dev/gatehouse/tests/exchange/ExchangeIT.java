package dev.gatehouse.tests.exchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.tests.clients.ClientDriver;
import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.Exchange;
import dev.gatehouse.tests.clients.Outcome;
import dev.gatehouse.tests.clients.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// Every client on every transport, and every protocol level over TLS.
class ExchangeIT {
    private static final int MQTT_3_1_1 = 4;

    @TempDir
    static Path folder;
    private static RunningService service;

    @BeforeAll
    static void start() {
        service = RunningService.start(folder, RunningService.THREE_TENANTS);
    }

    @AfterAll
    static void stop() {
        // Not there when starting it was what failed.
        Optional.ofNullable(service).ifPresent(RunningService::close);
    }

    static Stream<Arguments> clientsTransportsAndLevels() {
        List<Arguments> all = new ArrayList<>();
        for (ClientDriver client : ClientDriver.all()) {
            for (Transport transport : client.transports().stream().sorted().toList()) {
                for (int level : client.protocolLevels().stream().sorted().toList()) {
                    if (level == MQTT_3_1_1 || transport == Transport.TLS) {
                        all.add(arguments(client, transport, level));
                    }
                }
            }
        }
        return all.stream();
    }

    /// Without encryption the listener says which tenant it is, and nobody is asked for a password; with it the server
    /// name says it, and a user is.
    @ParameterizedTest(name = "{0} over {1} at level {2}")
    @MethodSource("clientsTransportsAndLevels")
    void a_client_exchanges_messages(ClientDriver client, Transport transport, int level) {
        client.assumeInstalled();
        String id = client + "-" + transport + level;
        Connect how = transport.encrypted()
                ? service.encrypted(transport, "globex.mq.test", id).with("eric", "secret")
                : service.plain(transport, id);
        Exchange.of(client, how.atLevel(level), client + "/" + transport + level);
    }

    static List<ClientDriver> clients() {
        return ClientDriver.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void a_wrong_password_is_told_to_the_client(ClientDriver client) {
        client.assumeInstalled();
        for (int level : client.protocolLevels()) {
            Connect how = service.encrypted(Transport.TLS, "globex.mq.test", "stranger-" + client).atLevel(level);
            Outcome refused = client.connect(how.with("eric", "wrong"));
            assertThat(refused.completed()).as(refused.said()).isFalse();
            assertThat(refused.connackCode()).as(refused.said()).isEqualTo(level == 5 ? 0x86 : 4);
        }
    }
}
