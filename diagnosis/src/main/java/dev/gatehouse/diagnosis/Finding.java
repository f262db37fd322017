package dev.gatehouse.diagnosis;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/// What a rule found, before names are filled in.
///
/// @param title null for the cause's own
/// @param fix null for the cause's own
/// @param evidence kinds of facts that carry this finding, besides those that always speak of trouble
record Finding(Cause cause, Certainty certainty, @Nullable String title, @Nullable String fix,
        Set<Class<? extends Fact>> evidence, List<String> collectNext) {
    static Finding certain(Cause cause) {
        return new Finding(cause, Certainty.CERTAIN, null, null, Set.of(), List.of());
    }

    static Finding likely(Cause cause, String... collectNext) {
        return new Finding(cause, Certainty.LIKELY, null, null, Set.of(), List.of(collectNext));
    }

    static Finding possible(Cause cause, String... collectNext) {
        return new Finding(cause, Certainty.POSSIBLE, null, null, Set.of(), List.of(collectNext));
    }

    Finding titled(String newTitle) {
        return new Finding(cause, certainty, newTitle, fix, evidence, collectNext);
    }

    Finding fixedBy(String newFix) {
        return new Finding(cause, certainty, title, newFix, evidence, collectNext);
    }

    Finding carriedBy(Class<? extends Fact> kind) {
        return new Finding(cause, certainty, title, fix, Set.of(kind), collectNext);
    }

    Finding carriedBy(Class<? extends Fact> one, Class<? extends Fact> other) {
        return new Finding(cause, certainty, title, fix, Set.of(one, other), collectNext);
    }
}
