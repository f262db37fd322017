package dev.gatehouse.doctor.explain;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;

/// Reads what Gatehouse itself has said of an attempt (`./gatehouse attempt ID`): its verdict is taken over.
final class TrailReader {
    private static final Pattern CAUSE = Pattern.compile("^cause {2,}([a-z0-9-]+) \\((certain|likely|possible)\\)$");

    private TrailReader() {}

    static void read(Line line, Ledger ledger) {
        Matcher found = CAUSE.matcher(line.text());
        if (found.matches()) {
            Cause.byId(found.group(1)).ifPresent(cause -> {
                ledger.mark(Stack.GATEHOUSE);
                ledger.add(new Observation.Judged(line, cause,
                        Certainty.valueOf(found.group(2).toUpperCase(Locale.ROOT))));
            });
        }
    }
}
