package dev.gatehouse.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// All violations of a run: each is counted, and the first of each kind are kept in words.
final class Findings {
    private static final int KEPT_PER_KIND = 10;

    private final Map<Violation.Kind, List<Violation>> kept = new EnumMap<>(Violation.Kind.class);
    private final Map<Violation.Kind, Integer> counts = new EnumMap<>(Violation.Kind.class);

    void add(Violation.Kind kind, String client, Supplier<String> what) {
        counts.merge(kind, 1, Integer::sum);
        List<Violation> same = kept.computeIfAbsent(kind, _ -> new ArrayList<>());
        if (same.size() < KEPT_PER_KIND) {
            same.add(new Violation(kind, client, what.get()));
        }
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    int count(Violation.Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /// The first of a kind, at most ten.
    List<Violation> of(Violation.Kind kind) {
        return kept.getOrDefault(kind, List.of());
    }

    /// A line per kind, each followed by its first violations, indented.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        counts.forEach((kind, count) -> {
            lines.add(Figures.count(count) + " " + kind.plural()
                    + (count > KEPT_PER_KIND ? ", the first " + KEPT_PER_KIND + ":" : ":"));
            of(kind).forEach(violation -> lines.add("  " + violation));
        });
        return lines;
    }
}
