package dev.gatehouse.server.trail;

import org.jspecify.annotations.Nullable;

/// Which lines somebody wants to see.
///
/// @param tenant null for everybody's, empty for what no tenant owns
/// @param failedOnly only what went wrong
public record LineFilter(@Nullable String tenant, boolean failedOnly) {
    /// Everything.
    public static final LineFilter ALL = new LineFilter(null, false);

    boolean takes(Line line) {
        return (tenant == null || tenant.equals(line.tenant() == null ? "" : line.tenant()))
                && (!failedOnly || line.isFailure());
    }

    boolean takesOwner(String owner) {
        return tenant == null || tenant.equals(owner);
    }
}
