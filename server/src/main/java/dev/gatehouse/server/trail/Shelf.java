package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.FoldKey;
import dev.gatehouse.diagnosis.Trail;

/// The lines of one tenant, or of what no tenant owns. Empty, it is a few pointers.
///
/// - **Shape:** two [Ring]s, failures in the larger, attempts that ended well in the other: neither pushes out the other.
/// - **Owner:** its own monitor; nothing here waits or calls out while holding it.
final class Shelf {
    private final String owner;
    private @Nullable Ring failures;
    private @Nullable Ring successes;
    private @Nullable DayBudget budget;
    private @Nullable Map<CauseAndDay, Uncounted> uncounted;
    private boolean uncountedClaimed;
    private boolean removed;

    /// @param owner the tenant's name, empty for what no tenant owns
    Shelf(String owner) {
        this.owner = owner;
    }

    /// Attempts of one cause and day whose details did not go to the disk.
    private static final class Uncounted {
        private final String firstId;
        private final long firstMicros;
        private Line newest;
        private long count;
        private boolean changed;

        private Uncounted(Line first) {
            this.firstId = first.id();
            this.firstMicros = first.timeMicros();
            this.newest = first;
        }

        private Line line() {
            String title = newest.title() == null ? "Ended well" : newest.title();
            return new Line(newest.id(), firstId + "-counts", newest.timeMicros(), Math.min(firstMicros,
                    newest.timeMicros()), "", newest.listener(), newest.tenant(), null, null, null, newest.stage(),
                    newest.cause(), title + " (and others like it, whose details were not kept on the disk)",
                    newest.fix(), newest.certainty(), count, newest.state());
        }
    }

    String owner() {
        return owner;
    }

    @Nullable
    String tenant() {
        return owner.isEmpty() ? null : owner;
    }

    /// What a change made of the shelf.
    ///
    /// @param entry the line that a trail came into; null when the tenant was removed in the meantime
    /// @param evicted lines that had to go for it
    /// @param bytes by how much the shelf grew; negative when it shrank
    record Added(@Nullable Entry entry, List<Entry> evicted, long bytes) {}

    synchronized Added add(Trail trail, int linesMax, long bytesMax) {
        if (removed) {
            return new Added(null, List.of(), 0);
        }
        boolean failed = trail.verdict() != null;
        Ring ring = ring(failed);
        long before = ring.bytes();
        Object key = failed ? FoldKey.of(trail) : trail.id();
        Entry entry = ring.get(key);
        if (entry == null) {
            entry = new Entry(this, key, trail);
            ring.put(entry, 0);
        } else {
            long had = entry.bytes();
            entry.fold(trail);
            ring.put(entry, had);
        }
        List<Entry> evicted = ring.fit(share(linesMax, failed), share(bytesMax, failed));
        return new Added(entry, evicted, ring.bytes() - before);
    }

    private Ring ring(boolean failed) {
        if (failed) {
            failures = failures == null ? new Ring() : failures;
            return failures;
        }
        successes = successes == null ? new Ring() : successes;
        return successes;
    }

    private static int share(int max, boolean failed) {
        return failed ? max - max / 4 : max / 4;
    }

    private static long share(long max, boolean failed) {
        return failed ? max - max / 4 : max / 4;
    }

    /// Every line, each ring's oldest first; the reader does nothing slow.
    synchronized void each(Consumer<Entry> reader) {
        for (Ring ring : rings()) {
            ring.entries().forEach(reader);
        }
    }

    synchronized int lines() {
        return rings().stream().mapToInt(Ring::size).sum();
    }

    synchronized long bytes() {
        return rings().stream().mapToLong(Ring::bytes).sum();
    }

    /// Drops lines whose newest attempt is older than a time, and what is above the limits.
    ///
    /// @return the lines that went
    synchronized Added trim(long oldestMicros, int linesMax, long bytesMax) {
        List<Entry> gone = new ArrayList<>();
        long before = bytes();
        for (Ring ring : rings()) {
            List<Entry> old = ring.entries().stream().filter(each -> each.trail().startedMicros() < oldestMicros)
                    .toList();
            old.forEach(ring::remove);
            gone.addAll(old);
            gone.addAll(ring.fit(share(linesMax, ring == failures), share(bytesMax, ring == failures)));
        }
        return new Added(null, gone, bytes() - before);
    }

    /// What the writer writes of a line now, and that it has been asked.
    ///
    /// @return null when there is nothing new to write
    synchronized @Nullable Copy forWriter(Entry entry) {
        entry.queued = false;
        if (removed || !entry.changed) {
            return null;
        }
        entry.changed = false;
        return new Copy(entry.trail(), entry.line(), entry.ids(), entry.count() - entry.countedElsewhere);
    }

    /// A line at one moment.
    ///
    /// @param count attempts that no other line on the disk counts
    record Copy(Trail trail, Line line, List<String> ids, long count) {}

    /// Whether today's budget has room for a line, of which so many bytes are known. When it has not, its attempts are
    /// only counted, under their cause.
    synchronized boolean hasRoom(Entry entry, Copy copy, long bytes, long bytesMax) {
        budget = budget == null ? new DayBudget() : budget;
        if (entry.paid || budget.has(entry, bytes, bytesMax)) {
            return true;
        }
        countOnly(entry, copy);
        return false;
    }

    /// Puts what is new in a line under its cause: its details do not go to the disk.
    synchronized void countOnly(Entry entry, Copy copy) {
        uncounted = uncounted == null ? new HashMap<>() : uncounted;
        long day = DayBudget.day(copy.trail);
        uncounted.keySet().removeIf(key -> key.day < day - 1);
        String cause = copy.line.cause();
        Uncounted sum = uncounted.computeIfAbsent(new CauseAndDay(cause == null ? "" : cause, day),
                _ -> new Uncounted(copy.line));
        sum.count += copy.count;
        sum.changed = true;
        sum.newest = copy.line.id().compareTo(sum.newest.id()) > 0 ? copy.line : sum.newest;
        entry.countedElsewhere += copy.count;
    }

    /// Charges the budget for a line, once, after [#hasRoom].
    synchronized void pay(Entry entry, long bytes) {
        if (!entry.paid && budget != null) {
            budget.take(entry, bytes);
            entry.paid = true;
        }
    }

    /// The store did not take a line.
    synchronized void refused(Entry entry) {
        entry.changed = true;
    }

    /// The store did not take the sums.
    synchronized void uncountedRefused() {
        if (uncounted != null) {
            uncounted.values().forEach(sum -> sum.changed = true);
        }
    }

    /// Whether there are sums to write that the writer has not yet been told of; from now on it has.
    synchronized boolean claimUncounted() {
        boolean claim = !uncountedClaimed && uncounted != null
                && uncounted.values().stream().anyMatch(sum -> sum.changed);
        uncountedClaimed |= claim;
        return claim;
    }

    private record CauseAndDay(String cause, long day) {}

    /// Lines that stand for attempts whose details did not go to the disk, one per cause and day: those that
    /// changed since the last call.
    synchronized List<Line> uncounted() {
        uncountedClaimed = false;
        if (uncounted == null) {
            return List.of();
        }
        List<Line> lines = new ArrayList<>();
        for (Uncounted sum : uncounted.values()) {
            if (sum.changed) {
                sum.changed = false;
                lines.add(sum.line());
            }
        }
        return lines;
    }

    /// Empties it for good.
    ///
    /// @return the bytes that it had
    synchronized long remove() {
        long had = bytes();
        removed = true;
        failures = null;
        successes = null;
        uncounted = null;
        return had;
    }

    synchronized boolean isRemoved() {
        return removed;
    }

    private List<Ring> rings() {
        List<Ring> rings = new ArrayList<>(2);
        if (failures != null) {
            rings.add(failures);
        }
        if (successes != null) {
            rings.add(successes);
        }
        return rings;
    }
}
