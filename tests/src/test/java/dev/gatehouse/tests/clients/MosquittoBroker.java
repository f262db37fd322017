package dev.gatehouse.tests.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;

/// Eclipse Mosquitto with one listener per transport on free ports of 127.0.0.1, anonymous, and user `eric` with the
/// password `secret`. The broker the drivers are tried against; nothing of Gatehouse is in it.
final class MosquittoBroker implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RunningProgram program;
    private final Map<Transport, Integer> ports;
    private final Path certificate;

    private MosquittoBroker(RunningProgram program, Map<Transport, Integer> ports, Path certificate) {
        this.program = program;
        this.ports = ports;
        this.certificate = certificate;
    }

    /// Skips the running test where mosquitto or openssl is missing.
    ///
    /// @param folder empty; holds its configuration, certificate and key
    /// @param anonymous whether clients without a user name are let in
    static MosquittoBroker start(Path folder, boolean anonymous) throws IOException {
        var mosquitto = ExternalProgram.assumeFound("mosquitto");
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        selfSigned(certificate, key);
        Path passwords = folder.resolve("passwords");
        Files.writeString(passwords, "eric:secret\n");
        run(ExternalProgram.assumeFound("mosquitto_passwd"), "-U", passwords.toString());

        var ports = new EnumMap<Transport, Integer>(Transport.class);
        var lines = new StringBuilder("log_dest stderr\nallow_anonymous " + anonymous + "\npassword_file " + passwords
                + "\nuser " + System.getProperty("user.name") + "\n");
        for (Transport transport : Transport.values()) {
            int port = Ports.free();
            ports.put(transport, port);
            lines.append("listener ").append(port).append(" 127.0.0.1\n");
            if (transport.webSocket()) {
                lines.append("protocol websockets\n");
            }
            if (transport.encrypted()) {
                lines.append("certfile ").append(certificate).append("\nkeyfile ").append(key).append('\n');
            }
        }
        Path configuration = Files.writeString(folder.resolve("mosquitto.conf"), lines);
        var program = mosquitto.start(Map.of(), List.of("-c", configuration.toString()));
        var broker = new MosquittoBroker(program, ports, certificate);
        try {
            program.await(line -> line.endsWith(" running"), PATIENCE);
            return broker;
        } catch (AssertionError e) {
            broker.close();
            throw e;
        }
    }

    /// One certificate that is its own CA, for `acme.mq.test` only.
    private static void selfSigned(Path certificate, Path key) {
        run(ExternalProgram.assumeFound("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=acme.mq.test", "-addext",
                "subjectAltName=DNS:acme.mq.test", "-keyout", key.toString(), "-out", certificate.toString());
    }

    private static void run(ExternalProgram program, String... arguments) {
        var finished = program.run(PATIENCE, arguments);
        assertThat(finished.exitCode()).as(finished.err()).isZero();
    }

    /// To this broker's listener for a transport, by the name in its certificate.
    Connect connect(Transport transport, String clientId) {
        var how = Connect.to(transport, "acme.mq.test", Objects.requireNonNull(ports.get(transport)), clientId);
        return transport.encrypted() ? how.trusting(certificate) : how;
    }

    String log() {
        return program.said();
    }

    @Override
    public void close() {
        program.close();
    }
}
