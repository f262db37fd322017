package dev.gatehouse.server.trail;

import java.util.HashMap;
import java.util.Map;

import dev.gatehouse.diagnosis.Trail;

/// How much one owner may still write to the disk today (UTC), and how much of that one network or one reason.
///
/// A reason may have half of a day's bytes, a network a quarter: one flood leaves room for everybody else's details.
/// At most [#NAMES_MAX] networks are told apart; those beyond are bounded by their reasons. Counted anew after a restart.
/// A share that is nearly used up and had no room for a line is closed for the day, since otherwise each line of a flood
/// would be written out just to learn that it does not fit. Guarded by its shelf's lock.
final class DayBudget {
    static final int NAMES_MAX = 256;
    static final long NEARLY_BYTES = 8_192;

    static final long DAY_MICROS = 86_400_000_000L;

    private final Map<String, Long> shares = new HashMap<>();
    private long day = -1;
    private long spent;

    /// Whether so many bytes are left for this line. A share that is nearly used up and has no room for them is closed.
    boolean has(Entry entry, long bytes, long bytesMax) {
        long today = day(entry.trail());
        if (today > day) {
            day = today;
            spent = 0;
            shares.clear();
        }
        String network = "from " + entry.network;
        boolean apart = shares.containsKey(network) || shares.size() < NAMES_MAX;
        boolean inAll = fits(spent, bytes, bytesMax);
        boolean ofReason = fits(shares.getOrDefault(reason(entry), 0L), bytes, bytesMax / 2);
        boolean ofNetwork = !apart || fits(shares.getOrDefault(network, 0L), bytes, bytesMax / 4);
        if (!inAll && bytesMax - spent < NEARLY_BYTES) {
            spent = bytesMax;
        }
        if (!ofReason) {
            closeNearly(reason(entry), bytesMax / 2);
        }
        if (!ofNetwork) {
            closeNearly(network, bytesMax / 4);
        }
        return inAll && ofReason && ofNetwork;
    }

    private static boolean fits(long taken, long bytes, long max) {
        return taken + bytes <= max;
    }

    private void closeNearly(String share, long max) {
        shares.computeIfPresent(share, (_, taken) -> max - taken < NEARLY_BYTES ? Math.max(taken, max) : taken);
    }

    /// Takes bytes that [#has] has just found.
    void take(Entry entry, long bytes) {
        spent += bytes;
        shares.merge(reason(entry), bytes, Long::sum);
        String network = "from " + entry.network;
        if (shares.containsKey(network) || shares.size() < NAMES_MAX) {
            shares.put(network, shares.getOrDefault(network, 0L) + bytes);
        }
    }

    /// The day on which an attempt ended, counted from 1970: not when the writer gets to it, so that a backlog is charged
    /// to the day that made it.
    static long day(Trail trail) {
        return trail.endedMicros() / DAY_MICROS;
    }

    /// All that ended well is one reason here: their clients' names are the clients' choice, and endless.
    private static String reason(Entry entry) {
        var verdict = entry.trail().verdict();
        return verdict == null ? "ended well" : verdict.cause().id();
    }
}
