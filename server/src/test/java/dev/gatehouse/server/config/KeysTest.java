package dev.gatehouse.server.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class KeysTest {
    private static final Path DOCUMENT = Path.of("../docs/configuration.md");

    /// The row of a key in the document.
    static String row(Key key) {
        return "| `" + key.path() + "` | " + key.kind().inWords() + " | " + key.fallback() + " | " + key.meaning()
                + " |";
    }

    @Test
    void the_document_has_exactly_one_row_for_each_key() throws Exception {
        List<String> rows = Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("| `")).toList();

        assertThat(rows).containsExactlyInAnyOrderElementsOf(Keys.ALL.stream().map(KeysTest::row).toList());
    }

    @Test
    void the_document_shows_the_built_in_configuration() throws Exception {
        assertThat(Files.readString(DOCUMENT)).contains("```yaml\n" + ConfigurationReader.BUILT_IN + "```");
    }

    @Test
    void the_test_of_all_keys_has_all_keys() {
        assertThat(Keys.ALL).allMatch(key -> ConfigurationTest.EVERYTHING.contains(key.name() + ":"));
    }

    @Test
    void a_key_with_a_time_or_a_size_ends_in_its_unit_or_is_counted_in_things() {
        for (Key key : Keys.ALL) {
            if (key.kind() instanceof Key.Whole(long _, long _, String unit)) {
                switch (unit) {
                    case "milliseconds" -> assertThat(key.name()).endsWith("-ms");
                    case "seconds", "bytes", "days" -> assertThat(key.name()).contains(unit);
                    default -> assertThat(unit).doesNotContain(" ");
                }
            }
        }
    }

    @Test
    void the_nearest_word_is_found_by_edit_distance() {
        List<String> words = List.of("publish", "subscribe", "password");
        assertThat(Nearest.to("pubilsh", words)).contains("publish");
        assertThat(Nearest.to("Subscribe", words)).contains("subscribe");
        assertThat(Nearest.to("secret", words)).isEmpty();
        assertThat(Nearest.to("sub", words)).contains("subscribe");
        assertThat(Nearest.to("p", words)).isEmpty();
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Nearest.distance("ab", "ba")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    }
}
