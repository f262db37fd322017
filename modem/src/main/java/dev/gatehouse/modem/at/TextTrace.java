package dev.gatehouse.modem.at;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Locale;

/// The dialogue as text, one event per line: seconds since the start, a direction, what it was.
///
/// ```
/// # gatehouse at-trace 1, started 2026-11-27T12:00:00Z
/// 0.000 > AT+CIPSEND=0,77\r
/// 0.012 < \r\n>
/// 0.013 > [77] 17 03 03 00 48
/// 0.031 < \r\nOK\r\n\r\n+CIPSEND: 0,77,77\r\n
/// 0.391 ! the modem has started anew
/// ```
///
/// `\r`, `\n`, `\\` and `\xNN` stand for bytes; `[N]` for N bytes of payload, whose hexadecimal digits follow only when
/// asked for. The format is described in `docs/modem.md`.
public final class TextTrace implements Trace {
    private final Appendable out;
    private final InstantSource clock;
    private final boolean payloads;
    private final Instant start;

    /// @param payloads whether the bytes of payloads are written: without TLS there may be passwords among them
    public TextTrace(Appendable out, InstantSource clock, boolean payloads) {
        this.out = out;
        this.clock = clock;
        this.payloads = payloads;
        this.start = clock.instant();
        write("# gatehouse at-trace 1, started " + start + "\n");
    }

    @Override
    public synchronized void command(String shown) {
        event('>', escaped(shown) + "\\r");
    }

    @Override
    public synchronized void payload(byte[] bytes) {
        event('>', counted(bytes));
    }

    @Override
    public synchronized void received(byte[] bytes, boolean data) {
        event('<', data ? counted(bytes) : escaped(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)));
    }

    @Override
    public synchronized void note(String what) {
        event('!', escaped(what));
    }

    private String counted(byte[] bytes) {
        return "[" + bytes.length + "]"
                + (payloads && bytes.length > 0 ? " " + HexFormat.ofDelimiter(" ").formatHex(bytes) : "");
    }

    private void event(char direction, String what) {
        Duration since = Duration.between(start, clock.instant());
        write(String.format(Locale.ROOT, "%d.%03d %c %s%n", since.toSeconds(), since.toMillisPart(), direction, what));
    }

    private void write(String text) {
        try {
            out.append(text);
        } catch (IOException e) {
            throw new UncheckedIOException("the trace could not be written", e);
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\r' -> escaped.append("\\r");
                case '\n' -> escaped.append("\\n");
                case '\\' -> escaped.append("\\\\");
                default -> {
                    if (c < ' ' || c >= 0x7f && c <= 0xff) {
                        escaped.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
                    } else {
                        escaped.append(c);
                    }
                }
            }
        }
        return escaped.toString();
    }
}
