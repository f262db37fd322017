package dev.gatehouse.tls;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads numbers and length-prefixed vectors (RFC 8446 §3) and never beyond the end.
///
/// The first read that does not fit marks this cursor as failed; from then on everything reads as zero or empty, so a
/// caller may read on and ask once, at the end.
final class Cursor {
    private final byte[] bytes;
    private final int end;
    private int at;
    private boolean failed;

    Cursor(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
    }

    boolean failed() {
        return failed;
    }

    boolean hasMore() {
        return !failed && at < end;
    }

    /// Everything was read, and nothing beyond it was asked for.
    boolean isCleanlyDone() {
        return !failed && at == end;
    }

    int remaining() {
        return failed ? 0 : end - at;
    }

    int u8() {
        return fits(1) ? bytes[at++] & 0xff : 0;
    }

    int u16() {
        if (!fits(2)) {
            return 0;
        }
        int value = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
        at += 2;
        return value;
    }

    void skip(int length) {
        if (fits(length)) {
            at += length;
        }
    }

    /// A vector with a length of one byte in front.
    Cursor vector8() {
        return slice(u8());
    }

    /// A vector with a length of two bytes in front.
    Cursor vector16() {
        return slice(u16());
    }

    /// All remaining numbers of one byte.
    List<Integer> all8() {
        List<Integer> values = new ArrayList<>();
        while (hasMore()) {
            values.add(u8());
        }
        return values;
    }

    /// All remaining numbers of two bytes; a single byte left over is a failure.
    List<Integer> all16() {
        List<Integer> values = new ArrayList<>(remaining() / 2);
        while (hasMore()) {
            int value = u16();
            if (!failed) {
                values.add(value);
            }
        }
        return values;
    }

    /// All remaining bytes, one character each.
    String text() {
        String text = failed ? "" : new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
        at = end;
        return text;
    }

    private Cursor slice(int length) {
        if (!fits(length)) {
            Cursor nothing = new Cursor(bytes, end, end);
            nothing.failed = true;
            return nothing;
        }
        Cursor slice = new Cursor(bytes, at, at + length);
        at += length;
        return slice;
    }

    private boolean fits(int length) {
        if (failed || length > end - at) {
            failed = true;
        }
        return !failed;
    }
}
