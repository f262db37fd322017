package dev.gatehouse.server.trail;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.diagnosis.TimedFact;
import dev.gatehouse.diagnosis.Trail;

import static org.assertj.core.api.Assertions.assertThat;

class DayBudgetTest {
    private static final long START = 1_790_000_000_000_000L;
    private static final long DAY_MAX = 400_000;

    private final DayBudget budget = new DayBudget();
    private final Shelf shelf = new Shelf("acme");

    @Test
    void a_network_has_a_quarter_and_what_ended_well_a_half() {
        assertThat(fill("192.0.2.1", START, 2_000)).isEqualTo(50);
        assertThat(fill("192.0.2.2", START, 2_000)).isEqualTo(50);
        assertThat(fill("192.0.2.3", START, 2_000)).as("all ended well").isZero();
    }

    @Test
    void what_is_nearly_used_up_and_had_no_room_takes_shorter_lines_no_more() {
        fill("192.0.2.1", START, 2_030);
        assertThat(budget.has(entry("192.0.2.1", START), 512, DAY_MAX)).isFalse();
        assertThat(budget.has(entry("192.0.2.2", START), 2_000, DAY_MAX)).as("another network").isTrue();
        assertThat(budget.has(entry("192.0.2.1", START + DayBudget.DAY_MICROS), 2_000, DAY_MAX)).as("tomorrow")
                .isTrue();
    }

    @Test
    void one_line_that_is_too_long_closes_nothing() {
        budget.take(entry("192.0.2.1", START), 2_000);
        assertThat(budget.has(entry("192.0.2.1", START), DAY_MAX, DAY_MAX)).isFalse();
        assertThat(budget.has(entry("192.0.2.1", START), 2_000, DAY_MAX)).isTrue();
    }

    private int fill(String address, long atMicros, int bytes) {
        int lines = 0;
        while (budget.has(entry(address, atMicros), bytes, DAY_MAX)) {
            budget.take(entry(address, atMicros), bytes);
            lines++;
        }
        return lines;
    }

    private Entry entry(String address, long atMicros) {
        Trail trail = new Trail("0123456789AB", atMicros, atMicros + 5, "plain", "mqtt", address + ":5", "acme", null,
                "pump", null, Stage.MQTT_SESSION, Trail.State.ENDED, null, null,
                List.of(new TimedFact(atMicros, new Fact.DisconnectSent(0))), Map.of());
        return new Entry(shelf, trail.id(), trail);
    }
}
