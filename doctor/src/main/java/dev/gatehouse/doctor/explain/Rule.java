package dev.gatehouse.doctor.explain;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Certainty;

/// One way from observations to a conclusion. Rules are tried in the order of [Rules#IN_ORDER].
sealed interface Rule {
    /// For a person: what the rule goes by.
    String reason();

    /// What follows; null when the rule does not apply.
    @Nullable
    Conclusion conclude(Seen seen);

    /// A sign that means the same wherever it stands; its readings are in `signs.md`.
    record OfSign(Sign sign) implements Rule {
        @Override
        public String reason() {
            return sign.says();
        }

        @Override
        public @Nullable Conclusion conclude(Seen seen) {
            if (!seen.has(sign.id()) || sign.readings().isEmpty() || isTakenBack(seen)) {
                return null;
            }
            List<Line> lines = seen.said(sign.id()).stream().map(Observation::line).toList();
            List<Sign.Reading> readings = lines.stream().allMatch(Line::isProse)
                    ? sign.readings().stream().map(one -> new Sign.Reading(one.cause(), Certainty.POSSIBLE)).toList()
                    : sign.readings();
            return new Conclusion(readings, sign.says(), lines, sign.collect(), sign.stage());
        }

        private boolean isTakenBack(Seen seen) {
            return sign.until().stream().anyMatch(later -> seen.comesAfter(later, sign.id()));
        }
    }

    /// A sign, or several, whose meaning depends on what else was seen.
    record InContext(String name, String reason, Judgement judgement) implements Rule {
        @Override
        public @Nullable Conclusion conclude(Seen seen) {
            return judgement.of(seen);
        }
    }

    /// Looks at everything.
    @FunctionalInterface
    interface Judgement {
        @Nullable
        Conclusion of(Seen seen);
    }
}
