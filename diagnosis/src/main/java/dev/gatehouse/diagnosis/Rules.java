package dev.gatehouse.diagnosis;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// From facts to a verdict.
public final class Rules {
    private Rules() {}

    /// Judges a connection.
    ///
    /// @param facts in the order in which they were seen
    /// @return null while there is no [Fact.Ended], and when it ended as it should
    public static @Nullable Verdict verdict(List<TimedFact> facts) {
        if (facts.isEmpty() || !(facts.getLast().fact() instanceof Fact.Ended over)) {
            return null;
        }
        Cause cause = over.ending().cause();
        return cause == null
                ? null
                : new Verdict(cause, Certainty.CERTAIN, List.of(new Evidence(facts.size() - 1, over.sentence())),
                        cause.title(), cause.fix(), List.of());
    }
}
