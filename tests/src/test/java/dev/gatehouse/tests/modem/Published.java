package dev.gatehouse.tests.modem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import static org.assertj.core.api.Assertions.assertThat;

/// The messages that a client publishes to itself in a trial, and what it received.
final class Published {
    static final int MESSAGES = 8;
    static final long PATIENCE_SECONDS = 40;
    private static final int PAYLOAD_BYTES_MAX = 4000;

    private final long seed;
    private final List<String> received = new CopyOnWriteArrayList<>();

    Published(long seed) {
        this.seed = seed;
    }

    /// Begins with its number.
    byte[] payload(int number) {
        Random random = new Random(seed * 1000 + number);
        byte[] bytes = new byte[2 + random.nextInt(PAYLOAD_BYTES_MAX)];
        random.nextBytes(bytes);
        bytes[0] = (byte) number;
        return bytes;
    }

    private static String shown(byte[] payload) {
        return payload[0] + "/" + payload.length + "/" + HexFormat.of().toHexDigits(Arrays.hashCode(payload));
    }

    private List<String> all() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            all.add(shown(payload(i)));
        }
        return all;
    }

    void received(byte[] payload) {
        received.add(shown(payload));
    }

    /// Waits for each message.
    ///
    /// @param once none may come twice, and the order must be kept
    void areAllReceived(boolean once, String named, Supplier<String> dialogue) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!received.containsAll(all()) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        List<String> counted = once ? received : new ArrayList<>(new LinkedHashSet<>(received));
        assertThat(counted).as("%s: %s%s", named, received, dialogue.get()).isEqualTo(all());
    }
}
