package dev.gatehouse.broker;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Matching a topic against a tree, each time another topic.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = {"-Xmx4g", "-XX:+UseCompactObjectHeaders"})
public class MatchBenchmark {
    private static final int TOPICS = 4096;

    @Param({"1000", "1000000"})
    private int subscriptions = 1000;
    private final String[] topics = new String[TOPICS];
    private WideTree tree = new WideTree(0);
    private int next;

    /// A tree, and topics that lie all over it.
    @Setup(Level.Trial)
    public void grow() {
        tree = new WideTree(subscriptions);
        for (int i = 0; i < TOPICS; i++) {
            long at = i * 7_368_787L % subscriptions;
            topics[i] = "site/" + at / 1000 + "/device/" + at % 1000 + "/temperature";
        }
    }

    /// One topic.
    @Benchmark
    public Matches match() {
        return tree.match(topics[next++ & TOPICS - 1]);
    }
}
