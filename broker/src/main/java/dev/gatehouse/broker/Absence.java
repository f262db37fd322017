package dev.gatehouse.broker;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Will;

/// What becomes due while the client of a session is away: its will, the end of the session, and room in a full queue.
///
/// - **Thread:** the session's lane.
/// - **Life:** from the end of a connection until the next one attaches or the session ends; then [#over], once.
final class Absence {
    private final Session session;
    private Lane.@Nullable Pending willDue;
    private Lane.@Nullable Pending expiry;
    private @Nullable QueueClearing clearing;

    Absence(Session session) {
        this.session = session;
    }

    /// The connection has ended: that is recorded, and the time runs.
    void begin() {
        long now = session.lane().nowMicros();
        long due = willDueMicros(now);
        record(now, due);
        run(due, expiresMicros(now));
    }

    /// The process has started again, and the absence goes on as it was recorded.
    void resume(Shard.StoredSession stored) {
        long now = session.lane().nowMicros();
        long due = session.will() == null ? -1 : stored.willDueMicros();
        long since = stored.detachedMicros();
        if (stored.connected()) { // until the process ended
            due = willDueMicros(now);
            since = now;
            record(now, due);
        }
        long expires = expiresMicros(since);
        if (expires <= now) {
            session.end();
        } else {
            run(due, expires);
        }
    }

    private void record(long sinceMicros, long willDueMicros) {
        session.tenant().commit(session.lane(), new Effect.Detached(session.number(), sinceMicros,
                session.expirySeconds(), willDueMicros, session.outbound().sentTo()));
    }

    /// When the will is due; -1 = there is none.
    private long willDueMicros(long sinceMicros) {
        Will left = session.will();
        return left == null
                ? -1
                : sinceMicros + Math.min(left.delaySeconds(), session.expirySeconds()) * 1_000_000;
    }

    /// When the session ends; [Long#MAX_VALUE] = never.
    private long expiresMicros(long sinceMicros) {
        long seconds = session.expirySeconds();
        return seconds >= 0xFFFF_FFFFL ? Long.MAX_VALUE : sinceMicros + seconds * 1_000_000;
    }

    private void run(long willDueMicros, long expiresMicros) {
        Lane lane = session.lane();
        if (willDueMicros >= 0) {
            long delay = willDueMicros - lane.nowMicros();
            if (delay <= 0) {
                session.publishWill();
            } else {
                willDue = lane.after(delay, session::publishWill);
            }
        }
        if (expiresMicros != Long.MAX_VALUE) {
            expiry = lane.after(expiresMicros - lane.nowMicros(), session::end);
        }
    }

    /// The queue of a durable session is full: expired messages are to leave it.
    void full(Outbound queue) {
        QueueClearing now = clearing == null ? new QueueClearing(session, queue) : clearing;
        clearing = now;
        now.look();
    }

    /// The client is back, or the session has ended.
    void over() {
        if (willDue != null) {
            willDue.cancel();
        }
        if (expiry != null) {
            expiry.cancel();
        }
        if (clearing != null) {
            clearing.stop();
        }
    }
}
