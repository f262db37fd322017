package dev.gatehouse.server.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import dev.gatehouse.server.config.Key.Choice;
import dev.gatehouse.server.config.Key.Flag;
import dev.gatehouse.server.config.Key.Mapping;
import dev.gatehouse.server.config.Key.Mappings;
import dev.gatehouse.server.config.Key.Text;
import dev.gatehouse.server.config.Key.Texts;
import dev.gatehouse.server.config.Key.Whole;

/// The table of all keys: what is not here is refused, and `docs/configuration.md` has a row for each.
final class Keys {
    private static final int INT_MAX = Integer.MAX_VALUE;
    private static final long EXABYTE = 1L << 60;

    static final List<Key> ALL = List.of(
            new Key("data", new Text("folder"), "the folder given with `--data`",
                    "Everything the server keeps: sessions, trail, tenants added by command, development "
                            + "certificates."),
            new Key("domain", new Text("host name"), "mq.localhost",
                    "A tenant's host name is `<tenant>.<domain>`. Two labels or more, where certificates are made: OpenSSL "
                            + "and Node refuse a wildcard such as `*.localhost`."),
            new Key("no-sni", words(Configuration.NoSni.values(), Configuration.NoSni::text), "refuse",
                    "A TLS client whose server name is missing or names no tenant: `refuse` answers its CONNECT with a "
                            + "refusal that says why; `resolve` lets the user name say the tenant, as `user@tenant`."),
            new Key("connect-timeout-ms", new Whole(100, 600_000, "milliseconds"), "10000",
                    "Time from accepting a connection to a complete CONNECT."),

            new Key("listeners", new Mappings(), Key.REQUIRED, "The addresses to accept connections on."),
            new Key("listeners[].name", new Text("1 to 63 letters, digits, `.`, `-`, `_`"), Key.REQUIRED,
                    "Unique; the trail names the listener by it."),
            new Key("listeners[].protocol", words(Listener.Protocol.values(), Listener.Protocol::text), Key.REQUIRED,
                    "MQTT over TCP, TLS, WebSocket, or WebSocket over TLS (path `/mqtt`, subprotocol `mqtt`)."),
            new Key("listeners[].host", new Text("IP address or host name"), "127.0.0.1",
                    "The address to listen on; `0.0.0.0` or `::` for all of this machine's."),
            new Key("listeners[].port", new Whole(0, 65_535, ""), Key.REQUIRED,
                    "The TCP port; 0 lets the operating system choose."),
            new Key("listeners[].tenant", new Text("tenant name"), "none",
                    "For `mqtt` and `ws`, which have no server name: the tenant of every client that comes in here. "
                            + "Without it the user name says the tenant, as `user@tenant`."),
            new Key("listeners[].proxy-protocol",
                    words(Listener.ProxyProtocol.values(), Listener.ProxyProtocol::text), "off",
                    "PROXY protocol, version 1 or 2: `required` on every connection, `optional`, or `off`."),
            new Key("listeners[].trusted-proxies", new Texts("IP addresses or ranges like 10.0.0.0/8"), "none",
                    "Who may send a PROXY header; to be given exactly when `proxy-protocol` is not `off`."),

            new Key("tls", new Mapping(), "development certificates",
                    "What TLS listeners use. Left out, a development CA issues a certificate for `*.<domain>` and the "
                            + "tenants' own hosts."),
            new Key("tls.certificate", new Text("PEM file"), "a development certificate",
                    "Certificate chain for `*.<domain>`, leaf first. Read again when the file changes."),
            new Key("tls.key", new Text("PEM file"), "a development key", "The certificate's private key."),
            new Key("tls.version-min", words(Tls.Version.values(), Tls.Version::text), "1.2",
                    "The oldest version of TLS that is accepted."),

            new Key("tenants", new Mappings(), "none", "Tenants; more can be added with `gatehouse tenant add`."),
            new Key("tenants[].name", new Text("1 to 63 lower case letters, digits, hyphens"), Key.REQUIRED,
                    "Unique; the first label of the tenant's host name."),
            new Key("tenants[].anonymous", new Flag(), "false",
                    "Clients that present no credentials are let in and may do everything in this tenant. Credentials "
                            + "that are presented are ignored where the tenant has no users, and checked where it "
                            + "has."),
            new Key("tenants[].hosts", new Texts("host names"), "none",
                    "Host names of the tenant's own, beside `<tenant>.<domain>`."),
            new Key("tenants[].certificate", new Text("PEM file"), "that of `tls`",
                    "Certificate chain for the tenant's own host names, leaf first. Read again when the file changes."),
            new Key("tenants[].key", new Text("PEM file"), "that of `tls`", "The private key of `certificate`."),
            new Key("tenants[].users", new Mappings(), "none",
                    "Who may connect; more can be added with `gatehouse user add`."),
            new Key("tenants[].users[].name", new Text("1 to 255 bytes"), Key.REQUIRED,
                    "The user name of CONNECT; unique within the tenant."),
            new Key("tenants[].users[].password", new Text("text"), "`password-hash` is required",
                    "The password in plain text. Either this or `password-hash`."),
            new Key("tenants[].users[].password-hash", new Text("Argon2id or bcrypt hash"), "`password` is required",
                    "`$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH` or `$2b$12$...`. Put it in single quotes."),
            new Key("tenants[].users[].publish", new Texts("topic filters"), "`[\"#\"]`, every topic",
                    "Topics the user may publish to; `[]` for none. A level `%u` stands for the user name, `%c` for "
                            + "the client id."),
            new Key("tenants[].users[].subscribe", new Texts("topic filters"), "`[\"#\"]`, every topic",
                    "Topic filters the user may subscribe to, and every narrower one; `[]` for none. `%u` and `%c` "
                            + "as above."),
            new Key("tenants[].limits", new Mapping(), "those of `limits`",
                    "The keys of `limits`, for this tenant; what is left out is as in `limits`."),

            new Key("limits", new Mapping(), "as below", "What each tenant may use."),
            new Key("limits.packet-bytes-max", new Whole(128, 268_435_460, "bytes"), "1048576",
                    "The largest packet a client may send, fixed header included. MQTT 5 clients are told."),
            new Key("limits.receive-maximum", new Whole(1, 65_535, "messages"), "100",
                    "QoS 1 and 2 messages a client may have unacknowledged towards the server. MQTT 5 clients are "
                            + "told."),
            new Key("limits.topic-alias-maximum", new Whole(0, 65_535, "aliases"), "10",
                    "Topic aliases one connection may define; 0 for none. MQTT 5 clients are told."),
            new Key("limits.keep-alive-seconds-max", new Whole(1, 65_535, "seconds"), "65535",
                    "The longest keep alive. Below 65535, an MQTT 5 client that asks for more, or for none, is given "
                            + "this one; MQTT 3 has no way to say so, and such a client keeps its own."),
            new Key("limits.session-expiry-seconds-max", new Whole(0, 4_294_967_295L, "seconds"), "604800",
                    "How long a session lives on without a connection; also for MQTT 3 clients with clean session 0. "
                            + "4294967295 for ever."),
            new Key("limits.connections-max", new Whole(1, INT_MAX, "connections"), "100000",
                    "Open connections of the tenant."),
            new Key("limits.sessions-max", new Whole(1, INT_MAX, "sessions"), "100000",
                    "Sessions of the tenant, connected or waiting for their client."),
            new Key("limits.subscriptions-max", new Whole(1, INT_MAX, "subscriptions"), "1000",
                    "Subscriptions of one session."),
            new Key("limits.queue-messages-max", new Whole(1, INT_MAX, "messages"), "10000",
                    "Messages that wait for one session."),
            new Key("limits.queue-bytes-max", new Whole(1, EXABYTE, "bytes"), "16777216",
                    "Bytes of topics and payloads that wait for one session."),
            new Key("limits.retained-messages-max", new Whole(0, INT_MAX, "messages"), "100000",
                    "Retained messages of the tenant."),
            new Key("limits.retained-bytes-max", new Whole(0, EXABYTE, "bytes"), "268435456",
                    "Bytes of topics and payloads of the tenant's retained messages."),
            new Key("limits.client-id-bytes-max", new Whole(23, 65_535, "bytes"), "1024",
                    "The longest client id, in bytes of UTF-8."),
            new Key("limits.topic-levels-max", new Whole(1, 32_768, "levels"), "128",
                    "Levels in a topic name or topic filter."),
            new Key("limits.qos-max", new Whole(0, 2, ""), "2",
                    "The highest QoS of messages and wills. Subscriptions that ask for more are granted this one. MQTT 5 "
                            + "clients are told."),
            new Key("limits.retain", new Flag(), "true",
                    "Whether messages and wills may be retained. MQTT 5 clients are told if not."),
            new Key("limits.wildcard-subscriptions", new Flag(), "true",
                    "Whether topic filters may have wildcards. MQTT 5 clients are told if not."),
            new Key("limits.subscription-identifiers", new Flag(), "true",
                    "Whether a SUBSCRIBE may have a subscription identifier. MQTT 5 clients are told if not."),
            new Key("limits.shared-subscriptions", new Flag(), "true",
                    "Whether subscriptions may be shared (`$share/...`). MQTT 5 clients are told if not."),
            new Key("limits.topic-alias-sent-maximum", new Whole(0, 65_535, "aliases"), "32",
                    "Topic aliases the server may define on one connection, up to the client's own Topic Alias Maximum; "
                            + "0 for none."),
            new Key("limits.response-topic-prefix", new Text("beginning of a topic name"), "none",
                    "What CONNACK offers as Response Information to an MQTT 5 client that asks for it; `%u` stands for "
                            + "the user name, `%c` for the client id. Permissions are not changed by it."),

            new Key("journal", new Mapping(), "as below", "How what was promised to clients is kept."),
            new Key("journal.sync", words(Configuration.Sync.values(), Configuration.Sync::text), "always",
                    "When a promise to a client has to be on the disk: `always` before it is given, `every-second` at "
                            + "most a second after. `every-second` risks the promises of the last second when power "
                            + "fails or the operating system crashes; nothing when only the server is killed."),

            new Key("trail", new Mapping(), "as below", "How much is kept of past connection attempts."),
            new Key("trail.days", new Whole(1, 3650, "days"), "7", "Age at which an attempt is forgotten."),
            new Key("trail.attempts-max", new Whole(10, 10_000_000, "attempts"), "10000",
                    "Lines kept in memory for one tenant, and for the part that no tenant owns; the disk has more."),
            new Key("trail.bytes-max", new Whole(65_536, EXABYTE, "bytes"), "33554432",
                    "Bytes kept on disk for one tenant, and for the part that no tenant owns; each day has an equal share."),

            new Key("authentication", new Mapping(), "as below", "How passwords are verified."),
            new Key("authentication.threads", new Whole(1, 256, "threads"), "half of the processors, at least 1",
                    "Threads that verify passwords. Each uses 19 MiB of memory while it computes an Argon2id hash."),
            new Key("authentication.queue-max", new Whole(1, 1_000_000, "verifications"), "1000",
                    "Verifications that wait for a thread. When it is full, the tenant with the most waiting gives "
                            + "way."),
            new Key("authentication.cache-seconds", new Whole(0, 86_400, "seconds"), "600",
                    "How long a verified password needs no second verification; 0 to verify every time. A changed "
                            + "password counts at once."),
            new Key("authentication.cache-entries-max", new Whole(1, 10_000_000, "entries"), "100000",
                    "Verified passwords that are remembered; the least recently used go first."),
            new Key("authentication.scram-iterations", new Whole(0, 1_000_000, "iterations"), "15000",
                    "What a client that uses SCRAM-SHA-256 has to compute, at least 4096; counts for passwords that are "
                            + "set from now on. 0: the method is not offered and nothing is stored for it."));

    private static final Map<String, Key> BY_PATH = ALL.stream().collect(Collectors.toMap(Key::path, key -> key));
    private static final Map<String, List<Key>> BY_PREFIX = ALL.stream().collect(Collectors.groupingBy(Key::prefix));

    private Keys() {}

    /// The key with this path, which must be in the table.
    static Key at(String path) {
        Key key = BY_PATH.get(path);
        if (key == null) {
            throw new AssertionError("not in the table of keys: " + path);
        }
        return key;
    }

    /// The keys of one mapping, in the order of the table.
    static List<Key> under(String prefix) {
        return BY_PREFIX.getOrDefault(prefix, List.of());
    }

    /// Where a key of this name is at home, if it is not under this prefix and at home in one place only.
    static Optional<Key> elsewhere(String name, String prefix) {
        List<Key> homes = ALL.stream().filter(key -> key.name().equals(name) && !key.prefix().equals(prefix)).toList();
        return homes.size() == 1 ? Optional.of(homes.getFirst()) : Optional.empty();
    }

    private static <E> Choice words(E[] values, Function<E, String> text) {
        return new Choice(Arrays.stream(values).map(text).toList());
    }
}
