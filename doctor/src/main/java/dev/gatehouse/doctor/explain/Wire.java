package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// What went over the wire as far as a modem's dialogue and dumps of bytes show it: who sent how much, which TLS records,
/// what the modem accepted, what it still held, and who closed.
///
/// The account is kept by arithmetic: a read tells how many bytes it returned and how many are left; a record's header
/// tells how long it is; what is left over has to be further records.
final class Wire {
    private static final Pattern MODEM_TEXT = Pattern.compile(
            "\\+CIPRXGET: 2,(\\d+),(\\d+),(\\d+)(?:\r\n)?|\\+CIPRXGET: 4,(\\d+),(\\d+)|\\+CIPRXGET: 1,(\\d+)"
                    + "|\\+CIPSEND: (\\d+),(-?\\d+),(-?\\d+)|\\+IPCLOSE: (\\d+),(\\d+)|\\+CCH_PEER_CLOSED: (\\d+)");
    private static final int HEADER = 5;
    private static final int NONCE = 8;

    /// Something that happened, in order.
    sealed interface Event {
        Line line();

        /// For a person.
        String words();
    }

    /// The device handed bytes to the modem.
    record Sent(Line line, int bytes, List<TlsRecord> records) implements Event {
        @Override
        public String words() {
            return "device → modem: " + bytes + " bytes" + TlsRecord.words(records);
        }
    }

    /// The modem says how many bytes it took.
    record Accepted(Line line, int requested, int confirmed) implements Event {
        @Override
        public String words() {
            return "modem: took " + confirmed + " of " + requested + " bytes";
        }
    }

    /// The modem says that something has arrived.
    record Notified(Line line, int link) implements Event {
        @Override
        public String words() {
            return "modem: data has arrived on link " + link;
        }
    }

    /// The modem handed bytes over.
    record Read(Line line, int bytes, int rest, String hex) implements Event {
        @Override
        public String words() {
            return "modem → device: " + bytes + " bytes, " + rest + " left in the modem"
                    + (hex.isEmpty() ? "" : " (" + spaced(hex) + ")");
        }
    }

    /// The link is closed.
    record Closed(Line line, boolean byRemote) implements Event {
        @Override
        public String words() {
            return byRemote ? "modem: the other side closed the connection" : "modem: the connection is closed";
        }
    }

    /// The device closed the link.
    record CloseCommand(Line line) implements Event {
        @Override
        public String words() {
            return "device: closes the link; what the modem still holds is lost";
        }
    }

    /// An answer that was never read.
    ///
    /// @param refusal it can only be a CONNACK, and the server closed after it
    /// @param moment where it was lost
    record Unread(boolean refusal, String because, Line moment, List<Line> lines, List<String> prove) {
        Unread {
            lines = List.copyOf(lines);
            prove = List.copyOf(prove);
        }
    }

    private final List<Event> events;
    private final List<TlsRecord> records;
    private final @Nullable Unread unread;

    private Wire(List<Event> events, List<TlsRecord> records) {
        this.events = List.copyOf(events);
        this.records = List.copyOf(records);
        this.unread = UnreadAnswer.find(this.events);
    }

    static Wire of(List<Observation> all) {
        var events = new ArrayList<Event>();
        var records = new ArrayList<TlsRecord>();
        List<Chunk> chunks = Chunk.of(all);
        var modem = new StringBuilder();
        var places = new ArrayList<Line>();
        for (Chunk chunk : chunks) {
            List<TlsRecord> out = chunk.beginsWithRecord() ? TlsRecord.read(chunk, true) : List.of();
            if (!out.isEmpty()) {
                events.add(new Sent(chunk.lineOf(0), chunk.length(), out));
                records.addAll(out);
            } else if (chunk.text().contains("\r\n") || chunk.text().contains("\n")) {
                modem.append(chunk.text());
                for (int i = 0; i < chunk.length(); i++) {
                    places.add(chunk.lineOf(i));
                }
            }
        }
        dialogue(modem.toString(), places, events);
        if (places.isEmpty()) {
            answers(all, events);
        }
        for (Observation one : all) {
            if (one instanceof Observation.AtCommand command
                    && (command.name().equals("+CIPCLOSE") || command.name().equals("+CCHCLOSE"))) {
                events.add(new CloseCommand(command.line()));
            }
        }
        events.sort((a, b) -> a.line().isBefore(b.line()) ? -1 : b.line().isBefore(a.line()) ? 1 : 0);
        return new Wire(events, records);
    }

    private static void dialogue(String text, List<Line> places, List<Event> events) {
        Matcher found = MODEM_TEXT.matcher(text);
        int from = 0;
        while (found.find(from)) {
            from = found.end();
            Line line = places.get(found.start());
            if (found.group(2) != null) {
                int bytes = number(found, 2);
                int end = Math.min(text.length(), found.end() + bytes);
                var hex = new StringBuilder();
                text.substring(found.end(), end).chars().forEach(c -> hex.append(String.format("%02x", c)));
                events.add(new Read(line, bytes, number(found, 3), hex.toString()));
                from = Math.max(found.end(), end);
            } else {
                event(found, line, events);
            }
        }
    }

    /// The same from lines of text, where no bytes are shown.
    private static void answers(List<Observation> all, List<Event> events) {
        for (Observation one : all) {
            if (one instanceof Observation.AtAnswer answer) {
                Matcher found = MODEM_TEXT.matcher(answer.name() + ": " + answer.values());
                if (found.lookingAt()) {
                    if (found.group(2) != null) {
                        events.add(new Read(answer.line(), number(found, 2), number(found, 3), ""));
                    } else {
                        event(found, answer.line(), events);
                    }
                }
            }
        }
    }

    private static void event(Matcher found, Line line, List<Event> events) {
        if (found.group(6) != null) {
            events.add(new Notified(line, number(found, 6)));
        } else if (found.group(8) != null) {
            events.add(new Accepted(line, number(found, 8), number(found, 9)));
        } else if (found.group(11) != null) {
            events.add(new Closed(line, number(found, 11) == 1));
        } else if (found.group(12) != null) {
            events.add(new Closed(line, true));
        }
    }

    private static int number(Matcher found, int group) {
        String digits = found.group(group);
        return digits.length() > 8 ? Integer.MAX_VALUE / 4 : Integer.parseInt(digits);
    }

    static String spaced(String hex) {
        return (hex.length() > 64 ? hex.substring(0, 64) : hex).replaceAll("(..)(?!$)", "$1 ")
                + (hex.length() > 64 ? " …" : "");
    }

    List<Event> events() {
        return events;
    }

    List<TlsRecord> records() {
        return records;
    }

    @Nullable
    Unread unread() {
        return unread;
    }

    /// One TLS record's header, and what can be seen of its nonce.
    ///
    /// @param nonce the explicit nonce's value when it looks like a counter; -1 when there is none
    record TlsRecord(Line line, boolean fromClient, int type, int length, long nonce) {
        static List<TlsRecord> read(Chunk chunk, boolean fromClient) {
            var all = new ArrayList<TlsRecord>();
            String hex = chunk.hex();
            int at = 0;
            while (at + HEADER <= chunk.length()) {
                int type = Integer.parseInt(hex.substring(at * 2, at * 2 + 2), 16);
                int length = Integer.parseInt(hex.substring(at * 2 + 6, at * 2 + 10), 16);
                if (type < 20 || type > 23 || length > 16_640) {
                    break;
                }
                long nonce = at + HEADER + NONCE <= chunk.length() && length > NONCE
                        ? counter(hex.substring((at + HEADER) * 2, (at + HEADER + NONCE) * 2))
                        : -1;
                all.add(new TlsRecord(chunk.lineOf(at), fromClient, type, length, nonce));
                at += HEADER + length;
            }
            return all;
        }

        /// A nonce that counts begins with zeros.
        private static long counter(String hex) {
            return hex.startsWith("000000000000") ? Long.parseLong(hex, 16) : -1;
        }

        static String words(List<TlsRecord> records) {
            if (records.isEmpty()) {
                return "";
            }
            return " = " + String.join(", ", records.stream().map(TlsRecord::words).toList());
        }

        String words() {
            return "TLS record: " + switch (type) {
                case 20 -> "change cipher spec";
                case 21 -> "alert";
                case 22 -> "handshake";
                default -> "application data";
            } + ", " + length + " bytes";
        }
    }
}
