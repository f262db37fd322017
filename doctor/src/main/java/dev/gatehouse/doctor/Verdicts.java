package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Evidence;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.diagnosis.Verdict;

/// Collects verdicts while [Rules] go down the way.
final class Verdicts {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)\\}");
    private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:-]{0,99}");

    private final Report report;
    private final List<Verdict> verdicts = new ArrayList<>();
    private @Nullable Stage stage;

    Verdicts(Report report) {
        this.report = report;
    }

    boolean isEmpty() {
        return verdicts.isEmpty();
    }

    @Nullable
    Stage stage() {
        return stage;
    }

    List<Verdict> all() {
        return verdicts;
    }

    /// A verdict with the catalogue's fix.
    void add(Stage where, Cause cause, Certainty certainty, String title, List<? extends Result> evidence,
            String... collectNext) {
        add(where, cause, certainty, title, filled(cause.fix()) + here(cause), evidence, collectNext);
    }

    /// A verdict with a fix of its own.
    void add(Stage where, Cause cause, Certainty certainty, String title, String fix, List<? extends Result> evidence,
            String... collectNext) {
        if (verdicts.stream().anyMatch(verdict -> verdict.cause() == cause)) {
            return;
        }
        if (stage == null) {
            stage = where;
        }
        verdicts.add(new Verdict(cause, certainty, evidence.stream().distinct()
                .map(result -> new Evidence(report.results().indexOf(result), Sentence.of(result))).toList(), title,
                fix, List.of(collectNext)));
    }

    /// What else to try with doctor itself.
    private String here(Cause cause) {
        return cause == Cause.CLIENT_CERT_MISSING && report.plan().clientCertificate() == null
                ? " doctor shows one with --cert FILE --key FILE."
                : "";
    }

    private String filled(String fix) {
        String user = report.plan().userName();
        Map<String, String> words = Map.of("host", harmless(report.plan().url().host(), "<host>"),
                "name", harmless(report.plan().nameToSend(), "this name"),
                "tenant", "<tenant>", "user", harmless(user, "<user>"), "client", "the client identifier",
                "listener", "<listener>", "remote", "the address", "topic", "the topic",
                "limit", "its configuration has the number");
        return PLACEHOLDER.matcher(fix).replaceAll(found -> Matcher.quoteReplacement(
                words.getOrDefault(found.group(1), found.group())));
    }

    private static String harmless(@Nullable String word, String instead) {
        return word != null && HARMLESS.matcher(word).matches() ? word : instead;
    }
}
