package dev.gatehouse.server.access;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// How tenants and users that were added by command are written into the [RegistryStore].
///
/// - **Keys:** `tenant/NAME` and `user/TENANT/NAME`. A tenant's name has no slash, so a user's name may have some.
/// - **Values:** JSON objects in UTF-8, each with `version`, now 1.
final class Registry {
    private static final int VERSION = 1;
    private static final String TENANTS = "tenant/";
    private static final String USERS = "user/";

    private final RegistryStore store;

    Registry(RegistryStore store) {
        this.store = store;
    }

    /// Loaded when something is to be read or written: a service whose tenants all stand in its configuration never does.
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }

    /// A user and the tenant it belongs to, which need not be there: the configuration may have had it once.
    record StoredUser(String tenant, UserEntry user) {}

    List<TenantEntry> tenants() {
        List<TenantEntry> tenants = new ArrayList<>();
        store.scan(TENANTS).forEach((key, value) -> {
            JsonNode fields = read(key, value);
            tenants.add(new TenantEntry(key.substring(TENANTS.length()), field(key, fields, "anonymous").asBoolean(),
                    texts(field(key, fields, "hosts")), Map.of(), new Origin.Command()));
        });
        return tenants;
    }

    List<StoredUser> users() {
        List<StoredUser> users = new ArrayList<>();
        store.scan(USERS).forEach((key, value) -> {
            int slash = key.indexOf('/', USERS.length());
            JsonNode fields = read(key, value);
            Permissions permissions = Permissions.of(texts(field(key, fields, "publish")),
                    texts(field(key, fields, "subscribe")));
            users.add(new StoredUser(key.substring(USERS.length(), slash), new UserEntry(key.substring(slash + 1),
                    new Credential.Hashed(field(key, fields, "hash").asText()), scram(key, fields), permissions,
                    new Origin.Command())));
        });
        return users;
    }

    void put(TenantEntry tenant) {
        ObjectNode fields = Json.MAPPER.createObjectNode().put("version", VERSION).put("anonymous", tenant.anonymous());
        tenant.hosts().forEach(fields.putArray("hosts")::add);
        write(TENANTS + tenant.name(), fields);
    }

    void put(String tenant, UserEntry user, String hash) {
        ObjectNode fields = Json.MAPPER.createObjectNode().put("version", VERSION).put("hash", hash);
        ScramKeys scram = user.scram();
        if (scram != null) {
            fields.put("scram", scram.text());
        }
        user.permissions().publish().forEach(fields.putArray("publish")::add);
        user.permissions().subscribe().forEach(fields.putArray("subscribe")::add);
        write(USERS + tenant + "/" + user.name(), fields);
    }

    /// The users go first: if the power fails in between, a tenant with too few users is left and can be removed again,
    /// and never users that would come back with the next tenant of that name.
    void deleteTenant(String tenant) {
        deleteUsers(tenant);
        store.delete(TENANTS + tenant);
    }

    void deleteUsers(String tenant) {
        store.scan(USERS + tenant + "/").keySet().forEach(store::delete);
    }

    void deleteUser(String tenant, String user) {
        store.delete(USERS + tenant + "/" + user);
    }

    private void write(String key, ObjectNode fields) {
        try {
            store.put(key, Json.MAPPER.writeValueAsBytes(fields));
        } catch (IOException bug) {
            throw new AssertionError(bug); // nothing but texts and numbers in memory
        }
    }

    private JsonNode read(String key, byte[] value) {
        try {
            JsonNode fields = Json.MAPPER.readTree(value);
            int version = field(key, fields, "version").asInt();
            if (version == VERSION) {
                return fields;
            }
            throw new IllegalStateException("the registry's entry '" + key + "' has version " + version
                    + "; this program reads version " + VERSION + ". Start the program that wrote it.");
        } catch (IOException notJson) {
            throw new IllegalStateException("the registry's entry '" + key + "' is damaged: not JSON", notJson);
        }
    }

    private static JsonNode field(String key, JsonNode fields, String name) {
        JsonNode value = fields.get(name);
        if (value == null) {
            throw new IllegalStateException("the registry's entry '" + key + "' is damaged: it has no '" + name + "'");
        }
        return value;
    }

    /// Null for a user whose password was set before there was SCRAM, or while it was switched off.
    private static @Nullable ScramKeys scram(String key, JsonNode fields) {
        JsonNode text = fields.get("scram");
        try {
            return text == null ? null : ScramKeys.parse(text.asText());
        } catch (IllegalArgumentException damaged) {
            throw new IllegalStateException("the registry's entry '" + key + "' is damaged: 'scram' cannot be read",
                    damaged);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
