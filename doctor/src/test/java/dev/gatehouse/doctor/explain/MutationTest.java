package dev.gatehouse.doctor.explain;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.doctor.explain.Goldens.Golden;

import static org.assertj.core.api.Assertions.assertThat;

/// Whatever happens to a log on its way, it is explained or left open, and shown without control characters.
class MutationTest {
    private static final List<Golden> LOGS = Stream.of("goldens-written.md", "goldens-programs.md")
            .flatMap(name -> Goldens.read(name).stream())
            .toList();

    static LongStream seeds() {
        String seed = System.getProperty("seed");
        return seed == null ? LongStream.range(0, 200) : LongStream.of(Long.parseLong(seed));
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void no_damaged_log_does_harm(long seed) throws IOException {
        var random = new Random(seed);
        byte[] log = LOGS.get(random.nextInt(LOGS.size())).log().getBytes(random.nextInt(8) == 0
                ? StandardCharsets.UTF_16LE
                : StandardCharsets.UTF_8);
        byte[] other = LOGS.get(random.nextInt(LOGS.size())).log().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(30); i > 0 && log.length > 0; i--) {
            int at = random.nextInt(log.length);
            switch (random.nextInt(4)) {
                case 0 -> log[at] = (byte) random.nextInt(256);
                case 1 -> log[at] = '\n';
                case 2 -> System.arraycopy(other, 0, log, at, Math.min(other.length, log.length - at));
                default -> log = java.util.Arrays.copyOf(log, Math.max(1, at));
            }
        }
        var explainer = new Explainer();
        explainer.read(new ByteArrayInputStream(log));
        explainer.read(new ByteArrayInputStream(other));
        Explanation said = explainer.explain();
        assertThat(said.decided() && said.verdicts().isEmpty()).isFalse();
        assertThat(said.decided() || !said.collect().isEmpty()).isTrue();
        String shown = ExplanationText.render(said, List.of("a.log", "b.log"), (_, text) -> text);
        assertThat(shown.chars()).allMatch(c -> c == '\n' || c >= ' ' && c != 0x7f);
    }
}
