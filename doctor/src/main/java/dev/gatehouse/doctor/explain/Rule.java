package dev.gatehouse.doctor.explain;

import java.util.List;

import org.jspecify.annotations.Nullable;

/// One way from observations to a conclusion. Rules are tried in the order of [Rules#IN_ORDER].
sealed interface Rule {
    /// The sign that it goes by, or a name of its own.
    String name();

    /// For a person: what the rule goes by.
    String reason();

    /// What follows; null when the rule does not apply.
    @Nullable
    Conclusion conclude(Seen seen);

    /// A sign that means the same wherever it stands; its readings are in `signs.md`.
    record OfSign(Sign sign) implements Rule {
        @Override
        public String name() {
            return sign.id();
        }

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
            return new Conclusion(sign.readings(), sign.says(), lines, sign.collect(), sign.stage());
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
