package dev.gatehouse.cli;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class GatehouseTest {
    @TempDir
    Path data;

    private Typed shell;

    @BeforeEach
    void open() {
        shell = new Typed(data);
    }

    @Test
    void version_is_printed_for_people_and_for_programs() {
        assertThat(shell.bare("version").code()).isZero();
        assertThat(shell.out()).isEqualTo("gatehouse development\n");
        assertThat(shell.bare("version", "--json").out()).startsWith("{\"version\":\"development\",");
    }

    @Test
    void help_lists_the_commands_and_every_exit_code() {
        assertThat(shell.bare("--help").code()).isZero();
        assertThat(shell.out()).contains("serve", "attempts", "attempt ", "tenant", "user", "status", "version");
        for (Exit exit : Exit.values()) {
            assertThat(shell.out()).contains(exit.code() + "  " + exit.meaning());
        }
        assertThat(shell.bare("user", "passwd", "--help").out()).contains("--password-stdin");
        assertThat(shell.bare("serve", "--help").out()).contains("GATEHOUSE_DATA");
    }

    @Test
    void wrong_usage_says_what_would_be_right_and_goes_to_standard_error() {
        assertThat(shell.bare("attmpts").code()).isEqualTo(2);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).contains("did you mean attempt").contains("try 'gatehouse --help'");
        assertThat(shell.bare("attempts", "--faild").code()).isEqualTo(2);
        assertThat(shell.err()).contains("did you mean --failed").contains("try 'gatehouse attempts --help'");
        assertThat(shell.bare().code()).isEqualTo(2);
        assertThat(shell.bare("tenant").code()).isEqualTo(2);
    }

    @Test
    void a_bench_that_makes_no_sense_starts_nothing_and_says_every_reason() {
        assertThat(shell.bare("bench", "crash", "--rounds", "0", "--bytes", "3").code()).isEqualTo(2);
        assertThat(shell.err()).contains("--rounds must be 1 to 1000000, not 0", "--bytes must be 12 to 1000000, not 3",
                "try 'gatehouse bench crash --help'");
        assertThat(shell.bare("bench", "queue", "--window", "65536").code()).isEqualTo(2);
        assertThat(shell.err()).contains("--window must be 1 to 65535, not 65536");
        assertThat(shell.bare("bench", "--scenario", "connect", "--peer", "no-such").code()).isEqualTo(2);
        assertThat(shell.err()).as("a scenario may be called like a command").contains("no-such")
                .doesNotContain("Expected parameter");
        assertThat(shell.bare("bench", "--scenario", "no-such").code()).isEqualTo(2);
    }

    @Test
    void a_bad_configuration_file_is_told_line_by_line_without_starting_anything() throws Exception {
        Path config = Files.writeString(data.resolve("bad.yaml"), "domian: x\nlisteners: []\n");
        assertThat(shell.bare("serve", "--config", config.toString(), "--data", data.toString()).code()).isEqualTo(78);
        assertThat(shell.err()).contains("gatehouse: " + config + ":1:").contains("domain");
        assertThat(shell.err().lines()).allSatisfy(line -> assertThat(line).startsWith("gatehouse: "));
        assertThat(shell.bare("status", "--config", data.resolve("none.yaml").toString()).code()).isEqualTo(78);
    }

    @Test
    void a_data_folder_that_cannot_be_one_is_a_failure_without_a_stack_trace() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");
        assertThat(shell.bare("serve", "--data", file.resolve("x").toString()).code()).isEqualTo(1);
        assertThat(shell.err()).contains("gatehouse: ").doesNotContain("\tat ");
    }

    @Test
    void an_argument_in_another_encoding_is_refused_before_it_names_the_wrong_thing() {
        assertThat(shell.bare("tenant", "add", "caf\uFFFD").code()).isEqualTo(2);
        assertThat(shell.err()).contains("LC_ALL=C.UTF-8");
    }

    @Test
    void the_default_data_folder_is_the_users_own() {
        assertThat(shell.bare("status").err()).contains("/home/somebody/.local/share/gatehouse");
        shell.environment.put("XDG_DATA_HOME", data.toString());
        assertThat(shell.bare("status").err()).contains(data.resolve("gatehouse").toString());
    }
}
