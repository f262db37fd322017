package dev.gatehouse.doctor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.SocketFactory;

import org.junit.jupiter.api.Test;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/// Servers that answer anything at all, on sockets in memory: the probe neither throws nor hangs, and always has a
/// report, verdicts with evidence, and both renderings of it.
class GarbageTest {
    private static final int SEEDS = Integer.getInteger("seeds", 2_000);
    /// Answers from which the garbage is grown: the nearer to the truth, the deeper it gets.
    private static final List<byte[]> TRUTHS = List.of(
            new byte[0],
            bytes(0x20, 2, 0, 0, 0x90, 3, 0, 1, 2, 0xd0, 0, 0x40, 2, 0, 101),
            bytes(0x20, 3, 0, 0, 0, 0xd0, 0, 0x90, 4, 0, 1, 0, 2),
            bytes(0x20, 8, 0, 0x87, 5, 0x1f, 0, 2, 'n', 'o'),
            bytes(0x20, 2, 0, 5),
            bytes(0xe0, 1, 0x8b),
            bytes(21, 3, 3, 0, 2, 2, 40),
            bytes(22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                    20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 0, 0xc0, 0x2f, 0),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII),
            "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            "SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @Test
    void no_answer_makes_the_probe_throw_or_hang() {
        long only = Long.getLong("seed", -1);
        for (long seed = only < 0 ? 0 : only; seed < (only < 0 ? SEEDS : only + 1); seed++) {
            try {
                probe(seed);
            } catch (RuntimeException | Error e) {
                fail("-Dseed=" + seed, e);
            }
        }
    }

    private static void probe(long seed) {
        Random random = new Random(seed);
        MqttUrl.Scheme scheme = MqttUrl.Scheme.values()[random.nextInt(4)];
        Plan plan = new Plan(MqttUrl.parse(scheme + "://h.example"), random.nextBoolean() ? "u" : null,
                random.nextBoolean() ? Secret.of("p") : null, "", List.of(), null,
                random.nextBoolean() ? new Plan.ServerNameChoice.OfUrl() : new Plan.ServerNameChoice.None(), null,
                List.of(Version.values()), null, Duration.ofSeconds(5), random.nextBoolean());
        Network network = new Network(new GarbageFactory(random), _ -> List.of(InetAddress.getLoopbackAddress()),
                "memory");
        Report report = new Probe(plan, network, InstantSource.system(), random).run(Progress.SILENT);
        Judgement judgement = Judgement.of(report);
        assertThat(TextReport.of(report, judgement)).isNotBlank().doesNotContain("\u001b", "\r");
        assertThat(JsonReport.of(report, judgement)).startsWith("{");
        assertThat(judgement.verdicts()).allSatisfy(verdict -> assertThat(verdict.evidence()).isNotEmpty());
        assertThat(StageExit.code(judgement)).isBetween(0, 26);
    }

    private static final class GarbageFactory extends SocketFactory {
        private final Random random;
        private final byte[] truth;
        private final boolean loyal;

        GarbageFactory(Random random) {
            this.random = random;
            this.truth = TRUTHS.get(random.nextInt(TRUTHS.size()));
            this.loyal = random.nextInt(3) > 0;
        }

        @Override
        public synchronized Socket createSocket() {
            return new GarbageSocket(grown(), random.nextInt(3));
        }

        private byte[] grown() {
            byte[] from = loyal ? truth : TRUTHS.get(random.nextInt(TRUTHS.size()));
            byte[] grown = Arrays.copyOf(from, from.length + random.nextInt(4) * random.nextInt(40));
            for (int i = from.length; i < grown.length; i++) {
                grown[i] = (byte) random.nextInt(256);
            }
            for (int i = random.nextInt(4); i > 0 && grown.length > 0; i--) {
                grown[random.nextInt(grown.length)] = (byte) random.nextInt(256);
            }
            return grown;
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new AssertionError("the probe makes unconnected sockets");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) {
            throw new AssertionError("the probe makes unconnected sockets");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new AssertionError("the probe makes unconnected sockets");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
            throw new AssertionError("the probe makes unconnected sockets");
        }
    }

    /// Says what it has to say, whatever it hears, and then closes, resets or is silent (without waiting).
    private static final class GarbageSocket extends Socket {
        private final InputStream says;
        private final int end;

        GarbageSocket(byte[] says, int end) {
            this.says = new ByteArrayInputStream(says);
            this.end = end;
        }

        @Override
        public void connect(SocketAddress address, int timeout) {}

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    int next = says.read();
                    return next < 0 ? ended() : next;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int count = says.read(into, offset, length);
                    return count < 0 ? ended() : count;
                }
            };
        }

        private int ended() throws IOException {
            return switch (end) {
                case 0 -> -1;
                case 1 -> throw new SocketException("Connection reset");
                default -> throw new SocketTimeoutException("Read timed out");
            };
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public boolean isBound() {
            return true;
        }

        @Override
        public int getPort() {
            return 1883;
        }

        @Override
        public InetAddress getInetAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public void setTcpNoDelay(boolean on) {}

        @Override
        public void setSoTimeout(int millis) {}
    }
}
