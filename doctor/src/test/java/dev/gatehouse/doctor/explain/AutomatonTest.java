package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class AutomatonTest {
    private static BitSet found(List<String> literals, String text) {
        var met = new BitSet();
        RawLine.of(text).search(new Automaton(literals), met);
        return met;
    }

    @Test
    void literals_that_overlap_are_found_and_case_does_not_matter() {
        assertThat(found(List.of("he", "she", "hers", "x509", "hi"), "uSHErs X509 ü").stream()).containsExactly(0, 1, 2,
                3);
    }

    @Test
    void what_stands_between_two_halves_of_a_literal_parts_them() {
        assertThat(found(List.of("abc", "bcd"), "ab\u00fcc abxc bc\u0000d").isEmpty()).isTrue();
        assertThat(found(List.of("abc"), "ab").isEmpty()).isTrue();
        assertThat(found(List.of("abc"), "").isEmpty()).isTrue();
    }

    static LongStream seeds() {
        Long seed = Long.getLong("seed");
        return seed == null ? LongStream.range(0, 200) : LongStream.of(seed);
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void it_finds_what_a_search_for_each_literal_finds(long seed) {
        var random = new SplittableRandom(seed);
        List<String> literals = IntStream.range(0, 1 + random.nextInt(12)).mapToObj(_ -> word(random, 5)).toList();
        String text = word(random, 60);
        var wanted = new ArrayList<Integer>();
        for (int number = 0; number < literals.size(); number++) {
            if (text.toLowerCase(Locale.ROOT).contains(literals.get(number).toLowerCase(Locale.ROOT))) {
                wanted.add(number);
            }
        }
        assertThat(found(literals, text).stream().boxed()).as("%s in %s", literals, text).isEqualTo(wanted);
    }

    /// Of few letters, so that words hold parts of each other.
    private static String word(SplittableRandom random, int lengthMax) {
        var word = new StringBuilder();
        for (int i = random.nextInt(lengthMax); i >= 0; i--) {
            word.append("aaabbBc-".charAt(random.nextInt(8)));
        }
        return word.toString();
    }
}
