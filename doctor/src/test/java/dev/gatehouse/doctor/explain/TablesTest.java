package dev.gatehouse.doctor.explain;

import java.util.Arrays;
import java.util.HashSet;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;

import static org.assertj.core.api.Assertions.assertThat;

/// The tables are read without a complaint, and hang together.
class TablesTest {
    @Test
    void every_sign_says_what_it_means_and_every_phrase_has_a_source() {
        assertThat(Signs.all()).allSatisfy(sign -> {
            assertThat(sign.says()).as(sign.id()).endsWith(".");
            assertThat(sign.phrases()).as(sign.id()).allSatisfy(phrase -> assertThat(phrase.source()).isNotBlank());
            assertThat(sign.until()).as(sign.id()).allSatisfy(id -> assertThat(Signs.named(id)).isNotNull());
        });
    }

    @Test
    void a_sign_that_does_not_decide_says_what_to_collect() {
        assertThat(Signs.all()).filteredOn(sign -> !sign.readings().isEmpty()
                && sign.readings().getFirst().certainty() == dev.gatehouse.diagnosis.Certainty.POSSIBLE)
                .allSatisfy(sign -> assertThat(sign.collect()).as(sign.id()).isNotEmpty());
    }

    @Test
    void numbers_have_meanings_and_sources() {
        assertThat(Codes.all()).hasSizeGreaterThan(20);
        assertThat(Codes.of("mbedtls", 0x2700).orElseThrow().meaning()).contains("verify flags");
        assertThat(Codes.of("cmqtt", 31).orElseThrow().sign()).isEqualTo(Signs.named("not-authorized"));
        assertThat(Codes.all().values()).allSatisfy(table -> assertThat(table.values())
                .allSatisfy(code -> assertThat(code.source()).isNotBlank()));
    }

    @Test
    void every_cause_has_a_fix_and_only_causes_have_one() {
        assertThat(Arrays.stream(Cause.values()))
                .allSatisfy(cause -> assertThat(cause.fix()).as(cause.id()).isNotBlank());
        var named = new HashSet<String>();
        Fixes.parse(Signs.text("fixes.md")).keySet().forEach(key -> named.add(key.substring(0, key.indexOf(' '))));
        assertThat(named).allSatisfy(id -> assertThat(Cause.byId(id)).as(id).isPresent());
    }
}
