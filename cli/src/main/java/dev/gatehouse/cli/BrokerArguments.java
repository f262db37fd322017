package dev.gatehouse.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.client.Transport;
import dev.gatehouse.client.WebSocketOptions;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

/// Which broker, as whom, and by which way: what `pub` and `sub` have in common.
final class BrokerArguments {
    private static final String PASSWORD_VARIABLE = "GATEHOUSE_PASSWORD";
    private static final int TLS_PORT = 8883;

    @Parameters(arity = "0..1", paramLabel = "URL", description = "mqtt://, mqtts://, ws:// or wss://, instead of -h and -p.")
    private @Nullable String url;

    @Option(names = {"-h", "--host"}, paramLabel = "HOST", description = "The broker's host, or a URL; localhost if "
            + "neither is given.")
    private @Nullable String host;

    @Option(names = {"-p", "--port"}, paramLabel = "PORT", description = "1883 if not given, 8883 with TLS.")
    private @Nullable Integer port;

    @Option(names = "--connect-to", paramLabel = "HOST:PORT", description = "Connect there, and keep the name for TLS and "
            + "for WebSocket: for a name that does not resolve yet.")
    private @Nullable String connectTo;

    @Option(names = {"-u", "--username"}, paramLabel = "USER", description = "The user.")
    private @Nullable String user;

    @Option(names = {"-P", "--pw"}, paramLabel = "PASSWORD", description = "The password itself. Other users of this "
            + "machine can see it while the command runs; better use --password-file, or the variable "
            + PASSWORD_VARIABLE + ".")
    private @Nullable String password;

    @Option(names = "--password-file", paramLabel = "FILE", description = "The password is the first line of this file.")
    private @Nullable Path passwordFile;

    @Option(names = {"-i", "--id"}, paramLabel = "ID", description = "The client id; made up if not given.")
    private @Nullable String id;

    @Option(names = {"-V",
            "--protocol-version"}, paramLabel = "VERSION", defaultValue = "5", description = "3.1, 3.1.1 or "
                    + "5 (mqttv31, mqttv311, mqttv5); ${DEFAULT-VALUE}.")
    private String version = "5";

    @Option(names = {"-c",
            "--disable-clean-session"}, description = "Go on with the session of this client id, and leave "
                    + "one behind.")
    private boolean keepSession;

    @Option(names = {"-x", "--session-expiry-interval"}, paramLabel = "SECONDS", description = "How long the session "
            + "outlives the connection (MQTT 5).")
    private @Nullable Long sessionExpirySeconds;

    @Option(names = {"-k",
            "--keepalive"}, paramLabel = "SECONDS", defaultValue = "60", description = "${DEFAULT-VALUE}; 0 "
                    + "for none.")
    private int keepAliveSeconds;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "20", description = "For each step: connecting, "
            + "TLS, an answer; ${DEFAULT-VALUE}, and 120 with --via-modem.")
    private int timeoutSeconds;

    @Mixin
    private TlsArguments tls = new TlsArguments();
    @Mixin
    private WillArguments will = new WillArguments();
    @Mixin
    private PropertyArguments properties = new PropertyArguments();
    private @Nullable String madeUpId;

    PropertyArguments properties() {
        return properties;
    }

    Deadline deadline() {
        return Deadline.in(Duration.ofSeconds(timeoutSeconds));
    }

    /// Connects, and comes back with CONNACK.
    ///
    /// @param sockets makes unconnected sockets
    /// @param namesResolved whether they need addresses instead of names
    MqttClient connect(Shell shell, SocketFactory sockets, boolean namesResolved) throws CommandFault {
        MqttUrl target = target();
        ConnectOptions options = options(shell);
        Dialer dialer = new Dialer(sockets, target.scheme().encrypted() ? tls.options(target.host()) : null,
                target.scheme().webSocket() ? WebSocketOptions.of(target, new SecureRandom()) : null);
        try {
            return MqttClient.connect(dial(dialer, target, namesResolved), options, deadline());
        } catch (IOException e) {
            throw ConnectionWords.fault(target, options, e);
        }
    }

    /// All that fails later, in words.
    CommandFault fault(IOException e) throws CommandFault {
        return ConnectionWords.fault(target(), ConnectOptions.of(version(), ""), e);
    }

    private Transport dial(Dialer dialer, MqttUrl target, boolean namesResolved) throws IOException, CommandFault {
        MqttUrl at = connectTo == null ? target : place(connectTo);
        if (!namesResolved) {
            return dialer.dial(InetSocketAddress.createUnresolved(at.host(), at.port()), deadline());
        }
        IOException first = null;
        for (InetAddress address : resolved(at.host())) {
            try {
                return dialer.dial(new InetSocketAddress(address, at.port()), deadline());
            } catch (java.net.ConnectException | java.net.NoRouteToHostException e) {
                first = first == null ? e : first; // the next address may answer
            }
        }
        throw first == null ? new UnknownHostException(at.host()) : first;
    }

    private static List<InetAddress> resolved(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }

    private static MqttUrl place(String text) throws CommandFault {
        try {
            return MqttUrl.parse("mqtt://" + text);
        } catch (IllegalArgumentException e) {
            throw new CommandFault(Exit.USAGE, "--connect-to: " + e.getMessage(), e);
        }
    }

    private MqttUrl target() throws CommandFault {
        String named = url != null ? url : host != null && host.contains("://") ? host : null;
        if (url != null && host != null) {
            throw new CommandFault(Exit.USAGE, "give the broker by -h or by a URL, not by both");
        }
        try {
            if (named != null) {
                MqttUrl parsed = MqttUrl.parse(named);
                return port == null ? parsed : new MqttUrl(parsed.scheme(), parsed.host(), port, parsed.path());
            }
            boolean encrypted = tls.asked() || port != null && port == TLS_PORT;
            String name = host == null ? "localhost" : host;
            String bracketed = name.indexOf(':') >= 0 && !name.startsWith("[") ? "[" + name + "]" : name;
            return MqttUrl.parse((encrypted ? "mqtts://" : "mqtt://") + bracketed + (port == null ? "" : ":" + port));
        } catch (IllegalArgumentException e) {
            throw new CommandFault(Exit.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private ConnectOptions options(Shell shell) throws CommandFault {
        Version spoken = version();
        Secret secret = secret(shell);
        if (keepAliveSeconds < 0 || keepAliveSeconds > 65_535) {
            throw new CommandFault(Exit.USAGE, "-k is a number of seconds from 0 to 65535");
        }
        if (!spoken.hasProperties() && (!properties.isEmpty() || sessionExpirySeconds != null)) {
            throw new CommandFault(Exit.USAGE, "-D and -x need MQTT 5: leave out -V " + version);
        }
        if (user == null && secret != null && !spoken.hasProperties()) {
            throw new CommandFault(Exit.USAGE, spoken + " has no password without a user: give -u");
        }
        if (keepSession && id == null) {
            throw new CommandFault(Exit.USAGE, "-c needs -i: a session is found again by its client id");
        }
        long expiry = sessionExpirySeconds != null ? sessionExpirySeconds : keepSession ? 0xFFFF_FFFFL : 0;
        ConnectOptions options = ConnectOptions.of(spoken, clientId()).as(user, secret).keepAlive(keepAliveSeconds)
                .with(will.will(properties.message("will")));
        if (spoken.hasProperties()) {
            ConnectProperties connect = properties.connect(expiry);
            options = options.with(connect);
        }
        return keepSession ? options.resuming() : options;
    }

    /// The same one when the connection is made again.
    private String clientId() {
        if (id != null) {
            return id;
        }
        if (madeUpId == null) {
            byte[] random = new byte[5];
            new SecureRandom().nextBytes(random);
            madeUpId = "gatehouse-" + HexFormat.of().formatHex(random);
        }
        return madeUpId;
    }

    Version version() throws CommandFault {
        return switch (version.toLowerCase(Locale.ROOT)) {
            case "3.1", "31", "mqttv31" -> Version.MQTT_3_1;
            case "3.1.1", "311", "mqttv311" -> Version.MQTT_3_1_1;
            case "5", "5.0", "mqttv5" -> Version.MQTT_5;
            default -> throw new CommandFault(Exit.USAGE, "-V is 3.1, 3.1.1 or 5, not " + version);
        };
    }

    private @Nullable Secret secret(Shell shell) throws CommandFault {
        List<Secret> all = new ArrayList<>();
        if (password != null) {
            all.add(Secret.of(password));
        }
        if (passwordFile != null) {
            all.add(SecretFile.firstLine(passwordFile, "--password-file"));
        }
        if (all.size() > 1) {
            throw new CommandFault(Exit.USAGE, "give the password by -P or by --password-file, not by both");
        }
        String variable = shell.variable(PASSWORD_VARIABLE);
        if (all.isEmpty() && variable != null && user != null) {
            all.add(Secret.of(variable));
        }
        return all.isEmpty() ? null : all.getFirst();
    }

    /// What a message says besides topic and payload.
    PublishProperties message() throws CommandFault {
        return properties.message("publish");
    }

    /// A file's bytes, or a sentence.
    static byte[] bytes(Path file) throws CommandFault {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
