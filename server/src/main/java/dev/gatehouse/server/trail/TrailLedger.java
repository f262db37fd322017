package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.diagnosis.Verdict;
import dev.gatehouse.journal.rocksdb.AttemptLine;
import dev.gatehouse.journal.rocksdb.AttemptLines;

/// Every attempt from accept to end: counted in the [Census], kept on the [Shelf] of whoever it belongs to, written to
/// the disk, found again.
///
/// - **Life:** [#accept], [#decided] when the tenant is known, [#opened], [#ended]; facts go into the [Attempt] itself.
/// - **Tenants** exist here from [#tenantAdded] to [#tenantRemoved]; a name from the wire never makes one.
/// - **Limits:** [TrailSettings]. What is dropped is counted ([#dropped]); the census never is wrong.
/// - **Thread:** any; nothing here waits for the disk but the questions in [TrailQueries].
public final class TrailLedger implements AutoCloseable {
    /// No line is shorter on the disk: with less left in the budget it need not be written out to be measured.
    private static final long LINE_BYTES_MIN = 512;
    private static final long SHARE_BYTES_MIN = 16_384;
    private static final int LEFT_AT_ONCE = 500;
    private static final long REWRITE_MICROS_MAX = 600_000_000L;
    private static final long TIDY_MICROS = 3_600_000_000L;
    private static final long DAY_MICROS = DayBudget.DAY_MICROS;

    private static final Comparator<Progress> NEWEST_FIRST = Comparator
            .<Progress, String>comparing(progress -> progress.attempt.id()).reversed();

    private final TrailSettings settings;
    private final LongSupplier clockMicros;
    private final AttemptIds ids;
    private final AttemptLines disk;
    private final TrailWriter writer;
    private final Census census = new Census();
    private final Shelf operator = new Shelf("");
    private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();
    private final Set<Shelf> changed = ConcurrentHashMap.newKeySet();
    /// Removed tenants whose lines the disk still has: nobody is shown these.
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();
    private final Map<String, Progress> inProgress = new ConcurrentHashMap<>();
    private final List<Following> followings = new CopyOnWriteArrayList<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private volatile long tidyMicros = Long.MIN_VALUE;

    /// A connection that is not over: one object for all who have something to remember of it, since every open
    /// connection has one.
    static final class Progress extends Census.Seat implements TrailWriter.Begun {
        final Attempt attempt;
        volatile Shelf shelf;
        /// Whether the writer was asked to tell the disk that it is under way.
        private volatile boolean begun;
        private volatile boolean over;
        /// On the writer's thread only.
        private boolean told;

        private Progress(Attempt attempt, Shelf shelf) {
            this.attempt = attempt;
            this.shelf = shelf;
        }

        @Override
        public String id() {
            return attempt.id();
        }

        @Override
        public Optional<AttemptLine> line() {
            return over ? Optional.empty() : Optional.of(StoredLine.of(shelf, attempt.snapshot()));
        }

        @Override
        public void told() {
            told = true;
        }

        @Override
        public boolean wasTold() {
            return told;
        }
    }

    /// @param disk stays open until after [#close()]; whoever opened it closes it
    /// @param clockMicros microseconds since 1970-01-01T00:00:00Z
    /// @throws dev.gatehouse.journal.rocksdb.StoreFault when the disk cannot be read
    public TrailLedger(TrailSettings settings, AttemptLines disk, LongSupplier clockMicros, RandomGenerator random) {
        this(settings, disk, disk::append, clockMicros, random);
    }

    /// @param append takes lines to the disk in place of `disk`: the seam for a slow or full one
    TrailLedger(TrailSettings settings, AttemptLines disk, Consumer<List<AttemptLine>> append,
            LongSupplier clockMicros, RandomGenerator random) {
        this.settings = settings;
        this.clockMicros = clockMicros;
        this.disk = disk;
        String newest = disk.newest(null, 1, null).stream().map(AttemptLine::newestId).findFirst().orElse("");
        this.ids = new AttemptIds(clockMicros, random, newest);
        this.writer = new TrailWriter(settings.queueMax(), append, disk::underWay, this::render);
        writer.then(this::closeWhatWasLeft);
        writer.start();
    }

    /// A tenant exists from now on. Twice is once.
    public void tenantAdded(String tenant) {
        if (tenant.isEmpty()) {
            throw new IllegalArgumentException("a tenant's name is not empty");
        }
        shelves.computeIfAbsent(tenant, Shelf::new);
        census.added(tenant);
    }

    /// A tenant exists no more: its lines go, here and on the disk, its figures and open connections are the operator's.
    public void tenantRemoved(String tenant) {
        census.removed(tenant);
        Shelf shelf = shelves.remove(tenant);
        if (shelf != null) {
            changed.remove(shelf);
            bytes.addAndGet(-shelf.remove());
            leaving.add(tenant);
            writer.then(() -> {
                disk.deleteOwner(tenant);
                leaving.remove(tenant);
            });
        }
    }

    /// A connection was accepted. It is the operator's until [#decided].
    ///
    /// @return the attempt, with this fact in it
    public Attempt accept(Fact.Accepted accepted) {
        long now = clockMicros.getAsLong();
        Attempt attempt = new Attempt(ids.next(), now, accepted.listener());
        attempt.add(accepted, now);
        Progress progress = new Progress(attempt, operator);
        census.accepted(progress);
        inProgress.put(attempt.id(), progress);
        return attempt;
    }

    /// The attempt belongs to this tenant from now on; without effect when there is no such tenant.
    public void decided(Attempt attempt, String tenant) {
        Progress progress = inProgress.get(attempt.id());
        Shelf shelf = shelves.get(tenant);
        if (progress != null && shelf != null && census.belongsTo(progress, tenant)) {
            progress.shelf = shelf;
        }
    }

    /// The attempt's session is open; its [Fact.SessionOpened] has been added.
    public void opened(Attempt attempt) {
        Progress progress = inProgress.get(attempt.id());
        if (progress != null) {
            census.opened(progress);
            progress.begun = true; // first, since it may end meanwhile
            if (!writer.begin(progress)) {
                progress.begun = false;
            }
            if (!followings.isEmpty()) {
                tell(progress.shelf, attempt.snapshot());
            }
        }
    }

    /// On the writer's thread, first of all: what an earlier process had under way has ended with it.
    private void closeWhatWasLeft() {
        List<AttemptLine> left = disk.underWay(LEFT_AT_ONCE);
        while (!left.isEmpty()) {
            long now = clockMicros.getAsLong();
            disk.append(left.stream().filter(each -> disk.get(each.key()).isEmpty())
                    .map(each -> StoredLine.killed(each, now)).toList());
            disk.underWay(List.of(), left.stream().map(AttemptLine::key).toList());
            left = disk.underWay(LEFT_AT_ONCE);
        }
    }

    /// Ends the attempt and keeps what it was. The first end counts.
    ///
    /// @return the final trail
    public Trail ended(Attempt attempt, Fact.Ended over, long atMicros) {
        Trail trail = attempt.ended(over, atMicros);
        ended(attempt);
        return trail;
    }

    /// Keeps an attempt that has ended; after [Attempt#ended]. Twice is once.
    public void ended(Attempt attempt) {
        Trail trail = attempt.snapshot();
        if (trail.endedMicros() < 0) {
            throw new IllegalStateException("attempt " + attempt.id() + " has not ended");
        }
        Progress progress = inProgress.remove(attempt.id());
        if (progress == null) {
            return;
        }
        if (trail.state() == Trail.State.ENDED) {
            census.opened(progress);
        }
        Verdict verdict = trail.verdict();
        census.over(progress, verdict == null ? Cause.UNDETERMINED : verdict.cause());
        progress.over = true;
        if (!keep(progress.shelf, trail)) {
            keep(operator, trail);
        }
        if (progress.begun) {
            writer.over(progress);
        }
    }

    private boolean keep(Shelf shelf, Trail trail) {
        Shelf.Added added = shelf.add(trail, settings.linesMax(), bytesMax());
        Entry entry = added.entry();
        if (entry == null) {
            return false;
        }
        bytes.addAndGet(added.bytes());
        changed.add(shelf);
        added.evicted().forEach(this::lastChance);
        save(entry, clockMicros.getAsLong());
        tell(shelf, entry);
        return true;
    }

    /// Time passes: writes lines that changed, forgets what is too old. Call it about once a second.
    public void tick(long nowMicros) {
        long oldest = nowMicros - settings.retentionDays() * DAY_MICROS;
        for (Shelf shelf : List.copyOf(changed)) {
            changed.remove(shelf);
            boolean[] more = new boolean[1];
            shelf.each(entry -> {
                saveHeld(entry, nowMicros);
                more[0] |= entry.changed;
            });
            if (more[0]) {
                changed.add(shelf);
            }
            if (shelf.claimUncounted()) {
                writer.then(() -> writeUncounted(shelf));
            }
        }
        if (bytes.get() > settings.memoryBytesMaxInAll() || nowMicros - TIDY_MICROS >= tidyMicros) {
            long share = bytesMax();
            everyShelf(shelf -> {
                Shelf.Added trimmed = shelf.trim(oldest, settings.linesMax(), share);
                trimmed.evicted().forEach(this::lastChance);
                bytes.addAndGet(trimmed.bytes());
            });
        }
        if (nowMicros - TIDY_MICROS >= tidyMicros) {
            tidyMicros = nowMicros;
            writer.then(() -> {
                while (disk.deleteBefore(AttemptIds.lowestAt(oldest), 500) == 500) {
                    // the next 500: others get at the store in between
                }
            });
        }
    }

    /// Exact figures.
    public Census census() {
        return census;
    }

    /// Reads what is kept. Its methods may wait for the disk.
    public TrailQueries queries() {
        return new TrailQueries(this, disk);
    }

    /// Watches lines as they come.
    public Following follow(LineFilter filter) {
        Following following = new Following(filter, followings::remove);
        followings.add(following);
        return following;
    }

    /// Lines whose details, or whose newest details, never reached the disk because the writer could not keep up; the
    /// disk has their count.
    public long dropped() {
        return dropped.get();
    }

    /// Lines that the store refused; tried again as long as they are in memory.
    public long writesFailed() {
        return writer.failed();
    }

    /// Bytes of all lines in memory, about.
    public long memoryBytes() {
        return bytes.get();
    }

    /// Writes all that changed and ends the writer. Connections that are not over are not kept: end them first.
    @Override
    public void close() {
        followings.forEach(Following::close);
        everyShelf(shelf -> writer.then(() -> {
            List<Entry> entries = new ArrayList<>();
            shelf.each(entries::add);
            for (int from = 0; from < entries.size(); from += 128) {
                writer.write(entries.subList(from, Math.min(from + 128, entries.size())).stream()
                        .flatMap(entry -> render(entry).stream()).toList());
            }
            writeUncounted(shelf);
        }));
        if (!writer.close(20_000)) {
            throw new IllegalStateException("the writer of attempts did not end within 20 s; the disk is too slow");
        }
    }

    /// Whether lines of this owner may still be shown.
    boolean shows(String owner) {
        return !leaving.contains(owner);
    }

    List<Progress> newestInProgress() {
        return inProgress.values().stream().sorted(NEWEST_FIRST).toList();
    }

    Optional<Progress> inProgress(String id) {
        return Optional.ofNullable(inProgress.get(id));
    }

    void everyShelf(Consumer<Shelf> reader) {
        reader.accept(operator);
        shelves.values().forEach(reader);
    }

    private long bytesMax() {
        if (bytes.get() <= settings.memoryBytesMaxInAll()) {
            return settings.memoryBytesMax();
        }
        long share = settings.memoryBytesMaxInAll() / (shelves.size() + 1);
        return Math.clamp(share, SHARE_BYTES_MIN, settings.memoryBytesMax());
    }

    private void save(Entry entry, long nowMicros) {
        synchronized (entry.shelf) {
            saveHeld(entry, nowMicros);
        }
    }

    /// With the shelf's lock held. A line that is long on the disk is written the less often the longer it goes on.
    private void saveHeld(Entry entry, long nowMicros) {
        long pause = Math.max(settings.rewriteSeconds() * 1_000_000L,
                Math.min(REWRITE_MICROS_MAX, entry.spanMicros() / 8));
        boolean due = entry.writtenMicros == 0 || nowMicros - entry.writtenMicros >= pause;
        if (entry.changed && !entry.queued && due) {
            entry.queued = writer.offer(entry);
        }
    }

    private void lastChance(Entry entry) {
        synchronized (entry.shelf) {
            if (entry.changed && !entry.queued) {
                entry.queued = writer.offer(entry);
                Shelf.Copy copy = entry.queued ? null : entry.shelf.forWriter(entry);
                if (copy != null) {
                    dropped.incrementAndGet();
                    entry.shelf.countOnly(entry, copy);
                    changed.add(entry.shelf);
                }
            }
        }
    }

    /// On the writer's thread.
    private Optional<TrailWriter.Ready> render(Entry entry) {
        Shelf shelf = entry.shelf;
        Shelf.Copy copy = shelf.forWriter(entry);
        if (copy == null) {
            return Optional.empty();
        }
        if (shelf.hasRoom(entry, copy, LINE_BYTES_MIN, settings.dayBytesMax())) {
            AttemptLine line = StoredLine.of(shelf.owner(), copy);
            int bytes = line.bytes();
            if (shelf.hasRoom(entry, copy, bytes, settings.dayBytesMax())) {
                shelf.pay(entry, bytes);
                return Optional.of(new TrailWriter.Ready(line, () -> written(entry), () -> refused(entry)));
            }
        }
        changed.add(shelf);
        return Optional.empty();
    }

    private void written(Entry entry) {
        synchronized (entry.shelf) {
            entry.writtenMicros = Math.max(1, clockMicros.getAsLong());
        }
    }

    private void refused(Entry entry) {
        entry.shelf.refused(entry);
        changed.add(entry.shelf);
    }

    private void writeUncounted(Shelf shelf) {
        writer.write(shelf.uncounted().stream()
                .map(line -> new TrailWriter.Ready(StoredLine.of(shelf.owner(), line), () -> {}, () -> {
                    shelf.uncountedRefused();
                    changed.add(shelf);
                })).toList());
    }

    private void tell(Shelf shelf, Trail trail) {
        Line line = Line.of(trail, shelf.tenant(), trail.id(), trail.startedMicros(), 1);
        followings.forEach(each -> each.offer(line));
    }

    private void tell(Shelf shelf, Entry entry) {
        if (!followings.isEmpty()) {
            Line line;
            synchronized (shelf) {
                line = entry.line();
            }
            followings.forEach(each -> each.offer(line));
        }
    }
}
