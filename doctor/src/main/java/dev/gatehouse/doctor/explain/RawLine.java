package dev.gatehouse.doctor.explain;

import java.util.Arrays;
import java.util.BitSet;
import java.util.regex.Pattern;

/// One line as the file has it, in a buffer that the next line overwrites: most lines of a log are never more.
///
/// - **Owner:** one thread.
/// - **Bounded:** [Line#LENGTH_MAX] characters; what comes after those is left out.
final class RawLine {
    private static final int NOISE_CONTROLS = 3;
    private static final int CODE_MAX = 8;
    private static final int RESULT_MAX = 40;
    private static final int DUMP_MIN = 12;
    private static final Pattern COLOUR = Pattern
            .compile("\u001b\\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]|\\[[0-9]{1,3}(;[0-9]{1,3})*m");

    private char[] chars = new char[128];
    private int length;

    /// The line as if a file had it.
    static RawLine of(String text) {
        var line = new RawLine();
        line.set(text);
        return line;
    }

    void clear() {
        length = 0;
    }

    void append(char[] from, int at, int count) {
        int more = Math.min(count, Line.LENGTH_MAX - length);
        if (length + more > chars.length) {
            chars = Arrays.copyOf(chars, Math.min(Line.LENGTH_MAX, 2 * (length + more)));
        }
        System.arraycopy(from, at, chars, length, more);
        length += more;
    }

    void set(String text) {
        clear();
        append(text.toCharArray(), 0, text.length());
    }

    @Override
    public String toString() {
        return String.valueOf(chars, 0, length);
    }

    /// Tells the automaton's literals that occur here.
    void search(Automaton automaton, BitSet met) {
        automaton.search(chars, length, met);
    }

    /// Nothing to be cleaned: printable ASCII, and nothing that could be the rest of a colour.
    boolean isPlain() {
        char[] line = chars;
        for (int i = 0; i < length; i++) {
            char c = line[i];
            if (c < ' ' || c >= 0x7f || c == '[') {
                return false;
            }
        }
        return true;
    }

    /// Bytes that are no text in any encoding that is read: a quarter of them undecodable, and control characters.
    boolean isNoise() {
        int undecodable = 0;
        int controls = 0;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            undecodable += c == '\uFFFD' ? 1 : 0;
            controls += c < ' ' && c != '\t' && c != '\u001b' ? 1 : 0;
        }
        return controls >= NOISE_CONTROLS && undecodable * 4 > length;
    }

    /// Takes away colours and invisible characters, and makes blanks and quotes plain ones.
    void clean() {
        if (mayBeColoured()) {
            set(COLOUR.matcher(toString()).replaceAll(""));
        }
        int to = 0;
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            switch (c) {
                case '\u00a0', '\t' -> chars[to++] = ' ';
                case '\u2018', '\u2019', '\u00b4' -> chars[to++] = '\'';
                case '\u201c', '\u201d' -> chars[to++] = '"';
                case '\u200b', '\u200e', '\u200f', '\ufeff' -> {
                    // invisible
                }
                default -> chars[to++] = c < ' ' || c == 0x7f ? ' ' : c;
            }
        }
        length = to;
    }

    /// Escapes, and those whose escape character a copy has lost: `[32m`.
    private boolean mayBeColoured() {
        for (int i = 0; i < length; i++) {
            char c = chars[i];
            if (c == '\u001b' || c == '[' && i + 1 < length && chars[i + 1] >= '0' && chars[i + 1] <= '9') {
                return true;
            }
        }
        return false;
    }

    /// Only the end of a modem's answer.
    boolean isBareResult() {
        return length <= RESULT_MAX && (isWord("OK") || isWord("ERROR"));
    }

    private boolean isWord(String word) {
        int from = 0;
        int to = length;
        while (from < to && Character.isWhitespace(chars[from])) {
            from++;
        }
        while (to > from && Character.isWhitespace(chars[to - 1])) {
            to--;
        }
        return to - from == word.length() && word.contentEquals(new String(chars, from, to - from));
    }

    /// Two blanks and then a byte in hex. Most lines of a log are no dump.
    boolean mayBeDump() {
        if (length < DUMP_MIN) {
            return false;
        }
        int at = 1;
        while (at < length && (chars[at] != ' ' || chars[at - 1] != ' ')) {
            at++;
        }
        while (at < length && chars[at] == ' ') {
            at++;
        }
        return at + 2 < length && isHex(chars[at]) && isHex(chars[at + 1]) && chars[at + 2] == ' ';
    }

    private static boolean isHex(char c) {
        return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    /// A number for what stands behind `=`, `0x` and a minus sign: return codes, not times, and not the end of a name.
    long values() {
        char[] line = chars;
        long hash = 7;
        for (int i = 1; i < length; i++) {
            char before = line[i - 1];
            boolean code = before == '=' || before == '-' && (i < 2 || !Character.isLetterOrDigit(line[i - 2]))
                    || before == 'x' && i > 1 && line[i - 2] == '0';
            if (code) {
                int end = Math.min(length, i + CODE_MAX);
                while (i < end && Character.isLetterOrDigit(line[i])) {
                    hash = hash * 31 + line[i++];
                }
            }
        }
        return hash;
    }
}
