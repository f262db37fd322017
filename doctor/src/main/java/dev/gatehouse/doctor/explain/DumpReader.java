package dev.gatehouse.doctor.explain;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds bytes that a log shows in hex: ESP-IDF's buffer dumps, Mbed TLS' dumps, `xxd`, `hexdump -C`.
final class DumpReader {
    private static final Pattern ESP = Pattern
            .compile("(?:^|\\s)([\\w.-]+): 0x([0-9a-f]{8}) {2,}((?:[0-9a-f]{2} {1,2}){0,15}[0-9a-f]{2}) *\\|");
    private static final Pattern COLON = Pattern
            .compile("(?:^|\\s)([0-9a-fA-F]{4,8}): {1,2}((?:[0-9a-fA-F]{2} {1,2}){1,15}[0-9a-fA-F]{2})(?:\\s|$)");
    private static final Pattern CANONICAL = Pattern
            .compile("^([0-9a-f]{8}) {1,2}((?:[0-9a-f]{2} {1,2}){1,15}[0-9a-f]{2})(?: *\\|.*)?$");

    private DumpReader() {}

    /// Whether the line is one.
    static boolean read(Line line, String cleaned, Ledger ledger) {
        Matcher esp = ESP.matcher(cleaned);
        if (esp.find()) {
            add(line, esp.group(2), esp.group(3), esp.group(1), ledger);
            return true;
        }
        Matcher colon = COLON.matcher(cleaned);
        if (colon.find()) {
            add(line, colon.group(1), colon.group(2), "", ledger);
            return true;
        }
        Matcher canonical = CANONICAL.matcher(cleaned);
        if (canonical.find()) {
            add(line, canonical.group(1), canonical.group(2), "", ledger);
            return true;
        }
        return false;
    }

    private static void add(Line line, String offset, String bytes, String tag, Ledger ledger) {
        ledger.add(new Observation.Dump(line, Long.parseLong(offset, 16),
                bytes.replace(" ", "").toLowerCase(Locale.ROOT), tag));
    }
}
