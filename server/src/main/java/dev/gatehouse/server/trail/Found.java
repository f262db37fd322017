package dev.gatehouse.server.trail;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Trail;

/// What is kept of one attempt that was asked for by its id.
///
/// @param asked the id as it was looked for
/// @param line the row that it is in
/// @param trail of `line.id()`; null when only counts were kept
/// @param unread facts of a trail from the disk that this version does not know
public record Found(String asked, Line line, @Nullable Trail trail, List<TrailJson.Unread> unread) {
    public Found {
        unread = List.copyOf(unread);
    }

    /// Whether the trail is that of a later attempt which failed in the same way.
    public boolean isFolded() {
        return !asked.equals(line.id());
    }
}
