package dev.gatehouse.server.trail;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Evidence;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.diagnosis.TimedFact;
import dev.gatehouse.diagnosis.Trail;
import dev.gatehouse.diagnosis.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

class TrailJsonTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long START = 1_790_000_000_123_456L;

    @Test
    void every_kind_of_fact_survives_with_all_values_and_without_those_that_may_be_absent() throws Exception {
        for (Class<?> kind : Fact.class.getPermittedSubclasses()) {
            for (boolean full : new boolean[]{true, false}) {
                Fact fact = sample(kind, full);
                ObjectNode json = (ObjectNode) JSON.readTree(Written.text(out -> {
                    out.writeStartObject();
                    FactParts.write(fact, out);
                    out.writeEndObject();
                }));
                assertThat(FactParts.read(json)).as("%s", fact).isEqualTo(fact);
                assertThat(json.has("time") || json.has("sentence")).as("a name that the trail needs").isFalse();
            }
        }
    }

    @Test
    void a_whole_trail_survives() throws Exception {
        List<TimedFact> facts = new ArrayList<>();
        for (Class<?> kind : Fact.class.getPermittedSubclasses()) {
            facts.add(new TimedFact(START + facts.size(), sample(kind, facts.size() % 2 == 0)));
        }
        Trail trail = trail(facts);
        TrailJson.Read read = TrailJson.read(JSON.readTree(TrailJson.tree(trail).toString()));
        assertThat(read.trail()).isEqualTo(trail);
        assertThat(read.unread()).isEmpty();
        Trail open = new Trail("0123456789AB", START, -1, "l", "mqtt", "r", null, null, null, null, Stage.TCP,
                Trail.State.HANDSHAKING, null, null, List.of(), Map.of());
        assertThat(TrailJson.read(JSON.readTree(TrailJson.tree(open).toString())).trail()).isEqualTo(open);
    }

    @Test
    void facts_values_causes_and_stages_of_a_newer_version_are_shown_not_refused() throws Exception {
        ObjectNode json = (ObjectNode) JSON.readTree(TrailJson.tree(trail(List.of(
                new TimedFact(START, new Fact.ProxyProblem("x")),
                new TimedFact(START + 1, new Fact.Authenticated(Fact.Authenticated.How.CACHE)),
                new TimedFact(START + 2, new Fact.DisconnectSent(3))))).toString());
        ArrayNode facts = (ArrayNode) json.path("facts");
        ((ObjectNode) facts.get(0)).put("type", "quantum-handshake").put("sentence", "entangled");
        ((ObjectNode) facts.get(1)).put("how", "TELEPATHY");
        json.put("stage", "quantum").put("ending", "DECOHERED").put("state", "both").put("colour", "blue");
        ((ObjectNode) json.path("verdict")).put("cause", "cat-dead").put("certainty", "half");
        TrailJson.Read read = TrailJson.read(json);
        assertThat(read.unread()).extracting(TrailJson.Unread::type).containsExactly("quantum-handshake",
                "authenticated");
        assertThat(read.unread().getFirst()).isEqualTo(new TrailJson.Unread(START, "quantum-handshake", "entangled"));
        assertThat(read.trail().facts()).extracting(TimedFact::fact).containsExactly(new Fact.DisconnectSent(3));
        Verdict verdict = Objects.requireNonNull(read.trail().verdict());
        assertThat(verdict.cause()).isEqualTo(Cause.UNDETERMINED);
        assertThat(verdict.title()).isEqualTo("title");
        assertThat(verdict.evidence()).extracting(Evidence::factIndex).containsExactly(-1, 0);
    }

    @Test
    void an_object_with_nothing_in_it_is_an_empty_trail() throws Exception {
        assertThat(TrailJson.read(JSON.readTree("{}")).trail().facts()).isEmpty();
        assertThat(LineJson.read(JSON.readTree("{}")).count()).isEqualTo(1);
    }

    @Test
    void a_line_has_the_fields_that_scripts_read_with_null_for_what_is_absent() throws Exception {
        Trail trail = new Trail("0123456789AB", START, -1, "tls", "mqtts", "192.0.2.1:5", null, null, null, null,
                Stage.MQTT_SESSION, Trail.State.OPEN, null, null, List.of(), Map.of());
        String text = LineJson.text(Line.of(trail, null, trail.id(), START, 1));
        assertThat(text).doesNotContain("\n")
                .isEqualTo("{\"id\":\"0123456789AB\",\"time\":\"2026-09-21T14:13:20.123456Z\","
                        + "\"remote\":\"192.0.2.1:5\",\"listener\":\"tls\",\"tenant\":null,\"server_name\":null,"
                        + "\"client_id\":null,\"user\":null,\"stage\":\"mqtt-session\",\"cause\":null,\"title\":null,"
                        + "\"fix\":null,\"count\":1,\"state\":\"open\",\"certainty\":null,\"first_id\":\"0123456789AB\","
                        + "\"first_time\":\"2026-09-21T14:13:20.123456Z\",\"rate_per_minute\":null}");
        Line folded = Line.of(trail(List.of()), "acme", "0123456789AA", START - 120_000_000L, 5);
        assertThat(LineJson.read(JSON.readTree(LineJson.text(folded)))).isEqualTo(folded);
        assertThat(LineJson.tree(folded).path("rate_per_minute").asDouble()).isEqualTo(2.0);
    }

    private static Trail trail(List<TimedFact> facts) {
        return new Trail("0123456789AB", START, START + 99, "tls", "mqtts", "192.0.2.1:5", "acme", "a.example",
                "c\u0000",
                "u\"ü", Stage.MQTT_AUTH, Trail.State.REFUSED, Ending.WRONG_PASSWORD,
                new Verdict(Cause.BAD_CREDENTIALS, Certainty.LIKELY,
                        List.of(new Evidence(0, "first"), new Evidence(2, "third")), "title", "fix", List.of("more")),
                facts, Map.of("message-dropped", 17L));
    }

    private static Fact sample(Class<?> kind, boolean full) throws ReflectiveOperationException {
        RecordComponent[] parts = kind.getRecordComponents();
        Object[] values = Arrays.stream(parts).map(part -> value(part, full)).toArray();
        return (Fact) kind
                .getDeclaredConstructor(
                        Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new))
                .newInstance(values);
    }

    private static @Nullable Object value(RecordComponent part, boolean full) {
        Class<?> type = part.getType();
        if (!full && part.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            return null;
        } else if (type == String.class) {
            return full ? part.getName() + " \"ü\n" : "";
        } else if (type == int.class) {
            return full ? 4_711 : -1;
        } else if (type == long.class) {
            return full ? 4_294_967_296_000L : 0L;
        } else if (type == boolean.class) {
            return full;
        } else if (type == List.class) {
            return full ? List.of("one", "two\"") : List.of();
        }
        Object[] constants = type.getEnumConstants();
        return constants[full ? constants.length - 1 : 0];
    }
}
