package dev.gatehouse.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.client.TlsOptions;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.StartFault;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.server.config.ConfigurationProblems;

/// The service of the story: two tenants that share one port, and its operator, who uses `gatehouse attempts`.
final class StoryService implements AutoCloseable {
    static final String HOST = "globex.gatehouse.test";
    static final String USER = "eric";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Shell shell;
    private final Path folder;
    private final String password;
    private final int port;
    private Service service;

    private StoryService(Shell shell, Path folder, String password, Service service) {
        this.shell = shell;
        this.folder = folder;
        this.password = password;
        this.service = service;
        this.port = service.listeners().getFirst().address().getPort();
    }

    static StoryService start(Shell shell, Path folder, String password) throws CommandFault {
        return new StoryService(shell, folder, password, started(folder, password, 0, "refuse"));
    }

    /// The operator changes `no-sni` and starts the service again, on the same port.
    void allowUserAtTenant() throws CommandFault {
        service.close();
        service = started(folder, password, port, "resolve");
    }

    private static Service started(Path folder, String password, int port, String noSni) throws CommandFault {
        try {
            Path file = Files.writeString(folder.resolve("gatehouse.yaml"), """
                    data: data
                    domain: gatehouse.test
                    listeners:
                      - {name: tls, protocol: mqtts, host: 127.0.0.1, port: %d}
                    no-sni: %s
                    tenants:
                      - name: globex
                        users: [{name: eric, password: %s, publish: ["#"], subscribe: ["#"]}]
                      - name: initech
                        users: [{name: peter, password: %s, publish: ["#"], subscribe: ["#"]}]
                    """.formatted(port, noSni, password, password));
            ProcessKey key = ProcessKey.draw(new SecureRandom());
            return Service.start(Configuration.load(file, folder, key), key, Version.MQTT_5.name());
        } catch (IOException | ConfigurationProblems | StartFault e) {
            throw new CommandFault(Exit.FAILED, "the service did not start: " + e.getMessage(), e);
        }
    }

    int port() {
        return port;
    }

    Secret password() {
        return Secret.of(password);
    }

    Path caFile() {
        return folder.resolve("data").resolve("tls").resolve("ca.crt");
    }

    SSLSocketFactory trusting() throws CommandFault {
        try {
            return TlsArguments.context(null, caFile()).getSocketFactory();
        } catch (GeneralSecurityException | IOException e) {
            throw new CommandFault(Exit.FAILED, "the service's certificate authority cannot be used: " + e.getMessage(),
                    e);
        }
    }

    /// A program in the office that reads what the device sends, over this computer's own network.
    MqttClient office() throws CommandFault, IOException {
        Dialer dialer = new Dialer(SocketFactory.getDefault(), TlsOptions.of(trusting(), HOST), null);
        Deadline deadline = Deadline.in(PATIENCE);
        return MqttClient.connect(dialer.dial(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), deadline),
                ConnectOptions.of(Version.MQTT_5, "office").as(USER, password()), deadline);
    }

    /// What `gatehouse WORDS --data …` prints.
    List<String> printed(String... words) throws CommandFault {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", folder.resolve("data").toString()));
        return command(all.toArray(String[]::new));
    }

    /// What `gatehouse WORDS` prints.
    List<String> command(String... words) throws CommandFault {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Shell inner = new Shell(new PrintStream(out, true, StandardCharsets.UTF_8), shell.err(), shell.in(),
                shell.environment(), shell.home(), false, shell.prompt());
        int code = Gatehouse.run(inner, words);
        if (code != Exit.OK.code()) {
            throw new CommandFault(Exit.FAILED, "gatehouse " + String.join(" ", words) + " failed with " + code);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /// The newest failed attempt, as soon as it is written.
    JsonNode newestFailure() throws CommandFault, IOException, InterruptedException {
        Deadline deadline = Deadline.in(PATIENCE);
        while (!deadline.isOver()) {
            List<String> lines = printed("attempts", "--failed", "--json", "--limit", "1");
            if (!lines.isEmpty()) {
                return new ObjectMapper().readTree(lines.getFirst());
            }
            Thread.sleep(20);
        }
        throw new CommandFault(Exit.FAILED, "the service has no failed attempt");
    }

    @Override
    public void close() {
        service.close();
    }
}
