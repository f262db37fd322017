package dev.gatehouse.doctor.explain;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;

/// All signs, read once from `signs.md`.
final class Signs {
    private static final Pattern PHRASE = Pattern.compile("- `([^`]+)`(?: ~(.*)~)? (.+)");
    private static final Map<String, Sign> ALL = parse(text("signs.md"));

    private Signs() {}

    /// In the order of their rank.
    static List<Sign> all() {
        return List.copyOf(ALL.values());
    }

    /// The sign with this id, which the code knows to be there.
    static Sign named(String id) {
        Sign sign = ALL.get(id);
        if (sign == null) {
            throw new AssertionError("signs.md has no section ## " + id);
        }
        return sign;
    }

    static String text(String resource) {
        try (InputStream in = Signs.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new AssertionError(resource + " is not beside " + Signs.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Sign> parse(String markdown) {
        var all = new LinkedHashMap<String, Sign>();
        for (String section : markdown.split("(?m)^(?=#)")) {
            if (section.startsWith("## ")) {
                Sign sign = sign(section.lines().toList(), all.size());
                if (all.put(sign.id(), sign) != null) {
                    throw new AssertionError("signs.md has two sections ## " + sign.id());
                }
            }
        }
        return all;
    }

    private static Sign sign(List<String> lines, int rank) {
        String id = lines.getFirst().substring(3).strip();
        var says = new StringBuilder();
        var readings = new ArrayList<Sign.Reading>();
        var collect = new ArrayList<String>();
        var until = new ArrayList<String>();
        var phrases = new ArrayList<Sign.Phrase>();
        Stage stage = null;
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("Causes: ")) {
                Arrays.stream(line.substring(8).split(", ")).map(Signs::reading).forEach(readings::add);
            } else if (line.startsWith("Collect: ")) {
                collect.addAll(Arrays.asList(line.substring(9).split("; ")));
            } else if (line.startsWith("Until: ")) {
                until.addAll(Arrays.asList(line.substring(7).split(", ")));
            } else if (line.startsWith("Stage: ")) {
                stage = stage(line.substring(7).strip());
            } else if (line.startsWith("- ")) {
                phrases.add(phrase(line));
            } else if (!line.isBlank()) {
                says.append(says.isEmpty() ? "" : " ").append(line.strip());
            }
        }
        return new Sign(id, rank, says.toString(), readings, collect, stage, until, phrases);
    }

    private static Stage stage(String id) {
        return Arrays.stream(Stage.values()).filter(stage -> stage.id().equals(id)).findFirst()
                .orElseThrow(() -> new AssertionError("signs.md names a stage that is none: " + id));
    }

    /// For example `likely untrusted-ca`.
    static Sign.Reading reading(String words) {
        String[] two = words.strip().split(" ");
        return new Sign.Reading(Cause.byId(two[1]).orElseThrow(() -> new AssertionError("no such cause: " + words)),
                Certainty.valueOf(two[0].toUpperCase(Locale.ROOT)));
    }

    private static Sign.Phrase phrase(String line) {
        Matcher parts = PHRASE.matcher(line);
        if (!parts.matches()) {
            throw new AssertionError("signs.md has a phrase without a source: " + line);
        }
        @Nullable
        String also = parts.group(2);
        return new Sign.Phrase(
                Arrays.stream(parts.group(1).toLowerCase(Locale.ROOT).split("…")).map(String::strip).toList(),
                also == null ? null : Pattern.compile(also), parts.group(3));
    }
}
