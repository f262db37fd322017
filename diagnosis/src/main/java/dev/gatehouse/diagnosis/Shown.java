package dev.gatehouse.diagnosis;

/// Makes text that came over the wire fit for a terminal, a log line or a page.
public final class Shown {
    private Shown() {}

    /// Escapes everything that is not plainly visible and cuts the text.
    ///
    /// Control characters, line separators, marks that turn the writing direction, lone surrogates and the backslash
    /// itself come out as `\` followed by an escape, so nothing in the result can move a cursor, start a line or hide.
    ///
    /// @param max longest result in UTF-16 units, at least 1; what is cut off is replaced by `…`
    public static String text(String from, int max) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be at least 1, is " + max);
        }
        var out = new StringBuilder(Math.min(from.length(), max) + 8);
        for (int i = 0; i < from.length();) {
            int point = from.codePointAt(i);
            i += Character.charCount(point);
            String piece = shown(point);
            boolean last = i == from.length();
            if (out.length() + piece.length() > (last ? max : max - 1)) {
                return out.append('…').toString();
            }
            out.append(piece);
        }
        return out.toString();
    }

    /// Cuts without escaping: for what is kept, so that nobody can fill the store with one long name.
    static String cut(String from, int max) {
        if (from.length() <= max) {
            return from;
        }
        int end = Character.isHighSurrogate(from.charAt(max - 2)) ? max - 2 : max - 1;
        return from.substring(0, end) + "…";
    }

    private static String shown(int point) {
        return switch (point) {
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> isPlain(point) ? Character.toString(point) : String.format("\\u{%x}", point);
        };
    }

    private static boolean isPlain(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            case Character.SPACE_SEPARATOR -> point == ' ';
            default -> true;
        };
    }
}
