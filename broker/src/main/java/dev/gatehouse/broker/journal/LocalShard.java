package dev.gatehouse.broker.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Effect;
import dev.gatehouse.broker.Lane;
import dev.gatehouse.broker.Queued;
import dev.gatehouse.broker.Shard;

/// The journal of one process: effects become durable in a store of this machine, many at a time.
///
/// - **Threads:** lanes hand effects in and never wait. One thread calls [#turn], which takes what has come, writes it as
///   one batch, and tells the lanes; while it writes, the next batch collects. Pages are read by `readers`.
/// - **Order:** that in which effects were handed in is that of the store, of the sequences in queues, and of what each
///   lane is told.
public final class LocalShard implements Shard {
    /// What is handed in and taken in one turn, so that the first of it does not wait for thousands.
    private static final int TURN_MAX = 4_096;

    private final KeyValues store;
    private final StoredState state;
    private final Executor readers;
    private final Bell bell;
    private final Watch watch;
    private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
    private final List<List<Runnable>> outcomes = new ArrayList<>();
    private final List<Lane> lanes = new ArrayList<>();
    private @Nullable Listener listener;
    private boolean failing;

    /// Is rung when something was handed in. Any thread.
    @FunctionalInterface
    public interface Bell {
        /// @param awaited whether somebody waits for it
        void ring(boolean awaited);
    }

    /// Sees what an operator has to know.
    public interface Watch {
        /// The store does not take what it is given; said once until it does again.
        void failing(RuntimeException cause);

        /// The store takes what it is given again.
        void working();

        /// What waits for a session cannot be read.
        void unreadable(long session, RuntimeException cause);

        /// Nobody looks.
        Watch NOBODY = new Watch() {
            @Override
            public void failing(RuntimeException cause) {}

            @Override
            public void working() {}

            @Override
            public void unreadable(long session, RuntimeException cause) {}
        };
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

    /// A shard whose owner calls [#turn] by himself.
    ///
    /// @param readers runs the reading of pages, which waits for the disk
    public LocalShard(KeyValues store, Executor readers) {
        this(store, readers, _ -> {}, Watch.NOBODY);
    }

    /// @param readers runs the reading of pages, which waits for the disk
    public LocalShard(KeyValues store, Executor readers, Bell bell, Watch watch) {
        this.store = store;
        this.state = new StoredState(store);
        this.readers = readers;
        this.bell = bell;
        this.watch = watch;
    }

    @Override
    public void open(Listener told, Recovery recovery) {
        listener = told;
        state.recover(recovery);
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
        bell.ring(job.awaited());
    }

    /// Writes what has been handed in, in as few batches as possible, and tells the lanes.
    ///
    /// @return whether there was anything; then there may be more
    public boolean turn() {
        if (jobs.isEmpty()) {
            return false;
        }
        List<Job.Read> reads = new ArrayList<>();
        List<Job.Write> written = new ArrayList<>();
        List<List<Queued>> queued = new ArrayList<>();
        KeyValues.Batch batch = store.batch();
        try {
            int taken = 0;
            for (Job job = jobs.poll(); job != null; job = ++taken < TURN_MAX ? jobs.poll() : null) {
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
                watch.working();
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
            watch.failing(cause);
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
            watch.unreadable(read.session(), e);
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
}
