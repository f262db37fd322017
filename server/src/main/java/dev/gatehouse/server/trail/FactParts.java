package dev.gatehouse.server.trail;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Fact;

/// Facts by the components of their records: strings, numbers, flags, enums and lists of strings.
final class FactParts {
    private static final Map<String, Kind> KINDS = kinds();
    private static final Map<Class<?>, Kind> BY_CLASS = KINDS.values().stream()
            .collect(Collectors.toMap(kind -> kind.constructor.getDeclaringClass(), kind -> kind));

    private FactParts() {}

    private record Part(RecordComponent component, String name, boolean nullable) {}

    /// @param held the parts that take memory of their own: texts and lists of them
    private record Kind(Constructor<? extends Fact> constructor, List<Part> parts, List<Part> held) {}

    /// The fields `"type": …, component: value, …` of an object, components in snake case.
    static void write(Fact fact, JsonGenerator out) throws IOException {
        out.writeStringField("type", fact.type());
        for (Part part : kind(fact).parts) {
            out.writeFieldName(part.name);
            switch (value(part, fact)) {
                case null -> out.writeNull();
                case String text -> out.writeString(text);
                case Boolean flag -> out.writeBoolean(flag);
                case Integer number -> out.writeNumber(number);
                case Long number -> out.writeNumber(number);
                case Enum<?> one -> out.writeString(one.name());
                case List<?> texts -> {
                    out.writeStartArray();
                    for (Object text : texts) {
                        out.writeString(String.valueOf(text));
                    }
                    out.writeEndArray();
                }
                case Object other -> throw new AssertionError("a fact holds a " + other.getClass());
            }
        }
    }

    /// The fact, or null when this version has no such fact, or not with these values.
    static @Nullable Fact read(JsonNode json) {
        Kind kind = KINDS.get(json.path("type").asText());
        if (kind == null) {
            return null;
        }
        try {
            List<@Nullable Object> values = new ArrayList<>();
            for (Part part : kind.parts) {
                values.add(value(part, json.path(part.name)));
            }
            return kind.constructor.newInstance(values.toArray());
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            return null; // a value this version does not know: the reader shows the stored sentence
        }
    }

    /// Bytes that a fact holds in memory, about.
    static long bytes(Fact fact) {
        Kind kind = kind(fact);
        long bytes = 48 + 8L * kind.parts.size();
        for (Part part : kind.held) {
            bytes += switch (value(part, fact)) {
                case String text -> 40 + text.length();
                case List<?> texts -> bytes(texts);
                case null, default -> 0;
            };
        }
        return bytes;
    }

    private static long bytes(List<?> texts) {
        long bytes = 0;
        for (Object text : texts) {
            bytes += 48 + String.valueOf(text).length();
        }
        return bytes;
    }

    private static @Nullable Object value(Part part, Fact fact) {
        try {
            return part.component.getAccessor().invoke(fact);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("a fact's component cannot be read", e);
        }
    }

    private static @Nullable Object value(Part part, JsonNode json) {
        Class<?> type = part.component.getType();
        if (type == int.class) {
            return json.asInt();
        } else if (type == long.class) {
            return json.asLong();
        } else if (type == boolean.class) {
            return json.asBoolean();
        } else if (json.isMissingNode() || json.isNull()) {
            return type == List.class ? List.of() : part.nullable ? null : "";
        } else if (type == List.class) {
            List<String> texts = new ArrayList<>();
            json.forEach(text -> texts.add(text.asText()));
            return texts;
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants()).filter(one -> ((Enum<?>) one).name().equals(json.asText()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown value"));
        }
        return json.asText();
    }

    private static Kind kind(Fact fact) {
        Kind kind = BY_CLASS.get(fact.getClass());
        if (kind == null) {
            throw new AssertionError("unknown fact " + fact.type());
        }
        return kind;
    }

    private static Map<String, Kind> kinds() {
        Map<String, Kind> kinds = new LinkedHashMap<>();
        Fact.types().forEach((name, type) -> {
            RecordComponent[] components = type.getRecordComponents();
            List<Part> parts = Arrays.stream(components).map(each -> new Part(each, snake(each.getName()),
                    each.getAnnotatedType().isAnnotationPresent(Nullable.class))).toList();
            try {
                kinds.put(name, new Kind(type.getDeclaredConstructor(
                        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new)), parts,
                        parts.stream().filter(FactParts::isHeld).toList()));
            } catch (NoSuchMethodException e) {
                throw new LinkageError("a record without its constructor", e);
            }
        });
        return kinds;
    }

    private static boolean isHeld(Part part) {
        Class<?> type = part.component.getType();
        return type == String.class || type == List.class;
    }

    private static String snake(String name) {
        return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
