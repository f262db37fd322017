package dev.gatehouse.server.trail;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Trail;

/// A [Line] as one JSON object. The names are for ever: scripts read them. Absent values are null.
public final class LineJson {
    private static final long DAY_MICROS = DayBudget.DAY_MICROS;

    private LineJson() {}

    /// One line of text without a line break.
    public static String text(Line line) {
        return Written.text(out -> write(line, out));
    }

    /// The object.
    public static ObjectNode tree(Line line) {
        return Written.tree(out -> write(line, out));
    }

    static void write(Line line, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", line.id());
        out.writeStringField("time", time(line.timeMicros()));
        out.writeStringField("remote", line.remote());
        out.writeStringField("listener", line.listener());
        out.writeStringField("tenant", line.tenant());
        out.writeStringField("server_name", line.serverName());
        out.writeStringField("client_id", line.clientId());
        out.writeStringField("user", line.user());
        out.writeStringField("stage", line.stage());
        out.writeStringField("cause", line.cause());
        out.writeStringField("title", line.title());
        out.writeStringField("fix", line.fix());
        out.writeNumberField("count", line.count());
        out.writeStringField("state", line.state().name().toLowerCase(Locale.ROOT));
        out.writeStringField("certainty", line.certainty());
        out.writeStringField("first_id", line.firstId());
        out.writeStringField("first_time", time(line.firstTimeMicros()));
        Double rate = line.ratePerMinute();
        if (rate == null) {
            out.writeNullField("rate_per_minute");
        } else {
            out.writeNumberField("rate_per_minute", Math.round(rate * 100) / 100.0);
        }
        out.writeEndObject();
    }

    /// The line of an object that [#tree] made, also in another version: what is missing is null, empty or zero.
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
        int ofDay = (int) (Math.floorMod(micros, DAY_MICROS) / 1_000_000);
        StringBuilder text = new StringBuilder(27)
                .append(LocalDate.ofEpochDay(Math.floorDiv(micros, DAY_MICROS))).append('T');
        digits(text, ofDay / 3600, 10);
        digits(text.append(':'), ofDay / 60 % 60, 10);
        digits(text.append(':'), ofDay % 60, 10);
        digits(text.append('.'), Math.floorMod(micros, 1_000_000), 100_000);
        return text.append('Z').toString();
    }

    /// By hand, because a formatter's way was a tenth of what the trail costs.
    private static void digits(StringBuilder text, int number, int highest) {
        for (int unit = highest; unit > 0; unit /= 10) {
            text.append((char) ('0' + number / unit % 10));
        }
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
