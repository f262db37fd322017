package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// A single line in words that no library has for its own leads at least to the candidates of its stage.
class PlainWordsTest {
    static Stream<Arguments> rows() {
        return Signs.text("plain-words.md").lines().filter(line -> line.startsWith("| ")).skip(2).map(line -> {
            List<String> cells = List.of(line.split(" ?\\| ?"));
            return Arguments.of(cells.get(1), cells.get(2));
        });
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rows")
    void plain_words_have_candidates(String stage, String words) {
        Explanation said = Scorer.explain(words);
        assertThat(said.verdicts()).as(words).isNotEmpty();
        assertThat(said.stage().id()).as(words).isEqualTo(stage);
    }
}
