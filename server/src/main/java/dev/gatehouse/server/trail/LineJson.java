package dev.gatehouse.server.trail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Trail;

/// A [Line] as one JSON object. The names are for ever: scripts read them. Absent values are null.
public final class LineJson {
    private static final DateTimeFormatter TIME = DateTimeFormatter
            .ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private LineJson() {}

    /// One line of text without a line break.
    public static String text(Line line) {
        return write(line).toString();
    }

    /// The object.
    public static ObjectNode write(Line line) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", line.id());
        json.put("time", time(line.timeMicros()));
        json.put("remote", line.remote());
        json.put("listener", line.listener());
        json.put("tenant", line.tenant());
        json.put("server_name", line.serverName());
        json.put("client_id", line.clientId());
        json.put("user", line.user());
        json.put("stage", line.stage());
        json.put("cause", line.cause());
        json.put("title", line.title());
        json.put("fix", line.fix());
        json.put("count", line.count());
        json.put("state", line.state().name().toLowerCase(Locale.ROOT));
        json.put("certainty", line.certainty());
        json.put("first_id", line.firstId());
        json.put("first_time", time(line.firstTimeMicros()));
        Double rate = line.ratePerMinute();
        json.put("rate_per_minute", rate == null ? null : Math.round(rate * 100) / 100.0);
        return json;
    }

    /// The line of an object that [#write] made, also in another version: what is missing is null, empty or zero.
    public static Line read(JsonNode json) {
        long time = micros(json.path("time").asText());
        String id = json.path("id").asText();
        return new Line(id, textOr(json, "first_id", id), time, micros(textOr(json, "first_time", time(time))),
                json.path("remote").asText(), json.path("listener").asText(), textOrNull(json, "tenant"),
                textOrNull(json, "server_name"), textOrNull(json, "client_id"), textOrNull(json, "user"),
                json.path("stage").asText(), textOrNull(json, "cause"), textOrNull(json, "title"),
                textOrNull(json, "fix"), textOrNull(json, "certainty"), Math.max(1, json.path("count").asLong()),
                state(json.path("state").asText()));
    }

    /// ISO 8601 in UTC with microseconds.
    public static String time(long micros) {
        return TIME.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    static long micros(String time) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
        } catch (DateTimeException _) {
            return 0; // another version's idea of a time: the row is still worth showing
        }
    }

    static @Nullable String textOrNull(JsonNode json, String name) {
        JsonNode value = json.path(name);
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    static String textOr(JsonNode json, String name, String otherwise) {
        String text = textOrNull(json, name);
        return text == null ? otherwise : text;
    }

    static Trail.State state(String name) {
        return Arrays.stream(Trail.State.values()).filter(state -> state.name().equalsIgnoreCase(name)).findFirst()
                .orElse(Trail.State.ENDED);
    }
}
