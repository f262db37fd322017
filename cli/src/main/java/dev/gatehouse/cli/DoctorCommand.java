package dev.gatehouse.cli;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.doctor.JsonReport;
import dev.gatehouse.doctor.Judgement;
import dev.gatehouse.doctor.Plan;
import dev.gatehouse.doctor.Plan.ServerNameChoice;
import dev.gatehouse.doctor.Probe;
import dev.gatehouse.doctor.Report;
import dev.gatehouse.doctor.StageExit;
import dev.gatehouse.doctor.TextReport;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.TopicName;
import dev.gatehouse.mqtt.Version;

/// Probes a broker from outside, any broker, and names the stage that fails and why.
@Command(name = "doctor", description = {"Find out why a connection to a broker fails: any broker, stage by stage.", "",
        "The password is sent only to a server whose certificate can be verified. A scratch topic below gatehouse-doctor/ "
                + "is subscribed and published to."})
final class DoctorCommand implements Callable<Integer> {
    private final Shell shell;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli

    @Parameters(paramLabel = "URL", description = "mqtt://HOST[:PORT], mqtts://, ws://HOST[:PORT][/PATH] or wss://.")
    private String url = "";

    @Option(names = {"-u", "--user"}, paramLabel = "USER", description = "The user name.")
    private @Nullable String user;

    @Option(names = {"-P", "--password"}, paramLabel = "PASSWORD", description = "The password. Other users of this "
            + "machine can see it while the command runs; the environment variable GATEHOUSE_PASSWORD is not seen.")
    private @Nullable String password;

    @Option(names = "--client-id", paramLabel = "ID", description = "The client identifier. Left out: a new one for each "
            + "connection.")
    private String clientId = "";

    @Mixin
    private CertificateArguments files = new CertificateArguments();

    @ArgGroup
    private @Nullable ServerNames serverNames;

    private static final class ServerNames {
        @Option(names = "--server-name", paramLabel = "NAME", description = "The server name (SNI) to send, and to find "
                + "in the certificate, instead of the URL's host.")
        private @Nullable String name;

        @Option(names = "--no-server-name", description = "Send no server name, as some devices do.")
        private boolean none;
    }

    @Option(names = "--connect-to", paramLabel = "HOST:PORT", description = "Dial there, and keep the URL's names: for a "
            + "host name that does not resolve yet.")
    private @Nullable String connectTo;

    @Option(names = "--protocol", paramLabel = "VERSION", description = "3.1, 3.1.1, 5 or all. Default: all.")
    private String protocol = "all";

    @Option(names = "--topic", paramLabel = "TOPIC", description = "For the round trip, instead of the scratch topic.")
    private @Nullable String topic;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "For each single step. Default: 5.")
    private String timeout = "5";

    @Option(names = "--insecure", description = "Go on, and send the password, although the server's certificate cannot "
            + "be verified.")
    private boolean insecure;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    @Mixin
    private ViaModemArguments way = new ViaModemArguments();

    DoctorCommand(Shell shell) {
        this.shell = shell;
    }

    /// The lines of `--help` about how it ends.
    static String[] footer() {
        List<String> lines = new ArrayList<>(List.of("", "Exit codes:", "  0  every stage works"));
        lines.addAll(StageExit.lines());
        lines.add("  2  a wrong option or argument");
        lines.add(" 70  a defect of Gatehouse");
        return lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new);
    }

    @Override
    public Integer call() throws CommandFault {
        Plan plan = plan();
        try (Way opened = way.open(shell)) {
            Report report = probed(plan, opened);
            Judgement judgement = Judgement.of(report);
            shell.out().print(json ? JsonReport.of(report, judgement) + "\n" : TextReport.of(report, judgement));
            return StageExit.code(judgement);
        }
    }

    private Report probed(Plan plan, Way opened) {
        try (DoctorProgress progress = new DoctorProgress(shell)) {
            return new Probe(plan, opened.network(), Clock.systemUTC(), new SecureRandom()).run(progress);
        }
    }

    private Plan plan() throws CommandFault {
        if (topic != null && !TopicName.isValid(topic)) {
            throw wrong("--topic is published to: give one that is not empty and has no + and no #");
        }
        try {
            MqttUrl parsed = MqttUrl.parse(url);
            return new Plan(parsed, user, secret(), clientId, files.roots(), clientCertificate(), serverName(),
                    connectTo == null ? null : Plan.HostAndPort.parse(connectTo), versions(), topic,
                    timeout(), insecure);
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private Duration timeout() {
        double seconds;
        try {
            seconds = Double.parseDouble(timeout);
        } catch (NumberFormatException _) {
            seconds = Double.NaN;
        }
        if (!(seconds >= 0.05 && seconds <= 600)) {
            throw wrong("--timeout is a number of seconds from 0.05 to 600, not \"" + timeout + "\"");
        }
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private @Nullable Secret secret() {
        String given = password != null ? password : user == null ? null : shell.variable("GATEHOUSE_PASSWORD");
        return given == null ? null : Secret.of(given);
    }

    private ServerNameChoice serverName() {
        if (serverNames == null) {
            return new ServerNameChoice.OfUrl();
        }
        if (serverNames.none || serverNames.name == null) {
            return new ServerNameChoice.None();
        }
        try {
            return new ServerNameChoice.Named(MqttUrl.fitting(new SNIHostName(serverNames.name).getAsciiName()));
        } catch (IllegalArgumentException e) {
            throw wrong("--server-name is a host name, not \"" + serverNames.name + "\": " + e.getMessage());
        }
    }

    private List<Version> versions() {
        return switch (protocol) {
            case "all" -> List.of(Version.MQTT_5, Version.MQTT_3_1_1, Version.MQTT_3_1);
            case "3.1" -> List.of(Version.MQTT_3_1);
            case "3.1.1" -> List.of(Version.MQTT_3_1_1);
            case "5" -> List.of(Version.MQTT_5);
            default -> throw wrong("--protocol is 3.1, 3.1.1, 5 or all");
        };
    }

    private @Nullable KeyManager clientCertificate() throws CommandFault {
        KeyManager[] shown = files.shown();
        return shown == null ? null : shown[0];
    }
}
