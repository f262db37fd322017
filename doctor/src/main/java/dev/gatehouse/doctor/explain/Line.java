package dev.gatehouse.doctor.explain;

import java.util.regex.Pattern;

/// One line of a log, with what the log put in front of it taken off.
///
/// @param file 0-based place of its file among the inputs
/// @param number 1-based line number in that file
/// @param text without colours, time stamp and other prefix
/// @param shown the whole line without colours, cut; for evidence
/// @param millis its time on a clock of its own in milliseconds; negative when it has none
/// @param broker its prefix is one that brokers write (seconds since 1970 and a colon, or the broker's name)
record Line(int file, long number, String text, String shown, double millis, boolean broker) {
    /// Longest text that is looked at; what a longer line holds after that is not read.
    static final int LENGTH_MAX = 4_000;
    static final int SHOWN_MAX = 240;

    private static final Pattern SENTENCE = Pattern
            .compile("^[\"']?(?:I|[A-Z][a-z']*)[ ,][^=<>{}\\[\\]]*(?:[.!?][\"')]?$|[.!?;] .*)");
    private static final Pattern TROUBLE = Pattern
            .compile("(?i)error|fail|exception|refused|denied|alert|\\bwarn|reason:|^unable to");
    private static final int SENTENCE_WORDS = 8;

    /// A sentence of a person, who tells what was tried; programs write otherwise, or put the time in front of it.
    boolean isProse() {
        return !broker && millis < 0 && SENTENCE.matcher(text).matches() && !TROUBLE.matcher(text).find()
                && text.split(" ").length >= SENTENCE_WORDS;
    }

    /// Files count before lines.
    boolean isBefore(Line other) {
        return file != other.file ? file < other.file : number < other.number;
    }
}
