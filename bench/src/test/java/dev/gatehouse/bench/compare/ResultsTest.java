package dev.gatehouse.bench.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.bench.BenchFault;

import static org.assertj.core.api.Assertions.assertThat;

class ResultsTest {
    private static final List<String> PEERS = List.of("gatehouse", "mosquitto", "nats");

    @TempDir
    private Path folder = Path.of("");

    private static Cell cell(String scenario, String peer, double... perSecond) {
        return new Cell(scenario, peer, "2026-11-28T00:00:00Z", java.util.Arrays.stream(perSecond)
                .mapToObj(value -> Sample.builder().put(Figure.PER_SECOND, value).build()).toList(), null);
    }

    @Test
    void the_median_is_that_of_the_middle_or_between_the_two_in_the_middle() {
        assertThat(cell("x", "y").median(Figure.PER_SECOND)).isEmpty();
        assertThat(cell("x", "y", 5).median(Figure.PER_SECOND)).hasValue(5);
        assertThat(cell("x", "y", 5, 1, 100).median(Figure.PER_SECOND)).hasValue(5);
        assertThat(cell("x", "y", 5, 1, 100, 7).median(Figure.PER_SECOND)).hasValue(6);
    }

    @Test
    void results_are_read_as_they_were_written() throws BenchFault {
        Path file = folder.resolve("below").resolve("results.json");
        Results written = Results.in(file);
        written.machine(Map.of("cores", "2"));
        written.put(cell("pairs-q0", "gatehouse", 300, 200));
        written.put(new Cell("pairs-q0", "nats", "now", List.of(), "it died"));
        written.write();
        Results read = Results.in(file);
        assertThat(read.machine()).containsEntry("cores", "2");
        assertThat(read.get("pairs-q0", "gatehouse")).isEqualTo(written.get("pairs-q0", "gatehouse"));
        assertThat(read.get("pairs-q0", "nats")).isEqualTo(written.get("pairs-q0", "nats"));
        assertThat(read.get("pairs-q1", "nats")).isNull();
    }

    @Test
    void the_table_says_how_many_times_better_and_why_a_cell_is_empty() throws BenchFault {
        Results results = Results.in(folder.resolve("none"));
        results.put(cell("pairs-q0", "gatehouse", 2_000_000));
        results.put(cell("pairs-q0", "mosquitto", 500_000));
        results.put(new Cell("pairs-q0", "nats", "now", List.of(), "has none"));
        List<String> lines = Table.of(results, PEERS);
        assertThat(lines.get(2)).contains("2.00M", "500k (4.00x)", "- [1]");
        assertThat(lines).contains("[1] pairs-q0, nats: has none");
    }

    @Test
    void less_is_better_for_times_and_memory() {
        assertThat(Table.ratio(Figure.P99, 100, 400)).isEqualTo(4);
        assertThat(Table.ratio(Figure.PER_SECOND, 100, 400)).isEqualTo(0.25);
    }

    @Test
    void the_plot_has_a_point_for_each_other_broker_with_a_figure() throws BenchFault {
        Results results = Results.in(folder.resolve("none"));
        results.put(cell("pairs-q0", "gatehouse", 2_000_000));
        results.put(cell("pairs-q0", "mosquitto", 500_000));
        assertThat(Plot.of(results, PEERS)).contains("<title>mosquitto: 4.00x</title>").doesNotContain("nats:")
                .endsWith("</svg>\n");
    }

    @Test
    void ids_of_scenarios_are_unique_and_each_profile_has_some() {
        List<String> ids = Scenarios.all().stream().map(Scenario::id).toList();
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(Report.profile(true)).isEqualTo(ids);
        assertThat(Report.profile(false)).isNotEmpty().isSubsetOf(ids);
    }
}
