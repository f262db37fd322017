package dev.gatehouse.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(20)
class AttemptsCommandTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

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

    @Test
    void the_first_line_names_the_missing_server_name_and_the_fix() {
        it.withoutServerName("meter-7");
        it.withoutServerName("meter-7");
        String newest = it.withoutServerName("meter-7");
        it.served("meter-8");

        assertThat(shell.command("attempts", "--failed").code()).isZero();
        assertThat(shell.lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("2026-09-21 14:16:20Z  " + newest + "  refused ×3 (1.0/min)  tenant -  "
                        + "from 192.0.2.7:40112 (tls)  server name -  client meter-7  user eric  "
                        + "sni-missing: The device sent no server name (SNI). Fix: ")
                .containsPattern("Fix: .*(server name|SNI)"));
    }

    @Test
    void the_newest_comes_first_and_what_went_well_is_listed_too() {
        it.withoutServerName("meter-7");
        String newest = it.served("meter-8");
        shell.command("attempts");
        assertThat(shell.lines()).hasSize(2);
        assertThat(shell.lines().getFirst()).isEqualTo("2026-09-21 14:15:20Z  " + newest + "  ended  tenant acme  "
                + "from 192.0.2.7:40112 (tls)  server name acme.mq.test  client meter-8  user eric");
        assertThat(shell.command("attempts", "--limit", "1").lines()).hasSize(1);
    }

    @Test
    void json_has_one_object_per_line_with_all_the_keys_and_null_for_what_is_absent() throws Exception {
        it.withoutServerName("meter-7");
        it.served("meter-8");
        shell.command("attempts", "--json");
        JsonNode well = JSON.readTree(shell.lines().getFirst());
        JsonNode failed = JSON.readTree(shell.lines().getLast());
        for (JsonNode line : new JsonNode[]{well, failed}) {
            assertThat(line.fieldNames()).toIterable().contains("id", "time", "remote", "listener", "tenant",
                    "server_name", "client_id", "user", "stage", "cause", "title", "fix", "count");
        }
        assertThat(failed.path("tenant").isNull() && failed.path("server_name").isNull()).isTrue();
        assertThat(failed.path("cause").asText()).isEqualTo("sni-missing");
        assertThat(failed.path("count").isIntegralNumber()).isTrue();
        assertThat(well.path("cause").isNull() && well.path("fix").isNull()).isTrue();
    }

    @Test
    void attempts_can_be_narrowed_to_one_tenant_and_to_those_without_one() throws Exception {
        it.directory.addTenant("acme", false, List.of());
        it.withoutServerName("meter-7");
        it.served("meter-8");
        assertThat(shell.command("attempts", "--tenant", "acme").lines()).singleElement().asString()
                .contains("client meter-8");
        assertThat(shell.command("attempts", "--no-tenant").lines()).singleElement().asString()
                .contains("client meter-7");
        assertThat(shell.command("attempts", "--tenant", "nobody").code()).isEqualTo(1);
        assertThat(shell.err()).startsWith("gatehouse: tenant 'nobody' is not known");
        assertThat(shell.command("attempts", "--tenant", "acme", "--no-tenant").code()).isEqualTo(2);
    }

    @Test
    void text_from_the_wire_cannot_start_a_line_or_move_the_cursor() {
        it.withoutServerName("a\n2026-01-01 forged\u001b[2J");
        assertThat(shell.command("attempts").lines()).singleElement().asString()
                .contains("client a\\n2026-01-01 forged\\u{1b}[2J");
    }

    @Test
    void colours_are_for_terminals_and_not_where_NO_COLOR_is_set() {
        it.withoutServerName("meter-7");
        assertThat(shell.command("attempts").out()).doesNotContain("\u001b");
        shell.terminal = true;
        assertThat(shell.command("attempts").out()).contains("\u001b[31mrefused\u001b[0m");
        shell.environment.put("NO_COLOR", "1");
        assertThat(shell.command("attempts").out()).doesNotContain("\u001b");
    }

    @Test
    void a_limit_that_is_none_is_a_usage_error() {
        assertThat(shell.command("attempts", "--limit", "-1").code()).isEqualTo(2);
        assertThat(shell.command("attempts", "--limit", "100001").code()).isEqualTo(2);
        assertThat(shell.err()).contains("from 0 to 100000");
        assertThat(shell.command("attempts", "--limit", "many").code()).isEqualTo(2);
    }

    @Test
    void who_follows_sees_the_oldest_first_and_ends_when_the_pipe_is_closed() throws Exception {
        it.withoutServerName("first");
        Pipe pipe = new Pipe(2);
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> new Typed(data)
                .into(pipe, "attempts", "--follow", "--failed", "--data", data.toString()).code());
        pipe.started.get(20, TimeUnit.SECONDS);
        it.withoutServerName("second");
        it.withoutServerName("third"); // nobody reads this any more
        assertThat(code.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(pipe.text.toString()).containsSubsequence("client first", "client second").doesNotContain("third");
    }

    @Test
    void who_follows_a_service_that_stops_is_told_so() throws Exception {
        it.withoutServerName("first");
        Pipe pipe = new Pipe(Integer.MAX_VALUE);
        Typed other = new Typed(data);
        CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> other
                .into(pipe, "attempts", "--follow", "--data", data.toString()).code());
        pipe.started.get(20, TimeUnit.SECONDS);
        it.server.close();
        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(69);
        assertThat(other.err()).isEqualTo("gatehouse: the service stops\n");
    }

    @Test
    void one_attempt_is_told_with_the_verdict_first() {
        String id = it.withoutServerName("meter-7");
        assertThat(shell.command("attempt", id.toLowerCase(Locale.ROOT)).code()).isZero();
        assertThat(shell.lines().getFirst()).isEqualTo("Refused: The device sent no server name (SNI)");
        assertThat(shell.out()).containsSubsequence("cause", "sni-missing", "fix", "attempt", id, "server name", "-",
                "client id", "meter-7", "+0.001500 s", "+0.004000 s");
    }

    @Test
    void one_attempt_as_json_is_its_line_and_its_trail() throws Exception {
        String id = it.withoutServerName("meter-7");
        JsonNode json = JSON.readTree(shell.command("attempt", id, "--json").out());
        assertThat(json.path("cause").asText()).isEqualTo("sni-missing");
        assertThat(json.at("/trail/facts").size()).isEqualTo(6);
        assertThat(json.at("/trail/verdict/cause").asText()).isEqualTo("sni-missing");
    }

    @Test
    void an_attempt_that_is_not_kept_is_a_failure() {
        assertThat(shell.command("attempt", "0123456789AB").code()).isEqualTo(1);
        assertThat(shell.err()).contains("no attempt with this id is kept");
        assertThat(shell.command("attempt", "what?").code()).isEqualTo(1);
        assertThat(shell.command("attempt").code()).isEqualTo(2);
    }

    /// A pipe whose reader goes after some lines.
    private static final class Pipe extends OutputStream {
        final CompletableFuture<Void> started = new CompletableFuture<>();
        final StringBuilder text = new StringBuilder(); // read when the command has ended
        private int linesLeft;

        Pipe(int lines) {
            linesLeft = lines;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (linesLeft <= 0) {
                throw new IOException("Broken pipe");
            }
            String part = new String(bytes, from, length, StandardCharsets.UTF_8);
            text.append(part);
            linesLeft -= (int) part.chars().filter(c -> c == '\n').count();
            started.complete(null);
        }
    }
}
