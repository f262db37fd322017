package dev.gatehouse.tests.clients;

import java.io.IOException;
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

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/// The control experiment: the drivers against a broker that is known to work. When these pass and the same exchange
/// fails with Gatehouse, the fault is Gatehouse's.
class ClientDriversIT {
    @TempDir
    static Path openFolder;
    @TempDir
    static Path guardedFolder;
    private static MosquittoBroker open;
    private static MosquittoBroker guarded;

    @BeforeAll
    static void start() throws IOException {
        open = MosquittoBroker.start(openFolder, true);
        guarded = MosquittoBroker.start(guardedFolder, false);
    }

    @AfterAll
    static void stop() {
        // Not there when starting it was what failed, or was skipped.
        Stream.of(Optional.ofNullable(open), Optional.ofNullable(guarded)).flatMap(Optional::stream)
                .forEach(MosquittoBroker::close);
    }

    /// Every client on every transport, the protocol levels shared out so that each client uses all of its own.
    static Stream<Arguments> clientsAndTransports() {
        var all = new ArrayList<Arguments>();
        for (ClientDriver client : ClientDriver.all()) {
            List<Integer> levels = client.protocolLevels().stream().sorted().toList();
            int next = 0;
            for (Transport transport : client.transports().stream().sorted().toList()) {
                all.add(arguments(client, transport, levels.get(next++ % levels.size())));
            }
            for (; next < levels.size(); next++) {
                all.add(arguments(client, Transport.TCP, levels.get(next)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} over {1} at level {2}")
    @MethodSource("clientsAndTransports")
    void a_client_exchanges_messages_with_mosquitto(ClientDriver client, Transport transport, int level) {
        client.assumeInstalled();
        var how = open.connect(transport, client + "-" + transport + level).atLevel(level);
        Exchange.of(client, how, client + "/" + transport + level);
    }

    static List<ClientDriver> clients() {
        return ClientDriver.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void a_refusal_is_an_outcome_with_the_code_of_the_connack(ClientDriver client) {
        client.assumeInstalled();
        for (int level : client.protocolLevels()) {
            var how = guarded.connect(Transport.TCP, "eric-" + client).atLevel(level);
            var refused = client.connect(how.with("eric", "wrong"));
            assertThat(refused.completed()).as(refused.said()).isFalse();
            assertThat(refused.connackCode()).as(refused.said()).isEqualTo(level == 5 ? 135 : 5);
            var accepted = client.connect(how.with("eric", "secret"));
            assertThat(accepted.completed()).as(accepted.said()).isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void a_certificate_for_another_name_is_refused_by_the_client(ClientDriver client) {
        client.assumeInstalled();
        var outcome = client.connect(open.connect(Transport.TLS, "wrong-name").at("globex.mq.test"));
        assertThat(outcome.completed()).as(outcome.said()).isFalse();
        assertThat(outcome.connackCode()).as(outcome.said()).isEqualTo(Outcome.NO_CONNACK);
    }
}
