package dev.gatehouse.server.admin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.admin.Request.Owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@Timeout(Answering.TEST_SECONDS_MAX)
class AdminServerTest {
    private static final Request.ListAttempts FOLLOW = new Request.ListAttempts(new Owner.Anybody(), true, 10, true);

    @TempDir
    Path data;

    private Answering it;

    @BeforeEach
    void start() throws SocketFault {
        it = new Answering(data);
    }

    @AfterEach
    void stop() {
        it.close();
    }

    @Test
    void status_says_what_runs_and_counts_connections() throws Exception {
        it.refused("meter");
        ObjectNode status = it.ask(new Request.GetStatus()).getFirst();
        assertThat(status.path("version").asText()).isEqualTo("1.2.3");
        assertThat(status.at("/listeners/0/address").asText()).isEqualTo("127.0.0.1:8883");
        assertThat(status.at("/connections/accepted").asLong()).isEqualTo(1);
        assertThat(status.at("/connections/refused_by_cause/sni-missing").asLong()).isEqualTo(1);
    }

    @Test
    void tenants_and_users_are_added_listed_and_removed() throws Exception {
        ObjectNode tenant = it.ask(new Request.AddTenant("acme", false, List.of("mqtt.acme.example"))).getFirst();
        assertThat(tenant.path("host").asText()).isEqualTo("acme.mq.test");

        ObjectNode user = it.ask(new Request.AddUser("acme", "eric", Secret.of("secret"), List.of("a/#"), List.of()))
                .getFirst();
        assertThat(user.path("password").isNull()).as("a password that was given is not repeated").isTrue();
        assertThat(it.ask(new Request.ListUsers("acme"))).singleElement().satisfies(each -> {
            assertThat(each.path("user").asText()).isEqualTo("eric");
            assertThat(each.path("publish").get(0).asText()).isEqualTo("a/#");
            assertThat(each.path("subscribe")).isEmpty();
        });

        String madeUp = it.ask(new Request.ChangePassword("acme", "eric", null)).getFirst().path("password").asText();
        assertThat(madeUp).hasSizeGreaterThan(15);

        assertThat(it.ask(new Request.RemoveUser("acme", "eric"))).isEmpty();
        assertThat(it.ask(new Request.RemoveTenant("acme"))).isEmpty();
        assertThat(it.ask(new Request.ListTenants())).isEmpty();
    }

    @Test
    void what_cannot_be_done_comes_back_with_its_kind_and_a_sentence() {
        assertThatExceptionOfType(AdminProblem.class).isThrownBy(() -> it.ask(new Request.RemoveTenant("nobody")))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo("tenant_unknown"))
                .withMessageContaining("nobody");
        assertThatExceptionOfType(AdminProblem.class).isThrownBy(() -> it.ask(new Request.GetAttempt("0123456789AB")))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo("attempt_unknown"));
        assertThatExceptionOfType(AdminProblem.class)
                .isThrownBy(() -> it.ask(new Request.ListAttempts(new Owner.OfTenant("nobody"), true, 1, false)))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo("tenant_unknown"));
    }

    @Test
    void attempts_come_newest_first_and_by_owner() throws Exception {
        String first = it.refused("meter-1");
        String second = it.refused("meter-2");
        it.directory.addTenant("acme", false, List.of());

        List<ObjectNode> all = it.ask(new Request.ListAttempts(new Owner.Anybody(), true, 10, false));
        assertThat(all).extracting(line -> line.path("id").asText()).containsExactly(second, first);
        assertThat(it.ask(new Request.ListAttempts(new Owner.Nobody(), false, 1, false)))
                .extracting(line -> line.path("client_id").asText()).containsExactly("meter-2");
        assertThat(it.ask(new Request.ListAttempts(new Owner.OfTenant("acme"), false, 10, false))).isEmpty();
    }

    @Test
    void an_attempt_comes_as_object_and_as_text_with_the_verdict_first() throws Exception {
        String id = it.refused("meter");
        ObjectNode answer = it.ask(new Request.GetAttempt(id)).getFirst();
        assertThat(answer.at("/line/cause").asText()).isEqualTo("sni-missing");
        assertThat(answer.at("/trail/facts").size()).isGreaterThanOrEqualTo(3);
        assertThat(answer.path("text").asText().lines().findFirst().orElseThrow()).contains("SNI");
    }

    @Test
    void who_follows_gets_what_is_there_and_then_each_as_it_comes() throws Exception {
        String before = it.refused("before");
        List<String> ids = new ArrayList<>();
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<AdminClient.End> end = following(line -> {
            ids.add(line.path("id").asText());
            started.complete(null);
            return ids.size() < 3;
        });
        started.get(Answering.TEST_SECONDS_MAX, TimeUnit.SECONDS);
        String second = it.refused("second");
        String third = it.refused("third");

        assertThat(end.get(Answering.TEST_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(AdminClient.End.ENOUGH);
        assertThat(ids).containsExactly(before, second, third);
    }

    @Test
    void who_follows_is_told_when_the_service_stops() throws Exception {
        it.refused("before");
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<AdminClient.End> end = following(_ -> started.complete(null));
        started.get(Answering.TEST_SECONDS_MAX, TimeUnit.SECONDS);
        it.stopServer();
        assertThat(end.get(Answering.TEST_SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(AdminClient.End.SERVICE_STOPS);
    }

    private CompletableFuture<AdminClient.End> following(AdminClient.Answer answer) {
        CompletableFuture<AdminClient.End> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                end.complete(new AdminClient(it.socket).ask(FOLLOW, answer));
            } catch (SocketFault | AdminProblem | RuntimeException e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    @Test
    void two_clients_are_served_at_the_same_time() throws Exception {
        try (LineChannel silent = it.raw(); LineChannel other = it.raw()) {
            other.write(RequestJson.write(new Request.ListTenants()));
            assertThat(other.read(1_000)).isEqualTo("{\"end\":{}}");
            silent.write(RequestJson.write(new Request.ListTenants()));
            assertThat(silent.read(1_000)).isEqualTo("{\"end\":{}}");
            assertThat(silent.read(1_000)).as("the end of the stream").isNull();
        }
    }

    @Test
    void one_client_too_many_is_told_so_and_disturbs_nobody() throws Exception {
        Path other = Files.createDirectory(data.resolve("other"));
        try (Answering small = new Answering(other, new AdminLimits(1, 100, 60_000)); LineChannel first = small.raw()) {
            try (LineChannel second = small.raw()) {
                assertThat(second.read(1_000)).startsWith("{\"error\":{\"kind\":\"busy\"");
            }
            first.write(RequestJson.write(new Request.ListTenants()));
            assertThat(first.read(1_000)).isEqualTo("{\"end\":{}}");
        }
    }

    @Test
    void a_request_may_have_as_many_bytes_as_the_limit_and_not_one_more() throws Exception {
        Path other = Files.createDirectory(data.resolve("other"));
        String request = RequestJson.write(new Request.ListTenants());
        int bytes = request.getBytes(StandardCharsets.UTF_8).length;
        try (Answering exact = new Answering(other, new AdminLimits(2, bytes, 60_000))) {
            try (LineChannel client = exact.raw()) {
                client.write(request);
                assertThat(client.read(1_000)).isEqualTo("{\"end\":{}}");
            }
            try (LineChannel client = exact.raw()) {
                client.write(request + " ");
                assertThat(client.read(1_000)).contains("bad_request").contains(bytes + " bytes");
                assertThat(client.read(1_000)).isNull();
            }
        }
    }

    @Test
    void a_request_that_does_not_end_in_time_is_cut_off() throws Exception {
        Path other = Files.createDirectory(data.resolve("other"));
        try (Answering hurried = new Answering(other, new AdminLimits(2, 100, 50));
                LineChannel client = hurried.raw()) {
            assertThat(client.read(1_000)).as("the end of the stream, without having sent a line").isNull();
        }
    }
}
