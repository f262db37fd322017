package dev.gatehouse.doctor.explain;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Takes off what collectors and programs put in front of each line: time stamps, hosts, containers, levels.
final class Prefix {
    private static final int PREFIXES_MAX = 5;
    private static final Pattern DATE = Pattern.compile(
            "(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})[T_ ]+(\\d{1,2}):(\\d{2}):(\\d{2})(?:[.,:](\\d{1,9}))?");
    private static final Pattern CLOCK = Pattern.compile("(\\d{1,2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?");
    private static final Pattern DOCKER_JSON = Pattern.compile("^\\{\"log\":\"((?:[^\"\\\\]|\\\\.)*)\",\"stream\".*");
    /// What Gatehouse's own traces of a modem's line look like; they write line ends as escapes.
    private static final Pattern AT_TRACE = Pattern.compile("\\d+\\.\\d{3} [<>] ");
    private static final String STAMP = "\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}[T_ ]+\\d{1,2}:\\d{2}:\\d{2}(?:[.,:]\\d{1,9})?"
            + "(?: ?Z| ?[+-]\\d{2}:?\\d{2}| UTC)?";

    /// Prefixes with a time or none, each tried at the start of what is left.
    private static final List<Pattern> FORMS = List.of(
            Pattern.compile("^\\[?" + STAMP + "\\]?:?(?: ->)?(?:\\s+|$)"),
            Pattern.compile("^\\[" + STAMP + "\\](?=\\S)"),
            Pattern.compile("^" + STAMP + "(?=[:\\[])[: ]*"),
            Pattern.compile(
                    "^[A-Z][a-z]{2} +\\d{1,2} \\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)? \\S+ [\\w./@-]+(?:\\[\\d+\\])?: "),
            Pattern.compile("^\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}\\.\\d{3} +\\d+ +\\d+ [VDIWEF] "),
            Pattern.compile("^\\[?\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?\\]?:?(?: ?->)?(?:\\s+|(?=\\[)|$)"),
            Pattern.compile("^[A-Za-z0-9][\\w.@-]{0,120} +\\| "),
            Pattern.compile("^==> [\\w.-]{1,60}: "),
            Pattern.compile("^(?<ms>\\d{1,12}):(?=\\s)\\s*"),
            Pattern.compile("^\\[ ?(?<ms>\\d{1,10})\\] "),
            Pattern.compile("^\\[ *(?<s>\\d{1,9}\\.\\d{3,6})\\] "),
            Pattern.compile("^(?:[VDIWE]) \\((?<ms>\\d{1,12})\\) "),
            Pattern.compile("^\\[[VDIWEC]{1,2}\\]\\[[\\w.-]+:\\d+\\]: "),
            Pattern.compile("^(?:TX|RX|SEND|RECV|>>>?|<<<?|-->?|<--?|->|<-|>|<)\\s*:?\\s+(?=\\S)"));
    private static final Pattern EPOCH = Pattern.compile("^(\\d{9,10}): ");
    private static final Pattern SYSLOG_BROKER = Pattern
            .compile("^[A-Z][a-z]{2} +\\d{1,2} \\S+ \\S+ mosquitto(?:\\[\\d+\\])?: ");

    private Prefix() {}

    static Line line(int file, long number, String cleaned) {
        String text = cleaned.strip();
        boolean broker = false;
        Matcher json = DOCKER_JSON.matcher(text);
        if (json.matches()) {
            text = json.group(1).replace("\\n", "").replace("\\\"", "\"").replace("\\t", " ").replace("\\\\", "\\");
        }
        if ((text.endsWith("\\n") || text.endsWith("\\r")) && AT_TRACE.matcher(text).lookingAt()) {
            text = text.replace("\\r\\n", " ").replace("\\r", "").strip();
        }
        double millis = -1;
        for (int i = 0; i < PREFIXES_MAX; i++) {
            Matcher epoch = EPOCH.matcher(text);
            broker |= epoch.find() || SYSLOG_BROKER.matcher(text).find();
            Matcher found = first(text);
            if (found == null) {
                break;
            }
            if (millis < 0) {
                millis = millis(found);
            }
            text = text.substring(found.end());
        }
        String shown = cleaned.strip();
        return new Line(file, number, text, shown.length() <= Line.SHOWN_MAX
                ? shown
                : shown.substring(0, Line.SHOWN_MAX - 1) + "…", millis, broker);
    }

    private static @org.jspecify.annotations.Nullable Matcher first(String text) {
        for (Pattern form : FORMS) {
            Matcher matcher = form.matcher(text);
            if (matcher.find()) {
                return matcher;
            }
        }
        return null;
    }

    private static double millis(Matcher prefix) {
        String text = prefix.group();
        var names = new ArrayList<>(prefix.namedGroups().keySet());
        if (names.contains("ms") && prefix.group("ms") != null) {
            double number = Double.parseDouble(prefix.group("ms"));
            return prefix.group("ms").length() >= 9 && text.endsWith(" ") && !text.startsWith("[") && text.contains(":")
                    ? number * 1_000
                    : number;
        }
        if (names.contains("s") && prefix.group("s") != null) {
            return Double.parseDouble(prefix.group("s")) * 1_000;
        }
        Matcher date = DATE.matcher(text);
        if (date.find()) {
            try {
                long day = LocalDate.of(number(date, 1), number(date, 2), number(date, 3)).toEpochDay();
                return day * 86_400_000.0 + clock(date, 4);
            } catch (DateTimeException notADate) {
                return -1;
            }
        }
        Matcher clock = CLOCK.matcher(text);
        return clock.find() ? clock(clock, 1) : -1;
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static double clock(Matcher matcher, int group) {
        String fraction = matcher.group(group + 3);
        double millis = fraction == null ? 0 : Double.parseDouble("0." + fraction) * 1_000;
        return ((number(matcher, group) * 60L + number(matcher, group + 1)) * 60 + number(matcher, group + 2)) * 1_000
                + millis;
    }
}
