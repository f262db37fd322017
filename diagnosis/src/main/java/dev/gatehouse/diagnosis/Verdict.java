package dev.gatehouse.diagnosis;

import java.util.List;

/// What the rules make of the facts.
///
/// @param evidence the facts that led here, in the order in which they happened; never empty
/// @param title one short sentence about this very connection; the cause's own title where nothing can be added
/// @param fix what to do, in the imperative, with this connection's names filled in
/// @param collectNext what to get next when the certainty is not [Certainty#CERTAIN]; may be empty
public record Verdict(Cause cause, Certainty certainty, List<Evidence> evidence, String title, String fix,
        List<String> collectNext) {
    public Verdict {
        evidence = List.copyOf(evidence);
        collectNext = List.copyOf(collectNext);
    }
}
