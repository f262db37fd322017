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
class CrashIT {
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
}
