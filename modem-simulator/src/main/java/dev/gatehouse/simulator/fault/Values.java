package dev.gatehouse.simulator.fault;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The `key=value` pairs of one fault. A key that nobody asked for is an error.
final class Values {
    private final String name;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    /// @param text `key=value,key=value`; a value with a comma stands in quotes
    Values(String name, String text) {
        this.name = name;
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (char c : (text + ",").toCharArray()) {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("fault " + name + ": a quote is not closed");
        }
    }

    private void add(String part) {
        if (part.isEmpty()) {
            return;
        }
        int equals = part.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("fault " + name + ": '" + part + "' should be key=value");
        }
        values.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }

    String text(String key, String otherwise) {
        known.add(key);
        return values.getOrDefault(key, otherwise);
    }

    int number(String key, int min, int max, int otherwise) {
        String text = text(key, String.valueOf(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException none) {
            // Told below.
        }
        throw new IllegalArgumentException("fault " + name + ": " + key + " should be a number from " + min + " to "
                + max + ", not '" + text + "'");
    }

    long seed(long otherwise) {
        String text = text("seed", String.valueOf(otherwise));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("fault " + name + ": seed should be a whole number, not '" + text
                    + "'", none);
        }
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        String text = text(key, word(otherwise));
        for (E each : type.getEnumConstants()) {
            if (word(each).equals(text)) {
                return each;
            }
        }
        Set<String> words = new TreeSet<>();
        for (E each : type.getEnumConstants()) {
            words.add(word(each));
        }
        throw new IllegalArgumentException("fault " + name + ": " + key + " is one of " + String.join(", ", words)
                + ", not '" + text + "'");
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    void requireAllKnown() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new IllegalArgumentException("fault " + name + " has no " + key + "; it has "
                        + String.join(", ", known));
            }
        }
    }
}
