package dev.gatehouse.doctor.explain;

import java.util.List;
import java.util.Locale;
import java.util.function.BinaryOperator;

import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.doctor.explain.Explanation.Decoded;
import dev.gatehouse.doctor.explain.Explanation.Judgement;
import dev.gatehouse.doctor.explain.Explanation.Moment;
import dev.gatehouse.doctor.explain.Explanation.Quote;

/// An explanation for a person's eyes: the verdict first, on one screen; then what happened, and the numbers.
public final class ExplanationText {
    private static final int COLUMNS = 110;
    private static final int LABEL = 14;
    private static final int EVIDENCE_MAX = 4;

    private final StringBuilder out = new StringBuilder();
    private final Explanation explanation;
    private final List<String> names;
    private final BinaryOperator<String> styled;

    private ExplanationText(Explanation explanation, List<String> names, BinaryOperator<String> styled) {
        this.explanation = explanation;
        this.names = names;
        this.styled = styled;
    }

    /// Renders; every line ends with `\n`, and none holds a control character from the log.
    ///
    /// @param names of the files, in the order in which they were read
    /// @param styled puts text (second) in a style (first: parameters of ECMA-48's SGR), or leaves it
    public static String render(Explanation explanation, List<String> names, BinaryOperator<String> styled) {
        var text = new ExplanationText(explanation, names, styled);
        text.verdict();
        text.timeline();
        text.codes();
        return text.out.toString();
    }

    private void verdict() {
        List<Judgement> verdicts = explanation.verdicts();
        if (explanation.decided()) {
            Judgement first = verdicts.getFirst();
            line(styled.apply("1", first.cause().title()));
            line("");
            labelled("cause", styled.apply("1", first.cause().id()) + " (" + first.certainty().id() + "), stage "
                    + explanation.stage().id());
        } else {
            line(styled.apply("1", verdicts.isEmpty()
                    ? "The log does not tell why the connection failed"
                    : "The log does not decide: it is one of these"));
            line("");
            labelled("stage", explanation.stage().id());
        }
        labelled("log", explanation.stack() + ", " + explanation.linesRead() + " lines");
        labelled("why",
                explanation.because().isEmpty()
                        ? "Nothing in it is known as a sign of a failed connection."
                        : explanation.because());
        if (!verdicts.isEmpty()) {
            evidence(verdicts.getFirst().evidence());
        }
        if (explanation.decided()) {
            labelled("fix", verdicts.getFirst().fix());
            rivals(verdicts.subList(1, verdicts.size()), "also");
        } else {
            rivals(verdicts, "perhaps");
        }
        listed("collect next", explanation.collect());
        line("");
    }

    private void evidence(List<Quote> quotes) {
        for (int i = 0; i < Math.min(EVIDENCE_MAX, quotes.size()); i++) {
            Quote quote = quotes.get(i);
            line(label(i == 0 ? "evidence" : "") + place(quote) + ": "
                    + cut(quote.text(), COLUMNS - LABEL - 14));
        }
    }

    /// What was made harmless already is not to be escaped once more: a `\` would come out as two.
    private static String cut(String shown, int max) {
        return Shown.text(shown.replace("\\\\", "\\"), max);
    }

    private void rivals(List<Judgement> rivals, String label) {
        for (int i = 0; i < rivals.size(); i++) {
            Judgement rival = rivals.get(i);
            labelled(i == 0 ? label : "",
                    "- " + rival.cause().id() + (explanation.decided() ? " (" + rival.certainty().id() + ")" : "")
                            + ": "
                            + rival.cause().title() + ". " + rival.fix());
        }
    }

    private void timeline() {
        if (explanation.timeline().isEmpty()) {
            return;
        }
        line(styled.apply("1", "What happened"));
        for (Moment moment : explanation.timeline()) {
            String row = String.format(Locale.ROOT, "%s %12s  %s", moment.wrong() ? ">>" : "  ", place(moment.at()),
                    cut(moment.what(), 200));
            line(moment.wrong() ? styled.apply("31", row + "   <- here") : row);
        }
        line("");
    }

    private void codes() {
        if (explanation.codes().isEmpty()) {
            return;
        }
        line(styled.apply("1", "Numbers"));
        for (Decoded code : explanation.codes()) {
            boolean hex = code.table().equals("mbedtls") || code.table().equals("esp-tls")
                    || code.table().equals("reason-5");
            String number = hex
                    ? (code.table().equals("mbedtls") ? "-" : "") + String.format(Locale.ROOT, "0x%04x", code.number())
                    : Integer.toString(code.number());
            line(String.format(Locale.ROOT, "   %12s  %s %s: %s  [%s]", place(code.at()), code.table(), number,
                    code.meaning(), code.source()));
        }
    }

    private String place(Quote quote) {
        String line = "line " + quote.line();
        return names.size() > 1 ? Shown.text(names.get(quote.file()), 30) + " " + line : line;
    }

    private void listed(String label, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            labelled(i == 0 ? label : "", "- " + lines.get(i));
        }
    }

    private static String label(String label) {
        return String.format(Locale.ROOT, "%-" + LABEL + "s", label);
    }

    private void labelled(String label, String text) {
        var row = new StringBuilder(label(label));
        String indent = " ".repeat(LABEL + (text.startsWith("- ") ? 2 : 0));
        boolean empty = true;
        for (String word : text.split(" ")) {
            if (!empty && row.length() + 1 + word.length() > COLUMNS) {
                line(row.toString());
                row = new StringBuilder(indent);
                empty = true;
            }
            row.append(empty ? "" : " ").append(word);
            empty = false;
        }
        line(row.toString());
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
