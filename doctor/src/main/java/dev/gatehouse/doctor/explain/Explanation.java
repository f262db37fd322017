package dev.gatehouse.doctor.explain;

import java.util.List;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;

/// What a log says about why a connection failed.
///
/// @param stack what wrote the log, in kebab case; `unknown` when nothing tells
/// @param stage where the failure lies, as far as the log tells
/// @param decided the first verdict is the cause; otherwise the verdicts are candidates
/// @param because how the conclusion was reached, in a few sentences; empty when there is none
/// @param verdicts the most likely first; may be empty when nothing is decided
/// @param collect what to get next; never empty when nothing is decided
/// @param timeline what happened, in order
/// @param codes numbers that were decoded
/// @param linesRead of all files
public record Explanation(String stack, Stage stage, boolean decided, String because, List<Judgement> verdicts,
        List<String> collect,
        List<Moment> timeline, List<Decoded> codes, long linesRead) {
    public Explanation {
        verdicts = List.copyOf(verdicts);
        collect = List.copyOf(collect);
        timeline = List.copyOf(timeline);
        codes = List.copyOf(codes);
    }

    /// One cause, certain or a candidate.
    ///
    /// @param evidence the lines that carry it, in their order
    /// @param fix for this stack where that differs
    public record Judgement(Cause cause, Certainty certainty, List<Quote> evidence, String fix) {
        public Judgement {
            evidence = List.copyOf(evidence);
        }
    }

    /// A line of the log.
    ///
    /// @param file 0-based place among the files that were read
    /// @param line 1-based
    /// @param text without control characters, cut
    public record Quote(int file, long line, String text) {}

    /// Something that happened.
    ///
    /// @param wrong from here on it was lost
    public record Moment(Quote at, String what, boolean wrong) {}

    /// A number and what it means.
    ///
    /// @param table for example `mbedtls`
    /// @param source where the meaning was read
    public record Decoded(Quote at, String table, int number, String meaning, String source) {}
}
