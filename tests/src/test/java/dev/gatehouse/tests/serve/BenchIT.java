package dev.gatehouse.tests.serve;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.ExternalProgram.Finished;

import static org.assertj.core.api.Assertions.assertThat;

/// What `bench` finds out about the service: a little of what it is asked to do by hand.
@Timeout(120)
class BenchIT {
    @TempDir
    Path home;

    @BeforeAll
    static void build() {
        Gatehouse.build();
    }

    private Finished bench(String... words) {
        return new Gatehouse(home).run(words);
    }

    @Test
    void after_kill_9_under_load_everything_acknowledged_arrives_once_at_QoS_2_and_in_order() {
        Finished crash = bench("bench", "crash", "--rounds", "2", "--seconds", "1", "--publishers", "4", "--folder",
                home.toString());
        assertThat(crash.exitCode()).as(crash.out() + crash.err()).isZero();
        assertThat(crash.out()).contains("Round 2 of 2: ", "No violation.");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void what_waits_for_those_who_are_away_outlives_kill_9_and_an_orderly_end() {
        // Neither limit means much for so few messages on a machine that runs other tests.
        Finished queue = bench("bench", "queue", "--messages", "10000", "--sessions", "50", "--restart-limit", "60",
                "--rss-limit", "1000", "--folder", home.toString());
        assertThat(queue.exitCode()).as(queue.out() + queue.err()).isZero();
        assertThat(queue.out()).contains("10,000 messages arrived in ", "Everything arrived in order");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void brokers_side_by_side_give_a_table_a_file_of_results_and_a_plot() {
        Finished compared = bench("bench", "--scenario", "pairs-q1,start", "--peer", "gatehouse,mosquitto,relay",
                "--rounds", "1", "--seconds", "0.4", "--warmup", "0.1", "--process-warmup", "0.5", "--core", "-1",
                "--broker-core", "-1",
                "--results", home.toString());
        assertThat(compared.exitCode()).as(compared.out() + compared.err()).isZero();
        assertThat(compared.out()).contains("| 4 pairs, QoS 1, 64 B", "| start to accepting",
                "pairs-q1, relay: the broker grants QoS 0 when asked for 1");
        assertThat(home.resolve("results.json")).content().contains("\"per-broker-second\"", "\"accepts-ms\"");
        assertThat(home.resolve("plot.svg")).content().startsWith("<svg");
    }

    @Test
    void load_loses_nothing_and_says_what_the_generator_needed() {
        for (String qos : new String[]{"0", "1", "2"}) {
            Finished load = bench("bench", "load", "--qos", qos, "--mqtt", "5", "--runs", "1", "--warmup", "0.1",
                    "--seconds", "1", "--core", "-1", "--broker-core", "0,1");
            assertThat(load.exitCode()).as(load.out() + load.err()).isZero();
            assertThat(load.out()).contains("none lost, none twice, all in order", "generator used");
        }
    }

    @Test
    void connect_counts_connections() {
        Finished connect = bench("bench", "connect", "--tls", "--runs", "2", "--warmup", "2", "--seconds", "2",
                "--core",
                "-1", "--broker-core", "0,1");
        assertThat(connect.exitCode()).as(connect.out() + connect.err()).isZero();
        assertThat(connect.out())
                .containsPattern("run 2 of 2 on \\S+:\\d+ \\(TLS\\): [1-9][0-9,]* connections a second, "
                        + "[1-9][0-9,]* a second of broker processor, generator [0-9]+ %");
        Finished resuming = bench("bench", "connect", "--tls", "--resume", "--runs", "1", "--warmup", "1", "--seconds",
                "1", "--core", "-1", "--broker-core", "0,1");
        Matcher counted = Pattern.compile("([0-9,]+) of ([0-9,]+) resumed").matcher(resuming.out());
        assertThat(counted.find()).as(resuming.out() + resuming.err()).isTrue();
        assertThat(counted.group(1)).as("resumed of all").isEqualTo(counted.group(2)).isNotEqualTo("0");
        Finished refused = bench("bench", "connect", "--resume");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("--resume needs --tls");
    }
}
