package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

/// Takes expired messages out of the full queue of a durable session whose client is away, so that they do not keep new
/// ones out until it comes back.
///
/// - **Thread:** the session's lane.
/// - **Work:** the queue is read while it is full and something in it may have expired; in pages, one at a time, and then
///   left alone for ten times as long as that took, a second at least.
/// - **Life:** one for each time that the client is away.
final class QueueClearing {
    private static final long PAUSE_MIN_MICROS = 1_000_000;
    private static final int PAUSE_FACTOR = 10;

    private final Session session;
    private final Outbound outbound;
    private Lane.@Nullable Pending next;
    private long nextMicros;
    private long notBeforeMicros;
    private boolean reading;
    private boolean stopped;

    // Of the reading under way:
    private long beganMicros;
    private long messages;
    private long bytes;
    private @Nullable Queued last;

    QueueClearing(Session session, Outbound outbound) {
        this.session = session;
        this.outbound = outbound;
    }

    /// The queue is full.
    void look() {
        long earliest = outbound.earliestQueuedExpiryMicros();
        if (reading || stopped || earliest == Long.MAX_VALUE) {
            return;
        }
        long due = Math.max(earliest, notBeforeMicros);
        Lane.Pending before = next;
        if (before != null && nextMicros <= due) {
            return;
        }
        if (before != null) {
            before.cancel();
        }
        nextMicros = due;
        next = session.lane().after(Math.max(0, due - session.lane().nowMicros()), this::begin);
    }

    /// The client is back, or the session has ended.
    void stop() {
        stopped = true;
        if (next != null) {
            next.cancel();
        }
        if (reading) {
            outbound.unknownExpiry();
        }
    }

    private void begin() {
        next = null;
        if (stopped || !session.full()) {
            return;
        }
        reading = true;
        beganMicros = session.lane().nowMicros();
        messages = 0;
        bytes = 0;
        last = null;
        outbound.clearing();
        session.read(outbound.base(), this::page);
    }

    private void page(Shard.Page page) {
        if (stopped) {
            return;
        }
        long now = session.lane().nowMicros();
        for (Queued entry : page.entries()) {
            last = entry;
            if (outbound.mayExpire(entry) && entry.message().expired(now)) {
                outbound.cleared(entry, messages == 0);
            } else {
                outbound.stays(entry);
                messages++;
                bytes += entry.message().weight();
            }
        }
        if (page.more() && last != null && !page.entries().isEmpty()) {
            session.read(last.sequence() + 1, this::page);
            return;
        }
        reading = false;
        notBeforeMicros = now + Math.max(PAUSE_MIN_MICROS, PAUSE_FACTOR * (now - beganMicros));
        if (page.failure() == null) {
            outbound.cleared(messages, bytes, last);
        } else {
            outbound.unknownExpiry();
        }
        session.cleared();
    }
}
