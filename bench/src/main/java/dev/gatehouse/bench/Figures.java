package dev.gatehouse.bench;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.OptionalLong;

/// Numbers as they are printed.
final class Figures {
    private Figures() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String mebibytes(OptionalLong bytes) {
        return bytes.isEmpty() ? "unknown" : mebibytes(bytes.getAsLong());
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MiB", bytes / 1048576.0);
    }

    static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
    }

    /// The processor time of the thread that asks: the generator's.
    static String ownProcessorTime() {
        return seconds(Math.max(0, ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
    }

    static String perSecond(long number, long nanos) {
        return count(Math.round(number * 1e9 / Math.max(1, nanos))) + "/s";
    }
}
