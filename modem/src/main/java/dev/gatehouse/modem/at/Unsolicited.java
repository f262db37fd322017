package dev.gatehouse.modem.at;

import java.util.List;
import java.util.regex.Pattern;

/// What the modem says without being asked.
final class Unsolicited {
    private static final Pattern STARTED = Pattern.compile("\\*ATREADY: ?\\d|RDY");
    private static final List<Pattern> KNOWN = List.of(STARTED,
            Pattern.compile("\\+C(?:E|G)?REG: ?\\d{1,2}(?:,\"?[0-9A-Fa-f]+\"?,\"?[0-9A-Fa-f]+\"?(?:,\\d+)?)?"),
            Pattern.compile("\\+CPIN: ?[A-Z ]+"), Pattern.compile("SMS DONE|PB DONE|SMS FULL|CALL READY|Call Ready"),
            Pattern.compile("\\+CGEV: ?.*"), Pattern.compile("\\+CTZ[VE]: ?.*|\\+NITZ: ?.*|\\+CPSI: ?.*"),
            Pattern.compile("RING|\\+CRING: ?.*|\\+CLIP: ?.*|NO CARRIER|MISSED_CALL.*|VOICE CALL: ?.*"),
            Pattern.compile("\\+C(?:MTI|MT|BM|DS|DSI|USD): ?.*"),
            Pattern.compile("\\+CIPRXGET: ?1,\\d"), Pattern.compile("\\+IPCLOSE: ?\\d,\\d"),
            Pattern.compile("\\+CIPEVENT: ?.*"), Pattern.compile("\\+(?:NETOPEN|NETCLOSE): ?\\d+"),
            Pattern.compile("\\+(?:CIPOPEN|CIPCLOSE): ?\\d,\\d+|\\+CIPSEND: ?\\d,-?\\d+,-?\\d+"),
            Pattern.compile("\\+CCH_(?:RECV|PEER)_CLOSED: ?.*|\\+CCHEVENT: ?.*|\\+CCH: ?CCH STOP"),
            Pattern.compile("\\+CMQTTRX(?:START|END): ?.*|\\+CMQTT(?:CONNLOST|NONET).*"),
            Pattern.compile("RECV FROM:.*"), Pattern.compile("\\+SIMCARD: ?.*|\\+CSIM: ?.*"));

    private Unsolicited() {}

    /// The first words of a modem that has just started.
    static boolean isStart(String line) {
        return STARTED.matcher(line).matches();
    }

    /// Whether this line came by itself while `command` was waiting for an answer that may be anything.
    static boolean isKnown(String line, Command command) {
        int colon = line.indexOf(':');
        if (colon > 0 && !line.startsWith("+CIPRXGET: 1,")
                && command.text.startsWith("AT" + line.substring(0, colon))) {
            return false;
        }
        return KNOWN.stream().anyMatch(pattern -> pattern.matcher(line).matches());
    }
}
