package dev.gatehouse.tests.serve;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.clients.RunningProgram;

/// The command `./gatehouse`, for one person with one home folder.
///
/// @param home the person's folder; what the machine's real user has configured does not count
public record Gatehouse(Path home) {
    /// A build by the launcher may be part of it.
    private static final Duration BUILD = Duration.ofMinutes(10);

    /// Builds what the launcher runs, unless that has been done.
    public static void build() {
        // With the real home folder: that is where Maven has its libraries.
        Finished version = new ExternalProgram(launcher()).run(BUILD, "version");
        if (version.exitCode() != 0) {
            throw new AssertionError("./gatehouse version: " + version.exitCode() + "\n" + version.err());
        }
    }

    /// The root of the checkout: the nearest folder with the launcher, from the working folder up.
    public static Path root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), folder -> folder != null, Path::getParent)
                .filter(folder -> Files.isExecutable(folder.resolve("gatehouse"))
                        && Files.isExecutable(folder.resolve("mvnw")))
                .findFirst().orElseThrow(() -> new AssertionError("run the tests in a folder of the checkout"));
    }

    private static Path launcher() {
        return root().resolve("gatehouse");
    }

    private Map<String, String> environment() {
        return Map.of("HOME", home.toString(), "GATEHOUSE_DATA", "", "XDG_DATA_HOME", "",
                // The JVM takes the home folder from the system's list of users, not from HOME.
                "GATEHOUSE_JAVA_OPTS", "-Duser.home=" + home);
    }

    /// Runs a command to its end.
    public Finished run(String... words) {
        return new ExternalProgram(launcher()).run(BUILD, environment(), List.of(words));
    }

    /// What a command prints; an [AssertionError] when its exit code is not 0.
    public String printed(String... words) {
        Finished done = run(words);
        if (done.exitCode() != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + done.exitCode() + "\n" + done.out() + done.err());
        }
        return done.out();
    }

    /// Runs a line as it was printed, in a shell in the root of the checkout.
    public Finished shell(String line) {
        return ExternalProgram.assumeFound("bash").run(BUILD, environment(),
                List.of("-c", "cd \"$0\" && " + line, root().toString()));
    }

    /// Starts the service, and returns when it says that it is ready.
    ///
    /// @param options of `serve`
    public Serving serve(String... options) {
        List<String> words = Stream.concat(Stream.of("serve"), Stream.of(options)).toList();
        return ready(new ExternalProgram(launcher()).start(environment(), words));
    }

    /// The same, with less than the machine has.
    ///
    /// @param limits words of the shell, for example `ulimit -n 300`
    public Serving serveWithin(String limits, String... options) {
        List<String> words = Stream
                .concat(Stream.of("-c", limits + " && exec \"$0\" serve \"$@\"", launcher().toString()),
                        Stream.of(options))
                .toList();
        return ready(ExternalProgram.assumeFound("bash").start(environment(), words));
    }

    private static Serving ready(RunningProgram program) {
        try {
            program.await(line -> line.startsWith("Gatehouse ready"), BUILD);
            return new Serving(program, program.said().lines().toList());
        } catch (AssertionError e) {
            program.close();
            throw e;
        }
    }

    /// A service that accepts connections. Closing it kills it.
    ///
    /// @param greeting all that it printed until it was ready
    public record Serving(RunningProgram program, List<String> greeting) implements AutoCloseable {
        public Serving {
            greeting = List.copyOf(greeting);
        }

        /// The port of a listener, as printed.
        public int port(String listener) {
            Pattern line = Pattern.compile("  " + Pattern.quote(listener) + " +\\w+ +[0-9.]+:([0-9]+) .*");
            return greeting.stream().map(line::matcher).filter(Matcher::matches)
                    .map(match -> Integer.parseInt(match.group(1))).findFirst()
                    .orElseThrow(() -> new AssertionError("no listener " + listener + " in " + greeting));
        }

        @Override
        public void close() {
            program.close();
        }
    }
}
