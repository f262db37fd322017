package dev.gatehouse.cli;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.server.trail.Line;

/// One row of `attempts` for a person: who, when, what, and for a failure why and what to do about it.
///
/// It is one line, however long: the first line of the output says everything about the newest attempt.
final class AttemptRow {
    private static final int NAME_CHARACTERS_MAX = 64;
    private static final String RED = "31";
    private static final String BOLD = "1";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private AttemptRow() {}

    /// The row without a line break; nothing from the wire can break it either.
    static String text(Line line, Shell shell) {
        StringBuilder row = new StringBuilder();
        row.append(TIME.format(Instant.EPOCH.plus(line.timeMicros(), ChronoUnit.MICROS)));
        row.append("  ").append(line.id()).append("  ");
        row.append(line.isFailure() ? shell.styled(RED, state(line)) : state(line));
        row.append("  tenant ").append(name(line.tenant()));
        row.append("  from ").append(line.remote().isEmpty() ? "-" : line.remote());
        row.append(" (").append(name(line.listener())).append(')');
        row.append("  server name ").append(name(line.serverName()));
        row.append("  client ").append(name(line.clientId()));
        row.append("  user ").append(name(line.user()));
        if (line.cause() != null) {
            row.append("  ").append(shell.styled(BOLD, sentence(line.cause() + ": " + line.title())));
            row.append(" Fix: ").append(oneLine(line.fix()));
        }
        return row.toString();
    }

    private static String state(Line line) {
        String word = switch (line.state()) {
            case HANDSHAKING -> "connecting";
            case OPEN -> "open";
            case REFUSED -> "refused";
            case ENDED -> "ended";
        };
        if (line.count() == 1) {
            return word;
        }
        Double rate = line.ratePerMinute();
        return word + " ×" + line.count() + (rate == null ? "" : String.format(Locale.ROOT, " (%.1f/min)", rate));
    }

    private static String name(@Nullable String fromTheWire) {
        return fromTheWire == null || fromTheWire.isEmpty() ? "-" : Shown.text(fromTheWire, NAME_CHARACTERS_MAX);
    }

    private static String sentence(String title) {
        String text = oneLine(title);
        return text.endsWith(".") || text.endsWith("?") ? text : text + ".";
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "-" : text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
