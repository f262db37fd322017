package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.doctor.JsonReport;
import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.clients.RunningProgram;
import dev.gatehouse.tests.doctor.Certificates.Wish;

import static org.assertj.core.api.Assertions.assertThat;

/// What doctor prints for mosquitto, Python, Node and Java, run word for word beside `root.pem`, `client.crt` and
/// `client.key`, against the listener that it was printed for; and what it prints for devices.
class SnippetsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Path CLIENTS = Path.of("target", "clients").toAbsolutePath();

    @TempDir
    private static Path folder;
    private static Programs programs;
    private static Certificates root;
    private static Certificates device;
    private static int plain;
    private static int encrypted;
    private static int mutual;
    private static int mutualWebSocket;

    @BeforeAll
    static void serve() {
        programs = new Programs(folder);
        root = Certificates.selfSigned(Wish.authority("Root"));
        device = root.sign(Wish.server("device-1"));
        Certificates server = root.sign(Wish.server("localhost"));
        plain = Ports.free();
        encrypted = Ports.free();
        mutual = Ports.free();
        mutualWebSocket = Ports.free();
        String passwords = "password_file " + programs.passwords("eric", "secret") + "\n";
        String tls = "certfile " + server.certificateFile(folder, "server") + "\nkeyfile "
                + server.keyFile(folder, "server") + "\n";
        String demanding = tls + "cafile " + root.certificateFile(folder, "ca") + "\nrequire_certificate true\n";
        programs.mosquitto("snippets", listener(plain, "allow_anonymous true\n") + listener(encrypted, passwords + tls)
                + listener(mutual, passwords + demanding)
                + listener(mutualWebSocket, "protocol websockets\nallow_anonymous true\n" + demanding));
        assertThat(ExternalProgram.assumeFound("mosquitto_pub").run(PATIENCE, "-p", "" + plain, "-t", "proof", "-m",
                "it came", "-r").exitCode()).isZero();
    }

    @AfterAll
    static void stop() {
        programs.close();
    }

    private static String listener(int port, String lines) {
        return "listener " + port + " 127.0.0.1\n" + lines;
    }

    /// What to run in a folder, and the line that shows that it is connected.
    private record Run(String stack, String file, String command, String proof) {}

    private static final List<Run> RUNS = List.of(
            new Run("mosquitto_sub", "run.sh", "exec stdbuf -oL sh run.sh", "proof it came"),
            new Run("Python (paho-mqtt 2)", "device.py", "exec python3 -u device.py", "Success"),
            new Run("Node (MQTT.js)", "device.js", "exec node device.js", "connected"),
            new Run("Java (HiveMQ client)", "Device.java", "exec '%s/bin/java' -cp '%s' Device.java".formatted(
                    System.getProperty("java.home"), System.getProperty("java.class.path")), "reasonCode=SUCCESS"));

    @TestFactory
    Stream<DynamicTest> without_tls() throws IOException {
        return ran("mqtt", Case.of("plain", "mqtt://localhost:" + plain).healthy());
    }

    @TestFactory
    Stream<DynamicTest> with_tls_and_a_password() throws IOException {
        return ran("mqtts", Case.of("TLS", "mqtts://localhost:" + encrypted).trusting(root.certificate())
                .as("eric", "secret").healthy());
    }

    @TestFactory
    Stream<DynamicTest> with_a_client_certificate_and_a_password() throws IOException {
        return ran("mutual", Case.of("mutual TLS", "mqtts://localhost:" + mutual).trusting(root.certificate())
                .showing(device.manager()).as("eric", "secret").healthy());
    }

    @TestFactory
    Stream<DynamicTest> with_a_client_certificate_in_a_web_socket() throws IOException {
        return ran("mutual-ws", Case.of("mutual TLS", "wss://localhost:" + mutualWebSocket + "/mqtt")
                .trusting(root.certificate()).showing(device.manager()).healthy());
    }

    private static JsonNode report(Case probed) throws IOException {
        Case.Outcome outcome = probed.run();
        probed.check(outcome);
        return new ObjectMapper().readTree(JsonReport.of(outcome.report(), outcome.judgement()));
    }

    private static Stream<DynamicTest> ran(String name, Case probed) throws IOException {
        JsonNode report = report(probed);
        Path home = Files.createDirectories(folder.resolve(name));
        device.certificateFile(home, "client");
        device.keyFile(home, "client");
        if (!report.at("/needs/root").isNull()) {
            Files.writeString(home.resolve("root.pem"), report.at("/needs/root/pem").asText());
        }
        List<DynamicTest> tests = new ArrayList<>();
        for (Run run : RUNS) {
            JsonNode snippet = report.get("snippets").get(run.stack());
            if (snippet != null) { // Debian's mosquitto_sub knows no WebSocket: it has another title there
                Files.writeString(home.resolve(run.file()), snippet.asText());
                tests.add(DynamicTest.dynamicTest(run.stack(), () -> connects(home, run)));
            }
        }
        tests.add(DynamicTest.dynamicTest("devices", () -> devices(report)));
        return tests.stream();
    }

    private static void connects(Path home, Run run) {
        Map<String, String> environment = Map.of("PASSWORD", "secret", "PYTHONPATH",
                CLIENTS.resolve("python").toString(),
                "NODE_PATH", CLIENTS.resolve("node/node_modules").toString());
        assumeInstalled(run, environment);
        try (RunningProgram program = ExternalProgram.assumeFound("sh").start(environment,
                List.of("-c", "cd '" + home + "' && " + run.command()))) {
            program.await(line -> line.contains(run.proof()), PATIENCE);
        }
    }

    private static void assumeInstalled(Run run, Map<String, String> environment) {
        if (run.file().endsWith(".py")) {
            boolean found = ExternalProgram.assumeFound("python3").run(PATIENCE, environment,
                    List.of("-c", "import paho.mqtt.client as mqtt; mqtt.CallbackAPIVersion.VERSION2")).exitCode() == 0;
            Assumptions.assumeTrue(found,
                    "skipped: paho-mqtt 2 not found in " + CLIENTS + "/python; .ci/run installs it");
        } else if (run.file().endsWith(".js")) {
            ExternalProgram.assumeFound("node");
            Assumptions.assumeTrue(Files.isDirectory(CLIENTS.resolve("node/node_modules/mqtt")),
                    "skipped: the npm package mqtt not found in " + CLIENTS + "/node; .ci/run installs it");
        } else if (run.file().endsWith(".sh")) {
            ExternalProgram.assumeFound("stdbuf");
            ExternalProgram.assumeFound("mosquitto_sub");
        }
    }

    /// These run on no machine of ours: each names every file that the connection needs, and none that it does not.
    private static void devices(JsonNode report) {
        boolean certificate = report.at("/needs/clientCertificateAsked").asBoolean();
        report.get("snippets").properties().forEach(entry -> {
            String snippet = entry.getValue().asText();
            assertThat(snippet).doesNotContain("%");
            List<String> places = places(entry.getKey());
            if (certificate) {
                assertThat(snippet).as(entry.getKey()).contains(places);
            } else {
                assertThat(snippet).as(entry.getKey()).doesNotContain(places.toArray(String[]::new));
            }
        });
    }

    private static List<String> places(String stack) {
        return switch (stack.replaceAll(" .*", "")) {
            case "ESP-IDF" -> stack.contains("custom")
                    ? List.of("mbedtls_ssl_conf_own_cert(", "esp_transport_ssl_set_client_cert_data(",
                            "esp_transport_ssl_set_client_key_data(")
                    : List.of(".credentials.authentication.certificate = client_crt",
                            ".credentials.authentication.key = client_key");
            case "Arduino" -> List.of("net.setCertificate(client_crt);", "net.setPrivateKey(client_key);");
            case "SIMCom" -> List.of("\"authmode\",0,2", "AT+CSSLCFG=\"clientcert\",0,\"client.pem\"",
                    "AT+CSSLCFG=\"clientkey\",0,\"clientkey.pem\"");
            case "mosquitto_sub" -> List.of("--cert client.crt --key client.key");
            case "Python" -> List.of("certfile=\"client.crt\", keyfile=\"client.key\"");
            case "Node" -> List.of("cert: fs.readFileSync('client.crt'), key: fs.readFileSync('client.key')");
            case "Java" -> List.of("keyManagerFactory(shown)", "\"client.crt\"", "\"client.key\"");
            default -> throw new AssertionError("a stack without an expectation: " + stack);
        };
    }
}
