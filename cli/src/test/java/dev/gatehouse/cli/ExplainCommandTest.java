package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ExplainCommandTest {
    private static final String LOG = """
            I (4100) app: connecting to mqtts://mq.plant.example:8883
            E (7016) esp-tls-mbedtls: verification info:   ! The certificate is not correctly signed by the trusted CA
            E (7016) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700
            """;
    @TempDir
    Path folder;
    private Typed shell;

    @BeforeEach
    void open() {
        shell = new Typed(folder);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void a_person_reads_the_verdict_first() throws IOException {
        assertThat(shell.bare("explain", file("device.log", LOG)).code()).isZero();
        assertThat(shell.lines().getFirst())
                .isEqualTo("The device does not trust the CA that issued the server's certificate");
        assertThat(shell.out())
                .contains("untrusted-ca (likely), stage tls-cert", "line 2: ", "What happened", "mbedtls -0x2700",
                        "mq.plant.example")
                .doesNotContain("\u001b");
    }

    @Test
    void a_terminal_gets_colours() throws IOException {
        shell.terminal = true;
        assertThat(shell.bare("explain", file("device.log", LOG)).out()).contains("\u001b[1m");
    }

    @Test
    void json_keeps_its_contract() throws IOException {
        JsonNode said = new ObjectMapper().readTree(shell.bare("explain", "--json", file("device.log", LOG)).out());
        assertThat(said.path("stack").asText()).isEqualTo("esp-idf");
        assertThat(said.path("stage").asText()).isEqualTo("tls-cert");
        assertThat(said.path("decided").asBoolean()).isTrue();
        JsonNode verdict = said.path("verdicts").path(0);
        assertThat(verdict.path("cause").asText()).isEqualTo("untrusted-ca");
        assertThat(verdict.path("confidence").asText()).isEqualTo("likely");
        assertThat(verdict.path("evidence").path(0).path("line").asInt()).isEqualTo(2);
        assertThat(verdict.path("evidence").path(0).path("text").asText()).contains("not correctly signed");
        assertThat(verdict.path("fix").asText()).contains("mq.plant.example");
        assertThat(said.path("collect").isArray()).isTrue();
    }

    @Test
    void several_files_are_one_story_and_evidence_names_its_file() throws IOException {
        String device = file("device.log", "MQTT connect failed, rc=-2\n");
        String broker = file("broker.log",
                "1771000000: OpenSSL Error[0]: error:0A000418:SSL routines::tlsv1 alert unknown ca\n");
        JsonNode said = new ObjectMapper().readTree(shell.bare("explain", "--json", device, broker).out());
        assertThat(said.path("verdicts").path(0).path("cause").asText()).isEqualTo("untrusted-ca");
        assertThat(said.path("verdicts").path(0).path("evidence").path(0).path("file").asText()).isEqualTo(broker);
    }

    @Test
    void standard_input_is_read_when_no_file_is_named() {
        shell.stdin = LOG;
        assertThat(shell.bare("explain").out()).contains("untrusted-ca");
        assertThat(shell.bare("explain", "-").out()).contains("untrusted-ca");
    }

    @Test
    void a_log_that_tells_nothing_is_said_to_tell_nothing() {
        shell.stdin = "all is well\n";
        assertThat(shell.bare("explain").code()).isZero();
        assertThat(shell.out()).contains("does not tell", "collect next");
        shell.stdin = "";
        assertThat(shell.bare("explain", "--json").out()).contains("\"decided\":false", "\"verdicts\":[]");
    }

    @Test
    void a_file_that_is_not_there_is_named() {
        assertThat(shell.bare("explain", folder.resolve("nothing.log").toString()).code())
                .isEqualTo(Exit.FAILED.code());
        assertThat(shell.err()).contains("there is no file", "nothing.log");
        assertThat(shell.bare("explain", folder.toString()).code()).isEqualTo(Exit.FAILED.code());
    }
}
