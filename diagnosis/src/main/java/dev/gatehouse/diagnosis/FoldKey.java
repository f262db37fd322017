package dev.gatehouse.diagnosis;

import org.jspecify.annotations.Nullable;

/// What makes two failures the same failure, told once with a count.
///
/// @param remoteAddress without the port
public record FoldKey(@Nullable String tenant, @Nullable Cause cause, String listener, String remoteAddress,
        @Nullable String serverName, @Nullable String clientId, @Nullable String user) {
    /// The key of a trail; trails without a verdict should not be folded.
    public static FoldKey of(Trail trail) {
        Verdict verdict = trail.verdict();
        return new FoldKey(trail.tenant(), verdict == null ? null : verdict.cause(), trail.listener(),
                address(trail.remote()), trail.serverName(), trail.clientId(), trail.user());
    }

    /// `192.0.2.1:4711` → `192.0.2.1`, `[2001:db8::1]:4711` → `[2001:db8::1]`.
    static String address(String remote) {
        int colon = remote.lastIndexOf(':');
        return colon < 0 || colon < remote.indexOf(']') ? remote : remote.substring(0, colon);
    }
}
