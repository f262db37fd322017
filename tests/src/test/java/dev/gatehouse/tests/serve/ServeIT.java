package dev.gatehouse.tests.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.clients.HiveMq;
import dev.gatehouse.tests.clients.Outcome;
import dev.gatehouse.tests.clients.Transport;
import dev.gatehouse.tests.serve.Gatehouse.Serving;

import static org.assertj.core.api.Assertions.assertThat;

/// An operator's days: starting, administering, stopping, and what goes wrong with it.
class ServeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration STOP = Duration.ofSeconds(5);
    private static final HiveMq CLIENT = new HiveMq();

    @TempDir
    Path home;
    private Gatehouse gatehouse;
    private String data;
    private String config;

    @BeforeAll
    static void build() {
        Gatehouse.build();
    }

    @BeforeEach
    void configure() throws IOException {
        gatehouse = new Gatehouse(home);
        data = home.resolve("data").toString();
        config = configured(0);
    }

    private String configured(int plainPort) throws IOException {
        return Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                domain: mq.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: %d, tenant: acme}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                tenants:
                  - {name: acme, anonymous: true}
                """.formatted(plainPort)).toString();
    }

    private Path ca() {
        return home.resolve("data/tls/ca.crt");
    }

    private Connect globex(Serving service) {
        return Connect.to(Transport.TLS, "globex.mq.test", service.port("tls"), "device").atLevel(5).trusting(ca())
                .with("eric", "secret");
    }

    private Watching eric(Serving service, String clientId, String password) {
        return Watching.connected("globex.mq.test", service.port("tls"), ca(), clientId, "eric", password);
    }

    private void addGlobexWithEric() {
        assertThat(gatehouse.printed("tenant", "add", "globex", "--data", data)).contains("globex.mq.test");
        gatehouse.printed("user", "add", "eric", "--tenant", "globex", "--password", "secret", "--data", data);
    }

    private String newestFailure() {
        return gatehouse.printed("attempts", "--failed", "--tenant", "globex", "--data", data).lines().findFirst()
                .orElse("");
    }

    @Test
    void tenants_and_users_change_while_clients_are_connected() throws Exception {
        try (Serving service = gatehouse.serve("--config", config)) {
            Connect asEric = globex(service);
            assertThat(CLIENT.connect(asEric).connackCode()).as("before there is such a tenant").isEqualTo(0x86);
            addGlobexWithEric();
            assertThat(gatehouse.printed("tenant", "list", "--data", data)).contains("acme", "globex.mq.test");
            assertThat(gatehouse.printed("user", "list", "--tenant", "globex", "--data", data)).contains("eric");

            Watching before = eric(service, "before", "secret");
            gatehouse.printed("user", "passwd", "eric", "--tenant", "globex", "--password", "better", "--data", data);
            assertThat(before.disconnect(PATIENCE).getReasonCode())
                    .isEqualTo(Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(newestFailure()).contains("credentials-withdrawn", "client before");
            assertThat(CLIENT.connect(asEric).connackCode()).as("the old password").isEqualTo(0x86);
            Outcome better = CLIENT.connect(asEric.with("eric", "better"));
            assertThat(better.completed()).as(better.said()).isTrue();

            Watching removed = eric(service, "removed", "better");
            gatehouse.printed("user", "remove", "eric", "--tenant", "globex", "--data", data);
            assertThat(removed.disconnect(PATIENCE).getReasonCode())
                    .isEqualTo(Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(newestFailure()).contains("credentials-withdrawn", "client removed");

            gatehouse.printed("user", "add", "eric", "--tenant", "globex", "--password", "again", "--data", data);
            Watching last = eric(service, "last", "again");
            gatehouse.printed("tenant", "remove", "globex", "--data", data);
            assertThat(last.disconnect(PATIENCE).getReasonCode())
                    .isEqualTo(Mqtt5DisconnectReasonCode.ADMINISTRATIVE_ACTION);
            assertThat(gatehouse.printed("tenant", "list", "--data", data)).contains("acme").doesNotContain("globex");
            assertThat(CLIENT.connect(asEric.with("eric", "again")).connackCode()).isEqualTo(0x86);
        }
    }

    @Test
    void a_command_that_cannot_be_done_says_so_and_changes_nothing() {
        try (Serving _ = gatehouse.serve("--config", config)) {
            Finished twice = gatehouse.run("tenant", "add", "acme", "--data", data);
            assertThat(twice.exitCode()).isEqualTo(1);
            assertThat(twice.err()).contains("acme").hasLineCount(1);
            Finished nobody = gatehouse.run("user", "remove", "eric", "--tenant", "nobody", "--data", data);
            assertThat(nobody.exitCode()).isEqualTo(1);
            assertThat(nobody.err()).contains("nobody").hasLineCount(1);
            Finished unknown = gatehouse.run("attempt", "0123456789AB", "--data", data);
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.err()).contains("no attempt with this id").hasLineCount(1);
        }
        Finished gone = gatehouse.run("tenant", "list", "--data", data);
        assertThat(gone.exitCode()).isEqualTo(69);
        assertThat(gone.err()).contains(data, "serve");
    }

    @Test
    void SIGTERM_tells_every_client_and_a_restart_knows_tenants_users_and_attempts() throws Exception {
        String refused;
        try (Serving service = gatehouse.serve("--config", config)) {
            addGlobexWithEric();
            assertThat(CLIENT.connect(globex(service).with("eric", "wrong")).connackCode()).isEqualTo(0x86);
            refused = newestFailure();
            assertThat(refused).contains("bad-credentials", "client device");
            Watching one = eric(service, "one", "secret");
            Watching two = eric(service, "two", "secret");
            assertThat(service.program().terminate(STOP)).as(service.program().said()).isZero();
            for (Watching each : new Watching[]{one, two}) {
                Mqtt5Disconnect last = each.disconnect(PATIENCE);
                assertThat(last.getReasonCode()).isEqualTo(Mqtt5DisconnectReasonCode.SERVER_SHUTTING_DOWN);
            }
        }
        try (Serving service = gatehouse.serve("--config", config)) {
            Outcome again = CLIENT.connect(globex(service));
            assertThat(again.completed()).as(again.said()).isTrue();
            assertThat(gatehouse.printed("attempts", "--failed", "--tenant", "globex", "--data", data).lines())
                    .contains(refused).anyMatch(line -> line.contains("server-shutting-down"));
            String id = refused.split(" +")[2];
            assertThat(gatehouse.printed("attempt", id, "--data", data)).contains(id, "eric", "device");
        }
    }

    @Test
    void after_kill_9_it_starts_again_with_tenants_users_and_attempts_also_those_that_were_open() {
        String refused;
        try (Serving service = gatehouse.serve("--config", config)) {
            addGlobexWithEric();
            eric(service, "open", "secret");
            assertThat(CLIENT.connect(globex(service).with("eric", "wrong")).connackCode()).isEqualTo(0x86);
            refused = newestFailure();
            assertThat(gatehouse.printed("attempts", "--tenant", "globex", "--data", data)).contains("client open");
            service.program().kill();
        }
        assertThat(gatehouse.run("tenant", "list", "--data", data).exitCode()).as("nobody answers").isEqualTo(69);
        try (Serving service = gatehouse.serve("--config", config)) {
            Outcome again = CLIENT.connect(globex(service));
            assertThat(again.completed()).as(again.said()).isTrue();
            assertThat(gatehouse.printed("attempts", "--failed", "--tenant", "globex", "--data", data).lines())
                    .contains(refused)
                    .anyMatch(line -> line.contains("server-killed") && line.contains("client open"));
        }
    }

    @Test
    void a_second_one_on_the_same_data_is_refused_and_the_first_goes_on() {
        try (Serving first = gatehouse.serve("--config", config)) {
            Finished second = gatehouse.run("serve", "--config", config);
            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("data", "--data").doesNotContain("Exception", "\tat ");
            assertThat(second.out()).doesNotContain("Gatehouse ready");
            Connect acme = Connect.to(Transport.TCP, "127.0.0.1", first.port("tcp"), "device");
            assertThat(CLIENT.connect(acme).completed()).isTrue();
            assertThat(gatehouse.run("status", "--data", data).exitCode()).isZero();
        }
    }

    @Test
    void without_options_service_and_commands_meet_in_the_users_own_folder() throws IOException {
        Files.writeString(home.resolve("gatehouse.yaml"),
                Files.readString(home.resolve("gatehouse.yaml")).replace("data: data\n", ""));
        try (Serving service = gatehouse.serve("--config", config)) {
            assertThat(service.greeting().getLast()).endsWith(home.resolve(".local/share/gatehouse").toString());
            assertThat(gatehouse.printed("tenant", "list")).contains("acme");
        }
    }

    @Test
    void a_port_that_is_taken_is_one_clear_line() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finished refused = gatehouse.run("serve", "--config", configured(taken.getLocalPort()));
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err().lines().filter(line -> line.startsWith("gatehouse: "))).singleElement().asString()
                    .contains("tcp", "127.0.0.1:" + taken.getLocalPort(), "port");
            assertThat(refused.err()).doesNotContain("Exception", "\tat ");
        }
    }

    @Test
    void a_broken_configuration_is_refused_with_file_line_and_column() throws IOException {
        Path file = home.resolve("gatehouse.yaml");
        Files.writeString(file, Files.readString(file).replace("anonymous: true", "anonymus: true"));
        Finished refused = gatehouse.run("serve", "--config", config);
        assertThat(refused.exitCode()).isEqualTo(78);
        assertThat(refused.err()).contains(config + ":7:18: ", "anonymus", "did you mean 'anonymous'?")
                .hasLineCount(1);

        Files.writeString(file, "listeners: [\n");
        Finished malformed = gatehouse.run("serve", "--config", config);
        assertThat(malformed.exitCode()).isEqualTo(78);
        assertThat(malformed.err()).contains(config + ":2:1: ").hasLineCount(1);
    }
}
