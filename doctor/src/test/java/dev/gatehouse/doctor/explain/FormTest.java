package dev.gatehouse.doctor.explain;

import java.util.Locale;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FormTest {
    @Test
    void it_is_tried_only_where_one_of_its_literals_is() {
        Form form = Form.of("errno winerror", "(?i)(?:errno|winerror) (\\d+)");
        assertThat(form.isPossible("errno 104")).isTrue();
        assertThat(form.isPossible("error 104")).isFalse();
        assertThat(form.find("WinError 10061", "t=1 winerror 10061")).isNotNull();
        assertThat(form.find("WinError none", "winerror none")).isNull();
    }

    @Test
    void without_literals_it_is_always_tried() {
        assertThat(Form.of("", "\\d").find("a1", "a1")).isNotNull();
    }

    /// A literal that is not needed would hide numbers: every log that the tests hold is looked at with all forms.
    @Test
    void no_form_of_the_readers_needs_a_literal_that_its_matches_lack() {
        for (Goldens.Golden golden : Goldens.all()) {
            golden.log().lines().forEach(line -> {
                String lower = line.toLowerCase(Locale.ROOT);
                for (Form form : NumberReader.forms()) {
                    if (form.pattern().matcher(line).find()) {
                        assertThat(form.isPossible(lower)).as("%s in: %s", form, line).isTrue();
                    }
                }
            });
        }
    }
}
