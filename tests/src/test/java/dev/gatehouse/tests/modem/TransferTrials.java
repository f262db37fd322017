package dev.gatehouse.tests.modem;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
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

/// Bytes through the modem's sockets, both ways at once, while the modem misbehaves.
///
/// `-Dmodem.seeds=N` runs more, `-Dmodem.from=N` others; a failure names the seed.
class TransferTrials {
    private static final int SEEDS = Integer.getInteger("modem.seeds", 24);
    private static final int FROM = Integer.getInteger("modem.from", 0);
    private static final long HANG_SECONDS = 60;

    /// What a driver has to get along with: everything arrives.
    private static final List<String> HARMLESS = List.of("split:bytes=8,gap=0", "split:bytes=64,gap=1",
            "merge:millis=5",
            "line-ends:style=double-cr", "line-ends:style=empty", "line-ends:style=random", "prompt:style=bare",
            "prompt:style=space", "prompt:style=line", "prompt-late:millis=100,percent=10",
            "urc-before-answer:percent=20",
            "urc-inside-answer:percent=20", "urc-merged:percent=20", "urc-before-prompt:percent=20",
            "urc-before-result:percent=20", "urc-held:place=before-answer", "urc-held:place=after-answer",
            "urc-lost:times=3", "urc-twice", "echo", "result-first", "answer-late:millis=20,percent=10",
            "send-busy:times=3", "read-short:bytes=100,percent=50", "rest-wrong:by=10,percent=20",
            "data-hidden:times=2",
            "buffer-small:bytes=1500");

    /// What really fails: an error, or all; but never other bytes, and never a hang.
    private static final List<String> HARMFUL = List.of("reboot:after=AFTER", "silence:millis=1500,after=AFTER",
            "network-lost:millis=200,after=AFTER", "pdp-lost:millis=200,after=AFTER",
            "sim-removed:millis=200,after=AFTER",
            "send-partly:bytes=10,skip=SKIP", "send-partly:bytes=-1,skip=SKIP", "close:link=0,cause=1,after=AFTER",
            "close:link=0,cause=2,after=AFTER", "bytes-lost:of=20000,direction=in", "bytes-lost:of=20000,direction=out",
            "bytes-lost:of=20000", "answer-cut:bytes=300,skip=SKIP,times=1", "prompt-lost:skip=SKIP",
            "command-lost:skip=SKIP", "error:on=+CIPSEND,skip=SKIP", "error:on=+CIPRXGET,skip=SKIP",
            "baud-mismatch:millis=300,after=AFTER", "splice:skip=SKIP", "sms:millis=300,after=AFTER");

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
        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            Random random = new Random(seed);
            List<String> faults = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                faults.add(HARMLESS.get(random.nextInt(HARMLESS.size())));
            }
            String named = "-Dmodem.from=" + seed + " -Dmodem.seeds=1, faults " + faults;
            Exchanged exchanged = exchanged(seed, faults, named);
            assertThat(exchanged.failure).as(named).isNull();
            assertThat(exchanged.down).as(named).isEqualTo(Peer.fromServer(seed, exchanged.downBytes));
            assertThat(exchanged.up).as(named).isEqualTo(Peer.fromClient(seed, exchanged.upBytes));
        }
    }

    @Test
    void when_the_modem_really_fails_what_arrived_is_right_and_the_rest_is_an_error() throws Exception {
        for (long seed = FROM; seed < FROM + SEEDS; seed++) {
            Random random = new Random(seed + 1_000_000);
            String fault = HARMFUL.get(random.nextInt(HARMFUL.size()))
                    .replace("AFTER", Integer.toString(random.nextInt(150)))
                    .replace("SKIP", Integer.toString(random.nextInt(12)));
            String named = "-Dmodem.from=" + seed + " -Dmodem.seeds=1, fault " + fault;
            Exchanged exchanged = exchanged(seed, List.of(fault), named);
            assertThat(Peer.isPrefix(exchanged.down, Peer.fromServer(seed, exchanged.downBytes)))
                    .as(named + ": what came down is right").isTrue();
            assertThat(Peer.isPrefix(exchanged.up, Peer.fromClient(seed, exchanged.upBytes)))
                    .as(named + ": what went up is right").isTrue();
            boolean complete = exchanged.down.length == exchanged.downBytes && exchanged.up.length == exchanged.upBytes;
            boolean closedByPeer = fault.startsWith("close:link=0,cause=1");
            assertThat(complete || exchanged.failure != null || closedByPeer)
                    .as(named + ": all, or an error; " + exchanged).isTrue();
        }
    }

    private static final class Exchanged {
        private final byte[] up;
        private final byte[] down;
        private final int upBytes;
        private final int downBytes;
        private final @Nullable Exception failure;

        Exchanged(byte[] up, byte[] down, int upBytes, int downBytes, @Nullable Exception failure) {
            this.up = up;
            this.down = down;
            this.upBytes = upBytes;
            this.downBytes = downBytes;
            this.failure = failure;
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
                throw new AssertionError(named + ": it hangs; " + rig.simulator().log().reversed().stream().limit(20)
                        .toList(), e);
            }
            settle(peer, failure == null ? upBytes : -1);
            return new Exchanged(peer.lastReceived(), got.toByteArray(), upBytes, downBytes, failure);
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
