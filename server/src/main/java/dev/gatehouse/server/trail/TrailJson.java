package dev.gatehouse.server.trail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
    public static ObjectNode write(Trail trail) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", trail.id());
        json.put("started", LineJson.time(trail.startedMicros()));
        json.put("ended", trail.endedMicros() < 0 ? null : LineJson.time(trail.endedMicros()));
        json.put("listener", trail.listener());
        json.put("protocol", trail.protocol());
        json.put("remote", trail.remote());
        json.put("tenant", trail.tenant());
        json.put("server_name", trail.serverName());
        json.put("client_id", trail.clientId());
        json.put("user", trail.user());
        json.put("stage", trail.stage().id());
        json.put("state", trail.state().name().toLowerCase(Locale.ROOT));
        Ending ending = trail.ending();
        json.put("ending", ending == null ? null : ending.name());
        Verdict verdict = trail.verdict();
        json.set("verdict", verdict == null ? JsonNodeFactory.instance.nullNode() : write(verdict));
        ArrayNode facts = json.putArray("facts");
        for (TimedFact timed : trail.facts()) {
            facts.addObject().put("time", LineJson.time(timed.atMicros())).put("sentence", timed.fact().sentence())
                    .setAll(FactParts.write(timed.fact()));
        }
        ObjectNode notKept = json.putObject("not_kept");
        trail.notKept().forEach(notKept::put);
        return json;
    }

    /// The trail of an object that [#write] made, also in another version.
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

    private static ObjectNode write(Verdict verdict) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("cause", verdict.cause().id());
        json.put("certainty", verdict.certainty().id());
        json.put("title", verdict.title());
        json.put("fix", verdict.fix());
        ArrayNode evidence = json.putArray("evidence");
        verdict.evidence().forEach(each -> evidence.addObject().put("fact", each.factIndex()).put("text", each.text()));
        ArrayNode next = json.putArray("collect_next");
        verdict.collectNext().forEach(next::add);
        return json;
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
