package dev.gatehouse.tests.clients;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/// A process that prints lines while it runs. Standard output and standard error come in one sequence.
///
/// - **Threads:** one virtual thread per stream adds lines, under the lock; any thread may read them.
/// - Closing it kills the process and what it started.
public final class RunningProgram implements AutoCloseable {
    private static final Duration KILL = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> lines = new ArrayList<>();
    private int taken;
    private int openStreams = 2;

    RunningProgram(String name, Process process) {
        this.name = name;
        this.process = process;
        Thread.startVirtualThread(() -> read(process.getInputStream()));
        Thread.startVirtualThread(() -> read(process.getErrorStream()));
    }

    /// Waits until some line matches, also one printed before, and takes nothing away. An [AssertionError] when the
    /// program ends or time is up before it.
    public String await(Predicate<String> wanted, Duration within) {
        return find(wanted, within, 0).map(lines::get).orElseThrow(this::ended);
    }

    /// The next line that matches, taking it and those before it. An [AssertionError] when the program ends or time is
    /// up before it.
    public String next(Predicate<String> wanted, Duration within) {
        lock.lock();
        try {
            int found = find(wanted, within, taken).orElseThrow(this::ended);
            taken = found + 1;
            return lines.get(found);
        } finally {
            lock.unlock();
        }
    }

    /// The index of the first line from `from` on that matches; empty when both streams ended without one.
    private Optional<Integer> find(Predicate<String> wanted, Duration within, int from) {
        lock.lock();
        try {
            long nanosLeft = within.toNanos();
            int index = from;
            while (true) {
                for (; index < lines.size(); index++) {
                    if (wanted.test(lines.get(index))) {
                        return Optional.of(index);
                    }
                }
                if (openStreams == 0) {
                    return Optional.empty();
                }
                if (nanosLeft <= 0) {
                    throw new AssertionError(name + " did not print what was awaited within " + within + "\n" + said());
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + name, e);
        } finally {
            lock.unlock();
        }
    }

    private AssertionError ended() {
        return new AssertionError(name + " ended before it printed what was awaited\n" + said());
    }

    /// Everything printed so far.
    public String said() {
        lock.lock();
        try {
            return String.join("\n", lines);
        } finally {
            lock.unlock();
        }
    }

    /// Closes its standard input, which is how the scripts are told to disconnect, and waits for its end.
    ///
    /// @return the exit code
    public int finish(Duration within) {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end within " + within + "\n" + said());
            }
            return process.exitValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + name, e);
        }
    }

    /// Asks it to end (SIGTERM) and waits.
    ///
    /// @return the exit code
    public int terminate(Duration within) {
        // By its handle, which leaves open the streams that hold its last words.
        process.toHandle().destroy();
        return finish(within);
    }

    /// Kills it (SIGKILL): its sockets are closed by the system, nothing is sent.
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.toHandle().destroyForcibly();
        try {
            if (!process.waitFor(KILL.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " survived being killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while killing " + name, e);
        }
    }

    @Override
    public void close() {
        kill();
    }

    private void read(InputStream stream) {
        String end = null;
        try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line, false);
            }
        } catch (IOException e) {
            end = "(" + name + " was killed while it printed: " + e.getMessage() + ")";
        } finally {
            add(end, true);
        }
    }

    private void add(@Nullable String line, boolean last) {
        lock.lock();
        try {
            if (line != null) {
                lines.add(line);
            }
            if (last) {
                openStreams--;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
