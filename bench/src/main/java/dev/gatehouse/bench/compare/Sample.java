package dev.gatehouse.bench.compare;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

import dev.gatehouse.bench.load.LoadResult;

/// What one measurement gave: figures by their names.
record Sample(Map<String, Double> figures) {
    Sample {
        figures = Map.copyOf(figures);
    }

    /// Collects figures.
    static final class Builder {
        private final Map<String, Double> figures = new LinkedHashMap<>();

        Builder put(Figure figure, double value) {
            return put(figure.key(), value);
        }

        Builder put(String key, double value) {
            figures.put(key, value);
            return this;
        }

        Builder put(Figure figure, OptionalDouble value) {
            value.ifPresent(number -> put(figure, number));
            return this;
        }

        Sample build() {
            return new Sample(figures);
        }
    }

    static Builder builder() {
        return new Builder();
    }

    /// The usual figures of a load.
    static Builder of(LoadResult result) {
        Builder builder = builder().put(Figure.PER_SECOND, result.perSecond())
                .put(Figure.PER_BROKER_SECOND, result.perBrokerSecond())
                .put(Figure.GENERATOR, result.generatorShare()).put(Figure.LOST, (double) result.faults().lost())
                .put(Figure.DUPLICATES, (double) result.faults().duplicates())
                .put(Figure.MISORDERED, (double) result.faults().misordered()).put(Figure.P50, result.latency().p50())
                .put(Figure.P99, result.latency().p99()).put(Figure.P999, result.latency().p999());
        result.brokerResidentBytes().ifPresent(bytes -> builder.put(Figure.RESIDENT, bytes / 1048576.0));
        return builder;
    }
}
