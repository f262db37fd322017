package dev.gatehouse.tests.clients;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A client library of another language behind a small script. The script gets one JSON object as its argument and
/// prints one JSON object per line:
///
/// - `{"event": "connected", "code": 0}`, or `{"event": "refused", "code": N, "reason": TEXT}` and the end
/// - `{"event": "subscribed"}`, then `{"event": "message", "topic", "payload", "qos", "retain"}` until its standard
///   input ends, when it disconnects
/// - `{"event": "done"}` when everything to publish is acknowledged and it has disconnected
/// - `{"event": "failed", "reason": TEXT}` when there was no answer to the CONNECT, and the end
final class ScriptedClient implements ClientDriver {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Found once: trying an import in every Python of a machine takes seconds.
    private static final class Found {
        static final Optional<ExternalProgram> PYTHON = ExternalProgram.all("python3").stream()
                .filter(python -> python.run(PATIENCE, "-c", "import paho.mqtt.client").exitCode() == 0).findFirst();
    }

    private final String name;
    private final String missing;
    private final Path script;
    private final Optional<ExternalProgram> interpreter;
    private final Map<String, String> environment;

    private ScriptedClient(String name, String missing, Path script, Optional<ExternalProgram> interpreter,
            Map<String, String> environment) {
        this.name = name;
        this.missing = missing;
        this.script = script;
        this.interpreter = interpreter;
        this.environment = environment;
    }

    /// paho-mqtt, 1.x as in Debian 12 or 2.x, for the first Python that has it.
    static ScriptedClient pahoPython() {
        return new ScriptedClient("paho-python", "python3 with paho-mqtt",
                resource("/clients/python/client.py"), Found.PYTHON, Map.of());
    }

    /// MQTT.js, installed in `tests/target/clients/node`.
    static ScriptedClient mqttJs() {
        // The class files of the tests are in tests/target/test-classes.
        Path modules = resource("/clients/hosts").resolve("../../../clients/node/node_modules").normalize();
        return new ScriptedClient("mqtt.js", "node with the npm package mqtt in " + modules,
                resource("/clients/node/client.mjs"),
                Files.isDirectory(modules.resolve("mqtt")) ? ExternalProgram.find("node") : Optional.empty(),
                Map.of("CLIENT_NODE_MODULES", modules.toString()));
    }

    static Path resource(String name) {
        URL url = Objects.requireNonNull(ScriptedClient.class.getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(url.toString(), e);
        }
    }

    @Override
    public void assumeInstalled() {
        program();
    }

    private ExternalProgram program() {
        assumeTrue(interpreter.isPresent(), ExternalProgram.missing(missing));
        return interpreter.orElseThrow();
    }

    @Override
    public Set<Transport> transports() {
        return EnumSet.allOf(Transport.class);
    }

    @Override
    public Set<Integer> protocolLevels() {
        return Set.of(3, 4, 5);
    }

    @Override
    public Outcome publish(Connect how, List<Message> messages) {
        ObjectNode what = json(how);
        var list = what.putArray("publish");
        for (Message message : messages) {
            list.add(json(message));
        }
        var finished = program().run(PATIENCE, environment, arguments(what));
        String said = finished.out() + finished.err();
        int code = Outcome.NO_CONNACK;
        boolean completed = false;
        for (String line : finished.out().split("\n")) {
            JsonNode event = line.startsWith("{") ? ProgramSubscriber.parse(line) : JSON.missingNode();
            code = event.has("code") ? event.path("code").asInt() : code;
            completed |= event.path("event").asText().equals("done");
        }
        return new Outcome(completed && finished.exitCode() == 0, code, said);
    }

    @Override
    public Subscriber subscribe(Connect how, String topicFilter, int qos) {
        ObjectNode what = json(how);
        what.putObject("subscribe").put("filter", topicFilter).put("qos", qos);
        var running = program().start(environment, arguments(what));
        try {
            running.await(line -> line.contains("\"subscribed\""), PATIENCE);
            return new ProgramSubscriber(running, p -> p.finish(PATIENCE));
        } catch (AssertionError e) {
            running.close();
            throw e;
        }
    }

    private List<String> arguments(ObjectNode what) {
        var arguments = new ArrayList<String>();
        arguments.add(script.toString());
        arguments.add(what.toString());
        return arguments;
    }

    private static ObjectNode json(Connect how) {
        ObjectNode node = JSON.createObjectNode();
        node.put("address", "127.0.0.1").put("host", how.host()).put("port", how.port());
        node.put("tls", how.transport().encrypted()).put("webSocket", how.transport().webSocket());
        node.put("ca", how.caFile() == null ? null : how.caFile().toString());
        node.put("level", how.protocolLevel()).put("clientId", how.clientId());
        node.put("user", how.userName()).put("password", how.password());
        if (how.will() != null) {
            node.set("will", json(how.will()));
        }
        return node;
    }

    private static ObjectNode json(Message message) {
        return JSON.createObjectNode().put("topic", message.topic()).put("payload", message.payload())
                .put("qos", message.qos()).put("retain", message.retain());
    }

    @Override
    public String toString() {
        return name;
    }
}
