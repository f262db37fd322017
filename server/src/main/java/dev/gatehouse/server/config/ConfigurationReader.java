package dev.gatehouse.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.CoreSchema;

import dev.gatehouse.server.access.Names;
import dev.gatehouse.server.access.Origin;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.access.ScramKeys;
import dev.gatehouse.server.config.Configuration.Authentication;
import dev.gatehouse.server.config.Configuration.NoSni;
import dev.gatehouse.server.config.Configuration.Sync;
import dev.gatehouse.server.config.Configuration.Trail;

/// Turns the text of a configuration into a [Configuration], or into all that is wrong with it.
final class ConfigurationReader {
    private static final int CHARACTERS_MAX = 64 << 20;

    /// What is used without a file; `docs/configuration.md` shows it.
    static final String BUILT_IN = """
            domain: mq.localhost
            no-sni: refuse
            listeners:
              - {name: mqtt, protocol: mqtt, host: 127.0.0.1, port: 1883, tenant: demo}
              - {name: mqtts, protocol: mqtts, host: 127.0.0.1, port: 8883}
              - {name: wss, protocol: wss, host: 127.0.0.1, port: 8884}
            tenants:
              - {name: demo, anonymous: true, hosts: [localhost]}
            """;

    private final @Nullable Path file;
    private final ProblemList problems;
    private final TenantReader tenantReader;

    ConfigurationReader(Path file, ProcessKey key) {
        this.file = file;
        problems = new ProblemList(file.toString());
        tenantReader = new TenantReader(problems, this::path, key::keyed,
                line -> new Origin.File(file.toString(), line));
    }

    private ConfigurationReader() {
        file = null;
        problems = new ProblemList("built-in configuration");
        tenantReader = new TenantReader(problems, Path::of, _ -> {
            throw new AssertionError("the built-in configuration has no passwords");
        }, _ -> new Origin.BuiltIn());
    }

    static Configuration builtIn(Path data) {
        try {
            return new ConfigurationReader().parse(BUILT_IN, data);
        } catch (ConfigurationProblems bug) {
            throw new AssertionError(bug);
        }
    }

    Configuration read(Path data) throws ConfigurationProblems {
        return parse(content(), data);
    }

    private String content() throws ConfigurationProblems {
        Path path = Objects.requireNonNull(file);
        try {
            String text = Files.readString(path);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException missing) {
            problems.add("there is no such file");
        } catch (CharacterCodingException notUtf8) {
            problems.add("the file is not UTF-8 text");
        } catch (IOException unreadable) {
            problems.add("the file cannot be read: " + unreadable.getMessage());
        }
        problems.throwIfAny();
        throw new AssertionError("a problem was added");
    }

    private Configuration parse(String text, Path data) throws ConfigurationProblems {
        Optional<Node> root = compose(text);
        problems.throwIfAny();
        if (root.isEmpty()) {
            problems.add("the file is empty; it needs at least 'listeners'");
            problems.throwIfAny();
        }
        Configuration configuration = configuration(new Section(root.orElseThrow(), "", problems), data);
        problems.throwIfAny();
        return configuration;
    }

    private Optional<Node> compose(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(problems.file())
                .setSchema(new CoreSchema())
                .setCodePointLimit(CHARACTERS_MAX)
                .setAllowNonScalarKeys(true) // refused by Section, with its place
                .build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException malformed) {
            // Only the problem: the exception's own message quotes the line, which may hold a password.
            problems.add(malformed.getProblemMark(), "this is not YAML: " + malformed.getProblem());
        } catch (YamlEngineException malformed) {
            problems.add("this is not YAML: " + malformed.getMessage());
        }
        return Optional.empty();
    }

    private Configuration configuration(Section top, Path data) {
        String domain = domain(top);
        Limits limits = LimitsReader.read(top.section("limits"));
        Authentication authentication = authentication(top.section("authentication"));
        SequencedMap<String, TenantSettings> tenants = tenantReader.read(top.sections("tenants"), domain, limits,
                authentication.scramIterations() > 0);
        List<Listener> listeners = new ListenerReader(problems).read(top, tenants.keySet());
        Tls tls = tls(top.section("tls"));
        if (domain.indexOf('.') < 0 && tls.files() == null
                && listeners.stream().anyMatch(listener -> listener.protocol().isTls())) {
            problems.warn(top.place("domain"),
                    "'domain' has a single label, and OpenSSL and Node refuse the development "
                            + "certificate's *." + domain + "; give it two, such as mq." + domain);
        }
        return new Configuration(file, dataFolder(top, data), domain, listeners, tls,
                top.choice("no-sni", NoSni.values(), NoSni::text),
                (int) top.whole("connect-timeout-ms"), limits, tenants,
                top.section("journal").choice("sync", Sync.values(), Sync::text), trail(top.section("trail")),
                authentication, problems.warnings());
    }

    private Path dataFolder(Section top, Path data) {
        String text = top.text("data");
        return text == null ? data : path(text);
    }

    private String domain(Section top) {
        String domain = top.textOrDefault("domain");
        Names.problemOfHost(domain).ifPresent(problem -> problems.add(top.place("domain"), "'domain' " + problem));
        return Names.canonicalHost(domain);
    }

    private Tls tls(Section section) {
        return new Tls(TenantReader.certificateFiles(section, problems, this::path),
                section.choice("version-min", Tls.Version.values(), Tls.Version::text));
    }

    private static Trail trail(Section section) {
        return new Trail((int) section.whole("days"), (int) section.whole("attempts-max"), section.whole("bytes-max"));
    }

    private static Authentication authentication(Section section) {
        int scram = (int) section.whole("scram-iterations");
        if (scram > 0 && scram < ScramKeys.ITERATIONS_MIN) {
            section.complain("scram-iterations", "must be 0 or at least " + ScramKeys.ITERATIONS_MIN);
        }
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new Authentication((int) section.whole("threads", threads), (int) section.whole("queue-max"),
                (int) section.whole("cache-seconds"), (int) section.whole("cache-entries-max"), scram);
    }

    /// Relative to the folder of the configuration file.
    private Path path(String text) {
        return file == null ? Path.of(text) : file.toAbsolutePath().resolveSibling(text).normalize();
    }
}
