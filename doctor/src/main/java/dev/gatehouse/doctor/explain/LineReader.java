package dev.gatehouse.doctor.explain;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/// Cuts a stream into lines of text, whatever it holds.
///
/// - **Shape:** bytes → lines with numbers as editors count them. A carriage return inside a line cuts it too, without
///   counting, unless the file knows no line feed.
/// - **Encoding:** UTF-8, or UTF-16 when a byte order mark or every other byte being zero says so. What is not valid
///   becomes U+FFFD; nothing throws but the stream.
/// - **Memory:** one buffer; a line longer than [Line#LENGTH_MAX] is cut.
final class LineReader {
    private static final int PEEK_BYTES = 8_192;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Reader reader;
    private final char[] buffer = new char[1 << 15];
    private int at;
    private int end;
    private final boolean returnsOnly;
    private final RawLine line = new RawLine();
    private long number;
    private boolean atEnd;
    private boolean counts = true;
    private boolean afterReturn;

    /// @param in is not closed here
    LineReader(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(PEEK_BYTES);
        byte[] peek = buffered.readNBytes(PEEK_BYTES);
        buffered.reset();
        Charset charset = charset(peek);
        String start = new String(peek, charset);
        returnsOnly = start.indexOf('\n') < 0 && start.indexOf('\r') >= 0;
        reader = new InputStreamReader(buffered, charset);
    }

    private static Charset charset(byte[] peek) {
        if (peek.length >= 2) {
            int mark = (peek[0] & 0xff) << 8 | peek[1] & 0xff;
            if (mark == 0xfeff) {
                return StandardCharsets.UTF_16BE;
            }
            if (mark == 0xfffe) {
                return StandardCharsets.UTF_16LE;
            }
        }
        int evenZeros = 0;
        int oddZeros = 0;
        for (int i = 0; i < peek.length; i++) {
            if (peek[i] == 0) {
                if (i % 2 == 0) {
                    evenZeros++;
                } else {
                    oddZeros++;
                }
            }
        }
        int many = peek.length / 3;
        if (peek.length >= 8 && oddZeros > many && evenZeros < peek.length / 20) {
            return StandardCharsets.UTF_16LE;
        }
        if (peek.length >= 8 && evenZeros > many && oddZeros < peek.length / 20) {
            return StandardCharsets.UTF_16BE;
        }
        return StandardCharsets.UTF_8;
    }

    /// The next character, or -1 at the end of the stream.
    private int read() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, reader.read(buffer));
            if (end == 0) {
                return -1;
            }
        }
        return buffer[at++];
    }

    /// The number of the line that [#next] returned last.
    long number() {
        return number;
    }

    /// The next line without its end, until it is asked for another; null at the end of the stream.
    @Nullable
    RawLine next() throws IOException {
        if (atEnd) {
            return null;
        }
        if (counts) {
            number++;
            counts = false;
        }
        line.clear();
        int c = read();
        if (afterReturn && c == '\n') {
            number++;
            c = read();
        }
        afterReturn = false;
        if (c < 0) {
            atEnd = true;
            return null;
        }
        at--;
        c = rest();
        atEnd = c < 0;
        counts = c == '\n' || c == '\r' && returnsOnly;
        afterReturn = c == '\r' && !returnsOnly;
        return line;
    }

    /// Reads up to the end of the line, and returns what ended it; -1 for the end of the stream.
    private int rest() throws IOException {
        while (true) {
            int from = at;
            int to = from;
            while (to < end && buffer[to] != '\n' && buffer[to] != '\r' && buffer[to] != BYTE_ORDER_MARK) {
                to++;
            }
            line.append(buffer, from, to - from);
            at = to;
            int c = read();
            if (c < 0 || c == '\n' || c == '\r') {
                return c;
            }
            if (c != BYTE_ORDER_MARK) {
                at--; // the first of the next bufferful
            }
        }
    }
}
