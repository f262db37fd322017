package dev.gatehouse.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// What one measurement of one load gave.
///
/// @param seconds that it took
/// @param arrived messages that receivers got in that time, copies counted one by one
/// @param generatorShare of one core that the generator used, 0 to 1: near 1 it was the generator that was measured
/// @param brokerSeconds processor time of the broker; empty when its process is not known
/// @param brokerResidentBytes at the end
/// @param latency from when a message was due until it was read
public record LoadResult(double seconds, long arrived, double generatorShare, OptionalDouble brokerSeconds,
        OptionalLong brokerResidentBytes, Faults faults, Latency latency) {

    /// What should not be.
    ///
    /// @param lost never arrived
    /// @param duplicates arrived twice
    /// @param misordered arrived after a message of the same sender and topic that was sent later
    /// @param foreign something else than was sent
    /// @param refused answered with an error
    /// @param stalls how often all that was under way had to be given up
    public record Faults(long lost, long duplicates, long misordered, long foreign, long refused, long stalls) {
        /// Whether there is nothing to complain about.
        public boolean none() {
            return lost == 0 && duplicates == 0 && misordered == 0 && foreign == 0 && refused == 0 && stalls == 0;
        }

        @Override
        public String toString() {
            return none()
                    ? "none lost, none twice, all in order"
                    : String.format(Locale.ROOT,
                            "%,d lost, %,d twice, %,d out of order, %,d foreign, %,d refused, %d stalls", lost,
                            duplicates, misordered, foreign, refused, stalls);
        }
    }

    /// Percentiles, in microseconds.
    public record Latency(double p50, double p90, double p99, double p999, double max) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "p50 %,.0f us, p90 %,.0f us, p99 %,.0f us, p99.9 %,.0f us, max %,.0f us",
                    p50, p90, p99, p999, max);
        }
    }

    /// Messages that arrived in a second.
    public double perSecond() {
        return arrived / seconds;
    }

    /// Messages that arrived for a second of the broker's processor time.
    public OptionalDouble perBrokerSecond() {
        return brokerSeconds.isPresent() && brokerSeconds.getAsDouble() > 0
                ? OptionalDouble.of(arrived / brokerSeconds.getAsDouble())
                : OptionalDouble.empty();
    }

    /// For a person, one fact a line.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%,.0f messages a second (%,d in %.2f s)", perSecond(), arrived, seconds));
        brokerSeconds.ifPresent(used -> lines.add(String.format(Locale.ROOT,
                "%,.0f messages a second of broker processor (%.2f s used, %.0f %% of a core)",
                perBrokerSecond().orElse(0), used, 100 * used / seconds)));
        lines.add(String.format(Locale.ROOT, "generator used %.0f %% of its core", 100 * generatorShare));
        lines.add(faults.toString());
        lines.add(latency.toString());
        brokerResidentBytes.ifPresent(bytes -> lines.add(String.format(Locale.ROOT, "broker has %,.1f MiB resident",
                bytes / 1048576.0)));
        return lines;
    }
}
