package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.FoldKey;
import dev.gatehouse.diagnosis.Trail;

/// One line in memory: an attempt, or several that failed alike, with the newest one's trail. Guarded by its shelf's lock.
final class Entry {
    /// Attempts by whose id a folded line is found.
    static final int IDS_MAX = 64;

    /// Who has this line; its monitor guards everything here.
    final Shelf shelf;
    /// What further attempts must share to come into this line.
    final Object key;
    final String firstId;
    /// Where it comes from and what went wrong: by these, lines share the room they have.
    final String network;
    final String reason;

    private final long firstNumber;
    private Trail trail;
    private long firstMicros;
    private long count = 1;
    private long[] ids;
    private int idCount = 1;
    private long trailBytes;

    /// Changes not yet handed to the writer.
    boolean changed = true;
    /// Waits in the writer's queue.
    boolean queued;
    /// The day's budget has been charged for it: writing it again is free.
    boolean paid;
    /// How many of its attempts the day's limit has put under their cause instead.
    long countedElsewhere;
    /// When it last went to the disk, by the ledger's clock; 0 while it never did.
    long writtenMicros;

    Entry(Shelf shelf, Object key, Trail trail) {
        this.shelf = shelf;
        this.key = key;
        this.trail = trail;
        this.firstId = trail.id();
        this.firstMicros = trail.startedMicros();
        this.firstNumber = AttemptIds.number(trail.id()).orElse(0);
        this.ids = new long[]{firstNumber};
        this.trailBytes = bytes(trail);
        var verdict = trail.verdict();
        this.network = network(FoldKey.of(trail).remoteAddress());
        this.reason = verdict == null ? "client " + trail.clientId() : "cause " + verdict.cause().id();
    }

    /// Takes another attempt in; the one with the highest id keeps its trail.
    void fold(Trail next) {
        count++;
        firstMicros = Math.min(firstMicros, next.startedMicros());
        if (idCount == ids.length && ids.length < IDS_MAX) {
            ids = Arrays.copyOf(ids, Math.min(IDS_MAX, ids.length * 4));
        }
        ids[idCount % ids.length] = AttemptIds.number(next.id()).orElse(0);
        idCount++;
        if (next.id().compareTo(trail.id()) > 0) {
            trail = next;
            trailBytes = bytes(next);
        }
        changed = true;
    }

    Trail trail() {
        return trail;
    }

    long count() {
        return count;
    }

    long spanMicros() {
        return Math.max(0, trail.startedMicros() - firstMicros);
    }

    Line line() {
        return Line.of(trail, shelf.tenant(), firstId, firstMicros, count);
    }

    boolean holds(long id) {
        if (id == firstNumber) {
            return true;
        }
        for (int i = 0; i < Math.min(idCount, ids.length); i++) {
            if (ids[i] == id) {
                return true;
            }
        }
        return false;
    }

    /// The last attempts in it, in no order; without the one that gives the line its name.
    List<String> ids() {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < Math.min(idCount, ids.length); i++) {
            String id = AttemptIds.text(ids[i]);
            if (!id.equals(firstId)) {
                all.add(id);
            }
        }
        return all;
    }

    /// Bytes in memory, about.
    long bytes() {
        return 256L + 8L * ids.length + trailBytes;
    }

    private static long bytes(Trail trail) {
        long bytes = 400L + length(trail.serverName()) + length(trail.clientId()) + length(trail.user());
        for (var timed : trail.facts()) {
            bytes += 24L + FactParts.bytes(timed.fact());
        }
        var verdict = trail.verdict();
        if (verdict != null) {
            bytes += 200L + verdict.title().length() + verdict.fix().length();
            for (var each : verdict.evidence()) {
                bytes += 64L + each.text().length();
            }
        }
        return bytes;
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    /// An IPv4 address stands for itself, an IPv6 address for its /64: who has one of these has all of them.
    static String network(String address) {
        if (!address.startsWith("[")) {
            return address;
        }
        String[] groups = address.substring(1).split("[:\\]%]", 6);
        StringBuilder four = new StringBuilder();
        for (int i = 0; i < 4 && i < groups.length && !groups[i].isEmpty(); i++) {
            four.append(groups[i]).append(':');
        }
        return four.toString();
    }
}
