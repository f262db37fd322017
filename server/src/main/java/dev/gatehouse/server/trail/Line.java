package dev.gatehouse.server.trail;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.diagnosis.Verdict;

/// One row of the attempts: a connection, or several that failed in the same way.
///
/// Cause, stage and certainty are their ids as text, because a row may come from the disk and from a newer version.
///
/// @param id the newest attempt in it
/// @param firstId the first attempt in it; the row's name for good
/// @param timeMicros when the newest attempt began, microseconds since 1970-01-01T00:00:00Z
/// @param firstTimeMicros when the earliest began
/// @param remote of the newest attempt, `ip:port`; empty when details were not kept
/// @param tenant null for what no tenant owns
/// @param cause null while open, and when it ended well
/// @param count attempts in it, 1 or more
/// @param state of the newest attempt
public record Line(String id, String firstId, long timeMicros, long firstTimeMicros, String remote, String listener,
        @Nullable String tenant, @Nullable String serverName, @Nullable String clientId, @Nullable String user,
        String stage, @Nullable String cause, @Nullable String title, @Nullable String fix, @Nullable String certainty,
        long count, Trail.State state) {

    /// The row of one attempt, or of the newest of several.
    ///
    /// @param tenant who owns it, which for a removed tenant is not what the trail says
    static Line of(Trail trail, @Nullable String tenant, String firstId, long firstTimeMicros, long count) {
        Verdict verdict = trail.verdict();
        return new Line(trail.id(), firstId, Math.max(trail.startedMicros(), firstTimeMicros), firstTimeMicros,
                trail.remote(), trail.listener(), tenant, trail.serverName(), trail.clientId(), trail.user(),
                trail.stage().id(), verdict == null ? null : verdict.cause().id(),
                verdict == null ? null : verdict.title(), verdict == null ? null : verdict.fix(),
                verdict == null ? null : verdict.certainty().id(), count, trail.state());
    }

    /// The same row for another number of attempts.
    Line counting(long attempts) {
        return attempts == count
                ? this
                : new Line(id, firstId, timeMicros, firstTimeMicros, remote, listener, tenant, serverName, clientId,
                        user, stage, cause, title, fix, certainty, attempts, state);
    }

    /// How often per minute from the first to the newest; null for a single one, or when all came at once.
    public @Nullable Double ratePerMinute() {
        long span = timeMicros - firstTimeMicros;
        return count < 2 || span <= 0 ? null : (count - 1) * 60e6 / span;
    }

    /// Whether something went wrong.
    public boolean isFailure() {
        return cause != null;
    }
}
