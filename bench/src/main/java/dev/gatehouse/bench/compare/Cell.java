package dev.gatehouse.bench.compare;

import java.util.List;
import java.util.OptionalDouble;

import org.jspecify.annotations.Nullable;

/// What one broker did in one scenario.
///
/// @param measured when, as ISO 8601 says it
/// @param why it could not be measured, or not as often as asked; null if it could
record Cell(String scenario, String peer, String measured, List<Sample> samples, @Nullable String why) {
    Cell {
        samples = List.copyOf(samples);
    }

    /// The median of a figure; empty if no sample has it.
    OptionalDouble median(String figure) {
        double[] values = samples.stream().filter(sample -> sample.figures().containsKey(figure))
                .mapToDouble(sample -> sample.figures().get(figure)).sorted().toArray();
        return median(values);
    }

    OptionalDouble median(Figure figure) {
        return median(figure.key());
    }

    /// @param sorted ascending
    static OptionalDouble median(double[] sorted) {
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1
                ? sorted[middle]
                : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    /// The largest value of a figure; 0 if no sample has it.
    double worst(Figure figure) {
        return samples.stream().mapToDouble(sample -> sample.figures().getOrDefault(figure.key(), 0.0)).max().orElse(0);
    }
}
