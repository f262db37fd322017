package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.journal.rocksdb.AttemptLine;
import dev.gatehouse.journal.rocksdb.AttemptLines;

/// Questions about attempts: what is under way, what is in memory, and what is on the disk from before.
///
/// - **Thread:** one that may wait, as the disk is read; never an event loop.
/// - **Errors:** [dev.gatehouse.journal.rocksdb.StoreFault] when the disk cannot be read.
public final class TrailQueries {
    /// Lines of the disk that one question looks at.
    static final int LOOKED_AT_MAX = 100_000;

    private static final int PAGE = 256;

    private final TrailLedger ledger;
    private final AttemptLines disk;

    TrailQueries(TrailLedger ledger, AttemptLines disk) {
        this.ledger = ledger;
        this.disk = disk;
    }

    /// The newest lines, newest first.
    ///
    /// @param limit 1 or more
    public List<Line> attempts(LineFilter filter, int limit) {
        List<Line> underWay = filter.failedOnly() ? List.of() : inProgress(filter, limit);
        List<Line> lines = new ArrayList<>();
        Set<String> inMemory = new HashSet<>();
        ledger.everyShelf(shelf -> {
            if (filter.takesOwner(shelf.owner())) {
                shelf.each(entry -> {
                    Line line = entry.line();
                    inMemory.add(line.firstId());
                    if (filter.takes(line)) {
                        lines.add(line);
                    }
                });
            }
        });
        Set<String> ended = lines.stream().map(Line::id).collect(Collectors.toSet()); // some while we were reading
        underWay.stream().filter(line -> !ended.contains(line.id())).forEach(lines::add);
        onDisk(filter, limit, inMemory, lines);
        return lines.stream().sorted(Comparator.comparing(Line::id).reversed()).limit(limit).toList();
    }

    /// An attempt by its id; by that of any attempt that was folded into a line, as long as the line has it.
    ///
    /// @param typed as a person may type it: small letters are fine
    public Optional<Found> find(String typed) {
        String id = AttemptIds.normal(typed);
        if (id.isEmpty()) {
            return Optional.empty();
        }
        var progress = ledger.inProgress(id);
        if (progress.isPresent()) {
            Trail trail = progress.get().attempt.snapshot();
            Line line = Line.of(trail, progress.get().shelf.tenant(), id, trail.startedMicros(), 1);
            return Optional.of(new Found(id, line, trail, List.of()));
        }
        return inMemory(id, id).or(() -> disk.get(id).filter(stored -> ledger.shows(stored.owner())).flatMap(stored -> {
            // the disk may lead to a line by an id that has since left it; memory has what is new in that line
            Optional<Found> newer = AttemptIds.number(stored.key()).isPresent()
                    ? inMemory(stored.key(), id)
                    : Optional.empty();
            return newer.or(() -> Optional.of(found(id, StoredLine.read(stored))));
        }));
    }

    private static Found found(String id, StoredLine stored) {
        TrailJson.Read trail = stored.trail();
        return trail == null
                ? new Found(id, stored.line(), null, List.of())
                : new Found(id, stored.line(), trail.trail(), trail.unread());
    }

    /// @param held an id that the line has
    private Optional<Found> inMemory(String held, String asked) {
        long number = AttemptIds.number(held).orElseThrow();
        List<Found> found = new ArrayList<>(1);
        ledger.everyShelf(shelf -> shelf.each(entry -> {
            if (entry.holds(number)) {
                found.add(new Found(asked, entry.line(), entry.trail(), List.of()));
            }
        }));
        return found.stream().findFirst();
    }

    private List<Line> inProgress(LineFilter filter, int limit) {
        List<Line> lines = new ArrayList<>();
        for (TrailLedger.Progress each : ledger.newestInProgress()) {
            if (lines.size() == limit) {
                return lines;
            }
            if (filter.takesOwner(each.shelf.owner())) {
                Trail trail = each.attempt.snapshot();
                lines.add(Line.of(trail, each.shelf.tenant(), trail.id(), trail.startedMicros(), 1));
            }
        }
        return lines;
    }

    private void onDisk(LineFilter filter, int limit, Set<String> inMemory, List<Line> lines) {
        @Nullable
        String before = null;
        int found = 0;
        for (int lookedAt = 0; lookedAt < LOOKED_AT_MAX && found < limit; lookedAt += PAGE) {
            List<AttemptLine> page = disk.newest(filter.tenant(), PAGE, before);
            for (AttemptLine stored : page) {
                if (found < limit && ledger.shows(stored.owner()) && !inMemory.contains(stored.key())) {
                    Line line = StoredLine.readLine(stored);
                    if (filter.takes(line)) {
                        lines.add(line);
                        found++;
                    }
                }
            }
            if (page.size() < PAGE) {
                return;
            }
            before = page.getLast().newestId();
        }
    }
}
