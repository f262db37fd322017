package dev.gatehouse.server.trail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Evidence;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.diagnosis.TimedFact;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.diagnosis.Verdict;

/// A whole [Trail] as JSON and back, for the disk and for the command line.
///
/// Each fact carries its sentence beside its components, so that a fact of a newer version is still readable.
public final class TrailJson {
    private TrailJson() {}

    /// A fact that this version does not know.
    ///
    /// @param atMicros microseconds since 1970-01-01T00:00:00Z
    /// @param sentence as the version that wrote it would have said it; text from the wire is escaped
    public record Unread(long atMicros, String type, String sentence) {}

    /// What was read.
    ///
    /// @param unread facts that are not in the trail because this version does not know them
    public record Read(Trail trail, List<Unread> unread) {
        public Read {
            unread = List.copyOf(unread);
        }
    }

    /// The trail as one object.
    public static ObjectNode tree(Trail trail) {
        return Written.tree(out -> write(trail, out));
    }

    static void write(Trail trail, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", trail.id());
        out.writeStringField("started", LineJson.time(trail.startedMicros()));
        out.writeStringField("ended", trail.endedMicros() < 0 ? null : LineJson.time(trail.endedMicros()));
        out.writeStringField("listener", trail.listener());
        out.writeStringField("protocol", trail.protocol());
        out.writeStringField("remote", trail.remote());
        out.writeStringField("tenant", trail.tenant());
        out.writeStringField("server_name", trail.serverName());
        out.writeStringField("client_id", trail.clientId());
        out.writeStringField("user", trail.user());
        out.writeStringField("stage", trail.stage().id());
        out.writeStringField("state", trail.state().name().toLowerCase(Locale.ROOT));
        Ending ending = trail.ending();
        out.writeStringField("ending", ending == null ? null : ending.name());
        out.writeFieldName("verdict");
        Verdict verdict = trail.verdict();
        if (verdict == null) {
            out.writeNull();
        } else {
            write(verdict, out);
        }
        out.writeArrayFieldStart("facts");
        for (TimedFact timed : trail.facts()) {
            out.writeStartObject();
            out.writeStringField("time", LineJson.time(timed.atMicros()));
            out.writeStringField("sentence", timed.fact().sentence());
            FactParts.write(timed.fact(), out);
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeObjectFieldStart("not_kept");
        for (Map.Entry<String, Long> each : trail.notKept().entrySet()) {
            out.writeNumberField(each.getKey(), each.getValue());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /// The trail of an object that [#tree] made, also in another version.
    public static Read read(JsonNode json) {
        List<TimedFact> facts = new ArrayList<>();
        List<Unread> unread = new ArrayList<>();
        Map<Integer, Integer> places = new HashMap<>();
        int place = 0;
        for (JsonNode each : json.path("facts")) {
            long at = LineJson.micros(each.path("time").asText());
            var fact = FactParts.read(each);
            if (fact == null) {
                unread.add(new Unread(at, each.path("type").asText(), each.path("sentence").asText()));
            } else {
                places.put(place, facts.size());
                facts.add(new TimedFact(at, fact));
            }
            place++;
        }
        Map<String, Long> notKept = new HashMap<>();
        json.path("not_kept").properties().forEach(each -> notKept.put(each.getKey(), each.getValue().asLong()));
        String ended = LineJson.textOrNull(json, "ended");
        Trail trail = new Trail(json.path("id").asText(), LineJson.micros(json.path("started").asText()),
                ended == null ? -1 : LineJson.micros(ended), json.path("listener").asText(),
                json.path("protocol").asText(), json.path("remote").asText(), LineJson.textOrNull(json, "tenant"),
                LineJson.textOrNull(json, "server_name"), LineJson.textOrNull(json, "client_id"),
                LineJson.textOrNull(json, "user"), stage(json.path("stage").asText()),
                LineJson.state(json.path("state").asText()), ending(LineJson.textOrNull(json, "ending")),
                verdict(json.path("verdict"), places), facts, notKept);
        return new Read(trail, unread);
    }

    private static void write(Verdict verdict, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("cause", verdict.cause().id());
        out.writeStringField("certainty", verdict.certainty().id());
        out.writeStringField("title", verdict.title());
        out.writeStringField("fix", verdict.fix());
        out.writeArrayFieldStart("evidence");
        for (Evidence each : verdict.evidence()) {
            out.writeStartObject();
            out.writeNumberField("fact", each.factIndex());
            out.writeStringField("text", each.text());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("collect_next");
        for (String each : verdict.collectNext()) {
            out.writeString(each);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    /// @param places from the place among all stored facts to that among the facts that could be read
    private static @Nullable Verdict verdict(JsonNode json, Map<Integer, Integer> places) {
        if (!json.isObject()) {
            return null;
        }
        List<Evidence> evidence = new ArrayList<>();
        json.path("evidence").forEach(each -> evidence
                .add(new Evidence(places.getOrDefault(each.path("fact").asInt(), -1), each.path("text").asText())));
        List<String> next = new ArrayList<>();
        json.path("collect_next").forEach(each -> next.add(each.asText()));
        return new Verdict(Cause.byId(json.path("cause").asText()).orElse(Cause.UNDETERMINED),
                Arrays.stream(Certainty.values()).filter(one -> one.id().equals(json.path("certainty").asText()))
                        .findFirst().orElse(Certainty.POSSIBLE),
                evidence, json.path("title").asText(), json.path("fix").asText(), next);
    }

    private static Stage stage(String id) {
        return Arrays.stream(Stage.values()).filter(one -> one.id().equals(id)).findFirst()
                .orElse(Stage.UNDETERMINED);
    }

    private static @Nullable Ending ending(@Nullable String name) {
        Optional<Ending> known = Arrays.stream(Ending.values()).filter(one -> one.name().equals(name)).findFirst();
        return known.orElse(null);
    }
}
