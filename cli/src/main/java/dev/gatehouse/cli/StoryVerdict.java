package dev.gatehouse.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.doctor.explain.Explainer;
import dev.gatehouse.doctor.explain.Explanation;

/// What `explain` says about the device's log, short.
record StoryVerdict(Explanation explanation) {
    private static final int EVIDENCE_MAX = 3;

    static StoryVerdict of(InputStream log) throws IOException {
        Explainer explainer = new Explainer();
        explainer.read(log);
        return new StoryVerdict(explainer.explain());
    }

    /// Whether this cause is among the verdicts.
    boolean names(String cause) {
        return explanation.verdicts().stream().anyMatch(verdict -> verdict.cause().id().equals(cause));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Explanation.Judgement verdict : explanation.verdicts()) {
            lines.add(verdict.certainty().name().toLowerCase(java.util.Locale.ROOT) + ": " + verdict.cause().id() + ": "
                    + verdict.cause().title());
            verdict.evidence().stream().limit(EVIDENCE_MAX)
                    .forEach(quote -> lines.add("  line " + quote.line() + ": " + quote.text()));
            lines.add("  Fix: " + verdict.fix());
        }
        return lines;
    }
}
