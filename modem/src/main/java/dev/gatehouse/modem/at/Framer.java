package dev.gatehouse.modem.at;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// Cuts what comes from the modem into lines, prompts and counted data.
///
/// - **Shape:** bytes in any split → one [Element] per line, prompt and piece of data; empty lines are left out.
/// - **Lines** end with CR, LF, CR LF or CR CR LF; at most [#LINE_BYTES_MAX] bytes of one are kept.
/// - **Data** follow the lines in [#COUNTED] and are taken by their number, whatever is in them.
/// - **A prompt** is a `>` at the beginning of a line, and only while one is expected.
/// - **Thread:** none of its own; guarded by its owner.
/// - **Source:** A76XX AT command manual V1.09, chapters 15, 18 and 19, and `docs/modem.md`.
final class Framer {
    static final int LINE_BYTES_MAX = 4096;
    /// In place of a number of line ends: what followed the data were no line ends, so the data were not whole.
    static final int TORN = -1;
    /// No header announces more than this; a larger number means that bytes of the header were lost.
    static final int DATA_BYTES_MAX = 10_240;

    /// Lines after which as many bytes of data follow as their group `n` says.
    private static final List<Pattern> COUNTED = List.of(
            Pattern.compile("\\+CIPRXGET: ?2,\\d,(?<n>\\d{1,4}),\\d{1,7}"),
            Pattern.compile("\\+CCHRECV: ?DATA,\\d,(?<n>\\d{1,5})"),
            Pattern.compile("\\+CMQTTRX(?:TOPIC|PAYLOAD): ?\\d,(?<n>\\d{1,5})"),
            Pattern.compile("\\+RECEIVE,\\d,(?<n>\\d{1,5}):?"),
            Pattern.compile("\\+IPD(?<n>\\d{1,5}):?"));

    /// What a stretch of bytes was cut into.
    sealed interface Element {
        /// A line without its end and without blanks around it, never empty.
        ///
        /// @param endsBefore how many line ends were between the data before it and this line, or [#TORN]; 0 when the
        ///        element before it were no data
        record Line(String text, int endsBefore) implements Element {}

        /// The modem waits for a payload.
        record Prompt() implements Element {}

        /// Counted data with the line that announced them.
        final class Counted implements Element {
            final String header;
            final byte[] bytes;
            /// As of a [Line], before the line that announced them.
            final int endsBefore;

            Counted(String header, byte[] bytes, int endsBefore) {
                this.header = header;
                this.bytes = bytes;
                this.endsBefore = endsBefore;
            }
        }
    }

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    private boolean afterCarriageReturn;
    private boolean promptExpected;

    private String header = "";
    private byte @Nullable [] counted;
    private int countedBytes;
    private int endsBeforeHeader;
    /// How the line that announced the data ended; what follows the data ends in the same way.
    private String headerEnd = "";
    private boolean headerEnding;
    /// What came after data and is still nothing but line ends.
    private final StringBuilder trailer = new StringBuilder();
    private boolean inTrailer;
    private boolean afterData;

    private byte @Nullable [] echo;
    private int echoed;

    /// Takes bytes as long as they are of one kind, text or counted data, and adds what is complete to `to`.
    ///
    /// @return how many bytes were taken, at least one
    int take(byte[] bytes, int from, int until, List<Element> to) {
        if (counted != null) {
            return takeCounted(bytes, from, until, to);
        }
        int at = from;
        while (at < until && counted == null) {
            byte next = bytes[at++];
            if (echo != null) {
                takeEcho(next, to);
            } else {
                takeText(next, to);
            }
        }
        return at - from;
    }

    /// Whether the next byte is counted data.
    boolean inData() {
        return counted != null;
    }

    /// From now on a `>` at the beginning of a line is a prompt, once.
    void expectPrompt(boolean expected) {
        promptExpected = expected;
    }

    /// Leaves out an exact copy of `payload`, should it come next: a modem with its echo on may send one.
    void expectEcho(byte[] payload) {
        echo = payload.length == 0 ? null : payload.clone();
        echoed = 0;
    }

    /// Gives up what is half there.
    void reset() {
        line.reset();
        afterCarriageReturn = false;
        promptExpected = false;
        counted = null;
        headerEnding = false;
        endTrailer();
        echo = null;
        echoed = 0;
    }

    private int takeCounted(byte[] bytes, int from, int until, List<Element> to) {
        byte[] data = counted;
        if (data == null) {
            return 0;
        }
        int at = from;
        while (headerEnding && at < until) {
            at += endHeader(bytes[at], data);
        }
        int n = Math.min(until - at, data.length - countedBytes);
        System.arraycopy(bytes, at, data, countedBytes, n);
        countedBytes += n;
        if (countedBytes == data.length) {
            counted = null;
            // The line's own LF came before the data, so one right after them is no part of it.
            afterCarriageReturn = false;
            inTrailer = true;
            afterData = true;
            to.add(new Element.Counted(header, data, endsBeforeHeader));
        }
        return at - from + n;
    }

    /// The line that announces data ended with a CR: an LF or CR LF after it belongs to it, and a CR alone to the data.
    ///
    /// @return 1 when the byte was part of the line's end, 0 when it is data
    private int endHeader(byte next, byte[] data) {
        if (next == '\n') {
            headerEnd += "\n";
            headerEnding = false;
            return 1;
        }
        if (next == '\r' && headerEnd.equals("\r")) {
            headerEnd = "\r\r";
            return 1;
        }
        if (headerEnd.equals("\r\r")) {
            headerEnd = "\r";
            data[countedBytes++] = '\r';
        }
        headerEnding = false;
        return 0;
    }

    private void takeEcho(byte next, List<Element> to) {
        byte[] expected = echo;
        if (expected == null) {
            return;
        }
        if (next == expected[echoed]) {
            echoed++;
            if (echoed == expected.length) {
                echo = null;
            }
            return;
        }
        // No echo after all: what looked like one is text.
        int matched = echoed;
        echo = null;
        for (int i = 0; i < matched; i++) {
            takeText(expected[i], to);
        }
        takeText(next, to);
    }

    private void takeText(byte next, List<Element> to) {
        if (inTrailer) {
            inTrailer = (next == '\r' || next == '\n' || next == ' ') && trailer.length() < LINE_BYTES_MAX;
            if (inTrailer) {
                trailer.append((char) next);
            }
        }
        if (next == '\n' && afterCarriageReturn) {
            afterCarriageReturn = false;
            return;
        }
        afterCarriageReturn = next == '\r';
        if (next == '\r' || next == '\n') {
            endLine(to);
        } else if (next == '>' && promptExpected && text().isEmpty()) {
            promptExpected = false;
            line.reset();
            endTrailer();
            to.add(new Element.Prompt());
        } else if (line.size() < LINE_BYTES_MAX) {
            line.write(next);
        }
    }

    private void endLine(List<Element> to) {
        String text = text();
        line.reset();
        if (text.isEmpty()) {
            return;
        }
        int announced = announced(text);
        if (announced < 0) {
            to.add(new Element.Line(text, endsBefore()));
        } else if (announced == 0) {
            // Empty data are none: the line's LF, still to come, is swallowed as usual.
            to.add(new Element.Counted(text, new byte[0], endsBefore()));
        } else {
            header = text;
            endsBeforeHeader = endsBefore();
            countedBytes = 0;
            counted = new byte[announced];
            headerEnding = afterCarriageReturn;
            headerEnd = afterCarriageReturn ? "\r" : "\n";
            afterCarriageReturn = false;
        }
        endTrailer();
    }

    private void endTrailer() {
        inTrailer = false;
        afterData = false;
        trailer.setLength(0);
    }

    /// Line ends of the modem's own kind between data and the line that follows. A byte of the data that got lost makes the
    /// first byte of the line end one of the data, and then something else begins here.
    private int endsBefore() {
        if (!afterData) {
            return 0;
        }
        String between = trailer.toString().replace(" ", "");
        int ends = between.length() / headerEnd.length();
        return ends > 0 && between.equals(headerEnd.repeat(ends)) ? ends : TORN;
    }

    /// The line so far. Bytes at a wrong speed are often zeros, and the first line after a start may have some.
    private String text() {
        return line.size() == 0 ? "" : line.toString(StandardCharsets.ISO_8859_1).strip().replace("\0", "");
    }

    /// How many bytes of data follow this line, or -1 when it announces none.
    static int announced(String line) {
        if (line.charAt(0) != '+') {
            return -1;
        }
        for (Pattern pattern : COUNTED) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.matches()) {
                int n = Integer.parseInt(matcher.group("n"));
                return n <= DATA_BYTES_MAX ? n : -1;
            }
        }
        return -1;
    }
}
