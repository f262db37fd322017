package dev.gatehouse.bench.compare;

import java.util.Locale;

/// A number that is measured: its name in the results, and how it is shown.
enum Figure {
    PER_SECOND("per-second", "msg/s", true),
    PER_BROKER_SECOND("per-broker-second", "msg per second of broker processor", true),
    CONNECTIONS("connections-per-second", "connections/s", true),
    HANDSHAKES("handshakes-per-broker-second", "per second of broker processor", true),
    RESUMED("resumed-share", "share", true),
    GENERATOR("generator-share", "share of a core", false),
    LOST("lost", "messages", false),
    DUPLICATES("duplicates", "messages", false),
    MISORDERED("misordered", "messages", false),
    RATE("rate", "msg/s", true),
    P50("p50-us", "us", false),
    P99("p99-us", "us", false),
    P999("p999-us", "us", false),
    RESIDENT("resident-mib", "MiB", false),
    BYTES_EACH("bytes-each", "bytes each", false),
    ACCEPTS("accepts-ms", "ms", false),
    ANSWERS("answers-ms", "ms", false),
    GROWTH("growth-factor", "times per x10", false),
    FACTOR("factor", "times", true);

    private final String key;
    private final String unit;
    private final boolean moreIsBetter;

    Figure(String key, String unit, boolean moreIsBetter) {
        this.key = key;
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    String key() {
        return key;
    }

    String unit() {
        return unit;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }

    /// As in a table.
    static String shown(double value) {
        double size = Math.abs(value);
        return size >= 10_000_000
                ? String.format(Locale.ROOT, "%.1fM", value / 1e6)
                : size >= 1_000_000
                        ? String.format(Locale.ROOT, "%.2fM", value / 1e6)
                        : size >= 10_000
                                ? String.format(Locale.ROOT, "%.0fk", value / 1e3)
                                : size >= 100
                                        ? String.format(Locale.ROOT, "%,.0f", value)
                                        : size >= 10
                                                ? String.format(Locale.ROOT, "%.1f", value)
                                                : String.format(Locale.ROOT, "%.2f", value);
    }
}
