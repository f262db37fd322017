package dev.gatehouse.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.Credential;
import dev.gatehouse.server.access.PasswordHash;
import dev.gatehouse.server.admin.Request;

import static org.assertj.core.api.Assertions.assertThat;

/// `tenant`, `user`, `drain`, `status`, and how the service is found.
@Timeout(20)
class AdministrationTest {
    @TempDir
    Path data;

    private Answering it;
    private Typed shell;

    @BeforeEach
    void start() throws Exception {
        it = new Answering(data);
        shell = new Typed(data);
    }

    @AfterEach
    void stop() {
        it.close();
    }

    private boolean isPassword(String user, String password) {
        var tenant = Objects.requireNonNull(it.directory.byName("acme"));
        var entry = Objects.requireNonNull(tenant.users().get(user));
        return entry.credential() instanceof Credential.Hashed(String hash)
                && PasswordHash.verify(Secret.of(password), hash);
    }

    @Test
    void tenants_are_added_listed_and_removed() {
        assertThat(shell.command("tenant", "add", "acme", "--host", "mqtt.acme.example").code()).isZero();
        assertThat(shell.out()).isEqualTo("Tenant acme added. Its host name is acme.mq.test, mqtt.acme.example. Nobody "
                + "can come in yet: 'gatehouse user add --tenant acme NAME'.\n");
        assertThat(shell.command("tenant", "add", "acme").code()).isEqualTo(1);
        assertThat(shell.err()).startsWith("gatehouse: tenant 'acme' is there already");

        shell.command("tenant", "add", "globex", "--anonymous");
        assertThat(shell.command("tenant", "list").lines()).containsExactly(
                "TENANT  HOST NAMES                       ANONYMOUS  USERS  DEFINED IN",
                "acme    acme.mq.test, mqtt.acme.example  no         0      by command",
                "globex  globex.mq.test                   yes        0      by command");
        assertThat(shell.command("tenant", "list", "--json").lines()).hasSize(2).first().asString().isEqualTo(
                "{\"tenant\":\"acme\",\"host\":\"acme.mq.test\",\"hosts\":[\"mqtt.acme.example\"],\"anonymous\":false,"
                        + "\"users\":0,\"origin\":\"by command\"}");

        assertThat(shell.command("tenant", "remove", "acme").out()).isEqualTo("Tenant acme removed.\n");
        assertThat(shell.command("tenant", "remove", "acme").code()).isEqualTo(1);
    }

    @Test
    void without_a_terminal_a_password_is_made_up_and_printed_once() {
        shell.command("tenant", "add", "acme");
        assertThat(shell.command("user", "add", "eric", "--tenant", "acme").code()).isZero();
        assertThat(shell.lines().getFirst())
                .isEqualTo("User eric of tenant acme added: may publish to # and subscribe to #.");
        String password = shell.lines().getLast().replace("Password, shown this once: ", "");
        assertThat(isPassword("eric", password)).isTrue();
        assertThat(shell.command("user", "list", "--tenant", "acme").out()).doesNotContain(password);
    }

    @Test
    void a_password_comes_from_standard_input_up_to_the_line_break() {
        shell.command("tenant", "add", "acme");
        shell.stdin = "gehéim \r\nmore";
        assertThat(shell.command("user", "add", "eric", "--tenant", "acme", "--password-stdin").code()).isZero();
        assertThat(shell.lines()).hasSize(1);
        assertThat(isPassword("eric", "gehéim ")).isTrue();

        shell.stdin = "\n";
        assertThat(shell.command("user", "passwd", "eric", "--tenant", "acme", "--password-stdin").code()).isEqualTo(2);
        assertThat(isPassword("eric", "gehéim ")).isTrue();
    }

    @Test
    void a_person_is_asked_twice_and_nothing_changes_when_the_answers_differ() {
        shell.command("tenant", "add", "acme");
        shell.terminal = true;
        shell.answers.addAll(List.of("gehéim", "gehéim"));
        assertThat(shell.command("user", "add", "eric", "--tenant", "acme").code()).isZero();
        assertThat(isPassword("eric", "gehéim")).isTrue();

        shell.answers.addAll(List.of("one", "other"));
        assertThat(shell.command("user", "passwd", "eric", "--tenant", "acme").code()).isEqualTo(1);
        assertThat(shell.command("user", "passwd", "eric", "--tenant", "acme").code()).as("end of input")
                .isEqualTo(130);
        assertThat(isPassword("eric", "gehéim")).isTrue();

        shell.answers.add("");
        assertThat(shell.command("user", "passwd", "eric", "--tenant", "acme").out()).contains("shown this once");
    }

    @Test
    void permissions_are_those_that_were_given_and_the_empty_one_is_none() throws Exception {
        shell.command("tenant", "add", "acme");
        assertThat(shell.command("user", "add", "eric", "--tenant", "acme", "--password", "x", "--publish", "a/%u/#",
                "--publish", "b", "--subscribe", "").code()).isZero();
        assertThat(shell.out())
                .isEqualTo("User eric of tenant acme added: may publish to a/%u/#, b and subscribe to nothing.\n");
        assertThat(shell.command("user", "list", "--tenant", "acme", "--json").out()).isEqualTo(
                "{\"tenant\":\"acme\",\"user\":\"eric\",\"publish\":[\"a/%u/#\",\"b\"],\"subscribe\":[],"
                        + "\"origin\":\"by command\"}\n");
        assertThat(shell.command("user", "add", "x", "--tenant", "acme", "--publish", "a/#/b").code()).isEqualTo(1);
        assertThat(shell.err()).contains("'a/#/b'");
    }

    @Test
    void users_are_removed_and_json_says_what_was_done() throws Exception {
        shell.command("tenant", "add", "acme");
        String added = shell.command("user", "add", "eric", "--tenant", "acme", "--generate", "--json").out();
        assertThat(isPassword("eric", JsonMapper.builder().build().readTree(added).path("password").asText())).isTrue();
        assertThat(shell.command("user", "passwd", "eric", "--tenant", "acme", "--password", "x", "--json").out())
                .isEqualTo("{\"tenant\":\"acme\",\"user\":\"eric\",\"password\":null}\n");
        assertThat(shell.command("user", "remove", "eric", "--tenant", "acme", "--json").out())
                .isEqualTo("{\"tenant\":\"acme\",\"user\":\"eric\"}\n");
        assertThat(shell.command("user", "remove", "eric", "--tenant", "acme").code()).isEqualTo(1);
        assertThat(shell.command("user", "add", "eric").code()).as("--tenant is missing").isEqualTo(2);
    }

    @Test
    void a_drain_is_ordered_and_taken_back() {
        assertThat(shell.command("drain", "--to", "%t.other.example:8883", "--per-second", "20").code()).isZero();
        assertThat(shell.out()).startsWith("Clients are sent away to %t.other.example:8883, 20 per second");
        assertThat(shell.command("drain").code()).isZero();
        assertThat(shell.command("drain", "--stop").code()).isZero();
        assertThat(it.drained).containsExactly(new Request.Drain(false, "%t.other.example:8883", false, 20),
                new Request.Drain(false, null, false, 100), new Request.Drain(true, null, false, 100));
    }

    @Test
    void a_drain_that_makes_no_sense_is_refused_with_a_sentence() {
        for (String[] wrong : new String[][]{{"drain", "--to", "not a host"}, {"drain", "--permanent"},
                {"drain", "--per-second", "0"}, {"drain", "--stop", "--to", "a.example"}}) {
            assertThat(shell.command(wrong).code()).as(String.join(" ", wrong)).isEqualTo(Exit.USAGE.code());
            assertThat(shell.err()).startsWith("gatehouse: ");
        }
        assertThat(it.drained).isEmpty();
    }

    @Test
    void status_tells_what_runs_and_the_sum_of_connections() {
        it.withoutServerName("meter-7");
        it.served("meter-8");
        assertThat(shell.command("status").code()).isZero();
        assertThat(shell.lines()).contains("version      1.2.3, process 4711", "TLS engine   BoringSSL",
                "listener     tls: mqtts on 127.0.0.1:8883",
                "connections  2 accepted = 0 open + 1 ended + 1 refused + 0 connecting", "             1 sni-missing");
        assertThat(shell.command("status", "--json").out()).contains("\"accepted\":2").contains("\"sni-missing\":1");
    }

    @Test
    void the_service_is_found_by_option_by_configuration_file_and_by_environment() throws Exception {
        shell.environment.put("GATEHOUSE_DATA", data.toString());
        assertThat(shell.bare("status").code()).isZero();

        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        Path config = Files.writeString(data.resolve("gatehouse.yaml"), """
                data: .
                listeners:
                  - {name: tcp, protocol: mqtt, port: 1883}
                """);
        shell.environment.put("GATEHOUSE_DATA", elsewhere.toString());
        assertThat(shell.bare("status", "--config", config.toString()).code()).isZero();
        assertThat(shell.bare("status", "--config", config.toString(), "--data", elsewhere.toString()).code())
                .isEqualTo(69);
    }

    @Test
    void where_no_service_answers_one_sentence_says_how_to_start_it() throws Exception {
        Path elsewhere = Files.createDirectory(data.resolve("elsewhere"));
        assertThat(shell.bare("tenant", "list", "--data", elsewhere.toString()).code()).isEqualTo(69);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).isEqualTo("gatehouse: No Gatehouse is running with the data folder " + elsewhere
                + ". Start it with 'gatehouse serve --data " + elsewhere + "', or name the folder of the one that runs "
                + "with --data.\n");
    }
}
