package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;

import static org.assertj.core.api.Assertions.assertThat;

/// Holds the catalogue of causes and the logs that `explain` is tested with together.
class CatalogueTest {
    /// A log whose truth is a cause that it tells, or narrows to.
    private static final Pattern TRUTH = Pattern.compile("(?m)^Truth: (?:yes|narrows) \\S+ (\\S+)");
    private static final Pattern ROW = Pattern.compile("(?m)^\\|.*\\| `([a-z0-9-]+)` \\|$");
    /// What is computed from a modem's dialogue instead of read: `WireTest` of module doctor.
    private static final String COMPUTED = Cause.CONNACK_REFUSED_UNREAD.id();
    private static final Path GOLDENS = Path.of("..", "doctor", "src", "test", "resources", "dev", "gatehouse",
            "doctor", "explain");

    private static Set<String> goldens() throws IOException {
        var causes = new HashSet<String>();
        try (Stream<Path> files = Files.list(GOLDENS)) {
            for (Path file : files.filter(one -> String.valueOf(one.getFileName()).startsWith("goldens-")).toList()) {
                Matcher truth = TRUTH.matcher(Files.readString(file));
                while (truth.find()) {
                    causes.add(truth.group(1));
                }
            }
        }
        return causes;
    }

    /// The rows of the table that [RefusalsIT] provokes and holds the paper to.
    private static Set<String> refusals() throws IOException {
        var causes = new HashSet<String>();
        Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "refusals.md")));
        while (row.find()) {
            causes.add(row.group(1));
        }
        return causes;
    }

    @Test
    void every_cause_has_a_log_that_explain_is_tested_with() throws IOException {
        Set<String> tested = goldens();
        tested.addAll(refusals());
        tested.addAll(ProvokedIT.causes());
        tested.addAll(ProvokedProgramsIT.CAUSES);
        tested.add(COMPUTED);
        List<String> causes = Arrays.stream(Cause.values()).filter(cause -> cause != Cause.UNDETERMINED)
                .map(Cause::id).toList();
        assertThat(tested).as("a cause needs a golden log, or a row of RefusalsIT, ProvokedIT or ProvokedProgramsIT")
                .containsAll(causes);
    }
}
