package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;

/// What follows `=`: values between commas, some in quotes. A value that is missing is empty.
final class Arguments {
    private final List<String> values;

    private Arguments(List<String> values) {
        this.values = values;
    }

    /// @throws Rejected when quotes are not closed, or something follows them
    static Arguments of(String text) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        boolean closed = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                if (!quoted && (closed || !value.toString().isBlank())) {
                    throw new Rejected();
                }
                closed = quoted;
                quoted = !quoted;
                if (quoted) {
                    value.setLength(0);
                }
            } else if (c == ',' && !quoted) {
                values.add(closed ? value.toString() : value.toString().strip());
                value.setLength(0);
                closed = false;
            } else if (closed) {
                if (c != ' ') {
                    throw new Rejected();
                }
            } else {
                value.append(c);
            }
        }
        if (quoted) {
            throw new Rejected();
        }
        values.add(closed ? value.toString() : value.toString().strip());
        return new Arguments(values);
    }

    int count() {
        return values.size();
    }

    boolean has(int index) {
        return index < values.size() && !values.get(index).isEmpty();
    }

    /// Empty when it is not there.
    String text(int index) {
        return index < values.size() ? values.get(index) : "";
    }

    /// @throws Rejected when it is shorter or longer
    String text(int index, int lengthMin, int lengthMax) {
        String text = text(index);
        if (text.length() < lengthMin || text.length() > lengthMax) {
            throw new Rejected();
        }
        return text;
    }

    /// @throws Rejected when it is not there, no number, or out of range
    int number(int index, int min, int max) {
        if (!has(index)) {
            throw new Rejected();
        }
        return number(index, min, max, min);
    }

    /// @throws Rejected when it is there and no number, or out of range
    int number(int index, int min, int max, int otherwise) {
        if (!has(index)) {
            return otherwise;
        }
        int number = anyNumber(index);
        if (number < min || number > max) {
            throw new Rejected();
        }
        return number;
    }

    /// @throws Rejected when it is no number
    int anyNumber(int index) {
        try {
            return Integer.parseInt(text(index));
        } catch (NumberFormatException none) {
            throw new Rejected();
        }
    }
}
