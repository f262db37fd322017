package dev.gatehouse.diagnosis;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class EndingTest {
    @ParameterizedTest
    @EnumSource
    void every_ending_leads_to_exactly_its_cause_or_to_none(Ending ending) {
        var ended = new Fact.Ended(ending, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE, "");
        Verdict verdict = Rules.verdict(List.of(new TimedFact(1, ended)));
        if (ending.isNormal()) {
            assertThat(verdict).isNull();
        } else {
            assertThat(Objects.requireNonNull(verdict).cause()).isEqualTo(ending.cause());
            assertThat(verdict.title()).isNotBlank();
            assertThat(verdict.fix()).isNotBlank().doesNotContain("{");
            assertThat(verdict.evidence()).contains(new Evidence(0, ended.sentence()));
            assertThat(verdict.certainty() == Certainty.CERTAIN || !verdict.collectNext().isEmpty())
                    .as("whoever is not certain says what to collect").isTrue();
        }
    }

    @Test
    void only_a_disconnect_is_a_normal_end() {
        assertThat(Arrays.stream(Ending.values()).filter(Ending::isNormal))
                .containsExactly(Ending.CLIENT_DISCONNECTED, Ending.CLIENT_DISCONNECTED_WITH_WILL);
    }

    @Test
    void no_ending_stands_for_nobody_knows() {
        assertThat(Arrays.stream(Ending.values()).map(Ending::cause)).doesNotContain(Cause.UNDETERMINED);
    }
}
