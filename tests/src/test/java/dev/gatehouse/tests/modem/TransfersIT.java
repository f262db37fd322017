package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// Bytes through the modem's sockets, both ways at once, while the modem misbehaves; see [Trials] for how to run
/// thousands.
class TransfersIT {
    private static final int SEEDS = 60;
    private static final long HANG_SECONDS = 60;

    @Test
    void a_megabyte_arrives_both_ways_at_once() throws Exception {
        try (Rig rig = Rig.online();
                Peer peer = new Peer(7);
                Socket socket = rig.modem().socketFactory().createSocket()) {
            socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            Peer.exchange(socket, 7, 1 << 20, 1 << 20, got);
            assertThat(got.toByteArray()).isEqualTo(Peer.fromServer(7, 1 << 20));
            assertThat(peer.lastReceived()).isEqualTo(Peer.fromClient(7, 1 << 20));
        }
    }

    @Test
    void whatever_harmless_the_modem_does_everything_arrives() throws Exception {
        Trials.harmless(SEEDS, (seed, faults, named) -> {
            Exchanged exchanged = exchanged(seed, faults, named);
            assertThat(exchanged.failure).as(exchanged + ", " + named + exchanged.dialogue).isNull();
            assertThat(exchanged.down.length).as(exchanged + ", " + named + exchanged.dialogue)
                    .isEqualTo(exchanged.downBytes);
            assertThat(exchanged.up.length).as(exchanged + ", " + named + exchanged.dialogue)
                    .isEqualTo(exchanged.upBytes);
            rightSoFar(exchanged, seed, named);
        });
    }

    @Test
    void when_the_modem_really_fails_what_arrived_is_right_and_the_rest_is_an_error() throws Exception {
        Trials.harmful(SEEDS, (seed, faults, named) -> {
            Exchanged exchanged = exchanged(seed, faults, named);
            rightSoFar(exchanged, seed, named);
            boolean complete = exchanged.down.length == exchanged.downBytes && exchanged.up.length == exchanged.upBytes;
            boolean closedByPeer = faults.getFirst().startsWith("close:link=0,cause=1");
            assertThat(complete || exchanged.failure != null || closedByPeer)
                    .as(named + ": all, or an error; " + exchanged + exchanged.dialogue).isTrue();
        });
    }

    private static void rightSoFar(Exchanged exchanged, long seed, String named) {
        assertThat(Peer.isPrefix(exchanged.down, Peer.fromServer(seed, exchanged.downBytes)))
                .as(named + ": what came down is right; " + exchanged + exchanged.dialogue).isTrue();
        assertThat(Peer.isPrefix(exchanged.up, Peer.fromClient(seed, exchanged.upBytes)))
                .as(named + ": what went up is right; " + exchanged + exchanged.dialogue).isTrue();
    }

    private static final class Exchanged {
        private final byte[] up;
        private final byte[] down;
        private final int upBytes;
        private final int downBytes;
        private final @Nullable Exception failure;
        private final String dialogue;

        Exchanged(byte[] up, byte[] down, int upBytes, int downBytes, @Nullable Exception failure, String dialogue) {
            this.up = up;
            this.down = down;
            this.upBytes = upBytes;
            this.downBytes = downBytes;
            this.failure = failure;
            this.dialogue = dialogue;
        }

        @Override
        public String toString() {
            return up.length + " of " + upBytes + " up, " + down.length + " of " + downBytes + " down, " + failure;
        }
    }

    private static Exchanged exchanged(long seed, List<String> faults, String named) throws Exception {
        Random random = new Random(seed * 31);
        int upBytes = random.nextInt(12_000);
        int downBytes = random.nextInt(20_000);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try (Rig rig = Rig.online(SimulatorOptions.fast().withSeed(seed), Rig.impatient(), faults);
                Peer peer = new Peer(seed);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> work = threads.submit(() -> {
                try (Socket socket = rig.modem().socketFactory().createSocket()) {
                    socket.setSoTimeout(10_000);
                    socket.connect(InetSocketAddress.createUnresolved(Rig.HOST, peer.port()), 10_000);
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
            return new Exchanged(peer.lastReceived(), got.toByteArray(), upBytes, downBytes, failure,
                    Trials.dialogue(rig.simulator()));
        } catch (SocketTimeoutException e) {
            throw new AssertionError(named, e);
        }
    }

    /// The peer reads what the modem has sent a moment later than the client has finished.
    private static void settle(Peer peer, int bytes) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (peer.lastReceived().length < bytes && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }
}
