package dev.gatehouse.doctor;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.gatehouse.diagnosis.Verdict;

/// The report for a person: the verdict on one screen, then what was found, what a device needs, and snippets.
public final class TextReport {
    /// Of everything but snippets, PEM and what has no blank.
    private static final int COLUMNS = 100;
    private static final int RIVALS_MAX = 4;
    private static final String LATENCY = "%-12s %8s%s";

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
            wrapped("", first.title() + ".");
            line("  cause       " + first.cause().id() + ", " + first.certainty().id()
                    + (judgement.isDecided() ? "" : ": the evidence does not decide between the causes below"));
            wrapped("  why         ", first.cause().explanation().lines().findFirst().orElse(""));
            wrapped("  fix         ", first.fix());
            first.evidence().stream().limit(6).forEach(fact -> wrapped("  evidence    ", fact.text()));
            first.collectNext().forEach(next -> wrapped("  collect     ", next));
            judgement.verdicts().stream().skip(1).limit(RIVALS_MAX).forEach(other -> wrapped("  also        ",
                    other.cause().id() + ", " + other.certainty().id() + ": " + other.title()));
        }
        judgement.remarks().forEach(remark -> wrapped("  note        ", remark));
    }

    private void details() {
        heading("What was found, through " + report.network() + ", at "
                + report.when().truncatedTo(ChronoUnit.SECONDS));
        for (Result result : report.results()) {
            wrapped("%9s  %s".formatted(time(result.took()), stage(result)), Sentence.of(result));
            if (result instanceof Result.ChainJudged(ChainReport chain, _)) {
                chain.chain()
                        .forEach(certificate -> wrapped("             ", "\"" + ChainJudge.subject(certificate) + "\", "
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
            row("client certificate", clientCertificate(needs));
            row("keys of the chain", String.join(", ", needs.keys()));
            rows("size", List.of(
                    "chain %d bytes, Certificate message %d".formatted(needs.chainBytes(), needs.messageBytes()),
                    "handshake %d received, in TLS records of %s; the largest %d".formatted(needs.handshakeBytes(),
                            words(needs.recordBytes()), needs.largestRecordBytes())));
            row("session resumption", needs.resumption().map(yes -> yes ? "yes" : "no").orElse("not tried"));
            row("ALPN \"mqtt\"", needs.alpn().isEmpty() ? "not tried" : needs.alpn());
        }
        row("MQTT versions", (needs.mqttVersions().isEmpty() ? "none" : words(needs.mqttVersions()))
                + (needs.refusedVersions().isEmpty() ? "" : "; not " + words(needs.refusedVersions()))
                + (needs.unansweredVersions().isEmpty() ? "" : "; no CONNACK to " + words(needs.unansweredVersions())));
        row("user and password", needs.credentials().map(required -> required ? "required" : "not required")
                .orElse("not known"));
        rows("latency", latency());
        row("limits", needs.limits().isEmpty() ? "none announced" : String.join("; ", needs.limits()));
        if (needs.root() != null) {
            row("root to embed",
                    "root.pem, as it is below: \"" + ChainJudge.subject(needs.root()) + "\", " + Needs.key(needs.root())
                            + ", until "
                            + needs.root().getNotAfter().toInstant());
            out.append(Pem.of(needs.root()));
        }
    }

    private String clientCertificate(Needs needs) {
        if (!needs.clientCertificate()) {
            return "not asked for";
        }
        return !judgement.isHealthy()
                ? "the server asks for one"
                : report.plan().clientCertificate() == null
                        ? "asked for, and not required"
                        : "asked for; the one shown is taken";
    }

    /// Per stage, the shortest where there are several: the first of a kind also holds this program's own start.
    private List<String> latency() {
        List<String> rows = new ArrayList<>();
        stage(rows, "name", report.all(Result.Resolved.class).stream()
                .filter(resolved -> !Plan.isAddress(resolved.host())), "");
        stage(rows, "TCP", report.all(Result.Connected.class).stream(), "");
        stage(rows, "TLS", report.all(Result.Handshake.class).stream()
                .filter(shake -> shake.outcome() instanceof TlsOutcome.Done), ", with TCP");
        stage(rows, "TLS, resumed", report.all(Result.Resumption.class).stream()
                .filter(Result.Resumption::resumed), ", with TCP");
        stage(rows, "WebSocket", report.all(Result.Upgrade.class).stream()
                .filter(upgrade -> upgrade.problem() == null), ", with all below it");
        stage(rows, "CONNECT", report.ownConnects().stream()
                .filter(connect -> connect.outcome() instanceof ConnectOutcome.Accepted), ", with all below it");
        report.first(Result.Latency.class).ifPresent(latency -> rows.add(LATENCY.formatted("PINGREQ",
                time(latency.median()), ", the median of " + latency.trips().size() + "; the longest "
                        + time(latency.longest()))));
        stage(rows, "SUBSCRIBE", report.all(Result.Subscribed.class).stream()
                .filter(subscribed -> subscribed.problem() == null), "");
        report.all(Result.RoundTrip.class).stream().filter(Result.RoundTrip::returned)
                .forEach(trip -> stage(rows, "QoS " + trip.qos().level(), Stream.of(trip), ", there and back"));
        return rows.isEmpty() ? List.of("not measured") : rows;
    }

    private static void stage(List<String> rows, String name, Stream<? extends Result> results, String what) {
        results.map(Result::took).min(Duration::compareTo)
                .ifPresent(took -> rows.add(LATENCY.formatted(name, time(took), what)));
    }

    private static String words(List<?> all) {
        return all.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private void row(String name, String value) {
        wrapped("  %-20s ".formatted(name), value);
    }

    private void rows(String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            row(i == 0 ? name : "", values.get(i));
        }
    }

    private void heading(String text) {
        line("");
        line(text);
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }

    /// Wraps at blanks, with the following lines indented like the first one's text.
    private void wrapped(String start, String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder current = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!current.isEmpty() && current.length() + 1 + word.length() > COLUMNS - start.length()) {
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
