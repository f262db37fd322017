package dev.gatehouse.server.admin;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.admin.Request.Owner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RequestJsonTest {
    static final List<Request> ALL = List.of(new Request.GetStatus(),
            new Request.AddTenant("acme", true, List.of("a.example", "b.example")), new Request.ListTenants(),
            new Request.RemoveTenant("acme"),
            new Request.AddUser("acme", "erić \"x\"", Secret.of("gehéim\n"), List.of("a/#", "+"), List.of()),
            new Request.AddUser("acme", "eric", null, List.of(), List.of("#")), new Request.ListUsers("acme"),
            new Request.RemoveUser("acme", "eric"), new Request.ChangePassword("acme", "eric", Secret.of("x")),
            new Request.ChangePassword("acme", "eric", null),
            new Request.ListAttempts(new Owner.Anybody(), true, 0, true),
            new Request.ListAttempts(new Owner.OfTenant("acme"), false, Request.ListAttempts.LIMIT_MAX, false),
            new Request.ListAttempts(new Owner.Nobody(), false, 1, false), new Request.GetAttempt("0123456789AB"),
            new Request.Drain(false, "%t.other.example:8883", true, 100),
            new Request.Drain(false, "[fd00::1]:1883", false, 1),
            new Request.Drain(true, null, false, Request.Drain.PER_SECOND_MAX));

    @ParameterizedTest
    @FieldSource("ALL")
    void what_is_written_is_read_again_and_is_one_line(Request request) throws Exception {
        String line = RequestJson.write(request);
        assertThat(line).doesNotContain("\n");
        assertThat(RequestJson.read(line)).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "{}", "{\"v\":1}", "{\"v\":1,\"ask\":\"shutdown\"}",
            "{\"v\":1,\"ask\":\"status\",\"ask\":\"status\"}", "{\"v\":1,\"ask\":\"status\"} {}",
            "{\"v\":1,\"ask\":\"status\",\"more\":1}", "{\"v\":\"1\",\"ask\":\"status\"}", "{\"v\":1,\"ask\":1}",
            "{\"v\":1,\"ask\":\"user-list\"}", "{\"v\":1,\"ask\":\"user-list\",\"tenant\":null}",
            "{\"v\":1,\"ask\":\"tenant-add\",\"tenant\":\"a\",\"anonymous\":\"yes\",\"hosts\":[]}",
            "{\"v\":1,\"ask\":\"tenant-add\",\"tenant\":\"a\",\"anonymous\":true,\"hosts\":[1]}",
            "{\"v\":1,\"ask\":\"tenant-add\",\"tenant\":\"a\",\"anonymous\":true,\"hosts\":\"a\"}",
            "{\"v\":1,\"ask\":\"user-passwd\",\"tenant\":\"a\",\"user\":\"b\"}",
            "{\"v\":1,\"ask\":\"drain\",\"stop\":false,\"to\":null,\"permanent\":false,\"per_second\":0}",
            "{\"v\":1,\"ask\":\"drain\",\"stop\":false,\"to\":null,\"permanent\":true,\"per_second\":1}",
            "{\"v\":1,\"ask\":\"drain\",\"stop\":false,\"to\":\"not a host\",\"permanent\":false,\"per_second\":1}",
            "{\"v\":1,\"ask\":\"drain\",\"stop\":false,\"permanent\":false,\"per_second\":1}",
            "{\"v\":1,\"ask\":\"attempts\",\"owner\":\"me\",\"failed\":true,\"limit\":1,\"follow\":false}",
            "{\"v\":1,\"ask\":\"attempts\",\"owner\":\"nobody\",\"failed\":true,\"limit\":-1,\"follow\":false}",
            "{\"v\":1,\"ask\":\"attempts\",\"owner\":\"nobody\",\"failed\":true,\"limit\":100001,\"follow\":false}",
            "{\"v\":1,\"ask\":\"attempts\",\"owner\":\"nobody\",\"failed\":true,\"limit\":99999999999,\"follow\":false}"})
    void everything_else_is_a_bad_request(String line) {
        assertThatExceptionOfType(AdminProblem.class).isThrownBy(() -> RequestJson.read(line))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(AdminProblem.BAD_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"v\":2,\"ask\":\"status\"}", "{\"v\":0,\"ask\":\"something new\",\"more\":1}"})
    void another_version_is_named_as_such_whatever_else_it_says(String line) {
        assertThatExceptionOfType(AdminProblem.class).isThrownBy(() -> RequestJson.read(line))
                .satisfies(problem -> assertThat(problem.kind()).isEqualTo(AdminProblem.VERSION));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"v\":1,\"ask\":\"user-passwd\",\"password\":\"hunter2\",", "hunter2",
            "{\"v\":1,\"ask\":\"user-passwd\",\"tenant\":\"a\",\"user\":\"b\",\"password\":[\"hunter2\"]}",
            "{\"v\":1,\"ask\":\"hunter2\"}"})
    void an_error_never_repeats_what_was_sent(String line) {
        assertThatExceptionOfType(AdminProblem.class).isThrownBy(() -> RequestJson.read(line))
                .satisfies(problem -> assertThat(problem).message().doesNotContain("hunter2"));
    }
}
