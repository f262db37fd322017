package dev.gatehouse.modem.at;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/// The dialogue in the shape of a verbose log of ESP-IDF with esp_modem: what a device of that kind prints.
///
/// ```
/// D (6216) command_lib: generic_command command AT+CIPSEND=0,77
/// V (6236) dce: 0x3ffbac08   17 03 03 00 48 00 00 00  00 00 00 00 01 43 cf ce  |....H........C..|
/// V (6306) sock_dce: 0x3ffba958   0d 0a 4f 4b 0d 0a 0d 0a  2b 43 49 50 53 45 4e 44  |..OK....+CIPSEND|
/// D (6316) sock_dce: perform_at
/// ```
///
/// The bytes of payloads are always in it; without TLS there may be passwords among them.
public final class EspTrace implements Trace {
    private static final int RECEIVED_AT = 0x3ffba958;
    private static final int SENT_FROM = 0x3ffbac08;
    private static final int PER_LINE = 16;

    private final Appendable out;
    private final InstantSource clock;
    private final Instant start;

    public EspTrace(Appendable out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.start = clock.instant();
    }

    @Override
    public synchronized void command(String shown) {
        line('D', "command_lib: generic_command command " + shown);
    }

    @Override
    public synchronized void payload(byte[] bytes) {
        dump("dce", SENT_FROM, bytes);
    }

    @Override
    public synchronized void received(byte[] bytes, boolean data) {
        dump("sock_dce", RECEIVED_AT, bytes);
        line('D', "sock_dce: perform_at");
    }

    @Override
    public synchronized void note(String what) {
        line('I', "modem_client: " + what);
    }

    private void dump(String tag, int address, byte[] bytes) {
        for (int from = 0; from < bytes.length; from += PER_LINE) {
            StringBuilder hex = new StringBuilder(64);
            StringBuilder text = new StringBuilder(PER_LINE);
            for (int i = 0; i < PER_LINE; i++) {
                hex.append(i == PER_LINE / 2 ? "  " : i == 0 ? "" : " ");
                if (from + i < bytes.length) {
                    int value = bytes[from + i] & 0xff;
                    hex.append(String.format(Locale.ROOT, "%02x", value));
                    text.append(value >= ' ' && value < 0x7f ? (char) value : '.');
                } else {
                    hex.append("  ");
                }
            }
            line('V', String.format(Locale.ROOT, "%s: 0x%08x   %s  |%s|", tag, address + from, hex, text));
        }
    }

    private void line(char level, String text) {
        try {
            out.append(level + " (" + Duration.between(start, clock.instant()).toMillis() + ") " + text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the trace could not be written", e);
        }
    }
}
