package dev.gatehouse.simulator.line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.simulator.time.Loop;

/// The serial port of the modem: a [Cable] at a speed.
///
/// - **Thread:** the loop's. A reader and a writer of its own wait at the cable.
/// - **Speed:** 10 bits per byte, both ways, counted from a schedule and not from one sleep to the next, so that the
///   rate is right however late a task runs. A speed of 0 is none at all: everything at once.
/// - **Back-pressure:** some 4 KiB are taken from the cable before they are on the line, as by the driver of a serial
///   port; whoever writes more waits. What is taken comes without a gap, however late the reader wakes. Whether what has
///   come is lost when the modem does not look at it is the modem's matter.
/// - **Octets** are strings of characters 0 to 255 here and in the whole modem: immutable, and one byte each.
public final class Uart implements Port {
    private static final Logger LOG = LoggerFactory.getLogger(Uart.class);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int BITS_PER_BYTE = 10;
    private static final long PIECE_NANOS = 2_000_000;
    private static final int FIFO_BYTES = 120;
    private static final int READ_BYTES_MAX = 4096;
    private static final int CLOSED_MILLIS = 200;

    private final Loop loop;
    private final Cable cable;
    private final boolean strict;
    private final Random noise;
    private final Consumer<String> received;
    private final LinkedBlockingQueue<String> written = new LinkedBlockingQueue<>();
    private final Queue<String> waiting = new ArrayDeque<>();
    /// What the reader has taken and what is not on the line yet.
    private final StringBuilder incoming = new StringBuilder();
    private @Nullable CountDownLatch reader;
    private volatile int baud;
    private long sendFree;
    private long receiveFree;
    private int waitingBytes;
    private boolean sending;
    private boolean held;
    private boolean arriving;
    private volatile boolean closed;

    /// @param baud 0 for no speed at all
    /// @param strict a user whose terminal has another speed reads and writes noise
    public Uart(Loop loop, Cable cable, int baud, boolean strict, long seed, Consumer<String> received) {
        this.loop = loop;
        this.cable = cable;
        this.baud = baud;
        this.strict = strict;
        this.noise = new Random(seed);
        this.received = received;
        this.sendFree = loop.nanos();
        this.receiveFree = sendFree;
        Thread.ofPlatform().daemon().name("cable-reader").start(this::read);
        Thread.ofPlatform().daemon().name("cable-writer").start(this::write);
    }

    @Override
    public int baud() {
        return baud;
    }

    @Override
    public void changeSpeed(int newBaud) {
        if (baud != 0) {
            long unsent = Math.max(0, sendFree - loop.nanos());
            loop.after(unsent, () -> baud = newBaud);
        }
    }

    @Override
    public void send(String octets) {
        if (octets.isEmpty()) {
            return;
        }
        if (baud == 0) {
            waitingBytes += octets.length();
            written.add(octets);
            return;
        }
        waiting.add(octets);
        waitingBytes += octets.length();
        if (!sending) {
            sending = true;
            sendFree = Math.max(sendFree, loop.nanos());
            sendPiece();
        }
    }

    @Override
    public void hold(boolean now) {
        held = now;
        arrive();
    }

    @Override
    public int unsentBytes() {
        return waitingBytes;
    }

    /// Takes what a user's serial port collects before it tells of it, and hands it over when its last bit would have
    /// left: 120 bytes, as the ESP32's, or what fits into a few milliseconds when that is more. Whatever comes last is
    /// handed over at once, as by such a port when the line is quiet.
    private void sendPiece() {
        if (waiting.isEmpty()) {
            sending = false;
            return;
        }
        int most = Math.max(FIFO_BYTES, piece());
        StringBuilder piece = new StringBuilder();
        while (piece.length() < most && !waiting.isEmpty()) {
            String next = waiting.remove();
            int part = Math.min(next.length(), most - piece.length());
            piece.append(next, 0, part);
            if (part < next.length()) {
                ((ArrayDeque<String>) waiting).addFirst(next.substring(part));
            }
        }
        sendFree += duration(piece.length());
        String octets = heard(piece.toString());
        loop.after(sendFree - loop.nanos(), () -> {
            written.add(octets);
            sendPiece();
        });
    }

    private int piece() {
        return Math.clamp(PIECE_NANOS * baud / BITS_PER_BYTE / NANOS_PER_SECOND, 1, READ_BYTES_MAX);
    }

    private long duration(int bytes) {
        return baud == 0 ? 0 : bytes * NANOS_PER_SECOND * BITS_PER_BYTE / baud;
    }

    private void read() {
        byte[] buffer = new byte[READ_BYTES_MAX];
        try {
            while (true) {
                int bytes = cable.read(buffer, READ_BYTES_MAX);
                if (bytes < 0) {
                    return;
                }
                String octets = new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1);
                CountDownLatch room = new CountDownLatch(1);
                loop.post(() -> {
                    incoming.append(octets);
                    reader = room;
                    arrive();
                });
                while (!closed && !room.await(CLOSED_MILLIS, TimeUnit.MILLISECONDS)) {
                    // The line is slow, the modem holds its user back, or has been closed.
                }
            }
        } catch (IOException broken) {
            LOG.warn("the simulated modem's line {} cannot be read: {}", cable.name(), broken.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void arrive() {
        while (!arriving && !held && !incoming.isEmpty()) {
            int bytes = baud == 0 ? incoming.length() : Math.min(piece(), incoming.length());
            String octets = heard(incoming.substring(0, bytes));
            incoming.delete(0, bytes);
            if (incoming.length() <= READ_BYTES_MAX / 2 && reader != null) {
                reader.countDown();
                reader = null;
            }
            arriving = true;
            receiveFree = Math.max(receiveFree, loop.nanos()) + duration(bytes);
            long wait = receiveFree - loop.nanos();
            if (wait > 0) {
                loop.after(wait, () -> arrived(octets));
            } else {
                arrived(octets);
            }
        }
    }

    private void arrived(String octets) {
        arriving = false;
        try {
            received.accept(octets);
        } finally {
            arrive();
        }
    }

    private void write() {
        try {
            while (!closed) {
                StringBuilder all = new StringBuilder(written.take());
                for (String more = written.poll(); more != null; more = written.poll()) {
                    all.append(more);
                }
                byte[] bytes = all.toString().getBytes(StandardCharsets.ISO_8859_1);
                cable.write(bytes, bytes.length);
                loop.post(() -> waitingBytes -= bytes.length);
            }
        } catch (IOException broken) {
            LOG.warn("the simulated modem's line {} cannot be written: {}", cable.name(), broken.getMessage());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// What one side hears of the other: noise when they do not go at the same speed.
    private String heard(String octets) {
        if (!strict || baud == 0) {
            return octets;
        }
        long other = cable.speedOfOtherSide();
        if (other == 0 || other == baud) {
            return octets;
        }
        return noise(octets, noise);
    }

    /// Bytes of a line whose sides go at different speeds: most of them framing errors.
    public static String noise(String octets, Random random) {
        StringBuilder wrong = new StringBuilder();
        for (int i = 0; i < octets.length(); i++) {
            if (random.nextInt(3) == 0) {
                wrong.append((char) (0x80 | random.nextInt(0x80)));
            }
        }
        return wrong.toString();
    }

    /// The cable is let go.
    @Override
    public void close() {
        closed = true;
        cable.close();
        written.add("");
    }
}
