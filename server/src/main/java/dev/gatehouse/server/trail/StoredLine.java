package dev.gatehouse.server.trail;

import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.journal.rocksdb.AttemptLine;

/// A line on the disk: `{"line": …, "trail": …}`, the trail left out where only counts are kept.
///
/// @param trail null when only counts are kept
record StoredLine(Line line, TrailJson.@Nullable Read trail) {
    private static final JsonMapper JSON = new JsonMapper();

    static AttemptLine of(String owner, Shelf.Copy copy) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("line", LineJson.write(copy.line()).put("count", copy.count()));
        body.set("trail", TrailJson.write(copy.trail()));
        return new AttemptLine(owner, copy.line().firstId(), copy.line().id(), copy.ids(), body.toString());
    }

    static AttemptLine of(String owner, Line countsOnly) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("line", LineJson.write(countsOnly));
        return new AttemptLine(owner, countsOnly.firstId(), countsOnly.id(), List.of(), body.toString());
    }

    /// @throws IllegalStateException when it is not what this class wrote: the store checks its sums, so that is a bug
    static StoredLine read(AttemptLine stored) {
        try {
            JsonNode body = JSON.readTree(stored.body());
            JsonNode trail = body.path("trail");
            return new StoredLine(LineJson.read(body.path("line")), trail.isObject() ? TrailJson.read(trail) : null);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the stored line " + stored.key() + " is not JSON", e);
        }
    }

    /// The line alone, where the trail is not needed.
    static Line readLine(AttemptLine stored) {
        return read(stored).line();
    }
}
