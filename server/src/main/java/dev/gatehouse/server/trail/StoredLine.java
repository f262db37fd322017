package dev.gatehouse.server.trail;

import java.util.List;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Attempt;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.journal.rocksdb.AttemptLine;

/// A line on the disk: `{"line": …, "trail": …}`, the trail left out where only counts are kept.
///
/// @param trail null when only counts are kept
record StoredLine(Line line, TrailJson.@Nullable Read trail) {
    static AttemptLine of(String owner, Shelf.Copy copy) {
        Line line = copy.line().counting(copy.count());
        return new AttemptLine(owner, line.firstId(), line.id(), copy.ids(), Written.text(out -> {
            out.writeStartObject();
            out.writeFieldName("line");
            LineJson.write(line, out);
            out.writeFieldName("trail");
            TrailJson.write(copy.trail(), out);
            out.writeEndObject();
        }));
    }

    static AttemptLine of(String owner, Line countsOnly) {
        return new AttemptLine(owner, countsOnly.firstId(), countsOnly.id(), List.of(), Written.text(out -> {
            out.writeStartObject();
            out.writeFieldName("line");
            LineJson.write(countsOnly, out);
            out.writeEndObject();
        }));
    }

    /// An attempt as it is, on its own.
    static AttemptLine of(Shelf shelf, Trail trail) {
        Line line = Line.of(trail, shelf.tenant(), trail.id(), trail.startedMicros(), 1);
        return of(shelf.owner(), new Shelf.Copy(trail, line, List.of(), 1));
    }

    /// What became of an attempt that was open when the process ended.
    ///
    /// @param atMicros when that was found
    static AttemptLine killed(AttemptLine open, long atMicros) {
        StoredLine stored = read(open);
        TrailJson.Read read = stored.trail();
        if (read == null) {
            return open;
        }
        Trail before = read.trail();
        Attempt attempt = new Attempt(before.id(), before.startedMicros(), before.listener());
        before.facts().forEach(each -> attempt.add(each.fact(), each.atMicros()));
        Trail trail = attempt.ended(new Fact.Ended(Ending.SERVER_KILLED, Fact.Ended.By.SERVER,
                Fact.Ended.How.SERVER_CLOSE, "found when the server was started again"), atMicros);
        Line line = Line.of(trail, stored.line().tenant(), trail.id(), trail.startedMicros(), 1);
        return of(open.owner(), new Shelf.Copy(trail, line, List.of(), 1));
    }

    /// @throws IllegalStateException when it is not what this class wrote: the store checks its sums, so that is a bug
    static StoredLine read(AttemptLine stored) {
        try {
            JsonNode body = Written.MAPPER.readTree(stored.body());
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
