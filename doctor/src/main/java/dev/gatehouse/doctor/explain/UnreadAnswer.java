package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.doctor.explain.Wire.Closed;
import dev.gatehouse.doctor.explain.Wire.Event;
import dev.gatehouse.doctor.explain.Wire.Read;
import dev.gatehouse.doctor.explain.Wire.Sent;
import dev.gatehouse.doctor.explain.Wire.TlsRecord;
import dev.gatehouse.doctor.explain.Wire.Unread;

/// Bytes that the modem still held when the link was given up, and what they must have been.
final class UnreadAnswer {
    private static final int HEADER = 5;
    private static final int APPLICATION_DATA = 23;
    /// CONNACK of MQTT 3.1 and 3.1.1; that of MQTT 5 has one more, and with properties as many as those take.
    private static final int CONNACK_BYTES = 4;
    private static final int CONNACK_5_BYTES = 5;
    /// In TLS 1.3 the client's certificate and Finished look like data.
    private static final int FIRST_RECORDS_MAX = 4;
    private static final int ALERT_BYTES = 2;
    private static final int FIXED_HEADER = 2;
    private static final int VARIABLE_HEADER = 10;
    /// `ESP32_` and six hex digits: what esp-mqtt uses when no client id is configured.
    private static final int ESP_MQTT_ID = 12;

    private static final List<String> PROVE = List.of(
            "the broker's own record of the attempt: it has the return code and the server name that it saw",
            "the unread bytes: read until the modem holds none (AT+CIPRXGET=2,0,1500) before AT+CIPCLOSE; the CONNACK's fourth byte is the "
                    + "return code",
            "the same CONNECT from a computer with the server name and without: openssl s_client -servername HOST, and -noservername");

    private UnreadAnswer() {}

    /// @param family of the ServerHello; null when the log does not show it
    static @Nullable Unread find(List<Event> events, @Nullable CipherFamily family) {
        @Nullable
        Read last = null;
        @Nullable
        Line closed = null;
        boolean byRemote = false;
        @Nullable
        Sent sent = null;
        int data = FIRST_RECORDS_MAX + 1; // records of data since the ClientHello, which was perhaps not shown
        var lines = new ArrayList<Line>();
        for (Event event : events) {
            switch (event) {
                case Read read -> last = read.rest() < 0 ? null : read;
                case Wire.Waiting waiting -> last = new Read(waiting.line(), 0, waiting.bytes(), "");
                case Sent out -> {
                    sent = out;
                    data = out.begins() ? 0 : data + 1;
                    last = null;
                    closed = null;
                    byRemote = false;
                    lines.clear();
                }
                case Closed(Line at, boolean remote) -> {
                    closed = at;
                    byRemote = remote;
                }
                case Wire.CloseCommand command -> closed = closed == null ? command.line() : closed;
                case Wire.Accepted _,Wire.Notified _ -> {
                    // shown, and listed below
                }
            }
            lines.add(event.line());
        }
        if (last == null || last.rest() <= 0 || closed == null) {
            return null;
        }
        return judge(last, byRemote, closed, sent, family, data <= FIRST_RECORDS_MAX, lines);
    }

    private static Unread judge(Read read, boolean byRemote, Line moment, @Nullable Sent sent,
            @Nullable CipherFamily known, boolean afterHello, List<Line> lines) {
        int waiting = read.bytes() + read.rest();
        var because = new StringBuilder(
                "When the link was given up, the modem held " + waiting + " bytes: " + read.bytes()
                        + " had been read, " + read.rest() + " had not.");
        int body = body(read.hex());
        int over = body < 0 ? -1 : waiting - HEADER - body;
        if (body < 0 || over < 0) {
            return new Unread(false, because + " What they say is not in the log.", moment, lines, PROVE.subList(0, 2));
        }
        because.append(" They begin with the header of a TLS record of ").append(body)
                .append(" bytes (application data)");
        int second = over >= HEADER ? over - HEADER : -1;
        if (over > 0) {
            because.append("; the other ").append(over).append(" bytes are a second one of ").append(over)
                    .append(" = 5 + ")
                    .append(over - HEADER);
        }
        because.append('.');
        var lengths = new ArrayList<Integer>();
        lengths.add(body);
        if (second > 0) {
            lengths.add(second);
        }
        TlsRecord out = sent == null
                ? null
                : sent.records().stream().filter(one -> one.type() == APPLICATION_DATA).findFirst().orElse(null);
        if (out != null) {
            lengths.add(out.length());
        }
        List<CipherFamily> families = CipherFamily.possible(lengths, out != null && out.nonce() >= 0, known);
        if (second > 0) {
            // A TLS stack that closes sends close_notify: two bytes.
            List<CipherFamily> closing = families.stream().filter(one -> holds(one, second, ALERT_BYTES)).toList();
            families = closing.isEmpty() ? families : closing;
        }
        // In the midst of a session five bytes are a SUBACK as well.
        boolean first = afterHello || out != null && out.nonce() == 1;
        boolean connack = families.stream().allMatch(
                one -> holds(one, body, CONNACK_BYTES) || first && holds(one, body, CONNACK_5_BYTES));
        if (!connack || families.isEmpty()) {
            return new Unread(false, because + " That answer was thrown away.", moment, lines, PROVE.subList(0, 2));
        }
        explain(because, families, body, second, out, byRemote);
        return new Unread(byRemote, because.toString(), moment, lines, PROVE);
    }

    private static boolean holds(CipherFamily family, int record, int plain) {
        OptionalInt inside = family.plaintext(record);
        return inside.isPresent() && inside.getAsInt() == plain;
    }

    private static void explain(StringBuilder because, List<CipherFamily> families, int body, int second,
            @Nullable TlsRecord out, boolean byRemote) {
        CipherFamily family = families.getFirst();
        if (families.size() == 1) {
            because.append(" Of all cipher families only ").append(family.words()).append(" fits every length: ")
                    .append(body).append(" bytes hold ").append(connack(family, body));
        } else {
            because.append(" Whatever the cipher is, ").append(body).append(" bytes are a CONNACK: ")
                    .append(String.join("; ", families.stream()
                            .map(one -> "under " + one.words() + " they hold " + connack(one, body)).toList()));
        }
        if (second > 0 && holds(family, second, ALERT_BYTES)) {
            because.append("; ").append(second).append(" bytes hold 2, a TLS alert (close_notify)");
        }
        because.append('.');
        if (out != null && families.size() == 1) {
            OptionalInt plain = family.plaintext(out.length());
            if (plain.isPresent()) {
                because.append(" The record that the device had sent, ").append(out.length()).append(" bytes, held ")
                        .append(plain.getAsInt())
                        .append(" of plaintext")
                        .append(out.nonce() == 1 ? " and was the first after the handshake: the CONNECT" : "");
                int payload = plain.getAsInt() - FIXED_HEADER - VARIABLE_HEADER;
                int credentials = payload - 2 - ESP_MQTT_ID - 4;
                if (out.nonce() == 1 && credentials > 0) {
                    because.append(" (2 fixed header + 10 variable header + ").append(payload)
                            .append(" payload; with a client id of 12 characters, esp-mqtt's own, that is ")
                            .append(credentials)
                            .append(" for user name and password: they were sent)");
                }
                because.append('.');
            }
        }
        because.append(" So TLS was up, the CONNECT arrived and was answered");
        because.append(byRemote
                ? ", and the server closed at once: the answer was a refusal, and the device threw it away unread."
                : "; the device closed without reading the answer.");
    }

    private static String connack(CipherFamily family, int body) {
        return holds(family, body, CONNACK_BYTES)
                ? "4 of plaintext, which before the end of a connection is a CONNACK of MQTT 3.1 or 3.1.1 and nothing else"
                : "5 of plaintext, which as the first answer is a CONNACK of MQTT 5 without properties";
    }

    /// The length in the header that the read returned; -1 when it is no whole header of application data.
    private static int body(String hex) {
        return hex.matches("17030[0-4][0-9a-f]{4}.*") ? Integer.parseInt(hex.substring(6, 10), 16) : -1;
    }
}
