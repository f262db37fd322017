package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// One exchange of bytes with a [Peer] while the modem misbehaves, and what became of it.
final class Trial {
    private static final long HANG_SECONDS = 60;
    private static final Duration SETTLE = Duration.ofSeconds(2);

    private final long seed;
    private final String named;
    private final int upBytes;
    private final int downBytes;
    private final byte[] up;
    private final byte[] down;
    private final @Nullable Exception failure;
    private final String dialogue;

    /// How the connection is made.
    @FunctionalInterface
    interface Way {
        /// A connected socket.
        Socket to(Rig rig, String host, int port) throws Exception;
    }

    /// As they come from the modem's own factory.
    static final Way PLAIN = (rig, host, port) -> {
        Socket socket = rig.modem().socketFactory().createSocket();
        try {
            socket.setSoTimeout(10_000);
            socket.connect(InetSocketAddress.createUnresolved(host, port), 10_000);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    };

    private Trial(long seed, String named, int upBytes, int downBytes, byte[] up, byte[] down,
            @Nullable Exception failure, String dialogue) {
        this.seed = seed;
        this.named = named;
        this.upBytes = upBytes;
        this.downBytes = downBytes;
        this.up = up;
        this.down = down;
        this.failure = failure;
        this.dialogue = dialogue;
    }

    /// @param prepare done to the rig while nothing misbehaves yet
    static Trial run(long seed, List<String> faults, String named, Peer peer, Prepare prepare, Way way)
            throws Exception {
        Random random = new Random(seed * 31);
        int upBytes = random.nextInt(12_000);
        int downBytes = random.nextInt(20_000);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (Rig rig = Rig.online(SimulatorOptions.fast().withSeed(seed), Rig.impatient(), List.of());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            prepare.of(rig);
            faults.forEach(rig.simulator()::fault);
            Future<?> work = threads.submit(() -> {
                try (Socket socket = way.to(rig, Rig.HOST, peer.port())) {
                    Peer.exchange(socket, seed, upBytes, downBytes, got);
                }
                return null;
            });
            Exception failure = null;
            try {
                work.get(HANG_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof IOException broken)) {
                    throw e;
                }
                failure = broken;
            } catch (TimeoutException e) {
                work.cancel(true);
                throw new AssertionError(named + ": it hangs; " + Trials.dialogue(rig.simulator()), e);
            }
            settle(peer, failure == null ? upBytes : -1);
            return new Trial(seed, named, upBytes, downBytes, peer.lastReceived(), got.toByteArray(), failure,
                    Trials.dialogue(rig.simulator()));
        }
    }

    /// What has to be there before anything goes wrong.
    @FunctionalInterface
    interface Prepare {
        void of(Rig rig) throws Exception;
    }

    /// The peer reads what the modem has sent a moment later than the client has finished.
    private static void settle(Peer peer, int bytes) throws InterruptedException {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        while (peer.lastReceived().length < bytes && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }

    private String said() {
        return named + ": " + up.length + " of " + upBytes + " up, " + down.length + " of " + downBytes + " down, "
                + failure + dialogue;
    }

    boolean isComplete() {
        return down.length == downBytes && up.length == upBytes;
    }

    void hasNothingWrong() {
        assertThat(Peer.isPrefix(down, Peer.fromServer(seed, downBytes))).as("what came down is right; %s", said())
                .isTrue();
        assertThat(Peer.isPrefix(up, Peer.fromClient(seed, upBytes))).as("what went up is right; %s", said()).isTrue();
    }

    void hasEverything() {
        hasNothingWrong();
        assertThat(isComplete() && failure == null).as("all is there; %s", said()).isTrue();
    }

    void hasEverythingOrSaysWhy() {
        hasNothingWrong();
        assertThat(isComplete() || failure != null).as("all, or an error; %s", said()).isTrue();
    }
}
