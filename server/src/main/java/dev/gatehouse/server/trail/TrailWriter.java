package dev.gatehouse.server.trail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.journal.rocksdb.AttemptLine;

/// The one thread that brings lines to the disk.
///
/// - **Queue:** bounded for lines: [#offer] says no when it is full, and who offered decides what is lost. Other work
///   (a tenant is removed, old lines go) is rare, comes by command or by the clock, and always finds room.
/// - **Errors:** lines that the store refuses are counted and handed back, so that they are tried again; the log hears
///   of the first of a row of failures, and of its end.
final class TrailWriter {
    private static final Logger log = LoggerFactory.getLogger(TrailWriter.class);
    private static final int BATCH = 128;

    private sealed interface Job {
        record Save(Entry entry) implements Job {}

        record Other(Runnable work) implements Job {}

        record Stop() implements Job {}
    }

    /// A line on its way to the disk.
    ///
    /// @param written what to do when it is there
    /// @param refused what to do when the store did not take it
    record Ready(AttemptLine line, Runnable written, Runnable refused) {}

    private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();
    private final int queueMax;
    private final Consumer<List<AttemptLine>> disk;
    private final Function<Entry, Optional<Ready>> render;
    private final Thread thread;
    private boolean failing;

    /// @param disk writes a batch, or throws
    /// @param render what to write of a line now, if anything
    TrailWriter(int queueMax, Consumer<List<AttemptLine>> disk, Function<Entry, Optional<Ready>> render) {
        this.queueMax = queueMax;
        this.disk = disk;
        this.render = render;
        this.thread = Thread.ofPlatform().name("trail-writer").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// @return false when the queue is full
    boolean offer(Entry entry) {
        if (waiting.incrementAndGet() > queueMax) {
            waiting.decrementAndGet();
            return false;
        }
        queue.add(new Job.Save(entry));
        return true;
    }

    /// Does something on this thread, after what is waiting.
    void then(Runnable work) {
        queue.add(new Job.Other(work));
    }

    /// Writes lines at once; on this thread only.
    void write(List<Ready> lines) {
        if (lines.isEmpty()) {
            return;
        }
        try {
            disk.accept(lines.stream().map(Ready::line).toList());
            if (failing) {
                failing = false;
                log.info("attempts are written to the disk again");
            }
            lines.forEach(each -> each.written.run());
        } catch (RuntimeException e) {
            failed.addAndGet(lines.size());
            if (!failing) {
                failing = true;
                log.error("attempts cannot be written to the disk, they are kept in memory: {}", e.getMessage());
                log.debug("the cause", e);
            }
            lines.forEach(each -> each.refused.run());
        }
    }

    /// Lines that the store refused, each time counted.
    long failed() {
        return failed.get();
    }

    /// Writes what is waiting, then ends.
    ///
    /// @return false when that took longer
    boolean close(long waitMillis) {
        queue.add(new Job.Stop());
        try {
            return thread.join(Duration.ofMillis(waitMillis));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void run() {
        List<Job> jobs = new ArrayList<>();
        List<Ready> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            try {
                jobs.add(queue.take());
            } catch (InterruptedException _) {
                return; // nobody interrupts it but a JVM that goes down
            }
            queue.drainTo(jobs, BATCH - 1);
            for (Job job : jobs) {
                switch (job) {
                    case Job.Save(Entry entry) -> {
                        waiting.decrementAndGet();
                        render.apply(entry).ifPresent(batch::add);
                    }
                    case Job.Other(Runnable work) -> {
                        flush(batch);
                        attempt(work);
                    }
                    case Job.Stop() -> open = false;
                }
            }
            flush(batch);
            jobs.clear();
        }
    }

    private void flush(List<Ready> batch) {
        write(List.copyOf(batch));
        batch.clear();
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("the attempts on the disk could not be tidied up: {}", e.getMessage());
            log.debug("the cause", e);
        }
    }
}
