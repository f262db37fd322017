package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Turns lines into observations: finds which phrases, markers and readers concern a line, and lets only those look.
///
/// - **Owner:** one thread.
final class Recogniser {
    private record Phrased(Sign sign, Sign.Phrase phrase) {}

    private static final List<Object> MEANINGS = new ArrayList<>();
    private static final Automaton AUTOMATON = automaton();

    private final Ledger ledger;
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
                MEANINGS.add(stack);
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

    /// Looks at one line, as the file has it.
    void read(int file, long number, String raw) {
        String cleaned = Prefix.clean(raw);
        met.clear();
        AUTOMATON.search(cleaned, met::set);
        boolean bare = AtReader.isBareResult(cleaned);
        boolean dump = DumpReader.mayBeDump(cleaned);
        if (met.isEmpty() && !bare && !dump) {
            ledger.countedUnread();
            return;
        }
        Line line = Prefix.line(file, number, cleaned);
        ledger.counted(line);
        boolean bytes = dump && DumpReader.read(line, cleaned, ledger);
        readers.clear();
        for (int i = met.nextSetBit(0); i >= 0; i = met.nextSetBit(i + 1)) {
            switch (MEANINGS.get(i)) {
                case Phrased(Sign sign, Sign.Phrase phrase) when phrase.isIn(cleaned) ->
                    ledger.add(new Observation.Said(line, sign, phrase.source()));
                case Stack stack -> ledger.mark(stack);
                case LineReaders reader -> readers.set(reader.ordinal());
                default -> {
                    // a phrase whose other conditions do not hold
                }
            }
        }
        for (LineReaders reader : LineReaders.values()) {
            if (reader != LineReaders.AT && readers.get(reader.ordinal())) {
                reader.read(line, ledger);
            }
        }
        if (!bytes && (bare || readers.get(LineReaders.AT.ordinal()))) {
            at.read(line, ledger);
        }
    }
}
