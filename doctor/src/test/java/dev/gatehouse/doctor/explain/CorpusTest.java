package dev.gatehouse.doctor.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

import static org.assertj.core.api.Assertions.assertThat;

/// Real failure reports lie beside some checkouts, not in the project: where they do, their score has to hold.
class CorpusTest {
    /// Set by `-Dexplain.corpus=FOLDER`; without it, beside the root of the checkout.
    private static final Path CORPUS = Path.of(System.getProperty("explain.corpus", "../../shared/corpus"));

    @Test
    void real_reports_are_explained_and_hardly_ever_wrongly(TestReporter reporter) throws IOException {
        for (boolean withContext : new boolean[]{false, true}) {
            List<Scorer.Scored> all = Files.isDirectory(CORPUS) ? Scorer.score(CORPUS, withContext) : List.of();
            all.forEach(scored -> reporter.publishEntry(scored.name(), scored.points() + " " + scored.words()));
            reporter.publishEntry(withContext ? "score with context" : "score", all.isEmpty()
                    ? "no reports at " + CORPUS + ": nothing to score"
                    : Scorer.points(all) + " of " + all.size());
            assertThat(all.isEmpty() ? 1 : Scorer.points(all)).isGreaterThanOrEqualTo(0.9);
            assertThat(all.stream().filter(Scorer.Scored::confidentlyWrong)).hasSizeLessThanOrEqualTo(2);
        }
    }
}
