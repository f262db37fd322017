package dev.gatehouse.cli;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ServeWordsTest {
    @Test
    void the_usual_options_are_read_in_any_order() {
        assertThat(ServeWords.of("serve")).isEqualTo(new ServeWords(false, null, null));
        assertThat(ServeWords.of("serve", "--verbose", "--data", "d")).isEqualTo(
                new ServeWords(true, Path.of("d"), null));
        assertThat(ServeWords.of("serve", "--config", "c.yaml", "--data", "/d"))
                .isEqualTo(new ServeWords(false, Path.of("/d"), Path.of("c.yaml")));
    }

    @Test
    void whatever_has_to_be_explained_completed_or_refused_is_left_to_picocli() {
        assertThat(ServeWords.of()).isNull();
        assertThat(ServeWords.of("status")).isNull();
        assertThat(ServeWords.of("serve", "--help")).isNull();
        assertThat(ServeWords.of("serve", "--data")).isNull();
        assertThat(ServeWords.of("serve", "--data", "--verbose")).isNull();
        assertThat(ServeWords.of("serve", "--data", "@file")).isNull();
        assertThat(ServeWords.of("serve", "--data", "")).isNull();
        assertThat(ServeWords.of("serve", "--data=d")).isNull();
        assertThat(ServeWords.of("serve", "--data", "d", "--data", "e")).isNull();
        assertThat(ServeWords.of("serve", "extra")).isNull();
    }
}
