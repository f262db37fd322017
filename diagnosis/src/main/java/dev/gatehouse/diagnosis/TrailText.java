package dev.gatehouse.diagnosis;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/// A trail for a person's eyes: the verdict first, then what happened, one line per fact.
public final class TrailText {
    private static final int COLUMNS = 110;
    private static final int LABEL = 14;
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private TrailText() {}

    /// Renders a trail; every line ends with `\n`, and none holds a control character from the wire.
    public static String render(Trail trail) {
        var out = new StringBuilder();
        out.append(headline(trail)).append("\n\n");
        Verdict verdict = trail.verdict();
        if (verdict != null) {
            verdict(out, verdict);
            out.append('\n');
        }
        labelled(out, "attempt", trail.id() + ", " + time(trail.startedMicros()) + duration(trail));
        labelled(out, "from", trail.remote() + " on listener " + trail.listener()
                + (trail.protocol().isEmpty() ? "" : " (" + trail.protocol() + ")"));
        labelled(out, "tenant", orUnknown(trail.tenant()));
        labelled(out, "server name", orUnknown(trail.serverName()));
        labelled(out, "client id", orUnknown(trail.clientId()));
        labelled(out, "user", orUnknown(trail.user()));
        labelled(out, "stage", trail.stage().id());
        out.append('\n');
        timeline(out, trail);
        return out.toString();
    }

    private static String headline(Trail trail) {
        Verdict verdict = trail.verdict();
        String what = switch (trail.state()) {
            case HANDSHAKING -> "Still connecting";
            case OPEN -> "Open";
            case REFUSED -> "Refused";
            case ENDED -> "Ended";
        };
        return verdict != null ? what + ": " + verdict.title() : switch (trail.state()) {
            case ENDED, REFUSED -> what + " as it should";
            case HANDSHAKING, OPEN -> what;
        };
    }

    private static void verdict(StringBuilder out, Verdict verdict) {
        Cause cause = verdict.cause();
        labelled(out, "cause", cause.id() + " (" + verdict.certainty().id() + ")");
        labelled(out, "to act", cause.who().words());
        labelled(out, "why", cause.explanation());
        labelled(out, "fix", verdict.fix());
        listed(out, "evidence", verdict.evidence().stream().map(Evidence::text).toList());
        listed(out, "collect next", verdict.collectNext());
    }

    private static void timeline(StringBuilder out, Trail trail) {
        for (TimedFact timed : trail.facts()) {
            String sinceStart = String.format(Locale.ROOT, "%+.6f s", (timed.atMicros() - trail.startedMicros()) / 1e6);
            out.append(" ".repeat(Math.max(0, LABEL + 2 - sinceStart.length()))).append(sinceStart).append("  ")
                    .append(timed.fact().sentence()).append('\n');
        }
        for (Map.Entry<String, Long> more : new TreeMap<>(trail.notKept()).entrySet()) {
            out.append(" ".repeat(LABEL + 4)).append("and ").append(more.getValue()).append(" more of ")
                    .append(more.getKey()).append('\n');
        }
    }

    private static void listed(StringBuilder out, String label, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            labelled(out, i == 0 ? label : "", "- " + lines.get(i));
        }
    }

    private static void labelled(StringBuilder out, String label, String text) {
        String left = String.format(Locale.ROOT, "%-" + LABEL + "s  ", label);
        for (String paragraph : text.split("\n")) {
            String indent = " ".repeat(LABEL + (paragraph.startsWith("- ") ? 4 : 2));
            var line = new StringBuilder(left);
            boolean empty = true;
            for (String word : paragraph.split(" ")) {
                if (!empty && line.length() + 1 + word.length() > COLUMNS) {
                    out.append(line).append('\n');
                    line = new StringBuilder(indent);
                    empty = true;
                }
                line.append(empty ? "" : " ").append(word);
                empty = false;
            }
            out.append(line).append('\n');
            left = " ".repeat(LABEL + 2);
        }
    }

    private static String orUnknown(@Nullable String wire) {
        return wire == null ? "-" : Shown.text(wire, COLUMNS - LABEL - 2);
    }

    private static String time(long micros) {
        return TIME.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    private static String duration(Trail trail) {
        return trail.endedMicros() < 0
                ? ""
                : String.format(Locale.ROOT, ", lasted %.6f s", (trail.endedMicros() - trail.startedMicros()) / 1e6);
    }
}
