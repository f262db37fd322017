package dev.gatehouse.doctor;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import dev.gatehouse.diagnosis.Verdict;

/// The report for a person: the verdict on one screen, then what was found, what a device needs, and snippets.
public final class TextReport {
    private static final int FIX_COLUMNS = 110;
    private static final int RIVALS_MAX = 4;

    private final Report report;
    private final Judgement judgement;
    private final StringBuilder out = new StringBuilder();

    private TextReport(Report report, Judgement judgement) {
        this.report = report;
        this.judgement = judgement;
    }

    /// The whole text; lines end in `\n`.
    public static String of(Report report, Judgement judgement) {
        return new TextReport(report, judgement).text();
    }

    private String text() {
        verdict();
        details();
        Needs needs = Needs.of(report);
        if (judgement.isHealthy() || !needs.tlsVersions().isEmpty()) {
            needs(needs);
        }
        if (judgement.isHealthy()) {
            Snippets.of(report.plan(), needs).forEach((stack, snippet) -> {
                heading(stack);
                snippet.lines().forEach(line -> line("  " + line));
            });
        }
        return out.toString();
    }

    private void verdict() {
        if (judgement.stage() == null) {
            line("HEALTHY  " + report.plan().url());
            line("Every stage works, " + total(report.results()) + " in all"
                    + (report.plan().hasCredentials() ? ", with the user name and password given." : "."));
        } else {
            Verdict first = judgement.verdicts().getFirst();
            line("FAILS at " + judgement.stage().id() + "  " + report.plan().url());
            line("");
            line(first.title() + ".");
            line("  cause       " + first.cause().id() + ", " + first.certainty().id()
                    + (judgement.isDecided() ? "" : ": the evidence does not decide between the causes below"));
            wrapped("  why         ", first.cause().explanation().lines().findFirst().orElse(""));
            wrapped("  fix         ", first.fix());
            first.evidence().stream().limit(6).forEach(fact -> line("  evidence    " + fact.text()));
            first.collectNext().forEach(next -> wrapped("  collect     ", next));
            judgement.verdicts().stream().skip(1).limit(RIVALS_MAX).forEach(other -> line("  also        "
                    + other.cause().id() + ", " + other.certainty().id() + ": " + other.title()));
        }
        judgement.remarks().forEach(remark -> wrapped("  note        ", remark));
    }

    private void details() {
        heading("What was found, through " + report.network() + ", at "
                + report.when().truncatedTo(ChronoUnit.SECONDS));
        for (Result result : report.results()) {
            line("%9s  %s".formatted(time(result.took()), stage(result) + Sentence.of(result)));
            if (result instanceof Result.ChainJudged(ChainReport chain, _)) {
                chain.chain().forEach(certificate -> line("             \"" + ChainJudge.subject(certificate) + "\", "
                        + Needs.key(certificate) + ", " + certificate.getSigAlgName() + ", until "
                        + certificate.getNotAfter().toInstant()));
            }
        }
    }

    private static String stage(Result result) {
        return switch (result) {
            case Result.Resolved _,Result.NotResolved _ -> "name       ";
            case Result.Connected _,Result.NotConnected _ -> "TCP        ";
            case Result.Spoke _ -> "answers    ";
            case Result.Handshake _,Result.VersionTried _,Result.Resumption _ -> "TLS        ";
            case Result.ChainJudged _ -> "chain      ";
            case Result.Upgrade _ -> "WebSocket  ";
            case Result.Connect _ -> "CONNECT    ";
            case Result.Waited _ -> "CONNECT    ";
            case Result.Ping _,Result.Latency _,Result.Subscribed _,Result.RoundTrip _ -> "MQTT       ";
            case Result.Skipped _ -> "           ";
        };
    }

    private void needs(Needs needs) {
        heading("What a device needs");
        boolean tls = report.plan().url().scheme().encrypted();
        row("host, port", report.plan().url().authority());
        if (tls) {
            row("server name (SNI)", needs.serverName().map(required -> required ? "required" : "not required")
                    .orElse("not known")
                    + (report.plan().nameToSend() == null ? "" : ": " + report.plan().nameToSend()));
            row("TLS versions", needs.tlsVersions().isEmpty() ? "not known" : String.join(", ", needs.tlsVersions()));
            row("client certificate", needs.clientCertificate() ? "the server asks for one" : "not asked for");
            row("keys of the chain", String.join(", ", needs.keys()));
            row("size", "chain %d bytes, Certificate message %d, largest record %d, handshake %d received".formatted(
                    needs.chainBytes(), needs.messageBytes(), needs.largestRecordBytes(), needs.handshakeBytes()));
            row("session resumption", needs.resumption().map(yes -> yes ? "yes" : "no").orElse("not tried"));
            row("ALPN \"mqtt\"", needs.alpn().isEmpty() ? "not tried" : needs.alpn());
        }
        row("MQTT versions", (needs.mqttVersions().isEmpty() ? "none" : words(needs.mqttVersions()))
                + (needs.refusedVersions().isEmpty() ? "" : "; not " + words(needs.refusedVersions())));
        row("user and password", needs.credentials().map(required -> required ? "required" : "not required")
                .orElse("not known"));
        row("latency", latency());
        row("limits", needs.limits().isEmpty() ? "none announced" : String.join("; ", needs.limits()));
        if (needs.root() != null) {
            row("root to embed",
                    "root.pem, as it is below: \"" + ChainJudge.subject(needs.root()) + "\", " + Needs.key(needs.root())
                            + ", until "
                            + needs.root().getNotAfter().toInstant());
            out.append(Pem.of(needs.root()));
        }
    }

    /// Of single round trips; a handshake or the first CONNECT also holds this program's own work.
    private String latency() {
        List<String> parts = new ArrayList<>();
        report.first(Result.Connected.class).ifPresent(tcp -> parts.add("TCP " + time(tcp.took())));
        report.first(Result.Latency.class).ifPresent(latency -> parts.add("PINGREQ median " + time(latency.median())
                + ", longest of " + latency.trips().size() + " " + time(latency.longest())));
        report.all(Result.RoundTrip.class).stream().filter(Result.RoundTrip::returned).forEach(
                trip -> parts.add("QoS " + trip.qos().level() + " there and back " + time(trip.took())));
        return parts.isEmpty() ? "not measured" : String.join(", ", parts);
    }

    private static String words(List<?> all) {
        return all.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private void row(String name, String value) {
        line("  %-20s %s".formatted(name, value));
    }

    private void heading(String text) {
        line("");
        line(text);
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }

    /// Wraps at words, with the following lines indented like the first one's text.
    private void wrapped(String start, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!current.isEmpty() && current.length() + 1 + word.length() > FIX_COLUMNS - start.length()) {
                lines.add(current.toString());
                current.setLength(0);
            }
            current.append(current.isEmpty() ? "" : " ").append(word);
        }
        lines.add(current.toString());
        String indent = " ".repeat(start.length());
        for (int i = 0; i < lines.size(); i++) {
            line((i == 0 ? start : indent) + lines.get(i));
        }
    }

    private static String total(List<Result> results) {
        return time(results.stream().map(Result::took).reduce(Duration.ZERO, Duration::plus));
    }

    static String time(Duration took) {
        double millis = took.toNanos() / 1e6;
        return millis < 10
                ? String.format(Locale.ROOT, "%.1f ms", millis)
                : millis < 10_000 ? Math.round(millis) + " ms" : Math.round(millis / 1_000) + " s";
    }

    /// One result as a line of progress.
    public static String line(Result result) {
        return "%9s  %s%s".formatted(time(result.took()), stage(result), Sentence.of(result));
    }
}
