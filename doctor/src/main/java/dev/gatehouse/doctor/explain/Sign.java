package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;

/// Something that programs print when a connection fails, whatever their wording: one section of `signs.md`.
///
/// @param rank 0 for the most telling; the order of the rules
/// @param says what it means, one sentence
/// @param readings what follows when nothing stronger is found; empty for a mere observation
/// @param stage where the failure shows when the first reading does not say it
/// @param until ids of signs that take it back when they come later
record Sign(String id, int rank, String says, List<Reading> readings, List<String> collect, @Nullable Stage stage,
        List<String> until, List<Phrase> phrases) {
    Sign {
        readings = List.copyOf(readings);
        collect = List.copyOf(collect);
        until = List.copyOf(until);
        phrases = List.copyOf(phrases);
    }

    /// One cause that may be behind a sign.
    record Reading(Cause cause, Certainty certainty) {}

    /// One wording.
    ///
    /// @param parts literals in lower case that have to come in this order
    /// @param also what the line has to contain besides; null for nothing
    /// @param source which program, and where it says so
    record Phrase(List<String> parts, @Nullable Pattern also, String source) {
        Phrase {
            parts = List.copyOf(parts);
        }

        /// The longest part: what a line is searched for.
        String anchor() {
            return parts.stream().reduce("", (a, b) -> b.length() > a.length() ? b : a);
        }

        /// @param lower the same text in lower case
        boolean isIn(String text, String lower) {
            if (parts.size() > 1) {
                int from = 0;
                for (String part : parts) {
                    int at = lower.indexOf(part, from);
                    if (at < 0) {
                        return false;
                    }
                    from = at + part.length();
                }
            }
            return also == null || also.matcher(text).find();
        }
    }
}
