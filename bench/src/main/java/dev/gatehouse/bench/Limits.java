package dev.gatehouse.bench;

import java.util.List;
import java.util.stream.Stream;

/// An option with a number, and what that may be.
record Limits(String option, long value, long min, long max) {
    static List<String> problems(Limits... all) {
        return Stream.of(all).filter(each -> each.value < each.min || each.value > each.max)
                .map(each -> each.option + " must be " + each.min + " to " + each.max + ", not " + each.value).toList();
    }
}
