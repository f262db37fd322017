package dev.gatehouse.tests.serve;

import java.nio.file.Path;

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
}
