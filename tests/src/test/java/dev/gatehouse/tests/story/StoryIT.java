package dev.gatehouse.tests.story;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.serve.Gatehouse;
import dev.gatehouse.tests.serve.Gatehouse.Serving;

import static org.assertj.core.api.Assertions.assertThat;

/// A device behind a modem whose TLS sends no server name, with the right user and password. In the forum it took days
/// to find out; here the broker answers, and its operator reads why.
class StoryIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// CONNACK, no session, return code 5: not authorized (MQTT 3.1.1 §3.2.2.3).
    private static final String NOT_AUTHORIZED = "20020005";
    private static final String ACCEPTED = "20020000";
    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final String NO_NAME = "";

    @TempDir
    Path home;
    private Gatehouse gatehouse;
    private String data;

    @BeforeAll
    static void build() {
        Gatehouse.build();
    }

    @BeforeEach
    void operator() {
        gatehouse = new Gatehouse(home);
        data = home.resolve("data").toString();
    }

    /// @param noSni `refuse` or `resolve`
    private Serving serve(String noSni) throws IOException {
        Path config = Files.writeString(home.resolve("gatehouse.yaml"), """
                data: %s
                domain: mq.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                  - {name: ws,  protocol: ws,  host: 127.0.0.1, port: 0, tenant: acme}
                  - {name: wss, protocol: wss, host: 127.0.0.1, port: 0}
                no-sni: %s
                tenants:
                  - name: acme
                    anonymous: true
                    hosts: [mqtt.acme.example]
                  - name: globex
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                  - name: initech
                    users: [{name: peter, password: other, publish: ["#"], subscribe: ["#"]}]
                """.formatted(data, noSni));
        return gatehouse.serve("--config", config.toString());
    }

    private String ca() {
        return home.resolve("data/tls/ca.crt").toString();
    }

    /// Connects as Python's `ssl` does with OpenSSL.
    ///
    /// @return the answer to the CONNECT, in hexadecimal
    private String python(Serving service, String serverName, String user, String password) throws Exception {
        Path script = Path.of(Objects.requireNonNull(StoryIT.class.getResource("/story/device.py")).toURI());
        Finished done = ExternalProgram.assumeFound("python3").run(PATIENCE, script.toString(),
                Integer.toString(service.port("tls")), ca(), serverName, user, password);
        assertThat(done.exitCode()).as(done.err()).isZero();
        return done.out().strip();
    }

    /// Connects with `openssl s_client -noservername` and sends a CONNECT through it.
    ///
    /// @return all that the server sent until it closed, in hexadecimal
    private String openssl(Serving service, byte[] connect) throws Exception {
        Process client = new ProcessBuilder(ExternalProgram.assumeFound("openssl").path().toString(), "s_client",
                "-connect", "127.0.0.1:" + service.port("tls"), "-noservername", "-tls1_2", "-CAfile", ca(),
                "-verify_return_error", "-quiet").redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (OutputStream in = client.getOutputStream()) {
            in.write(connect);
            in.flush();
            // Its input stays open: it must not be s_client that closes first.
            CompletableFuture<byte[]> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return client.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            return HexFormat.of().formatHex(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        } finally {
            client.destroyForcibly();
        }
    }

    /// MQTT 3.1.1, clean session, user name and password.
    private static byte[] connect(String clientId, String user, String password) {
        String fields = text("MQTT") + "\4\u00c2\0" + (char) KEEP_ALIVE_SECONDS + text(clientId) + text(user)
                + text(password);
        return ((char) 0x10 + "" + (char) fields.length() + fields).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(String ascii) {
        return "\0" + (char) ascii.length() + ascii;
    }

    private String firstFailure() {
        return gatehouse.printed("attempts", "--failed", "--data", data).lines().findFirst()
                .orElseThrow(() -> new AssertionError("no failed attempt is listed"));
    }

    private JsonNode firstJson(String... options) throws IOException {
        String[] words = new String[options.length + 4];
        System.arraycopy(new String[]{"attempts", "--json", "--data", data}, 0, words, 0, 4);
        System.arraycopy(options, 0, words, 4, options.length);
        return new ObjectMapper().readTree(gatehouse.printed(words).lines().findFirst().orElse("null"));
    }

    @Test
    void a_device_without_server_name_is_answered_and_its_operator_is_told_name_and_fix_in_the_first_line()
            throws Exception {
        try (Serving service = serve("refuse")) {
            assertThat(python(service, NO_NAME, "eric", "secret")).isEqualTo(NOT_AUTHORIZED);

            assertThat(firstFailure()).contains("sni-missing", "no server name (SNI)", "client esp32", "user eric",
                    "Fix: Make the device send the server name <tenant>.mq.test");
            JsonNode first = firstJson();
            assertThat(first.properties().stream().map(Map.Entry::getKey)).contains("id", "time", "remote", "listener",
                    "tenant", "server_name",
                    "client_id", "user", "stage", "cause", "title", "fix", "count");
            assertThat(Map.of("cause", first.path("cause").asText(), "stage", first.path("stage").asText(), "listener",
                    first.path("listener").asText(), "client_id", first.path("client_id").asText(), "user",
                    first.path("user").asText()))
                    .isEqualTo(Map.of("cause", "sni-missing", "stage", "tls-clienthello", "listener", "tls",
                            "client_id", "esp32", "user", "eric"));
            assertThat(List.of(first.path("tenant").isNull(), first.path("server_name").isNull())).containsOnly(true);
            assertThat(first.path("count").asInt()).isEqualTo(1);

            String trail = gatehouse.printed("attempt", first.path("id").asText(), "--data", data);
            assertThat(trail.lines().findFirst()).hasValueSatisfying(verdict -> assertThat(verdict)
                    .contains("no server name (SNI)"));
            assertThat(trail).contains("TLS 1.2", "esp32", "eric").doesNotContain("secret");
        }
    }

    @Test
    void the_same_with_openssl_s_client() throws Exception {
        try (Serving service = serve("refuse")) {
            assertThat(openssl(service, connect("modem", "eric", "secret"))).isEqualTo(NOT_AUTHORIZED);
            assertThat(firstFailure()).contains("sni-missing", "client modem", "Fix: ");
        }
    }

    @Test
    void with_the_server_name_the_same_device_gets_in() throws Exception {
        try (Serving service = serve("refuse")) {
            assertThat(python(service, NO_NAME, "eric", "secret")).isEqualTo(NOT_AUTHORIZED);
            assertThat(python(service, "globex.mq.test", "eric", "secret")).isEqualTo(ACCEPTED);
            JsonNode newest = firstJson("--tenant", "globex");
            assertThat(newest.path("server_name").asText()).isEqualTo("globex.mq.test");
            assertThat(newest.path("client_id").asText()).isEqualTo("esp32");
        }
    }

    @Test
    void with_no_sni_resolve_a_device_that_cannot_send_a_name_gets_in_as_user_at_tenant() throws Exception {
        try (Serving service = serve("resolve")) {
            assertThat(python(service, NO_NAME, "eric@globex", "secret")).isEqualTo(ACCEPTED);
            assertThat(firstJson("--tenant", "globex").path("user").asText()).isEqualTo("eric@globex");
            assertThat(python(service, NO_NAME, "eric", "secret")).isEqualTo(NOT_AUTHORIZED);
            assertThat(firstFailure()).contains("sni-missing", "Fix: ");
        }
    }
}
