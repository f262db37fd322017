package dev.gatehouse.doctor;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.diagnosis.Verdict;

/// What a report means.
///
/// @param stage where the way ends; null when it goes all the way through
/// @param verdicts the most upstream first; empty exactly when `stage` is null. An [dev.gatehouse.diagnosis.Evidence]
///        points into the report's results
/// @param remarks what is worth knowing and no failure
public record Judgement(@Nullable Stage stage, List<Verdict> verdicts, List<String> remarks) {
    public Judgement {
        verdicts = List.copyOf(verdicts);
        remarks = List.copyOf(remarks);
        if (verdicts.isEmpty() != (stage == null)) {
            throw new IllegalArgumentException("a stage without a verdict, or the other way round");
        }
    }

    /// A pure function of the report.
    public static Judgement of(Report report) {
        return new Rules(report).judge();
    }

    /// Whether nothing is wrong.
    public boolean isHealthy() {
        return stage == null;
    }

    /// Whether the evidence names one cause.
    public boolean isDecided() {
        return !verdicts.isEmpty() && verdicts.getFirst().certainty() != Certainty.POSSIBLE;
    }
}
