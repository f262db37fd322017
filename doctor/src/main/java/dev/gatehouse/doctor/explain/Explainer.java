package dev.gatehouse.doctor.explain;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.diagnosis.Stage;

/// Reads logs and says why the connection in them failed.
///
/// - **Shape:** [#read] each input in turn, then [#explain] once.
/// - **Memory:** bounded, whatever the size of the inputs. No input makes it throw, but a stream that fails.
public final class Explainer {
    private static final int EVIDENCE_MAX = 8;
    private static final int CANDIDATES_MAX = 8;
    private static final int TIMELINE_MAX = 40;
    private static final int CODES_MAX = 20;
    private static final List<String> COLLECT_ANYTHING = List.of(
            "the log from the connection attempt to the failure, at the most verbose level",
            "the broker's log of the same minute",
            "the host, port and whether TLS or WebSocket is used, as the client is configured",
            "whether another client reaches the same host and port from the same network",
            "a capture of one attempt (tcpdump -w)");

    private final Ledger ledger = new Ledger();
    private final Recogniser recogniser = new Recogniser(ledger);
    private int files;

    /// Reads one input to its end.
    ///
    /// @param in a log in any encoding, or a capture (pcap, pcapng), either of them perhaps packed with gzip; not closed here
    public void read(InputStream in) throws IOException {
        int file = files++;
        BufferedInputStream buffered = Unpacked.of(new BufferedInputStream(in, 1 << 16));
        if (Capture.isOne(buffered)) {
            new Capture(file, ledger).read(buffered);
            return;
        }
        var lines = new LineReader(buffered);
        for (RawLine line = lines.next(); line != null; line = lines.next()) {
            recogniser.read(file, lines.number(), line);
        }
        recogniser.finish();
    }

    /// What all inputs together say.
    public Explanation explain() {
        var seen = new Seen(ledger);
        var found = new ArrayList<Conclusion>();
        var quoted = new ArrayList<Conclusion>();
        for (Rule rule : Rules.IN_ORDER) {
            Conclusion conclusion = rule.conclude(seen);
            if (conclusion == null || Depth.isOvercome(conclusion, seen)) {
                continue;
            }
            if (seen.isOnlyQuoted(rule.name())) {
                quoted.add(conclusion.asCandidates());
            } else {
                found.add(conclusion);
            }
        }
        found.addAll(quoted);
        Conclusion first = found.stream().filter(Conclusion::decides).findFirst()
                .orElse(found.isEmpty() ? null : found.getFirst());
        if (first == null) {
            first = MqttJudgements.nothingNamed(seen);
        }
        if (first == null) {
            return new Explanation(seen.stack().id(), Stage.UNDETERMINED, false, "", List.of(), COLLECT_ANYTHING,
                    timeline(seen, null),
                    codes(seen), ledger.lines());
        }
        List<Explanation.Judgement> verdicts = verdicts(seen, first, found);
        return new Explanation(seen.stack().id(), stage(first), first.decides(), first.because(), verdicts,
                collect(first),
                timeline(seen, moment(seen, verdicts)), codes(seen), ledger.lines());
    }

    /// Where it went wrong: where an answer was lost, else the first line that carries the verdict.
    private static Explanation.@Nullable Quote moment(Seen seen, List<Explanation.Judgement> verdicts) {
        Wire.Unread unread = seen.wire().unread();
        if (unread != null) {
            return quote(unread.moment());
        }
        return verdicts.isEmpty() || verdicts.getFirst().evidence().isEmpty()
                ? null
                : verdicts.getFirst().evidence().getFirst();
    }

    private static Stage stage(Conclusion conclusion) {
        if (conclusion.stage() != null) {
            return conclusion.stage();
        }
        return conclusion.readings().isEmpty()
                ? Stage.UNDETERMINED
                : Depth.seenFromOutside(conclusion.readings().getFirst().cause());
    }

    private static List<String> collect(Conclusion first) {
        var all = new LinkedHashSet<>(first.collect());
        if (!first.decides() && all.isEmpty()) {
            all.addAll(COLLECT_ANYTHING);
        }
        return List.copyOf(all);
    }

    private static List<Explanation.Judgement> verdicts(Seen seen, Conclusion first, List<Conclusion> all) {
        var verdicts = new ArrayList<Explanation.Judgement>();
        Set<Cause> named = new HashSet<>();
        List<Explanation.Quote> evidence = quotes(first.lines());
        for (Sign.Reading reading : first.readings()) {
            if (named.add(reading.cause()) && verdicts.size() < CANDIDATES_MAX) {
                Certainty certainty = first.decides() ? reading.certainty() : Certainty.POSSIBLE;
                verdicts.add(new Explanation.Judgement(reading.cause(), certainty, evidence,
                        Fixes.of(reading.cause(), seen)));
            }
        }
        if (!first.decides()) {
            // What else was seen and does not decide either.
            for (Conclusion other : all) {
                for (Sign.Reading reading : other.readings()) {
                    if (!other.equals(first) && verdicts.size() < CANDIDATES_MAX - 1 && named.add(reading.cause())) {
                        verdicts.add(
                                new Explanation.Judgement(reading.cause(), Certainty.POSSIBLE, quotes(other.lines()),
                                        Fixes.of(reading.cause(), seen)));
                    }
                }
            }
        }
        return verdicts;
    }

    private static List<Explanation.Quote> quotes(List<Line> lines) {
        List<Line> sorted = lines.stream().filter(line -> line.number() > 0).distinct()
                .sorted(Comparator.comparingInt(Line::file).thenComparingLong(Line::number)).toList();
        if (sorted.size() > EVIDENCE_MAX) {
            var some = new ArrayList<>(sorted.subList(0, EVIDENCE_MAX / 2));
            some.addAll(sorted.subList(sorted.size() - EVIDENCE_MAX / 2, sorted.size()));
            sorted = some;
        }
        return sorted.stream().map(Explainer::quote).toList();
    }

    private static Explanation.Quote quote(Line line) {
        return new Explanation.Quote(line.file(), line.number(), Shown.text(line.shown(), Line.SHOWN_MAX));
    }

    private static List<Explanation.Moment> timeline(Seen seen, Explanation.@Nullable Quote wrong) {
        record Entry(Line line, String what) {}
        var entries = new ArrayList<Entry>();
        Set<Line> told = new HashSet<>();
        seen.wire().events().forEach(event -> {
            entries.add(new Entry(event.line(), event.words()));
            told.add(event.line());
        });
        for (Observation one : seen.all()) {
            switch (one) {
                case Observation.Said said when Depth.isWorthShowing(said.sign()) ->
                    entries.add(new Entry(said.line(), said.sign().says()));
                case Observation.AtCommand at ->
                    entries.add(new Entry(at.line(), "device: AT" + Shown.text(at.name() + at.arguments(), 80)));
                case Observation.AtAnswer at when !told.contains(at.line()) ->
                    entries.add(new Entry(at.line(), "modem: " + Shown.text(at.name() + ": " + at.values(), 80)));
                case Observation.AtResult at ->
                    entries.add(new Entry(at.line(), "modem: " + Shown.text(at.text(), 80)));
                case Observation.Captured record -> entries.add(new Entry(record.line(), record.what().equals("refusal")
                        ? "The server closed after one answer as long as a CONNACK: a refusal."
                        : record.line().shown()));
                case Observation.Said _,Observation.AtAnswer _,Observation.Alert _,Observation.Flags _,Observation.Target _,Observation.Client _,Observation.Dump _,Observation.Judged _,Observation.Decoded _ -> {
                    // part of another entry, or no event
                }
            }
        }
        entries.sort(Comparator.comparingInt((Entry e) -> e.line().file()).thenComparingLong(e -> e.line().number()));
        var all = new ArrayList<Explanation.Moment>();
        Entry before = null;
        for (Entry entry : entries) {
            if (before == null || !before.what().equals(entry.what()) || !before.line().equals(entry.line())) {
                Explanation.Quote at = quote(entry.line());
                all.add(new Explanation.Moment(at, entry.what(), at.equals(wrong)));
            }
            before = entry;
        }
        if (all.size() <= TIMELINE_MAX) {
            return all;
        }
        int middle = 0;
        while (middle < all.size() - 1 && !all.get(middle).wrong()) {
            middle++;
        }
        int from = Math.max(0, Math.min(middle - TIMELINE_MAX / 2, all.size() - TIMELINE_MAX));
        return all.subList(from, from + TIMELINE_MAX);
    }

    private static List<Explanation.Decoded> codes(Seen seen) {
        var codes = new ArrayList<Explanation.Decoded>();
        var named = new HashSet<String>();
        for (Observation one : seen.all()) {
            if (one instanceof Observation.Decoded decoded && codes.size() < CODES_MAX
                    && named.add(decoded.code().table() + decoded.code().number())) {
                codes.add(
                        new Explanation.Decoded(quote(decoded.line()), decoded.code().table(), decoded.code().number(),
                                decoded.code().meaning(), decoded.code().source()));
            }
        }
        return codes;
    }
}
