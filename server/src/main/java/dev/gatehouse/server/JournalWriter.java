package dev.gatehouse.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.broker.journal.KeyValues;
import dev.gatehouse.broker.journal.LocalShard;

/// The thread that writes the journal, and the one that reads queues back.
///
/// What somebody waits for is written at once, with all that has come by then. What nobody waits for (acknowledgements of
/// subscribers, mostly) waits a little for company: it alone is not worth a sync of the disk.
final class JournalWriter implements LocalShard.Bell, LocalShard.Watch, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final long UNAWAITED_NANOS = 20_000_000;

    private final ExecutorService readers = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("journal-reader").daemon().unstarted(task));
    private final Thread thread = Thread.ofPlatform().name("journal").unstarted(this::run);
    private final LocalShard shard;
    /// Whether anything, and whether something that is waited for, was handed in since the last turn.
    private final AtomicBoolean pending = new AtomicBoolean();
    private final AtomicBoolean awaited = new AtomicBoolean();
    private volatile boolean closing;

    JournalWriter(KeyValues store) {
        this.shard = new LocalShard(store, readers, this, this);
    }

    LocalShard shard() {
        return shard;
    }

    void start() {
        thread.start();
    }

    @Override
    public void ring(boolean somebodyWaits) {
        // each flag is asked and set in one step: whoever finds it set knows that the writer has not yet begun the turn
        if (!(somebodyWaits ? awaited : pending).getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (!closing) {
            if (!pending.get() && !awaited.get()) {
                LockSupport.park(this);
                due = System.nanoTime() + UNAWAITED_NANOS;
            } else if (awaited.get() || System.nanoTime() - due >= 0) {
                awaited.set(false);
                pending.set(false);
                turn();
                due = System.nanoTime() + UNAWAITED_NANOS;
            } else {
                LockSupport.parkNanos(this, due - System.nanoTime());
            }
        }
        turn();
    }

    /// A failure that is not the store's is a bug of ours: the journal must go on.
    private void turn() {
        try {
            while (shard.turn()) {
                // until all of it is written
            }
        } catch (RuntimeException | AssertionError bug) {
            LOG.error("the journal failed", bug);
        }
    }

    @Override
    public void failing(RuntimeException cause) {
        LOG.error("the journal cannot be written; nothing that depends on it is confirmed: {}", cause.getMessage());
        LOG.debug("the cause", cause);
    }

    @Override
    public void working() {
        LOG.info("the journal can be written again");
    }

    @Override
    public void unreadable(long session, RuntimeException cause) {
        LOG.error("what waits for session {} cannot be read: {}", session, cause.getMessage());
        LOG.debug("the cause", cause);
    }

    /// Writes what is left and ends both threads. The store stays open.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        readers.shutdown();
    }
}
