package dev.gatehouse.cli;

import java.util.List;

import picocli.CommandLine.Option;

/// How long and how often `bench load` and `bench connect` measure.
final class MeasurementArguments {
    @Option(names = "--warmup", paramLabel = "S", description = "Seconds of load before measuring; ${DEFAULT-VALUE}.")
    private double warmupSeconds;
    @Option(names = "--seconds", paramLabel = "S", description = "Seconds of a measurement; ${DEFAULT-VALUE}.")
    private double seconds = 3;
    @Option(names = "--runs", paramLabel = "N", description = "Measurements; ${DEFAULT-VALUE}.")
    private int runs = 3;

    /// @param warmupSeconds when none are given
    MeasurementArguments(double warmupSeconds) {
        this.warmupSeconds = warmupSeconds;
    }

    /// What is wrong with them, as sentences.
    List<String> problems() {
        return runs >= 1 && seconds > 0 && warmupSeconds >= 0
                ? List.of()
                : List.of("--runs and --seconds must be more than 0, and --warmup no less");
    }

    long warmupMillis() {
        return (long) (warmupSeconds * 1000);
    }

    long millis() {
        return (long) (seconds * 1000);
    }

    int runs() {
        return runs;
    }
}
