package dev.gatehouse.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.gatehouse.bench.BenchFault;

/// Gets programs that are not installed: jars with the project's Maven wrapper, packages with npm, each into a folder of
/// its own that is kept. A folder is complete when the list it was made from lies in it, unchanged.
final class Fetch {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String COMPLETE = "complete";

    private Fetch() {}

    /// The jars of a pom, and a launcher compiled against them.
    ///
    /// @param name of the peer: `NAME/pom.xml` and `NAME/Launcher.java` lie beside these classes
    /// @return a class path
    static String java(Folders folders, String name) throws BenchFault, InterruptedException {
        String pom = Folders.resource(name + "/pom.xml");
        String launcher = Folders.resource(name + "/Launcher.java");
        Path home = folders.cache().resolve(name);
        Path jars = home.resolve("lib");
        Path classes = home.resolve("classes");
        if (!isComplete(home, pom + launcher)) {
            Folders.write(home.resolve("pom.xml"), pom);
            Folders.write(home.resolve("Launcher.java"), launcher);
            Map<String, String> java = Map.of("JAVA_HOME", folders.javaHome().toString(), "MAVEN_OPTS",
                    "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow");
            run(home, java, List.of(folders.project().resolve("mvnw").toString(), "-q", "-B", "-f",
                    home.resolve("pom.xml").toString(), "dependency:copy-dependencies", "-DincludeScope=runtime",
                    "-DoutputDirectory=" + jars), "Maven cannot fetch " + name);
            run(home, java, List.of(folders.javaHome().resolve("bin").resolve("javac").toString(), "-nowarn", "-d",
                    classes.toString(), "-cp", jars + "/*", home.resolve("Launcher.java").toString()),
                    "the launcher of " + name + " does not compile");
            Folders.write(home.resolve(COMPLETE), pom + launcher);
        }
        return classes + ":" + jars + "/*";
    }

    /// The packages of a `package.json`, and the script that uses them.
    ///
    /// @return the script
    static Path node(Folders folders, String name) throws BenchFault, InterruptedException {
        String list = Folders.resource(name + "/package.json");
        String script = Folders.resource(name + "/launcher.mjs");
        Path home = folders.cache().resolve(name);
        if (!isComplete(home, list + script)) {
            Folders.write(home.resolve("package.json"), list);
            Folders.write(home.resolve("launcher.mjs"), script);
            run(home, Map.of(), List.of("npm", "install", "--omit=dev", "--no-audit", "--no-fund"),
                    "npm cannot fetch " + name);
            Folders.write(home.resolve(COMPLETE), list + script);
        }
        return home.resolve("launcher.mjs");
    }

    private static boolean isComplete(Path home, String list) {
        try {
            return Files.readString(home.resolve(COMPLETE)).equals(list);
        } catch (IOException _) {
            return false; // not there yet
        }
    }

    private static void run(Path home, Map<String, String> environment, List<String> command, String failure)
            throws BenchFault, InterruptedException {
        Path log = home.resolve("fetch.log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new BenchFault(failure + ": not done after " + PATIENCE.toMinutes() + " minutes");
            }
            if (process.exitValue() != 0) {
                throw new BenchFault(failure + ": " + firstError(log) + " (all of it: " + log + ")");
            }
        } catch (IOException e) {
            throw new BenchFault(failure + ": " + e.getMessage(), e);
        }
    }

    private static String firstError(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.stream().filter(line -> line.contains("ERROR") || line.contains("error")).findFirst()
                .orElse(lines.isEmpty() ? "it says nothing" : lines.getLast());
    }

    /// Where an installed program is.
    ///
    /// @throws BenchFault when it is not, saying how to install it
    static String installed(String program, String how) throws BenchFault {
        for (String folder : List.of("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin",
                "/opt/homebrew/bin")) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new BenchFault(program + " is not installed: " + how);
    }
}
