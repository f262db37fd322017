package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import dev.gatehouse.doctor.explain.Observation.Said;

/// Tells lines that report something from lines that only hold the words: source code, comments of a configuration,
/// tables of return codes, questions, and failures of another service in the same log.
final class Quotation {
    /// Words that no program prints of an event in this form.
    private static final Pattern SOURCE = Pattern.compile("^\\s*(?:"
            + "//|/\\*|<!--|#+ ?(?!.{0,30}\\b(?i:error|exception|fatal)\\b)[A-Za-z`].*|;+ ?[A-Za-z].*"
            + "|(?:case [\\w:.'\"-]+|default) ?:.*"
            + "|(?:\\} ?)?(?:else )?(?:if|elif|while|for|switch|catch|except) ?\\(.*"
            + "|(?:\\} ?)?(?:try|else|elif .*|except .*|finally|if .*|while .*|def .*|class \\w+.*) ?[:{]\\s*$"
            + "|(?:return|throw|raise|yield|await)\\s+(?:new\\s+)?[\\w.]+\\(.*"
            + "|(?:const|let|var|static|public|private|protected|export|async|function|func|fn|fun|void|bool"
            + "|boolean|int|char)\\s.*[;{:,)=('\"]\\s*$"
            + "|(?:[\\w.]+\\.)?(?:print(?:ln|f|Ln)?|log|error|warn|info|debug|fatal|Println|Printf|Fatalf?|write(?:Line)?|WriteLine"
            + "|LOG\\w?|ESP_LOG[EWIDV]|puts|echo|assert\\w*|test|it|describe)\\s?\\(\\s*(?:[fFubr]?[\"'`]|F\\().*"
            + "|[\\w$][\\w.$()]*\\.(?:(?:on|once|then|catch)\\(|\\w+(?<!Error|Exception|Fault)\\([^)]*['\"]).*"
            + "|[A-Z][A-Z_0-9]{5,} ?= ?(?:0x)?-?\\d+,?"
            + "|['\"][^'\"]+['\"],"
            + "|(?:0x)?[0-9a-fA-F]{1,3} ?: ?\\{?['\"].+['\"].{0,40},"
            + ").*");
    /// A question of a person.
    private static final Pattern QUESTION = Pattern.compile(
            "(?i)^(?:how|why|what|is|are|does|do|can|could|has|have|any|anyone|anybody|should|when)\\b.{12,}\\?\\s*$");
    /// Another service than MQTT, which fails for reasons of its own.
    private static final Pattern OTHER_SERVICE = Pattern.compile(
            "(?i)\\b(?:s?ntp(?! first)|influx\\w*|smtp|imap|postgres\\w*|mysql|mariadb|redis|mongodb?|snmp|modbus|kafka|graphite|grafana"
                    + "|prometheus|elasticsearch|telegram|pushover|github|openweather\\w*|supervisor_client|ssh|ftp|rtsp|onvif|HTTPS?ConnectionPool|urllib3|axios)\\b"
                    + "|(?:fetch|download|request|GET|POST|PUT|url)\\w*:? \\W?https?://");
    private static final Pattern WLAN = Pattern.compile("(?i)\\bwi-?fi\\b|\\bwlan|\\bssid\\b|\\bwpa\\d?\\b");
    private static final Pattern NAMES_MQTT = Pattern.compile("(?i)mqtt|broker|connack");
    private static final Pattern MQTT = Pattern
            .compile("(?i)mqtt|broker|mosquitto|\\bauth|\\bacl\\b|connack|:(?:1883|8883)");
    /// What a CONNACK of MQTT 3 can say; a table of its codes names most of them, an answer only one.
    private static final List<String> REFUSALS = List.of("protocol-version", "client-id-rejected",
            "server-unavailable", "bad-credentials", "not-authorized");
    /// The same line or neighbours.
    private static final int TABLE_LINES = 12;
    private static final int TABLE_ROWS = 4;

    private Quotation() {}

    /// Whether the line holds words that did not happen here.
    static boolean isOne(Line line) {
        if (line.broker()) {
            return false;
        }
        String text = line.text();
        return line.isProse() || SOURCE.matcher(text).matches() || QUESTION.matcher(text).matches()
                || isOfOther(line);
    }

    private static boolean isOfOther(Line line) {
        String shown = line.shown();
        return OTHER_SERVICE.matcher(shown).find() && !MQTT.matcher(shown).find()
                || WLAN.matcher(line.text()).find() && !NAMES_MQTT.matcher(line.text()).find();
    }

    /// The lines of tables of return codes.
    static Set<Line> tables(List<Said> all) {
        var refusals = new ArrayList<Said>();
        all.stream().filter(said -> REFUSALS.contains(said.sign().id())).forEach(refusals::add);
        var tables = new HashSet<Line>();
        for (Said from : refusals) {
            var near = refusals.stream().filter(said -> isNear(from.line(), said.line())).toList();
            if (near.stream().map(said -> said.sign().id()).distinct().count() >= TABLE_ROWS
                    && near.stream().map(said -> said.sign().id()).distinct().count() * 2 >= near.size()) {
                near.forEach(said -> tables.add(said.line()));
            }
        }
        return tables;
    }

    private static boolean isNear(Line from, Line to) {
        return from.file() == to.file() && to.number() >= from.number() && to.number() - from.number() < TABLE_LINES;
    }
}
