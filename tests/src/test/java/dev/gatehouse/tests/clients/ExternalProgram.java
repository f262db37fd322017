package dev.gatehouse.tests.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A program of another ecosystem that a test runs where it is installed.
///
/// @param path executable
public record ExternalProgram(Path path) {
    private static final List<String> USUAL_FOLDERS = List.of("/usr/bin", "/usr/sbin", "/usr/local/bin",
            "/usr/local/sbin", "/opt/homebrew/bin", "/opt/homebrew/sbin");

    /// What a program that ended by itself left behind.
    public record Finished(int exitCode, String out, String err) {}

    /// Every program of this name, the ones of the `PATH` first.
    public static List<ExternalProgram> all(String name) {
        var folders = new ArrayList<String>();
        folders.addAll(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
        folders.addAll(USUAL_FOLDERS);
        return folders.stream().filter(folder -> !folder.isEmpty()).map(folder -> Path.of(folder, name)).distinct()
                .filter(Files::isExecutable).map(ExternalProgram::new).toList();
    }

    public static Optional<ExternalProgram> find(String name) {
        return all(name).stream().findFirst();
    }

    /// The program, or the running test is skipped.
    public static ExternalProgram assumeFound(String name) {
        var found = find(name);
        assumeTrue(found.isPresent(), missing(name));
        return found.orElseThrow();
    }

    static String missing(String what) {
        return "skipped: " + what + " not found; .ci/run installs it";
    }

    /// Runs it to its end; an [AssertionError] when it does not end in time.
    public Finished run(Duration within, String... arguments) {
        return run(within, Map.of(), List.of(arguments));
    }

    /// Runs it to its end with nothing on standard input; an [AssertionError] when it does not end in time.
    ///
    /// @param environment added to this process's own
    public Finished run(Duration within, Map<String, String> environment, List<String> arguments) {
        Process process = launch(environment, arguments);
        try {
            process.getOutputStream().close();
            var err = new FutureTask<>(
                    () -> new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            var out = new FutureTask<>(
                    () -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            Thread.startVirtualThread(err);
            Thread.startVirtualThread(out);
            boolean ended = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                // By its handle, which leaves open the streams that hold what it said.
                process.toHandle().destroyForcibly();
                throw new AssertionError(path.getFileName() + " did not end within " + within + "\n" + out.get()
                        + err.get());
            }
            return new Finished(process.exitValue(), out.get(), err.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("reading what " + path + " printed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + path, e);
        } finally {
            process.destroyForcibly();
        }
    }

    /// Starts it; the caller closes it.
    public RunningProgram start(Map<String, String> environment, List<String> arguments) {
        return new RunningProgram(path.getFileName().toString(), launch(environment, arguments));
    }

    private Process launch(Map<String, String> environment, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(path.toString());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + path, e);
        }
    }
}
