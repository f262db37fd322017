package dev.gatehouse.server;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Ending;

/// What a client is told in a reason string.
final class Refusals {
    /// Longest reason string, in characters: small devices have small buffers.
    private static final int TEXT_MAX = 400;

    private Refusals() {}

    /// The cause as far as a client may know it, and the attempt under which the tenant finds the rest.
    static String text(Ending ending, String attempt) {
        Cause cause = ending.cause();
        String words = cause == null ? ending.words() : cause.wire();
        String end = " (attempt " + attempt + ")";
        int room = TEXT_MAX - end.length();
        return (words.length() > room ? words.substring(0, room - 1) + "…" : words) + end;
    }
}
