package dev.gatehouse.doctor.explain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;

/// Counts points for folders of cases: a log, perhaps what its reporter said besides, and the truth.
final class Scorer {
    private Scorer() {}

    /// @param points 1, 0.5 or 0
    /// @param confidentlyWrong decided on a cause that it is not
    record Scored(String name, double points, boolean confidentlyWrong, String words) {}

    /// The truth about one case.
    record Truth(String cause, Set<String> acceptable, String stage, String suffices, List<String> collect) {
        static Truth read(String json) {
            String cause = text(json, "cause_code");
            var acceptable = new HashSet<>(texts(json, "acceptable_codes"));
            acceptable.add(cause);
            return new Truth(cause, acceptable, text(json, "stage"), text(json, "log_suffices"),
                    texts(json, "collect_next"));
        }

        private static String text(String json, String key) {
            Matcher found = Pattern.compile("\"" + key + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
            return found.find() ? found.group(1) : "";
        }

        private static List<String> texts(String json, String key) {
            Matcher found = Pattern.compile("\"" + key + "\"\\s*:\\s*\\[(.*?)\\]", Pattern.DOTALL).matcher(json);
            var all = new ArrayList<String>();
            if (found.find()) {
                Matcher each = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(found.group(1));
                while (each.find()) {
                    all.add(each.group(1));
                }
            }
            return all;
        }
    }

    static Explanation explain(List<Path> files) throws IOException {
        var explainer = new Explainer();
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                explainer.read(in);
            }
        }
        return explainer.explain();
    }

    static Explanation explain(String log) {
        var explainer = new Explainer();
        try {
            explainer.read(new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return explainer.explain();
    }

    static List<Scored> score(Path folder, boolean withContext) throws IOException {
        var all = new ArrayList<Scored>();
        try (Stream<Path> cases = Files.list(folder)) {
            for (Path one : cases.filter(path -> Files.exists(path.resolve("truth.json"))).sorted().toList()) {
                var files = new ArrayList<>(List.of(one.resolve("input.log")));
                Path context = one.resolve("context.txt");
                if (withContext && Files.exists(context)) {
                    files.add(context);
                }
                all.add(score(String.valueOf(one.getFileName()), explain(files),
                        Truth.read(Files.readString(one.resolve("truth.json")))));
            }
        }
        return all;
    }

    static Scored score(String name, Explanation said, Truth truth) {
        List<String> causes = said.verdicts().stream().map(verdict -> verdict.cause().id()).toList();
        String first = causes.isEmpty() ? "" : causes.getFirst();
        boolean accepted = said.decided() && truth.acceptable().contains(first);
        boolean stageRight = said.stage().id().equals(truth.stage());
        boolean candidate = !said.decided() && said.verdicts().stream().anyMatch(
                verdict -> verdict.certainty() == Certainty.POSSIBLE
                        && truth.acceptable().contains(verdict.cause().id()));
        boolean wrong = said.decided() && (truth.cause().equals("undetermined") || !truth.acceptable().contains(first));
        double points = truth.cause().equals("undetermined")
                ? said.decided() ? 0 : fits(said.collect(), truth.collect()) ? 1 : 0.5
                : switch (truth.suffices()) {
                    case "yes" -> accepted ? 1 : stageRight ? 0.5 : 0;
                    case "narrows" -> accepted || !said.decided() && causes.contains(truth.cause())
                            ? 1
                            : !wrong && family(said.stage().id()).equals(family(truth.stage())) ? 0.5 : 0;
                    default -> wrong
                            ? 0
                            : stageRight || candidate
                                    ? 1
                                    : said.stage() == Stage.UNDETERMINED || !said.decided() ? 0.5 : 1;
                };
        return new Scored(name, points, wrong,
                String.format(Locale.ROOT, "%s %s %s %s | truth %s %s %s", said.stack(), said.stage().id(),
                        said.decided() ? "decided" : "open", causes, truth.suffices(), truth.stage(), truth.cause()));
    }

    private static String family(String stage) {
        int dash = stage.indexOf('-');
        return dash < 0 ? stage : stage.substring(0, dash);
    }

    /// Whether any of the words that matter stand in both lists.
    private static boolean fits(List<String> said, List<String> wanted) {
        if (wanted.isEmpty()) {
            return !said.isEmpty();
        }
        Set<String> words = words(said);
        return words(wanted).stream().filter(words::contains).count() >= 2;
    }

    private static Set<String> words(List<String> texts) {
        var words = new HashSet<String>();
        for (String word : String.join(" ", texts).toLowerCase(Locale.ROOT).split("[^a-z0-9+]+")) {
            if (word.length() > 3) {
                words.add(word);
            }
        }
        return words;
    }

    static double points(List<Scored> all) {
        double sum = all.stream().mapToDouble(scored -> scored.points() - (scored.confidentlyWrong() ? 1 : 0)).sum();
        return all.isEmpty() ? 0 : sum / all.size();
    }
}
