package dev.gatehouse.doctor.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Turns lines into observations: finds which phrases, markers and readers concern a line, and lets only those look.
///
/// - **Owner:** one thread.
final class Recogniser {
    /// So many lines of one kind are looked at, and then only the last ones; fewer, when there are many kinds.
    private static final int LOOKED_AT = 200;
    private static final int LOOKED_AT_LATER = 20;
    private static final int LOOKED_AT_LATEST = 3;
    private static final int LATER = 50_000;
    private static final int LATEST = 100_000;
    private static final int LAST = 8;
    private static final int SIGNATURES_MAX = 10_000;
    private static final int LAST_OF_OTHERS = 2_000;
    private static final int DUMPS_LOOKED_AT = 2_000;
    private static final int DIALOGUE_LOOKED_AT = 20_000;

    private record Phrased(Sign sign, Sign.Phrase phrase) {}

    private record Marked(Stack stack, String marker) {
        /// Whether it stands there as a word of its own: `tls: ` in `esp-tls: ` is none.
        boolean isIn(String text) {
            for (int at = 0; at + marker.length() <= text.length(); at++) {
                if (text.regionMatches(true, at, marker, 0, marker.length()) && (at == 0
                        || !Character.isLetterOrDigit(marker.charAt(0)) || !isOfWord(text.charAt(at - 1)))) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isOfWord(char before) {
            return Character.isLetterOrDigit(before) || before == '-';
        }
    }

    private record PutOff(int file, long number, String cleaned) {}

    private static final class Times {
        private final Deque<PutOff> last = new ArrayDeque<>();
        private int count;
    }

    private static final List<Object> MEANINGS = new ArrayList<>();
    private static final Automaton AUTOMATON = automaton();

    /// Literals of a modem's dialogue, which is followed line by line.
    private static final BitSet OF_MODEM = ofModem();

    private final Ledger ledger;
    private final Map<Long, Times> repeated = new HashMap<>();
    private final Deque<PutOff> lastOfOthers = new ArrayDeque<>();
    private final Deque<PutOff> lastDumps = new ArrayDeque<>();
    private final Deque<PutOff> lastOfDialogue = new ArrayDeque<>();
    private int lookedAt;
    private int dumps;
    private int dialogue;
    private final BitSet met = new BitSet(MEANINGS.size());
    private final BitSet readers = new BitSet(LineReaders.values().length);
    private final AtReader at = new AtReader();

    Recogniser(Ledger ledger) {
        this.ledger = ledger;
    }

    private static Automaton automaton() {
        var literals = new ArrayList<String>();
        for (Sign sign : Signs.all()) {
            for (Sign.Phrase phrase : sign.phrases()) {
                literals.add(phrase.anchor());
                MEANINGS.add(new Phrased(sign, phrase));
            }
        }
        for (Stack stack : Stack.values()) {
            for (String marker : stack.markers()) {
                literals.add(marker);
                MEANINGS.add(new Marked(stack, marker));
            }
        }
        for (LineReaders reader : LineReaders.values()) {
            for (String anchor : reader.anchors()) {
                literals.add(anchor);
                MEANINGS.add(reader);
            }
        }
        return new Automaton(literals);
    }

    private static BitSet ofModem() {
        var literals = new BitSet(MEANINGS.size());
        for (int i = 0; i < MEANINGS.size(); i++) {
            literals.set(i, MEANINGS.get(i).equals(LineReaders.AT));
        }
        return literals;
    }

    /// Looks at one line, as the file has it.
    void read(int file, long number, RawLine raw) {
        if (!raw.isPlain()) {
            if (raw.isNoise()) {
                ledger.countedUnread();
                return;
            }
            raw.clean();
        }
        met.clear();
        raw.search(AUTOMATON, met);
        boolean bare = raw.isBareResult();
        boolean dump = raw.mayBeDump();
        boolean modem = bare || met.intersects(OF_MODEM);
        if (met.isEmpty() && !bare && !dump || !modem && !dump && isOneOfMany(file, number, raw)) {
            ledger.countedUnread();
            return;
        }
        String cleaned = raw.toString();
        if (dump && dumps++ >= DUMPS_LOOKED_AT) {
            putOff(lastDumps, Ledger.WIRE_LAST, new PutOff(file, number, cleaned));
        } else if (!dump && modem && dialogue++ >= DIALOGUE_LOOKED_AT) {
            putOff(lastOfDialogue, Ledger.WIRE_LAST, new PutOff(file, number, cleaned));
        } else {
            whole(file, number, cleaned, bare, dump);
        }
    }

    private void putOff(Deque<PutOff> last, int max, PutOff one) {
        last.add(one);
        if (last.size() > max) {
            last.remove();
        }
        ledger.countedUnread();
    }

    /// Looks at the last ones of the lines that came so often that they were put off; at the end of a file.
    void finish() {
        repeated.values().forEach(times -> lookAt(times.last, false));
        repeated.clear();
        lookAt(lastOfOthers, false);
        lookAt(lastDumps, true);
        lookAt(lastOfDialogue, false);
    }

    private void lookAt(Deque<PutOff> last, boolean dump) {
        for (PutOff one : last) {
            RawLine raw = RawLine.of(one.cleaned());
            met.clear();
            raw.search(AUTOMATON, met);
            whole(one.file(), one.number(), one.cleaned(), raw.isBareResult(), dump);
        }
        last.clear();
    }

    /// Lines with the same literals and the same values come by the hundred thousand: the first are looked at, and the last.
    private boolean isOneOfMany(int file, long number, RawLine raw) {
        long signature = met.hashCode() * 31L + raw.values();
        Times times = repeated.get(signature);
        if (times == null) {
            if (repeated.size() >= SIGNATURES_MAX) {
                lastOfOthers.add(new PutOff(file, number, raw.toString()));
                if (lastOfOthers.size() > LAST_OF_OTHERS) {
                    lastOfOthers.remove();
                }
                return true;
            }
            repeated.put(signature, new Times());
            lookedAt++;
            return false;
        }
        if (times.count++ < (lookedAt < LATER ? LOOKED_AT : lookedAt < LATEST ? LOOKED_AT_LATER : LOOKED_AT_LATEST)) {
            lookedAt++;
            return false;
        }
        times.last.add(new PutOff(file, number, raw.toString()));
        if (times.last.size() > LAST) {
            times.last.remove();
        }
        return true;
    }

    private void whole(int file, long number, String cleaned, boolean bare, boolean dump) {
        Line line = Prefix.line(file, number, cleaned);
        ledger.counted(line);
        boolean bytes = dump && DumpReader.read(line, cleaned, ledger);
        readers.clear();
        String lower = cleaned.toLowerCase(Locale.ROOT);
        for (int i = met.nextSetBit(0); i >= 0; i = met.nextSetBit(i + 1)) {
            switch (MEANINGS.get(i)) {
                case Phrased(Sign sign, Sign.Phrase phrase) when phrase.isIn(cleaned, lower) ->
                    ledger.add(new Observation.Said(line, sign, phrase.source()));
                case Marked marked when marked.isIn(cleaned) -> ledger.mark(marked.stack());
                case LineReaders reader -> readers.set(reader.ordinal());
                default -> {
                    // a phrase whose other conditions do not hold, or half a word
                }
            }
        }
        for (LineReaders reader : LineReaders.values()) {
            if (reader != LineReaders.AT && readers.get(reader.ordinal())) {
                reader.read(line, lower, ledger);
            }
        }
        if (!bytes && (bare || readers.get(LineReaders.AT.ordinal()))) {
            at.read(line, ledger);
        }
    }
}
