package dev.gatehouse.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;

/// Results as a table of ratios, in Markdown: this broker's figure, and how many times better it is than each other's.
final class Table {
    private static final String OURS = "gatehouse";
    /// From this share of a core on, it was the generator that was measured.
    private static final double BOTTLENECK = 0.95;

    private final Results results;
    private final List<String> peers;
    private final List<String> notes = new ArrayList<>();

    private Table(Results results, List<String> peers) {
        this.results = results;
        this.peers = peers;
    }

    /// The table, and below it why cells are empty.
    ///
    /// @param peers in the order of the columns, this broker first
    static List<String> of(Results results, List<String> peers) {
        return new Table(results, peers).lines();
    }

    private List<String> lines() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("work", "unit"));
        head.addAll(peers);
        rows.add(head);
        for (Scenario scenario : Scenarios.all()) {
            if (results.has(scenario.id())) {
                rows.add(row(scenario));
            }
        }
        List<String> lines = new ArrayList<>(aligned(rows));
        if (!notes.isEmpty()) {
            lines.add("");
            lines.addAll(notes);
        }
        return lines;
    }

    private List<String> row(Scenario scenario) {
        List<String> row = new ArrayList<>(List.of(scenario.title(), scenario.headline().unit()));
        Cell ours = results.get(scenario.id(), OURS);
        for (String peer : peers) {
            Cell cell = results.get(scenario.id(), peer);
            row.add(cell == null ? "" : text(scenario, cell, ours));
        }
        return row;
    }

    private String text(Scenario scenario, Cell cell, @Nullable Cell ours) {
        OptionalDouble value = cell.median(scenario.headline());
        StringBuilder text = new StringBuilder();
        if (value.isPresent()) {
            text.append(Figure.shown(value.getAsDouble()));
            if (!cell.peer().equals(OURS) && ours != null && ours.median(scenario.headline()).isPresent()) {
                double ratio = ratio(scenario.headline(), ours.median(scenario.headline()).getAsDouble(),
                        value.getAsDouble());
                text.append(String.format(Locale.ROOT, " (%.2fx)", ratio));
            }
            if (cell.worst(Figure.GENERATOR) > BOTTLENECK && !(scenario.work() instanceof Work.Steady)) {
                text.append(note(cell, "the generator was at its limit"));
            }
            double faults = cell.worst(Figure.LOST) + cell.worst(Figure.DUPLICATES) + cell.worst(Figure.MISORDERED);
            if (faults > 0) {
                text.append(note(cell, String.format(Locale.ROOT, "in one run %,.0f lost, %,.0f twice, %,.0f out of "
                        + "order", cell.worst(Figure.LOST), cell.worst(Figure.DUPLICATES),
                        cell.worst(Figure.MISORDERED))));
            }
        }
        if (cell.why() != null) {
            text.append(text.isEmpty() ? "-" : "").append(note(cell, cell.why()));
        }
        return text.toString();
    }

    /// How many times better the first is.
    static double ratio(Figure figure, double ours, double other) {
        return figure.moreIsBetter() ? ours / other : other / ours;
    }

    private String note(Cell cell, String words) {
        notes.add("[" + (notes.size() + 1) + "] " + cell.scenario() + ", " + cell.peer() + ": "
                + words.lines().findFirst().orElse(""));
        return " [" + notes.size() + "]";
    }

    private static List<String> aligned(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder("|");
            StringBuilder rule = new StringBuilder("|");
            for (int i = 0; i < columns; i++) {
                String cell = rows.get(r).get(i);
                String padding = " ".repeat(widths[i] - cell.length());
                line.append(' ').append(i < 2 ? cell + padding : padding + cell).append(" |");
                rule.append(' ').append("-".repeat(Math.max(3, widths[i]))).append(i < 2 ? " |" : ":|");
            }
            lines.add(line.toString());
            if (r == 0) {
                lines.add(rule.toString());
            }
        }
        return lines;
    }
}
