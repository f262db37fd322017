package dev.gatehouse.simulator.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.fault.Fault.LineEnds;
import dev.gatehouse.simulator.fault.Fault.UrcInserted;
import dev.gatehouse.simulator.fault.Fault.UrcInserted.Place;
import dev.gatehouse.simulator.fault.Piece.Kind;

/// What faults of the line make of something the modem says: first of its pieces, then of its bytes.
final class LineShape {
    /// Lines that networks send, and that no driver may stumble over.
    private static final List<String> UNASKED = List.of("+CGEV: NW MODIFY 1,0", "+CTZV: +04", "RING",
            "+CMTI: \"ME\",3", "+CEREG: 1", "+CREG: 1", "*PSNWID: \"001\",\"01\",\"Gatehouse\",0,\"GH\",0",
            "*PSUTTZ: 2026,11,28,12,0,0,\"+04\",0", "DST: 0", "+CGEV: ME PDN ACT 8", "PB DONE", "SMS DONE",
            "+CLIP: \"+491700000000\",145,,,,0", "+CUSD: 0,\"your balance is OK\",15");

    private final Faults faults;
    private final Random random = new Random(0);
    private final List<Piece> held = new ArrayList<>();
    private String spliced = "";
    private LineEnds.@Nullable Style drawn;

    /// @param delayMillis after what was sent before
    record Chunk(String octets, int delayMillis) {}

    LineShape(Faults faults) {
        this.faults = faults;
    }

    Random random() {
        return random;
    }

    /// A command line begins: what is said from here to the next one has line ends of one style, as a modem would not
    /// change them within an answer.
    void commandBegins() {
        drawn = null;
    }

    void rebooted() {
        held.clear();
        spliced = "";
    }

    List<Chunk> shape(List<Piece> said) {
        List<Piece> pieces = new ArrayList<>(said);
        Kind first = pieces.getFirst().kind();
        if (first == Kind.URC) {
            notifications(pieces);
        } else {
            around(pieces, first);
        }
        lineEnds(pieces);
        StringBuilder all = new StringBuilder();
        pieces.forEach(piece -> all.append(piece.octets()));
        return chunks(faults.damaged(spliced(all.toString(), first), false), first);
    }

    // --- Pieces ---------------------------------------------------------------------------------------------------

    private void notifications(List<Piece> pieces) {
        String line = pieces.getFirst().octets().strip();
        if (matches(Fault.UrcLost.class, line)) {
            pieces.clear();
        } else if (matches(Fault.UrcTwice.class, line)) {
            pieces.addAll(List.copyOf(pieces));
        } else if (faults.striking(Fault.UrcHeld.class).isPresent()) {
            held.addAll(pieces);
            pieces.clear();
        }
    }

    private boolean matches(Class<? extends Fault> kind, String line) {
        return faults.armed().stream().map(Plan::fault).filter(kind::isInstance).anyMatch(fault -> switch (fault) {
            case Fault.UrcLost lost -> line.startsWith(lost.prefix());
            case Fault.UrcTwice twice -> line.startsWith(twice.prefix());
            default -> false;
        }) && faults.striking(kind).isPresent();
    }

    private void around(List<Piece> pieces, Kind first) {
        if (first != Kind.ECHO && faults.striking(Fault.ResultFirst.class).isPresent()) {
            resultFirst(pieces);
        }
        if (first != Kind.PROMPT && first != Kind.ECHO && !held.isEmpty()) {
            Place place = faults.armed().stream().map(Plan::fault).filter(Fault.UrcHeld.class::isInstance)
                    .map(fault -> ((Fault.UrcHeld) fault).place()).findFirst().orElse(Place.BEFORE_ANSWER);
            insert(pieces, place, List.copyOf(held), random);
            held.clear();
        }
        Armed inserted = inserted(pieces);
        if (inserted != null && inserted.plan.fault() instanceof UrcInserted urc) {
            List<Piece> lines = new ArrayList<>();
            for (int i = 0; i < urc.count(); i++) {
                String text = urc.text().isEmpty()
                        ? UNASKED.get(inserted.random.nextInt(UNASKED.size()))
                        : urc.text();
                lines.add(new Piece(Kind.URC, "\r\n" + text + "\r\n"));
            }
            insert(pieces, urc.place(), lines, inserted.random);
        }
    }

    private @Nullable Armed inserted(List<Piece> pieces) {
        boolean possible = faults.armed().stream().map(Plan::fault).anyMatch(
                fault -> fault instanceof UrcInserted urc && position(pieces, urc.place(), random) >= 0);
        return possible ? faults.strikingArmed(UrcInserted.class) : null;
    }

    private static void insert(List<Piece> pieces, Place place, List<Piece> lines, Random random) {
        int at = position(pieces, place, random);
        if (at < 0) {
            return;
        }
        if (place == Place.IN_DATA || place == Place.IN_ECHO) {
            Piece whole = pieces.remove(at);
            int middle = 1 + random.nextInt(whole.octets().length() - 1);
            pieces.add(at, new Piece(whole.kind(), whole.octets().substring(middle)));
            pieces.addAll(at, lines);
            pieces.add(at, new Piece(whole.kind(), whole.octets().substring(0, middle)));
        } else {
            pieces.addAll(at, lines);
        }
    }

    /// The index before which something fits in; below 0 when there is no such place.
    private static int position(List<Piece> pieces, Place place, Random random) {
        Kind first = pieces.getFirst().kind();
        boolean answer = first == Kind.TEXT || first == Kind.FINAL;
        return switch (place) {
            case BEFORE_ANSWER -> answer ? 0 : -1;
            case AFTER_ANSWER -> answer ? pieces.size() : -1;
            case BEFORE_PROMPT -> first == Kind.PROMPT ? 0 : -1;
            case BEFORE_RESULT -> index(pieces, Kind.RESULT);
            case IN_ECHO -> first == Kind.ECHO && pieces.getFirst().octets().length() > 1 ? 0 : -1;
            case IN_DATA -> {
                int data = index(pieces, Kind.DATA);
                yield data >= 0 && pieces.get(data).octets().length() > 1 ? data : -1;
            }
            case INSIDE_ANSWER -> {
                List<Integer> gaps = new ArrayList<>();
                for (int i = 1; i < pieces.size(); i++) {
                    if (pieces.get(i).kind() != Kind.DATA && pieces.get(i - 1).kind() != Kind.DATA) {
                        gaps.add(i);
                    }
                }
                yield answer && !gaps.isEmpty() ? gaps.get(random.nextInt(gaps.size())) : -1;
            }
        };
    }

    private static int index(List<Piece> pieces, Kind kind) {
        for (int i = 0; i < pieces.size(); i++) {
            if (pieces.get(i).kind() == kind) {
                return i;
            }
        }
        return -1;
    }

    private static void resultFirst(List<Piece> pieces) {
        int result = index(pieces, Kind.RESULT);
        int ok = index(pieces, Kind.FINAL);
        if (result > ok && ok >= 0) {
            pieces.add(ok, pieces.remove(result));
        }
    }

    /// Of one kind in everything that is said at once, and for `random` until the next command.
    private void lineEnds(List<Piece> pieces) {
        Kind first = pieces.isEmpty() ? Kind.ECHO : pieces.getFirst().kind();
        if (first == Kind.ECHO || first == Kind.PROMPT) {
            return;
        }
        Armed armed = faults.strikingArmed(LineEnds.class);
        if (armed == null || !(armed.plan.fault() instanceof LineEnds ends)) {
            return;
        }
        LineEnds.Style style = ends.style() == LineEnds.Style.RANDOM ? drawn(armed.random) : ends.style();
        pieces.replaceAll(piece -> lineEnds(piece, style));
    }

    private LineEnds.Style drawn(Random of) {
        LineEnds.Style style = drawn;
        if (style == null) {
            style = LineEnds.Style.values()[of.nextInt(LineEnds.Style.values().length - 1)];
            drawn = style;
        }
        return style;
    }

    private static Piece lineEnds(Piece piece, LineEnds.Style style) {
        if (piece.kind() == Kind.DATA) {
            return piece;
        }
        String octets = piece.octets();
        return new Piece(piece.kind(), switch (style) {
            case DOUBLE_CR -> octets.replace("\r\n", "\r\r\n");
            case LF -> octets.replace("\r\n", "\n");
            case EMPTY -> "\r\n" + octets;
            case BLANK -> octets.startsWith("\r\n") ? "\r\n " + octets.substring(2) : octets;
            case RANDOM -> octets;
        });
    }

    // --- Bytes ----------------------------------------------------------------------------------------------------

    private String spliced(String octets, Kind first) {
        if (!spliced.isEmpty() && !octets.isEmpty()) {
            String rest = spliced;
            spliced = "";
            return octets + rest;
        }
        if (first == Kind.URC && octets.length() > 4 && faults.striking(Fault.Splice.class).isPresent()) {
            int half = octets.length() / 2;
            spliced = octets.substring(half);
            return octets.substring(0, half);
        }
        return octets;
    }

    private List<Chunk> chunks(String octets, Kind first) {
        String cut = first == Kind.TEXT
                ? faults.striking(Fault.AnswerCut.class)
                        .map(longest -> octets.substring(0, Math.min(octets.length(), longest.bytesMax())))
                        .orElse(octets)
                : octets;
        List<Chunk> chunks = new ArrayList<>();
        Armed split = faults.strikingArmed(Fault.Split.class);
        if (split != null && split.plan.fault() instanceof Fault.Split how) {
            for (int at = 0; at < cut.length();) {
                int bytes = Math.min(cut.length() - at, 1 + split.random.nextInt(how.bytesMax()));
                chunks.add(new Chunk(cut.substring(at, at + bytes), at == 0 ? 0 : how.gapMillis()));
                at += bytes;
            }
        } else if (!cut.isEmpty()) {
            chunks.add(new Chunk(cut, 0));
        }
        return chunks;
    }

    static String thinned(String octets, int oneOf, Random random) {
        StringBuilder left = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); i++) {
            if (random.nextInt(oneOf) != 0) {
                left.append(octets.charAt(i));
            }
        }
        return left.toString();
    }

    static String garbled(String octets, int oneOf, Random random) {
        StringBuilder wrong = new StringBuilder(octets.length());
        for (int i = 0; i < octets.length(); i++) {
            char c = octets.charAt(i);
            wrong.append(random.nextInt(oneOf) == 0 ? (char) (c ^ (1 << random.nextInt(8))) : c);
        }
        return wrong.toString();
    }
}
