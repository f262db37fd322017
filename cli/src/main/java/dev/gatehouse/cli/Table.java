package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.diagnosis.Shown;

/// Rows of text under a heading, each column as wide as its widest cell.
final class Table {
    private static final int CELL_CHARACTERS_MAX = 200;

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heading) {
        rows.add(List.of(heading));
    }

    /// Control characters in a cell are escaped.
    void row(String... cells) {
        rows.add(List.of(cells).stream().map(cell -> Shown.text(cell, CELL_CHARACTERS_MAX)).toList());
    }

    void print(Shell shell) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                line.append(cell).append(" ".repeat(widths[i] - cell.length() + 2));
            }
            String text = line.toString().stripTrailing();
            shell.out().println(row == rows.getFirst() ? shell.styled("1", text) : text);
        }
    }
}
