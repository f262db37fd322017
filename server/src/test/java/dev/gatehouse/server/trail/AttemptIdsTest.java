package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptIdsTest {
    private final AtomicLong now = new AtomicLong(1_790_000_000_000_000L);

    @Test
    void ids_are_twelve_characters_and_in_order_however_fast_they_come() {
        AttemptIds ids = new AttemptIds(now::get, new Random(1), "");
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            given.add(ids.next());
            now.addAndGet(i % 3 == 0 ? 40 : 0);
        }
        assertThat(given).allMatch(id -> id.matches("[0-9A-HJKMNP-TV-Z]{12}")).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void ids_stay_unique_and_in_order_over_a_restart_with_the_same_seed_and_a_clock_that_was_set_back() {
        AttemptIds first = new AttemptIds(now::get, new Random(1), "");
        List<String> given = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            given.add(first.next());
            now.addAndGet(i % 2 == 0 ? 100 : -60);
        }
        now.addAndGet(-3_600_000_000L);
        AttemptIds second = new AttemptIds(now::get, new Random(1), given.getLast());
        for (int i = 0; i < 1_000; i++) {
            given.add(second.next());
        }
        assertThat(given).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void a_time_bounds_the_ids_of_its_attempts() {
        AttemptIds ids = new AttemptIds(now::get, new Random(1), "");
        String id = ids.next();
        assertThat(AttemptIds.lowestAt(now.get())).isLessThanOrEqualTo(id);
        assertThat(AttemptIds.lowestAt(now.get() + 64)).isGreaterThan(id);
    }

    @Test
    void what_a_person_types_is_understood_and_what_is_no_id_is_empty() {
        String id = new AttemptIds(now::get, new Random(1), "").next();
        assertThat(AttemptIds.normal("  " + id.toLowerCase(Locale.ROOT).replace('0', 'o').replace('1', 'l')))
                .isEqualTo(id);
        for (String none : List.of("", "x", id + "0", id.substring(1), "0123456789A-", "0123456789AU")) {
            assertThat(AttemptIds.normal(none)).as(none).isEmpty();
        }
    }

    @Test
    void text_and_number_are_one_and_the_same() {
        Random random = new Random(3);
        for (int i = 0; i < 1_000; i++) {
            long number = random.nextLong() >>> 4;
            assertThat(AttemptIds.number(AttemptIds.text(number))).hasValue(number);
        }
    }
}
