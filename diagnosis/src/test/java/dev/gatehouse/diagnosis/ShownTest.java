package dev.gatehouse.diagnosis;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ShownTest {
    @ParameterizedTest
    @CsvSource({"plain text, plain text", "Grüße 温度 😀, Grüße 温度 😀", "a\\b, a\\\\b"})
    void visible_text_stays(String from, String to) {
        assertThat(Shown.text(from, 100)).isEqualTo(to);
    }

    @Test
    void what_could_move_a_cursor_or_hide_is_escaped() {
        assertThat(Shown.text("a\nb\r\tc\u001b[2J\u0000\u0085", 100))
                .isEqualTo("a\\nb\\r\\tc\\u{1b}[2J\\u{0}\\u{85}");
        assertThat(Shown.text("x\u202ey\u2028z\u200b\u00a0", 100)).isEqualTo("x\\u{202e}y\\u{2028}z\\u{200b}\\u{a0}");
        assertThat(Shown.text("\ud800", 100)).isEqualTo("\\u{d800}");
    }

    @Test
    void a_text_at_the_limit_stays_and_one_above_is_cut() {
        assertThat(Shown.text("12345", 5)).isEqualTo("12345");
        assertThat(Shown.text("123456", 5)).isEqualTo("1234…");
        assertThat(Shown.text("123\n", 5)).isEqualTo("123\\n");
        assertThat(Shown.text("1234\n", 5)).isEqualTo("1234…");
        assertThat(Shown.text("", 1)).isEmpty();
        assertThatThrownBy(() -> Shown.text("x", 0)).hasMessageContaining("at least 1");
    }

    @Test
    void cutting_does_not_tear_a_character_apart() {
        assertThat(Shown.cut("abc😀d", 5)).isEqualTo("abc…");
        assertThat(Shown.cut("abcde", 5)).isEqualTo("abcde");
        assertThat(Shown.cut("abcdef", 5)).isEqualTo("abcd…");
    }
}
