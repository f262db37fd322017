package dev.gatehouse.broker.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.broker.Effect;
import dev.gatehouse.broker.Lane;
import dev.gatehouse.broker.Queued;
import dev.gatehouse.broker.Shard;

/// The journal of one process: effects become durable in a store of this machine, many at a time.
///
/// - **Threads:** lanes hand effects in and never wait. One thread takes what has come, writes it as one batch, and tells
///   the lanes; while it writes, the next batch collects. Pages are read by `readers`.
/// - **Order:** that in which effects were handed in is that of the store, of the sequences in queues, and of what each
///   lane is told.
public final class LocalShard implements Shard, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalShard.class);
    /// Effects in one batch, so that the first of them does not wait for thousands.
    private static final int BATCH_MAX = 4_096;
    /// What nobody waits for is written after so long at the latest.
    private static final long UNAWAITED_NANOS = 20_000_000;

    private final KeyValues store;
    private final StoredState state;
    private final Executor readers;
    private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
    /// Taken from `jobs` and not yet written.
    private final ArrayDeque<Job> taken = new ArrayDeque<>();
    private final List<List<Runnable>> outcomes = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private @Nullable Listener listener;
    private @Nullable Thread writer;
    /// Whether somebody waits for what is in `taken`, or it is a batch by itself.
    private boolean awaited;
    private long firstTakenNanos;
    private volatile Parked parked = Parked.NOT;
    private volatile boolean closing;
    private boolean failing;

    /// What the writer waits for.
    private enum Parked {
        NOT, UNTIL_ANYTHING, UNTIL_AWAITED
    }

    /// What a lane has handed in.
    private sealed interface Job {
        boolean awaited();

        record Write(Effect effect, Lane lane, @Nullable Commit done) implements Job {
            @Override
            public boolean awaited() {
                return done != null;
            }
        }

        record Read(long session, long from, Lane lane, Consumer<Page> reader) implements Job {
            @Override
            public boolean awaited() {
                return true;
            }
        }
    }

    /// @param readers runs the reading of pages, which waits for the disk
    public LocalShard(KeyValues store, Executor readers) {
        this.store = store;
        this.state = new StoredState(store);
        this.readers = readers;
    }

    @Override
    public void open(Listener told, Recovery recovery) {
        listener = told;
        state.recover(recovery);
    }

    /// Starts the thread that writes. Without it somebody has to call [#turn].
    public void start() {
        writer = Thread.ofPlatform().name("journal").start(this::run);
    }

    @Override
    public void commit(Effect effect, Lane lane, @Nullable Commit done) {
        add(new Job.Write(effect, lane, done));
    }

    @Override
    public void read(long session, long from, Lane lane, Consumer<Page> reader) {
        add(new Job.Read(session, from, lane, reader));
    }

    private void add(Job job) {
        jobs.add(job);
        Parked now = parked;
        if (now == Parked.UNTIL_ANYTHING || now == Parked.UNTIL_AWAITED && job.awaited()) {
            parked = Parked.NOT;
            LockSupport.unpark(writer);
        }
    }

    private void run() {
        while (true) {
            take();
            if (awaited || !taken.isEmpty() && untilDue() <= 0) {
                turn();
            } else if (closing && jobs.isEmpty()) {
                turn();
                return;
            } else {
                parked = taken.isEmpty() ? Parked.UNTIL_ANYTHING : Parked.UNTIL_AWAITED;
                if (!closing && jobs.stream().noneMatch(job -> taken.isEmpty() || job.awaited())) {
                    if (taken.isEmpty()) {
                        LockSupport.park(this);
                    } else {
                        LockSupport.parkNanos(this, untilDue());
                    }
                }
                parked = Parked.NOT;
            }
        }
    }

    private long untilDue() {
        return firstTakenNanos + UNAWAITED_NANOS - System.nanoTime();
    }

    /// Takes what has come, up to one batch.
    private void take() {
        for (Job job = jobs.poll(); job != null; job = taken.size() < BATCH_MAX ? jobs.poll() : null) {
            if (taken.isEmpty()) {
                firstTakenNanos = System.nanoTime();
            }
            taken.add(job);
            awaited |= job.awaited() || taken.size() >= BATCH_MAX;
        }
    }

    /// Writes everything that has been handed in, as few batches as possible, and tells the lanes.
    ///
    /// @return false when there was nothing
    public boolean turn() {
        take();
        if (taken.isEmpty()) {
            return false;
        }
        awaited = false;
        List<Job.Read> reads = new ArrayList<>();
        List<Job.Write> written = new ArrayList<>();
        List<List<Queued>> queued = new ArrayList<>();
        KeyValues.Batch batch = store.batch();
        try {
            for (Job job = taken.poll(); job != null; job = taken.poll()) {
                switch (job) {
                    case Job.Write write -> {
                        if (!batch.isEmpty() && state.needsWhatIsPending(write.effect())) {
                            commit(batch, written, queued);
                            batch.close();
                            batch = store.batch();
                        }
                        apply(write, batch, written, queued);
                    }
                    case Job.Read read -> reads.add(read);
                }
            }
            commit(batch, written, queued);
        } finally {
            batch.close();
        }
        reads.forEach(read -> readers.execute(() -> page(read)));
        tellLanes();
        return true;
    }

    private void apply(Job.Write write, KeyValues.Batch batch, List<Job.Write> written, List<List<Queued>> queued) {
        try {
            queued.add(state.apply(write.effect(), batch));
            written.add(write);
        } catch (RuntimeException e) {
            failed(List.of(write), e); // what of it is in the batch is harmless: nobody was told
        }
    }

    private void commit(KeyValues.Batch batch, List<Job.Write> written, List<List<Queued>> queued) {
        if (written.isEmpty()) {
            return;
        }
        try {
            state.finish(batch);
            if (!batch.isEmpty()) {
                batch.commit();
            }
            state.committed();
            if (failing) {
                failing = false;
                LOG.info("the journal can be written again");
            }
            for (int i = 0; i < written.size(); i++) {
                durable(written.get(i), queued.get(i));
            }
        } catch (RuntimeException e) {
            state.failed();
            failed(List.copyOf(written), e);
        }
        written.clear();
        queued.clear();
    }

    private void durable(Job.Write write, List<Queued> queued) {
        Listener told = listener();
        switch (write.effect()) {
            case Effect.Published published -> {
                if (published.retained()) {
                    told.retained(published.tenant(), published.message());
                }
                tellQueued(told, published.tenant(), queued, write.lane());
            }
            case Effect.Moved moved -> tellQueued(told, moved.tenant(), queued, write.lane());
            case Effect.Ended ended -> {
                Lane home = told.laneOf(ended.session());
                Lane lane = home == null ? write.lane() : home;
                outcomesOf(lane).add(() -> told.ended(ended.session(), queued, lane));
            }
            case Effect.Acknowledged _,Effect.Detached _,Effect.Forgotten _,Effect.Opened _,Effect.Received _,Effect.Released _,Effect.RetainedExpired _,Effect.Subscribed _,Effect.Unsubscribed _,Effect.WillFulfilled _ ->
                {
                }
        }
        Commit done = write.done();
        if (done != null) {
            outcomesOf(write.lane()).add(done::durable);
        }
    }

    private void tellQueued(Listener told, String tenant, List<Queued> queued, Lane from) {
        for (Queued entry : queued) {
            Lane home = told.laneOf(entry.receiver().session());
            Lane lane = home == null ? from : home;
            outcomesOf(lane).add(() -> told.queued(tenant, entry, lane));
        }
    }

    private void failed(List<Job.Write> writes, RuntimeException cause) {
        if (!failing) {
            failing = true;
            LOG.error("the journal cannot be written: {}", cause.getMessage());
            LOG.debug("the cause", cause);
        }
        String why = "the journal cannot be written";
        for (Job.Write write : writes) {
            Commit done = write.done();
            if (done != null) {
                outcomesOf(write.lane()).add(() -> done.failed(why));
            }
        }
    }

    private Listener listener() {
        Listener told = listener;
        if (told == null) {
            throw new IllegalStateException("not open");
        }
        return told;
    }

    private void page(Job.Read read) {
        Page page;
        try {
            page = state.page(read.session(), read.from());
        } catch (RuntimeException e) {
            LOG.error("the queue of session {} cannot be read: {}", read.session(), e.getMessage());
            LOG.debug("the cause", e);
            page = new Page(List.of(), false, "what waits for the session cannot be read");
        }
        Page found = page;
        read.lane().run(() -> read.reader().accept(found));
    }

    private List<Runnable> outcomesOf(Lane lane) {
        while (outcomes.size() <= lane.index()) {
            outcomes.add(new ArrayList<>());
            lanes.add(lane);
        }
        lanes.set(lane.index(), lane);
        return outcomes.get(lane.index());
    }

    /// One task for each lane, whatever it has to be told.
    private void tellLanes() {
        for (int i = 0; i < outcomes.size(); i++) {
            if (!outcomes.get(i).isEmpty()) {
                List<Runnable> told = outcomes.set(i, new ArrayList<>());
                lanes.get(i).run(() -> told.forEach(Runnable::run));
            }
        }
    }

    /// Writes what is left and ends the writer. The store stays open.
    @Override
    public void close() {
        closing = true;
        Thread thread = writer;
        if (thread == null) {
            turn();
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
