package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// What went over the wire as far as a modem's dialogue and dumps of bytes show it: who sent how much, which TLS records,
/// what the modem accepted, what it still held, and who closed.
///
/// The account is kept by arithmetic: a read tells how many bytes it returned and how many are left; a record's header
/// tells how long it is; what is left over has to be further records.
final class Wire {
    /// SIMCom: `+CIPRXGET: 2,link,bytes,rest` and the bytes; Quectel: `+QIRD: bytes` and the bytes, or all, read, unread.
    private static final Pattern MODEM_TEXT = Pattern.compile(
            "\\+CIPRXGET: 2,\\d+,(?<bytes>\\d+),(?<rest>\\d+)(?:\r\n)?"
                    + "|\\+CCHRECV: DATA,\\d+,(?<cch>\\d+)(?:\r\n)?"
                    + "|\\+(?:QIRD|QSSLRECV): (?:\\d+,\\d+,(?<unread>\\d+)|(?<quectel>\\d+)(?:\r\n)?)"
                    + "|\\+CIPRXGET: 4,\\d+,(?<waiting>\\d+)|\\+CCHRECV: LEN,(?<held>\\d+)"
                    + "|\\+CIPRXGET: 1,(?<arrived>\\d+)|\\+CCHEVENT: (?<event>\\d+),RECV"
                    + "|\\+(?:QIURC|QSSLURC): \"recv\",(?<urc>\\d+)"
                    + "|\\+CIPSEND: \\d+,(?<asked>-?\\d+),(?<taken>-?\\d+)|\\+IPCLOSE: \\d+,(?<why>\\d+)"
                    + "|\\+CCH_PEER_CLOSED: (?<peer>\\d+)|\\+(?:QIURC|QSSLURC): \"closed\",(?<closed>\\d+)");
    private static final int HEADER = 5;
    private static final int NONCE = 8;

    /// Something that happened, in order.
    sealed interface Event {
        Line line();

        /// For a person.
        String words();
    }

    /// The device handed bytes to the modem.
    ///
    /// @param hex what they are, as far as the log shows them
    record Sent(Line line, int bytes, List<TlsRecord> records, String hex) implements Event {
        @Override
        public String words() {
            return "device → modem: " + bytes + " bytes"
                    + (records.isEmpty() ? " = MQTT CONNECT" : TlsRecord.words(records));
        }

        /// The first bytes of a connection.
        boolean begins() {
            return hex.startsWith("10") || hex.startsWith("16") && hex.startsWith("01", 2 * HEADER);
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

    /// The modem says how much it holds.
    record Waiting(Line line, int bytes) implements Event {
        @Override
        public String words() {
            return "modem: holds " + bytes + " bytes";
        }
    }

    /// The modem handed bytes over.
    ///
    /// @param rest what it still holds; -1 when it does not say
    record Read(Line line, int bytes, int rest, String hex) implements Event {
        @Override
        public String words() {
            return "modem → device: " + bytes + " bytes" + (rest < 0 ? "" : ", " + rest + " left in the modem")
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
    private final List<Observation> observations;

    private Wire(List<Event> events, List<TlsRecord> records) {
        this.events = List.copyOf(events);
        this.records = List.copyOf(records);
        WireReplay replay = WireReplay.of(this.events);
        this.unread = UnreadAnswer.find(this.events, replay.family());
        this.observations = replay.observations();
    }

    static Wire of(List<Observation> all) {
        var events = new ArrayList<Event>();
        var records = new ArrayList<TlsRecord>();
        List<Chunk> chunks = Chunk.of(all);
        var modem = new StringBuilder();
        var places = new ArrayList<Line>();
        Set<String> modems = modems(chunks);
        for (Chunk chunk : chunks) {
            List<TlsRecord> out = chunk.beginsWithRecord() ? TlsRecord.read(chunk, true) : List.of();
            if (modems.contains(chunk.tag()) || out.isEmpty() && !chunk.isConnect() && chunk.text().contains("\n")) {
                modem.append(chunk.text());
                for (int i = 0; i < chunk.length(); i++) {
                    places.add(chunk.lineOf(i));
                }
            } else if (chunk.isServerHello()) {
                events.add(new Read(chunk.lineOf(0), chunk.length(), -1, chunk.hex()));
                records.addAll(out);
            } else if (!out.isEmpty() || chunk.isConnect()) {
                events.add(new Sent(chunk.lineOf(0), chunk.length(), out, chunk.hex()));
                records.addAll(out);
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

    /// Who dumps what the modem says, where somebody else dumps what the device sends.
    private static Set<String> modems(List<Chunk> chunks) {
        var modems = new HashSet<String>();
        var devices = new HashSet<String>();
        for (Chunk chunk : chunks) {
            if (!chunk.tag().isEmpty()) {
                (chunk.text().startsWith("\r\n") ? modems : devices).add(chunk.tag());
            }
        }
        devices.removeAll(modems);
        return chunks.stream().anyMatch(chunk -> devices.contains(chunk.tag())
                && (chunk.beginsWithRecord() || chunk.isConnect())) ? modems : Set.of();
    }

    private static void dialogue(String text, List<Line> places, List<Event> events) {
        Matcher found = MODEM_TEXT.matcher(text);
        int from = 0;
        while (found.find(from)) {
            from = found.end();
            Line line = places.get(found.start());
            int bytes = bytesThatFollow(found);
            if (bytes >= 0) {
                int end = Math.min(text.length(), found.end() + bytes);
                var hex = new StringBuilder();
                text.substring(found.end(), end).chars().forEach(c -> hex.append(String.format("%02x", c)));
                events.add(new Read(line, bytes, number(found, "rest"), hex.toString()));
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
                    int bytes = bytesThatFollow(found);
                    if (bytes >= 0) {
                        events.add(new Read(answer.line(), bytes, number(found, "rest"), ""));
                    } else {
                        event(found, answer.line(), events);
                    }
                }
            }
        }
    }

    /// -1 when none follow.
    private static int bytesThatFollow(Matcher found) {
        return Math.max(number(found, "bytes"), Math.max(number(found, "cch"), number(found, "quectel")));
    }

    private static void event(Matcher found, Line line, List<Event> events) {
        int holds = Math.max(number(found, "unread"), Math.max(number(found, "waiting"), number(found, "held")));
        int link = Math.max(number(found, "arrived"), Math.max(number(found, "event"), number(found, "urc")));
        if (holds >= 0) {
            events.add(new Waiting(line, holds));
        } else if (link >= 0) {
            events.add(new Notified(line, link));
        } else if (found.group("asked") != null) {
            events.add(new Accepted(line, number(found, "asked"), number(found, "taken")));
        } else if (found.group("why") != null) {
            events.add(new Closed(line, number(found, "why") == 1));
        } else {
            events.add(new Closed(line, true));
        }
    }

    /// -1 when the group is not there.
    private static int number(Matcher found, String group) {
        String digits = found.group(group);
        return digits == null ? -1 : digits.length() > 8 ? Integer.MAX_VALUE / 4 : Integer.parseInt(digits);
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

    /// What the bytes say, as if they had been captured.
    List<Observation> observations() {
        return observations;
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
