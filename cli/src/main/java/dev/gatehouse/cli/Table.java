package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.gatehouse.diagnosis.Shown;

/// Rows of text under a heading, each column as wide as its widest cell.
final class Table {
    private static final int CELL_CHARACTERS_MAX = 200;

    private final List<String> heading;
    private final int[] widths;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heading) {
        this.heading = List.of(heading);
        widths = Arrays.stream(heading).mapToInt(String::length).toArray();
    }

    /// @param cells as many as the heading has; control characters in them are escaped
    void row(String... cells) {
        List<String> row = Arrays.stream(cells).map(cell -> Shown.text(cell, CELL_CHARACTERS_MAX)).toList();
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], row.get(i).length());
        }
        rows.add(row);
    }

    void print(Shell shell) {
        shell.out().println(shell.styled("1", line(heading)));
        rows.forEach(row -> shell.out().println(line(row)));
    }

    private String line(List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(cells.get(i)).append(" ".repeat(widths[i] - cells.get(i).length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
