package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.clients.RunningProgram;
import dev.gatehouse.tests.serve.Gatehouse;
import dev.gatehouse.tests.serve.Gatehouse.Serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Causes that take a process of their own: it is killed, has too little of something, or is mosquitto. What `./gatehouse
/// attempt` prints of them, or what the other program prints, is given to `explain`.
class ProvokedProgramsIT {
    /// What the tests of this class provoke.
    static final List<String> CAUSES = List.of("server-killed", "server-full", "storage-failed",
            "administrative-action", "slow-consumer");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /// The service keeps 256 descriptors for itself.
    private static final int CONNECTIONS = 60;
    /// Into a pipe, mosquitto_sub prints when it ends.
    private static final String SUBSCRIBER_SECONDS = "8";
    private static final int MESSAGE_BYTES = 900_000;
    private static final int MESSAGES_MAX = 80;
    /// The journal's file comes to this with the fifth message.
    private static final int FILE_KIBIBYTES_MAX = 4_000;
    /// Nothing that could be compressed.
    private static final Random RANDOM = new Random(4_711);

    @TempDir
    Path home;

    @BeforeAll
    static void build() {
        Gatehouse.build();
    }

    private String configuration() throws IOException {
        return Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme}
                tenants:
                  - {name: acme, anonymous: true}
                """).toString();
    }

    /// What is printed of the newest attempt that failed for this cause.
    private String attempt(Gatehouse gatehouse, String cause, String... owner) {
        String data = home.resolve("data").toString();
        String[] words = Stream.concat(Stream.of("attempts", "--failed", "--data", data), Arrays.stream(owner))
                .toArray(String[]::new);
        String line = gatehouse.printed(words).lines().filter(one -> one.contains(cause)).findFirst()
                .orElseThrow(
                        () -> new AssertionError("no attempt failed for " + cause + ":\n" + gatehouse.printed(words)));
        return gatehouse.printed("attempt", line.split(" +")[2], "--data", data);
    }

    private static void assertExplained(String log, String cause) throws IOException {
        assertThat(RefusalsIT.explained(log)).as(log).isEqualTo(cause);
    }

    private static RawClient opened(int port, Version version, String clientId) throws IOException {
        RawClient client = RawClient.tcp(port);
        client.packet(new Packet.Connect(version, clientId, true, 60, null, null, null, ConnectProperties.NONE),
                version);
        assertThat(((Packet.Connack) Objects.requireNonNull(client.next(version))).reason())
                .isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    @Test
    void the_process_is_killed_while_a_client_is_connected() throws Exception {
        Gatehouse gatehouse = new Gatehouse(home);
        String config = configuration();
        try (Serving service = gatehouse.serve("--config", config);
                RawClient _ = opened(service.port("tcp"), Version.MQTT_5, "open")) {
            assertThat(gatehouse.printed("attempts", "--tenant", "acme", "--data", home.resolve("data").toString()))
                    .contains("client open");
            service.program().kill();
        }
        try (Serving _ = gatehouse.serve("--config", config)) {
            assertExplained(attempt(gatehouse, "server-killed", "--tenant", "acme"), "server-killed");
        }
    }

    @Test
    void the_process_may_have_no_more_connections() throws Exception {
        Gatehouse gatehouse = new Gatehouse(home);
        List<RawClient> clients = new ArrayList<>();
        try (Serving service = gatehouse.serveWithin("ulimit -Sn 300 && ulimit -Hn 300", "--config",
                configuration())) {
            for (int i = 0; i < CONNECTIONS; i++) {
                clients.add(RawClient.tcp(service.port("tcp")));
            }
            assertThat(clients.getLast().untilClosed()).isEmpty();
            assertExplained(attempt(gatehouse, "server-full"), "server-full");
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void the_file_system_takes_no_more() throws Exception {
        Gatehouse gatehouse = new Gatehouse(home);
        String config = configuration();
        try (Serving first = gatehouse.serve("--config", config)) {
            assertThat(first.program().terminate(PATIENCE)).as("its native code is unpacked, which is a larger file")
                    .isZero();
        }
        try (Serving service = gatehouse.serveWithin("ulimit -f " + FILE_KIBIBYTES_MAX, "--config", config);
                RawClient client = opened(service.port("tcp"), Version.MQTT_3_1_1, "stores")) {
            Packet answer = new Packet.Pingresp();
            for (int i = 1; i <= MESSAGES_MAX && answer != null; i++) {
                byte[] payload = new byte[MESSAGE_BYTES];
                RANDOM.nextBytes(payload);
                client.packet(new Packet.Publish("kept/" + i, Qos.AT_LEAST_ONCE, false, true, i, PublishProperties.NONE,
                        Unpooled.wrappedBuffer(payload)), Version.MQTT_3_1_1);
                answer = client.next(Version.MQTT_3_1_1);
            }
            assertThat(answer).as("the service ends the connection: MQTT 3 has no answer that says no").isNull();
            assertExplained(attempt(gatehouse, "storage-failed", "--tenant", "acme"), "storage-failed");
        }
    }

    // ------------------------------------------------------------------------------------------------------ mosquitto

    private RunningProgram mosquitto(String lines) throws IOException {
        Path file = Files.writeString(home.resolve("mosquitto.conf"),
                lines + "\nlog_dest stderr\nuser " + System.getProperty("user.name") + "\n");
        RunningProgram broker = ExternalProgram.assumeFound("mosquitto").start(Map.of(),
                List.of("-c", file.toString()));
        try {
            broker.await(line -> line.endsWith(" running"), PATIENCE);
            return broker;
        } catch (AssertionError e) {
            broker.close();
            throw e;
        }
    }

    @Test
    void an_administrator_of_mosquitto_disables_a_client() throws Exception {
        ExternalProgram control = ExternalProgram.assumeFound("mosquitto_ctrl");
        ExternalProgram client = ExternalProgram.assumeFound("mosquitto_sub");
        Path plugin = plugin();
        Path rules = home.resolve("dynamic-security.json");
        assertThat(control.run(PATIENCE, "dynsec", "init", rules.toString(), "admin", "adminpw").exitCode()).isZero();
        int port = Ports.free();
        try (RunningProgram broker = mosquitto(
                "listener " + port + " 127.0.0.1\nallow_anonymous false\nplugin " + plugin
                        + "\nplugin_opt_config_file " + rules + "\nlog_type all")) {
            command(control, port, "createClient", "eric", "-p", "secret");
            command(control, port, "createRole", "reader");
            command(control, port, "addRoleACL", "reader", "subscribePattern", "#", "allow", "1");
            command(control, port, "addClientRole", "eric", "reader", "1");
            try (RunningProgram device = client.start(Map.of(), List.of("-V", "5", "-d", "-h", "127.0.0.1", "-p",
                    String.valueOf(port), "-u", "eric", "-P", "secret", "-i", "device", "-t", "a", "-W",
                    SUBSCRIBER_SECONDS))) {
                broker.await(line -> line.contains("Sending SUBACK to device"), PATIENCE);
                command(control, port, "disableClient", "eric");
                broker.await(line -> line.contains("administrative action"), PATIENCE);
                assertExplained(broker.said(), "administrative-action");
                device.await(line -> line.contains("DISCONNECT"), PATIENCE);
                assertExplained(device.said(), "administrative-action");
            }
        }
    }

    private static Path plugin() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            List<Path> found = folders.map(folder -> folder.resolve("mosquitto_dynamic_security.so"))
                    .filter(Files::exists).toList();
            assumeTrue(!found.isEmpty(), "skipped: mosquitto's dynamic security plugin not found; .ci/run installs it");
            return found.getFirst();
        }
    }

    private static void command(ExternalProgram control, int port, String... words) {
        String[] all = Stream.concat(Stream.of("-h", "127.0.0.1", "-p", String.valueOf(port), "-u", "admin", "-P",
                "adminpw", "dynsec"), Arrays.stream(words)).toArray(String[]::new);
        var finished = control.run(PATIENCE, all);
        assertThat(finished.exitCode()).as(finished.out() + finished.err()).isZero();
    }

    @Test
    void mosquitto_drops_messages_for_a_client_that_acknowledges_none() throws Exception {
        int port = Ports.free();
        try (RunningProgram broker = mosquitto("listener " + port + " 127.0.0.1\nallow_anonymous true\n"
                + "max_inflight_messages 1\nmax_queued_messages 1");
                RawClient slow = opened(port, Version.MQTT_3_1_1, "slow");
                RawClient publisher = opened(port, Version.MQTT_3_1_1, "fast")) {
            slow.packet(new Packet.Subscribe(1, 0, List.of(), List.of(new Packet.Subscribe.Request("a",
                    Qos.AT_LEAST_ONCE, false, false, Packet.RetainHandling.SEND))), Version.MQTT_3_1_1);
            assertThat(slow.next(Version.MQTT_3_1_1)).isInstanceOf(Packet.Suback.class);
            for (int i = 1; i <= 5; i++) {
                publisher.packet(new Packet.Publish("a", Qos.AT_LEAST_ONCE, false, false, i, PublishProperties.NONE,
                        Unpooled.wrappedBuffer(new byte[1])), Version.MQTT_3_1_1);
            }
            broker.await(line -> line.contains("dropped"), PATIENCE);
            assertExplained(broker.said(), "slow-consumer");
        }
    }
}
