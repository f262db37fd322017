package dev.gatehouse.tests.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/// The statements of one version: the complete list of ids, the rows written down in `docs`, the tests that name them.
enum ConformanceTable {
    MQTT_5("5"), MQTT_3_1_1("3.1.1"), MQTT_3_1("3.1");

    /// A row: `| MQTT-3.1.0-2 | what it asks for | `Class.test`, `Class.test` |`.
    private static final Pattern ROW = Pattern.compile("\\| (MQTT-[0-9.]+-[0-9]+) \\| (.+?) \\| (.*?) ?\\|");
    /// The heading of the part whose last column says why there is no test.
    private static final String WITHOUT_TEST = "## Without a test";
    private static final Pattern ID_IN_NAME = Pattern.compile("__MQTT((?:_[0-9]+)+)_([0-9]+)");

    private final String version;

    ConformanceTable(String version) {
        this.version = version;
    }

    /// A statement with its row in the document.
    ///
    /// @param cell the last column: tests, or the reason why there is none
    record Row(String id, String asks, String cell) {
        @Override
        public String toString() {
            return "| " + id + " | " + asks + " | " + cell + (cell.isEmpty() ? "|" : " |");
        }
    }

    /// A test method and the statements that its name ends with.
    ///
    /// @param name `Class.method` without the ids
    /// @param method as declared
    record Shown(String name, List<String> ids, Method method) {}

    /// All normative statements, in the order of the standard.
    List<String> statements() {
        try (var in = ConformanceTable.class.getResourceAsStream("/conformance/mqtt-" + version + ".txt")) {
            return in == null ? List.of() : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path document() {
        return Path.of("..", "docs", "conformance-" + version + ".md");
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(document());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The rows of statements with tests.
    List<Row> tested() {
        return rows(lines().stream().takeWhile(line -> !line.equals(WITHOUT_TEST)));
    }

    /// The rows of statements without.
    List<Row> untested() {
        return rows(lines().stream().dropWhile(line -> !line.equals(WITHOUT_TEST)));
    }

    private static List<Row> rows(Stream<String> lines) {
        return lines.map(ROW::matcher).filter(Matcher::matches)
                .map(row -> new Row(row.group(1), row.group(2), row.group(3))).toList();
    }

    /// Every test of the classes whose name ends with this version and `IT`.
    List<Shown> tests() {
        String ending = version.replace(".", "") + "IT.class";
        String packageName = ConformanceTable.class.getPackageName();
        try (Stream<Path> files = Files.list(
                Path.of(ConformanceTable.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolve(packageName.replace('.', '/')))) {
            List<Shown> all = new ArrayList<>();
            for (String file : files.map(path -> path.getFileName().toString()).sorted().toList()) {
                if (isOf(file, ending)) {
                    all.addAll(tests(Class.forName(packageName + "." + file.substring(0, file.length() - 6))));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOf(String file, String ending) {
        return file.endsWith(ending) && !Character.isDigit(file.charAt(file.length() - ending.length() - 1));
    }

    private static List<Shown> tests(Class<?> declaring) {
        return Arrays.stream(declaring.getDeclaredMethods())
                .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class)).map(method -> {
                    String name = method.getName();
                    List<String> ids = ID_IN_NAME.matcher(name).results()
                            .map(id -> "MQTT-" + id.group(1).substring(1).replace('_', '.') + "-" + id.group(2))
                            .toList();
                    int end = name.indexOf("__MQTT");
                    return new Shown(declaring.getSimpleName() + "." + (end < 0 ? name : name.substring(0, end)), ids,
                            method);
                }).sorted((a, b) -> a.name().compareTo(b.name())).toList();
    }

    /// The document's last column as the names of the tests have it, by statement; absent when no test names it.
    Map<String, String> cells() {
        Map<String, TreeSet<String>> tests = new TreeMap<>();
        for (Shown shown : tests()) {
            for (String id : shown.ids()) {
                tests.computeIfAbsent(id, _ -> new TreeSet<>()).add("`" + shown.name() + "`");
            }
        }
        Map<String, String> cells = new TreeMap<>();
        tests.forEach((id, names) -> cells.put(id, String.join(", ", names)));
        return cells;
    }

    /// Writes the names of the tests into the document's rows; what the rows say otherwise stays.
    void write() {
        Map<String, String> cells = cells();
        boolean withTests = true;
        List<String> written = new ArrayList<>();
        for (String line : lines()) {
            withTests &= !line.equals(WITHOUT_TEST);
            Matcher row = ROW.matcher(line);
            written.add(withTests && row.matches()
                    ? new Row(row.group(1), row.group(2), cells.getOrDefault(row.group(1), "")).toString()
                    : line);
        }
        try {
            Files.write(document(), written);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "MQTT " + version;
    }
}
