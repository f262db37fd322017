package dev.gatehouse.doctor.explain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// All numbers that are decoded, read once from `codes.md`.
final class Codes {
    private static final Map<String, Map<Integer, Code>> ALL = parse(Signs.text("codes.md"));

    private Codes() {}

    /// One number and its meaning.
    ///
    /// @param table the section of `codes.md`
    /// @param sign what it is a sign of; null when it is only decoded
    /// @param source where the number was read
    record Code(String table, int number, String meaning, @Nullable Sign sign, String source) {}

    static Optional<Code> of(String table, int number) {
        return Optional.ofNullable(ALL.getOrDefault(table, Map.of()).get(number));
    }

    static Map<String, Map<Integer, Code>> all() {
        return ALL;
    }

    static Map<String, Map<Integer, Code>> parse(String markdown) {
        var all = new HashMap<String, Map<Integer, Code>>();
        for (String section : markdown.split("(?m)^(?=## )")) {
            if (!section.startsWith("## ")) {
                continue;
            }
            String table = section.lines().findFirst().orElse("").substring(3).strip();
            String source = section.lines().filter(line -> line.startsWith("Source: ")).findFirst()
                    .orElseThrow(() -> new AssertionError("codes.md: no source for " + table)).substring(8);
            var codes = new HashMap<Integer, Code>();
            section.lines().filter(line -> line.startsWith("| ")).skip(2).forEach(line -> {
                String[] cells = line.substring(1).split("\\|");
                int number = Integer.decode(cells[0].strip());
                String sign = cells.length > 2 ? cells[2].strip() : "";
                codes.put(number, new Code(table, number, cells[1].strip(), sign.isEmpty() ? null : Signs.named(sign),
                        source));
            });
            all.put(table, Map.copyOf(codes));
        }
        return Map.copyOf(all);
    }
}
