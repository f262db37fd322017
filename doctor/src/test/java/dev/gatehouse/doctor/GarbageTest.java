package dev.gatehouse.doctor;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

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
        byte[] truth = TRUTHS.get(random.nextInt(TRUTHS.size()));
        boolean loyal = random.nextInt(3) > 0;
        Network network = new Network(
                new FixedAnswers(() -> grown(random, truth, loyal), () -> random.nextInt(3)),
                _ -> List.of(InetAddress.getLoopbackAddress()),
                "memory");
        Report report = new Probe(plan, network, InstantSource.system(), random).run(Progress.SILENT);
        Judgement judgement = Judgement.of(report);
        assertThat(TextReport.of(report, judgement)).isNotBlank().doesNotContain("\u001b", "\r");
        assertThat(JsonReport.of(report, judgement)).startsWith("{");
        assertThat(judgement.verdicts()).allSatisfy(verdict -> assertThat(verdict.evidence()).isNotEmpty());
        assertThat(StageExit.code(judgement)).isBetween(0, 26);
    }

    /// One of the answers, longer or with some bytes changed; mostly the same one for all connections of a probe.
    private static byte[] grown(Random random, byte[] truth, boolean loyal) {
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
}
