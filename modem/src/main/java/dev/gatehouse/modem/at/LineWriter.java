package dev.gatehouse.modem.at;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/// Writes to the line on a thread of its own, so that a line that takes no more bytes holds up nobody but this thread.
///
/// Its queue is short: an exchange writes twice at most. When it is full, the line takes nothing any more.
final class LineWriter {
    private static final int QUEUED_MAX = 4;
    private static final byte[] END = new byte[0];

    private final Line line;
    private final Consumer<IOException> failed;
    private final BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUED_MAX);
    private volatile boolean ended;

    LineWriter(Line line, Consumer<IOException> failed) {
        this.line = line;
        this.failed = failed;
        Thread.ofPlatform().daemon().name("modem-writer").start(this::run);
    }

    void write(byte[] bytes) throws ModemException {
        if (ended || bytes.length > 0 && !queue.offer(bytes)) {
            throw new ModemException(Trouble.MUTE, "the line takes no more bytes");
        }
    }

    void end() {
        ended = true;
        queue.clear();
        if (!queue.offer(END)) {
            throw new AssertionError("a cleared queue has room");
        }
    }

    private void run() {
        try {
            while (!ended) {
                byte[] next = queue.take();
                if (next.length > 0) {
                    line.write(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            if (!ended) {
                failed.accept(e);
            }
        }
    }
}
