package dev.gatehouse.doctor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Collects what is found and passes it on to whoever watches. Used by the probe's thread only.
final class Notes {
    private final Progress progress;
    private final List<Result> results = new ArrayList<>();

    Notes(Progress progress) {
        this.progress = progress;
    }

    void begins(String step) {
        progress.begins(step);
    }

    void add(Result result) {
        results.add(result);
        progress.found(result);
    }

    List<Result> results() {
        return results;
    }

    static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
