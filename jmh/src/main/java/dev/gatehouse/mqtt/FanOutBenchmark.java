package dev.gatehouse.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One message for a thousand receivers: encoded for each, and encoded once and copied.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FanOutBenchmark {
    private static final int RECEIVERS = 1000;
    private static final byte[] TOPIC = "site/17/device/1234/temperature".getBytes(StandardCharsets.UTF_8);

    @Param({"64", "1024"})
    private int bytes = 64;
    private final byte[] payload = new byte[1024];
    private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 21);
    private final ByteBuf once = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 12);

    /// A packet is encoded for every receiver.
    @Benchmark
    public int encodedForEach() {
        out.clear();
        byte[] part = bytes == payload.length ? payload : java.util.Arrays.copyOf(payload, bytes);
        for (int i = 0; i < RECEIVERS; i++) {
            PacketWriter.writePublish(out, TOPIC, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE, part,
                    Version.MQTT_5);
        }
        return out.writerIndex();
    }

    /// A packet is encoded once, and its bytes are copied for every receiver.
    @Benchmark
    public int encodedOnce() {
        out.clear();
        once.clear();
        byte[] part = bytes == payload.length ? payload : java.util.Arrays.copyOf(payload, bytes);
        PacketWriter.writePublish(once, TOPIC, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE, part,
                Version.MQTT_5);
        for (int i = 0; i < RECEIVERS; i++) {
            out.writeBytes(once, 0, once.writerIndex());
        }
        return out.writerIndex();
    }
}
