package dev.gatehouse.server.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.admin.Request.Owner;

/// A [Request] as one line of JSON: `{"v":1,"ask":"user-add","tenant":"acme","user":"eric",…}`.
final class RequestJson {
    /// Of the protocol; another one is refused.
    static final int VERSION = 1;

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private RequestJson() {}

    static String write(Request request) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("v", VERSION);
        switch (request) {
            case Request.GetStatus _ -> json.put("ask", "status");
            case Request.AddTenant(String name, boolean anonymous, List<String> hosts) -> {
                json.put("ask", "tenant-add").put("tenant", name).put("anonymous", anonymous);
                putAll(json, "hosts", hosts);
            }
            case Request.ListTenants _ -> json.put("ask", "tenant-list");
            case Request.RemoveTenant(String name) -> json.put("ask", "tenant-remove").put("tenant", name);
            case Request.AddUser add -> {
                json.put("ask", "user-add").put("tenant", add.tenant()).put("user", add.user())
                        .put("password", revealed(add.password()));
                putAll(json, "publish", add.publish());
                putAll(json, "subscribe", add.subscribe());
            }
            case Request.ListUsers(String tenant) -> json.put("ask", "user-list").put("tenant", tenant);
            case Request.RemoveUser(String tenant, String user) ->
                json.put("ask", "user-remove").put("tenant", tenant).put("user", user);
            case Request.ChangePassword(String tenant, String user, Secret password) ->
                json.put("ask", "user-passwd").put("tenant", tenant).put("user", user)
                        .put("password", revealed(password));
            case Request.ListAttempts(Owner owner, boolean failed, int limit, boolean follow) -> {
                json.put("ask", "attempts").put("failed", failed).put("limit", limit).put("follow", follow);
                switch (owner) {
                    case Owner.Anybody _ -> json.put("owner", "anybody");
                    case Owner.OfTenant(String name) -> json.put("owner", "tenant").put("tenant", name);
                    case Owner.Nobody _ -> json.put("owner", "nobody");
                }
            }
            case Request.GetAttempt(String id) -> json.put("ask", "attempt").put("id", id);
            case Request.Drain(boolean stop, String to, boolean permanent, int perSecond) ->
                json.put("ask", "drain").put("stop", stop).put("to", to).put("permanent", permanent)
                        .put("per_second", perSecond);
        }
        return json.toString();
    }

    /// @throws AdminProblem for everything that [#write] does not write; it quotes no values, which may be passwords
    static Request read(String line) throws AdminProblem {
        Fields fields = new Fields(object(line));
        if (fields.whole("v") != VERSION) {
            throw new AdminProblem(AdminProblem.VERSION, "the service speaks version " + VERSION
                    + " of the administration protocol and the command another one: use the same release of both");
        }
        Request request;
        try {
            request = read(fields.text("ask"), fields);
        } catch (IllegalArgumentException outOfRange) {
            throw bad(String.valueOf(outOfRange.getMessage()));
        }
        fields.requireNoOthers();
        return request;
    }

    private static Request read(String ask, Fields fields) throws AdminProblem {
        return switch (ask) {
            case "status" -> new Request.GetStatus();
            case "tenant-add" -> new Request.AddTenant(fields.text("tenant"), fields.flag("anonymous"),
                    fields.texts("hosts"));
            case "tenant-list" -> new Request.ListTenants();
            case "tenant-remove" -> new Request.RemoveTenant(fields.text("tenant"));
            case "user-add" -> new Request.AddUser(fields.text("tenant"), fields.text("user"),
                    fields.secret("password"), fields.texts("publish"), fields.texts("subscribe"));
            case "user-list" -> new Request.ListUsers(fields.text("tenant"));
            case "user-remove" -> new Request.RemoveUser(fields.text("tenant"), fields.text("user"));
            case "user-passwd" -> new Request.ChangePassword(fields.text("tenant"), fields.text("user"),
                    fields.secret("password"));
            case "attempts" -> new Request.ListAttempts(owner(fields), fields.flag("failed"), fields.whole("limit"),
                    fields.flag("follow"));
            case "attempt" -> new Request.GetAttempt(fields.text("id"));
            case "drain" -> new Request.Drain(fields.flag("stop"), fields.textOrNull("to"), fields.flag("permanent"),
                    fields.whole("per_second"));
            default -> throw bad("'ask' must be one of status, tenant-add, tenant-list, tenant-remove, user-add, "
                    + "user-list, user-remove, user-passwd, attempts, attempt, drain");
        };
    }

    private static Owner owner(Fields fields) throws AdminProblem {
        return switch (fields.text("owner")) {
            case "anybody" -> new Owner.Anybody();
            case "tenant" -> new Owner.OfTenant(fields.text("tenant"));
            case "nobody" -> new Owner.Nobody();
            default -> throw bad("'owner' must be anybody, tenant or nobody");
        };
    }

    /// Any line of the protocol as an object.
    static ObjectNode object(String line) throws AdminProblem {
        try {
            if (MAPPER.readTree(line) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException notJson) {
            // said below, without what Jackson says: it quotes the line
        }
        throw bad("a line must be one JSON object");
    }

    private static AdminProblem bad(String message) {
        return new AdminProblem(AdminProblem.BAD_REQUEST, message);
    }

    private static void putAll(ObjectNode json, String name, List<String> values) {
        values.forEach(json.putArray(name)::add);
    }

    private static @Nullable String revealed(@Nullable Secret secret) {
        return secret == null ? null : new String(secret.reveal(), StandardCharsets.UTF_8);
    }

    /// The fields of one object, each asked for once; what nobody asks for is an error.
    private static final class Fields {
        private final ObjectNode json;
        private final Set<String> known = new HashSet<>();

        Fields(ObjectNode json) {
            this.json = json;
        }

        private JsonNode field(String name) {
            known.add(name);
            return json.path(name);
        }

        String text(String name) throws AdminProblem {
            JsonNode value = field(name);
            if (!value.isTextual()) {
                throw bad("'" + name + "' must be a text");
            }
            return value.textValue();
        }

        @Nullable
        String textOrNull(String name) throws AdminProblem {
            return field(name).isNull() ? null : text(name);
        }

        boolean flag(String name) throws AdminProblem {
            JsonNode value = field(name);
            if (!value.isBoolean()) {
                throw bad("'" + name + "' must be true or false");
            }
            return value.booleanValue();
        }

        int whole(String name) throws AdminProblem {
            JsonNode value = field(name);
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                throw bad("'" + name + "' must be a whole number");
            }
            return value.intValue();
        }

        @Nullable
        Secret secret(String name) throws AdminProblem {
            return field(name).isNull() ? null : Secret.of(text(name));
        }

        List<String> texts(String name) throws AdminProblem {
            JsonNode value = field(name);
            List<String> texts = new ArrayList<>();
            for (JsonNode each : value) {
                if (each.isTextual()) {
                    texts.add(each.textValue());
                }
            }
            if (!value.isArray() || texts.size() != value.size()) {
                throw bad("'" + name + "' must be a list of texts");
            }
            return texts;
        }

        void requireNoOthers() throws AdminProblem {
            for (Iterator<String> names = json.fieldNames(); names.hasNext();) {
                if (!known.contains(names.next())) {
                    throw bad("there is a field too many; known here: " + String.join(", ",
                            known.stream().sorted().toList()));
                }
            }
        }
    }
}
