package dev.gatehouse.tests.story;

import java.nio.file.Path;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.serve.Gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

/// `./gatehouse story`, as somebody would run it who has just cloned the project.
class ModemStoryIT {
    @TempDir
    Path home;

    @BeforeAll
    static void build() {
        Gatehouse.build();
    }

    @Test
    void the_story_happens_as_it_is_told() {
        long start = System.nanoTime();
        Finished done = new Gatehouse(home).run("story");
        assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
        assertThat(System.nanoTime() - start).as("it takes less than a minute").isLessThan(60_000_000_000L);
        assertThat(done.out()).contains("return code 5", "sni-missing", "ESP32_5A0C7E", "command AT+CIP",
                "The office got meter/1 = 21.5", "The office got meter/2 = 21.6",
                "The office got meter/3 = 21.7", "The office got meter/4 = 21.8", "Everything happened as told");
    }
}
