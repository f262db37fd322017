package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A regular expression, and what a line has to hold for it to be tried at all: to look for a literal costs little.
///
/// @param literals one of them is in every text that matches; in lower case, and without blanks, quotes and
///        backslashes, which may stand in the file as escapes; empty when there is no such literal
record Form(List<String> literals, Pattern pattern) {
    Form {
        literals = List.copyOf(literals);
    }

    /// @param literals separated by blanks
    static Form of(String literals, String pattern) {
        return new Form(literals.isEmpty() ? List.of() : List.of(literals.split(" ")), Pattern.compile(pattern));
    }

    /// The first place where it matches, or null.
    ///
    /// @param lower the line in lower case; it may have more in front of the text
    @Nullable
    Matcher find(String text, String lower) {
        if (!isPossible(lower)) {
            return null;
        }
        Matcher found = pattern.matcher(text);
        return found.find() ? found : null;
    }

    boolean isPossible(String lower) {
        for (String literal : literals) {
            if (lower.contains(literal)) {
                return true;
            }
        }
        return literals.isEmpty();
    }
}
