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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Reading PUBLISH packets from a buffer that holds a hundred, as a loaded socket gives them, and writing one.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodecBenchmark {
    private static final int PACKETS = 100;
    private static final byte[] TOPIC = "site/17/device/1234/temperature".getBytes(StandardCharsets.UTF_8);

    @Param({"MQTT_3_1_1", "MQTT_5"})
    private Version version = Version.MQTT_5;
    @Param({"AT_MOST_ONCE", "AT_LEAST_ONCE"})
    private Qos qos = Qos.AT_MOST_ONCE;
    private final byte[] payload = new byte[64];
    private final ByteBuf many = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 16);
    private final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 12);
    private PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, 1 << 20);

    /// A buffer full of packets.
    @Setup
    public void fill() {
        many.clear();
        for (int i = 1; i <= PACKETS; i++) {
            PacketWriter.writePublish(many, TOPIC, qos, false, false, i, PublishProperties.NONE, payload, version);
        }
        reader = new PacketReader(PacketReader.Role.CLIENT, 1 << 20);
        reader.version(version);
    }

    /// A hundred packets.
    @Benchmark
    public int readHundred() throws ProtocolViolation {
        many.readerIndex(0);
        int read = 0;
        for (Packet packet = reader.read(many); packet != null; packet = reader.read(many)) {
            if (packet instanceof Packet.Publish publish) {
                publish.payload().release();
                read++;
            }
        }
        return read;
    }

    /// One packet.
    @Benchmark
    public int writeOne() {
        out.clear();
        PacketWriter.writePublish(out, TOPIC, qos, false, false, 7, PublishProperties.NONE, payload, version);
        return out.writerIndex();
    }
}
