package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;

/// What a rule concludes.
///
/// @param readings the most likely first; it decides when that one is certain or likely
/// @param because why, one or two sentences
/// @param lines what carries it
/// @param stage null for that of the first reading
record Conclusion(List<Sign.Reading> readings, String because, List<Line> lines, List<String> collect,
        @Nullable Stage stage) {
    Conclusion {
        readings = List.copyOf(readings);
        lines = List.copyOf(lines);
        collect = List.copyOf(collect);
    }

    static Conclusion decided(Cause cause, Certainty certainty, String because, List<Line> lines, Cause... rivals) {
        var readings = new ArrayList<Sign.Reading>();
        readings.add(new Sign.Reading(cause, certainty));
        Arrays.stream(rivals).forEach(rival -> readings.add(new Sign.Reading(rival, Certainty.POSSIBLE)));
        return new Conclusion(readings, because, lines, List.of(), null);
    }

    static Conclusion open(Stage stage, String because, List<Line> lines, List<String> collect,
            List<Cause> candidates) {
        return new Conclusion(candidates.stream().map(cause -> new Sign.Reading(cause, Certainty.POSSIBLE)).toList(),
                because,
                lines, collect, stage);
    }

    /// The readings of a sign, as they stand in `signs.md`.
    static Conclusion of(Seen seen, Sign sign) {
        return new Conclusion(sign.readings(), sign.says(),
                seen.said(sign.id()).stream().map(Observation::line).toList(), sign.collect(), sign.stage());
    }

    boolean decides() {
        return !readings.isEmpty() && readings.getFirst().certainty() != Certainty.POSSIBLE;
    }

    /// The same as candidates only.
    Conclusion asCandidates() {
        return new Conclusion(readings.stream().map(one -> new Sign.Reading(one.cause(), Certainty.POSSIBLE)).toList(),
                because, lines, collect, stage);
    }

    Conclusion collecting(String... more) {
        var all = new ArrayList<>(collect);
        all.addAll(Arrays.asList(more));
        return new Conclusion(readings, because, lines, all, stage);
    }

    Conclusion at(Stage other) {
        return new Conclusion(readings, because, lines, collect, other);
    }
}
