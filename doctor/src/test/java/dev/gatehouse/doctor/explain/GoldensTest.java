package dev.gatehouse.doctor.explain;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Every log of the project's own is explained as its truth says, or honestly left open.
class GoldensTest {
    static Stream<String> written() {
        return Goldens.read("goldens-written.md").stream().map(Goldens.Golden::name);
    }

    static Stream<String> more() {
        return Goldens.read("goldens-more.md").stream().map(Goldens.Golden::name);
    }

    static Stream<String> programs() {
        return Goldens.read("goldens-programs.md").stream().map(Goldens.Golden::name);
    }

    static Stream<String> stacks() {
        return Goldens.read("goldens-stacks.md").stream().map(Goldens.Golden::name);
    }

    static Stream<String> bytes() {
        return Goldens.read("goldens-bytes.md").stream().map(Goldens.Golden::name);
    }

    static Stream<String> general() {
        return Goldens.read("goldens-general.md").stream().map(Goldens.Golden::name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("general")
    void what_is_quoted_or_overcome_or_another_matter_decides_nothing(String name) {
        check("goldens-general.md", name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bytes")
    void a_log_of_first_bytes_and_numbers_is_explained(String name) {
        check("goldens-bytes.md", name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stacks")
    void a_log_of_another_stack_is_explained(String name) {
        check("goldens-stacks.md", name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("written")
    void a_written_log_is_explained(String name) {
        check("goldens-written.md", name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("more")
    void a_log_that_does_not_decide_is_left_open(String name) {
        check("goldens-more.md", name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void what_a_real_program_printed_is_explained(String name) {
        check("goldens-programs.md", name);
    }

    private static void check(String resource, String name) {
        Goldens.Golden golden = Goldens.read(resource).stream().filter(one -> one.name().equals(name)).findFirst()
                .orElseThrow();
        Scorer.Scored scored = Scorer.score(name, Scorer.explain(golden.log()), golden.truth());
        assertThat(scored.confidentlyWrong()).as(scored.words()).isFalse();
        assertThat(scored.points()).as(scored.words()).isEqualTo(1);
    }
}
