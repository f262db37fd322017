package dev.gatehouse.bench;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What `bench crash` is to do.
///
/// @param rounds from load to a checked result, at least 1
/// @param loadMillisMax the kill comes at a random moment of this time, at least 100
/// @param publishers at least 1; every second one speaks MQTT 5, the others 3.1.1
/// @param subscribersOnline connected while there is load
/// @param subscribersOffline connected only after it
/// @param window messages of one publisher under way, 1 to 65 535
/// @param payloadBytes at least 12
/// @param patienceMillis without any progress, after which something counts as missing
/// @param seed of every random choice
/// @param folder parent of the folder for the service's data; null for the system's temporary folder
public record CrashPlan(int rounds, int loadMillisMax, int publishers, int subscribersOnline, int subscribersOffline,
        int window, int payloadBytes, int patienceMillis, long seed, @Nullable Path folder, boolean keepData) {

    /// Each a sentence; empty when the plan can be run.
    public List<String> problems() {
        return Limits.problems(
                new Limits("--rounds", rounds, 1, 1_000_000),
                new Limits("--seconds, in ms,", loadMillisMax, 100, 3_600_000),
                new Limits("--publishers", publishers, 1, 10_000),
                new Limits("--online", subscribersOnline, 0, 1000),
                new Limits("--offline", subscribersOffline, 0, 1000),
                new Limits("--window", window, 1, 65_535),
                new Limits("--bytes", payloadBytes, Label.BYTES, 1_000_000),
                new Limits("--patience-seconds, in ms,", patienceMillis, 100, 3_600_000));
    }
}
