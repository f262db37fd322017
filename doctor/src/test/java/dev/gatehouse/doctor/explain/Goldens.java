package dev.gatehouse.doctor.explain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/// Logs with their truth, from a resource: see the head of `goldens-written.md`.
final class Goldens {
    private Goldens() {}

    record Golden(String name, String log, Scorer.Truth truth) {}

    static List<Golden> read(String resource) {
        try (InputStream in = Goldens.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AssertionError("no resource " + resource);
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Those of all resources.
    static List<Golden> all() {
        return Stream.of("written", "more", "programs", "stacks", "bytes", "general")
                .flatMap(name -> read("goldens-" + name + ".md").stream()).toList();
    }

    private static List<Golden> parse(String markdown) {
        var all = new ArrayList<Golden>();
        for (String section : markdown.split("(?m)^(?=## )")) {
            if (section.startsWith("## ")) {
                List<String> lines = section.lines().toList();
                String truth = lines.stream().filter(line -> line.startsWith("Truth: ")).findFirst().orElseThrow()
                        .substring(7);
                String[] words = truth.split(" ");
                var acceptable = new HashSet<>(List.of(words).subList(2, words.length));
                String log = String.join("\n",
                        lines.stream().filter(line -> line.startsWith("    ")).map(line -> line.substring(4)).toList());
                all.add(new Golden(lines.getFirst().substring(3), log,
                        new Scorer.Truth(words[2], acceptable, words[1], words[0], List.of())));
            }
        }
        return all;
    }

    static List<Scorer.Scored> score(String resource) {
        return read(resource).stream()
                .map(golden -> Scorer.score(golden.name(), Scorer.explain(golden.log()), golden.truth())).toList();
    }
}
