package dev.gatehouse.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.bench.BenchFault;

/// What a file of results says, for a person: the table, the machine, the plot.
public final class Report {
    private Report() {}

    /// Lines for a terminal or a Markdown file.
    ///
    /// @param peers in the order of the columns, this broker first
    public static List<String> lines(Path file, List<String> peers) throws BenchFault {
        Results results = Results.in(file);
        List<String> lines = new ArrayList<>(Table.of(results, peers));
        lines.add("");
        results.machine().forEach((fact, value) -> lines.add(fact + ": " + value));
        return lines;
    }

    /// Draws the plot.
    public static void plot(Path file, List<String> peers, Path svg) throws BenchFault {
        try {
            Files.writeString(svg, Plot.of(Results.in(file), peers));
        } catch (IOException e) {
            throw new BenchFault("cannot write " + svg + ": " + e.getMessage(), e);
        }
    }

    /// All scenarios: id and title.
    public static List<String> scenarios() {
        return Scenarios.all().stream().map(scenario -> String.format("%-20s %s%s", scenario.id(), scenario.title(),
                scenario.quick() ? "" : " (profile full)")).toList();
    }

    /// The ids of a profile.
    public static List<String> profile(boolean full) {
        return Scenarios.all().stream().filter(scenario -> full || scenario.quick()).map(Scenario::id).toList();
    }
}
