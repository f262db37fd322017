package dev.gatehouse.bench;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What `bench queue` is to do.
///
/// @param messages queued altogether, evenly over the sessions
/// @param payloadBytes at least 12
/// @param sessions each with a subscription to a topic of its own; every second one speaks MQTT 5, the others 3.1.1
/// @param publishers at least 1
/// @param window messages of one publisher under way, 1 to 65 535
/// @param residentBytesMax by how much the service's resident memory may grow
/// @param restartMillisMax from the start of the process to the first answered CONNECT
/// @param patienceMillis without any progress, after which something counts as missing
/// @param folder parent of the folder for the service's data; null for the system's temporary folder
public record QueuePlan(int messages, int payloadBytes, int sessions, int publishers, int window,
        long residentBytesMax, int restartMillisMax, int patienceMillis, @Nullable Path folder, boolean keepData) {

    /// Each a sentence; empty when the plan can be run.
    public List<String> problems() {
        return Limits.problems(
                new Limits("--messages", messages, 1, 100_000_000),
                new Limits("--bytes", payloadBytes, Label.BYTES, 1_000_000),
                new Limits("--sessions", sessions, 1, 15_000),
                new Limits("--publishers", publishers, 1, 1000),
                new Limits("--window", window, 1, 65_535),
                new Limits("--patience-seconds, in ms,", patienceMillis, 100, 3_600_000));
    }
}
