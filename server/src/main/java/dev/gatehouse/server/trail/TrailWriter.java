package dev.gatehouse.server.trail;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
/// - **Pace:** after the first of what is new it waits [#LINGER_MILLIS] for more, so that many connections cost one write
///   and the event loops one wake-up. A killed process loses what came in that time, and no more.
/// - **Errors:** lines that the store refuses are counted and handed back, so that they are tried again; the log hears
///   of the first of a row of failures, and of its end.
final class TrailWriter {
    private static final Logger log = LoggerFactory.getLogger(TrailWriter.class);
    private static final int BATCH = 1024;
    private static final long LINGER_MILLIS = 50;
    /// Attempts that are over and that the store has not forgotten yet since it refuses to write.
    private static final int OVER_MAX = 100_000;

    private sealed interface Job {
        record Save(Entry entry) implements Job {}

        record Begin(Begun attempt) implements Job {}

        record Over(Begun attempt) implements Job {}

        record Other(Runnable work) implements Job {}

        record Stop() implements Job {}
    }

    /// A line on its way to the disk.
    ///
    /// @param written what to do when it is there
    /// @param refused what to do when the store did not take it
    record Ready(AttemptLine line, Runnable written, Runnable refused) {}

    /// An attempt that the disk may be told is under way. Asked on the writer's thread.
    interface Begun {
        /// Its key.
        String id();

        /// What the disk is told; empty when the attempt is over by now.
        Optional<AttemptLine> line();

        /// It is on its way to the disk.
        void told();

        /// Whether [#told()] was called.
        boolean wasTold();
    }

    /// Where the store keeps attempts that are under way.
    @FunctionalInterface
    interface UnderWay {
        void change(List<AttemptLine> begun, List<String> over);
    }

    private final LinkedBlockingQueue<Job> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();
    private final int queueMax;
    private final Consumer<List<AttemptLine>> disk;
    private final UnderWay underWay;
    private final Function<Entry, Optional<Ready>> render;
    private final List<AttemptLine> begun = new ArrayList<>();
    private final List<String> over = new ArrayList<>();
    private final Thread thread;
    private boolean failing;

    /// @param disk writes a batch, or throws
    /// @param underWay writes what is under way, or throws
    /// @param render what to write of a line now, if anything
    TrailWriter(int queueMax, Consumer<List<AttemptLine>> disk, UnderWay underWay,
            Function<Entry, Optional<Ready>> render) {
        this.queueMax = queueMax;
        this.disk = disk;
        this.underWay = underWay;
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

    /// Keeps an attempt that is under way. With a queue that is half full it is left out: lines come first.
    ///
    /// @return false when it is left out; else [#over] has to follow
    boolean begin(Begun attempt) {
        if (waiting.get() > queueMax / 2) {
            return false;
        }
        waiting.incrementAndGet();
        queue.add(new Job.Begin(attempt));
        return true;
    }

    /// The attempt is not under way any more.
    void over(Begun attempt) {
        queue.add(new Job.Over(attempt));
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
                if (!(jobs.getFirst() instanceof Job.Stop)) {
                    TimeUnit.MILLISECONDS.sleep(LINGER_MILLIS);
                }
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
                    case Job.Begin(Begun attempt) -> {
                        waiting.decrementAndGet();
                        attempt.line().ifPresent(line -> {
                            begun.add(line);
                            attempt.told();
                        });
                    }
                    case Job.Over(Begun attempt) -> {
                        if (attempt.wasTold()) {
                            over.add(attempt.id());
                        }
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

    /// Lines first: an attempt that is over is in its line before it is not under way any more.
    private void flush(List<Ready> batch) {
        write(List.copyOf(batch));
        batch.clear();
        if (begun.isEmpty() && over.isEmpty()) {
            return;
        }
        try {
            underWay.change(begun, over);
            over.clear();
        } catch (RuntimeException e) {
            log.debug("what is under way cannot be written to the disk", e);
            if (over.size() > OVER_MAX) {
                over.clear();
            }
        }
        begun.clear();
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
