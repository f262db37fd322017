package dev.gatehouse.server.config;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.server.access.Credential;
import dev.gatehouse.server.access.Names;
import dev.gatehouse.server.access.Origin;
import dev.gatehouse.server.access.PasswordHash;
import dev.gatehouse.server.access.Permissions;
import dev.gatehouse.server.access.ScramKeys;
import dev.gatehouse.server.access.TenantEntry;
import dev.gatehouse.server.access.UserEntry;

/// Reads `tenants`, and the pairs of `certificate` and `key`.
final class TenantReader {
    private static final List<String> EVERY_TOPIC = List.of("#");

    private final ProblemList problems;
    private final Function<String, Path> path;
    private final Function<Secret, Credential> keyed;
    private final IntFunction<Origin> origin;
    private final SecureRandom random = new SecureRandom();
    private boolean scram;
    private final Map<String, Integer> lineByTenant = new HashMap<>();
    private final Map<String, String> tenantByHost = new HashMap<>();

    /// @param path makes a path of what is written
    /// @param keyed makes what is kept of a plain password
    /// @param origin makes the origin of what stands in a line
    TenantReader(ProblemList problems, Function<String, Path> path, Function<Secret, Credential> keyed,
            IntFunction<Origin> origin) {
        this.problems = problems;
        this.path = path;
        this.keyed = keyed;
        this.origin = origin;
    }

    /// @param withScram whether users with a plain password can use SCRAM
    SequencedMap<String, TenantSettings> read(List<Section> sections, String domain, Limits limits, boolean withScram) {
        scram = withScram;
        SequencedMap<String, TenantSettings> tenants = new LinkedHashMap<>();
        for (Section section : sections) {
            String name = name(section);
            TenantEntry entry = new TenantEntry(name, section.flag("anonymous"), hosts(section, name, domain),
                    users(section.sections("users")), origin.apply(ProblemList.line(section.place("name"))));
            tenants.put(name, new TenantSettings(entry, certificateFiles(section, problems, path),
                    LimitsReader.read(section.section("limits", "limits."), limits)));
        }
        return tenants;
    }

    /// A certificate and its key: both or neither.
    static @Nullable CertificateFiles certificateFiles(Section section, ProblemList problems,
            Function<String, Path> path) {
        String certificate = section.text("certificate");
        String key = section.text("key");
        if (certificate != null && key != null) {
            return new CertificateFiles(path.apply(certificate), path.apply(key));
        }
        if (certificate != null) {
            problems.add(section.place("certificate"), "'certificate' needs 'key', the file with its private key");
        } else if (key != null) {
            problems.add(section.place("key"), "'key' needs 'certificate', the file with its certificate chain");
        }
        return null;
    }

    private String name(Section section) {
        String name = section.text("name");
        if (name == null) {
            return "";
        }
        Node place = section.place("name");
        Names.problemOfTenant(name).ifPresent(problem -> problems.add(place, "'name' " + problem));
        Integer first = lineByTenant.putIfAbsent(name, ProblemList.line(place));
        if (first != null) {
            problems.add(place, "there is a tenant '" + name + "' already, in line " + first);
        }
        return name;
    }

    private List<String> hosts(Section section, String tenant, String domain) {
        List<String> hosts = new ArrayList<>();
        for (ScalarNode node : section.texts("hosts")) {
            String host = Names.canonicalHost(node.getValue());
            Names.problemOfHost(node.getValue()).ifPresent(problem -> problems.add(node, "'" + host + "' " + problem));
            if (host.endsWith("." + domain)) {
                problems.add(node, "'" + host + "' is under the domain '" + domain + "', where every name is that of a "
                        + "tenant; leave it out");
            }
            String other = tenantByHost.putIfAbsent(host, tenant);
            if (other != null) {
                problems.add(node, "'" + host + "' is a host name of tenant '" + other + "' already");
            }
            hosts.add(host);
        }
        return hosts;
    }

    private Map<String, UserEntry> users(List<Section> sections) {
        Map<String, UserEntry> users = new LinkedHashMap<>();
        for (Section section : sections) {
            String name = section.text("name");
            Node place = section.place("name");
            Credential credential = credential(section);
            List<String> publish = filters(section, "publish");
            List<String> subscribe = filters(section, "subscribe");
            if (name == null) {
                continue;
            }
            Names.problemOfUser(name).ifPresent(problem -> problems.add(place, "'name' " + problem));
            if (users.containsKey(name)) {
                problems.add(place, "there is a user '" + name + "' in this tenant already");
            } else if (credential != null) {
                users.put(name, new UserEntry(name, credential, scramKeys(section), Permissions.of(publish, subscribe),
                        origin.apply(ProblemList.line(place))));
            }
        }
        return users;
    }

    /// With the fewest iterations: whoever can steal them can read the password in the file.
    private @Nullable ScramKeys scramKeys(Section section) {
        String password = section.text("password");
        return scram && password != null && !password.isEmpty()
                ? ScramKeys.of(Secret.of(password), ScramKeys.ITERATIONS_MIN, random)
                : null;
    }

    private @Nullable Credential credential(Section section) {
        String password = section.text("password");
        String hash = section.text("password-hash");
        if (password != null && hash != null) {
            problems.add(section.place("password-hash"), "give 'password' or 'password-hash', not both");
        } else if (password != null) {
            if (!password.isEmpty()) {
                return keyed.apply(Secret.of(password));
            }
            problems.add(section.place("password"), "'password' must not be empty");
        } else if (hash == null) {
            problems.add(section.place("name"), "the user has no 'password' and no 'password-hash'; give one of them");
        } else {
            var problem = PasswordHash.check(hash);
            if (problem.isEmpty()) {
                return new Credential.Hashed(hash);
            }
            problems.add(section.place("password-hash"), "'password-hash' " + problem.get());
        }
        return null;
    }

    private List<String> filters(Section section, String key) {
        if (!section.has(key)) {
            return EVERY_TOPIC;
        }
        List<String> filters = new ArrayList<>();
        for (ScalarNode node : section.texts(key)) {
            Permissions.problemOf(node.getValue()).ifPresentOrElse(
                    problem -> problems.add(node, "'" + node.getValue() + "' " + problem),
                    () -> filters.add(node.getValue()));
        }
        return filters;
    }
}
