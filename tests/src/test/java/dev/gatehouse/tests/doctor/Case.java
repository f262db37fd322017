package dev.gatehouse.tests.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManager;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.JsonReport;
import dev.gatehouse.doctor.Judgement;
import dev.gatehouse.doctor.Network;
import dev.gatehouse.doctor.Plan;
import dev.gatehouse.doctor.Plan.ServerNameChoice;
import dev.gatehouse.doctor.Probe;
import dev.gatehouse.doctor.Progress;
import dev.gatehouse.doctor.Report;
import dev.gatehouse.doctor.StageExit;
import dev.gatehouse.doctor.TextReport;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// One server or network, how it is probed, and what has to be found.
final class Case {
    private static final List<Version> ALL = List.of(Version.MQTT_5, Version.MQTT_3_1_1, Version.MQTT_3_1);

    /// Of the report before the snippets.
    private static final int COLUMNS = 100;

    private final String name;
    private final String url;
    private @Nullable String user;
    private @Nullable String password;
    private List<X509Certificate> roots = List.of();
    private @Nullable KeyManager certificate;
    private ServerNameChoice serverName = new ServerNameChoice.OfUrl();
    private List<Version> versions = ALL;
    private @Nullable String topic;
    private Network network = new Network(SocketFactory.getDefault(), Case::resolve, "the test's network");
    private Duration timeout = Duration.ofSeconds(8);
    private @Nullable Stage stage;
    private @Nullable Cause cause;
    private @Nullable Certainty sure;
    private String said = "";

    private Case(String name, String url) {
        this.name = name;
        this.url = url;
    }

    /// @param url its host is dialled on loopback, whatever it is, unless it is not resolvable in the tests' hosts file
    static Case of(String name, String url) {
        return new Case(name, url);
    }

    String name() {
        return name;
    }

    Case as(String userName, String secret) {
        user = userName;
        password = secret;
        return this;
    }

    Case trusting(X509Certificate... trusted) {
        roots = List.of(trusted);
        return this;
    }

    Case showing(KeyManager manager) {
        certificate = manager;
        return this;
    }

    Case sending(ServerNameChoice choice) {
        serverName = choice;
        return this;
    }

    Case speaking(Version... only) {
        versions = List.of(only);
        return this;
    }

    Case about(String scratch) {
        topic = scratch;
        return this;
    }

    Case through(SocketFactory factory) {
        return through(new Network(factory, Case::resolve, "the test's network"));
    }

    Case through(Network other) {
        network = other;
        return this;
    }

    /// Silence is what is waited for.
    Case impatient() {
        timeout = Duration.ofMillis(1_200);
        return this;
    }

    Case fails(Stage where, Cause why) {
        stage = where;
        cause = why;
        return this;
    }

    /// The first verdict is so sure, and says this.
    Case saying(@Nullable Certainty certainty, String words) {
        sure = certainty;
        said = words;
        return this;
    }

    Case healthy() {
        stage = null;
        cause = null;
        return this;
    }

    /// What the probe makes of it.
    record Outcome(Report report, Judgement judgement) {}

    Outcome run() {
        Plan plan = new Plan(MqttUrl.parse(url), user, password == null ? null : Secret.of(password), "", roots,
                certificate, serverName, null, versions, topic, timeout, false);
        Report report = new Probe(plan, network, Clock.systemUTC(), new Random(name.hashCode())).run(Progress.SILENT);
        return new Outcome(report, Judgement.of(report));
    }

    private static List<InetAddress> resolve(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }

    void check(Outcome outcome) {
        Judgement judgement = outcome.judgement();
        String text = TextReport.of(outcome.report(), judgement);
        List<String> found = new ArrayList<>();
        found.add(judgement.stage() == null ? "healthy" : judgement.stage().id());
        judgement.verdicts().stream().findFirst().ifPresent(first -> found.add(first.cause().id()));
        List<String> wanted = new ArrayList<>();
        wanted.add(stage == null ? "healthy" : stage.id());
        if (cause != null) {
            wanted.add(cause.id());
        }
        assertThat(found).as(name + "\n" + text).isEqualTo(wanted);
        assertThat(text.replaceAll("\\s+", " ")).as(name).contains(said);
        assertThat(text.lines().takeWhile(line -> !line.startsWith("ESP-IDF ("))).as(name)
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(COLUMNS));
        if (sure != null) {
            assertThat(judgement.verdicts().getFirst().certainty()).as(name + "\n" + text).isEqualTo(sure);
        }
        assertThat(StageExit.code(judgement)).as("exit code").isEqualTo(stage == null ? 0 : exitCode(stage));
        assertThat(JsonReport.of(outcome.report(), judgement)).startsWith("{").endsWith("}");
        judgement.verdicts()
                .forEach(verdict -> assertThat(verdict.evidence()).as("evidence of " + verdict).isNotEmpty());
    }

    /// As `doctor --help` has them: for ever.
    private static int exitCode(Stage stage) {
        return switch (stage) {
            case DNS -> 10;
            case TCP -> 11;
            case PROXY -> 12;
            case TLS_CLIENTHELLO -> 13;
            case TLS_CERT -> 14;
            case TLS_ALERT -> 15;
            case TLS_RESOURCE -> 16;
            case WS_UPGRADE -> 17;
            case MQTT_CONNECT -> 18;
            case MQTT_AUTH -> 19;
            case MQTT_AUTHZ -> 20;
            case MQTT_SESSION -> 21;
            case MODEM_NETWORK -> 22;
            case MODEM_SOCKET -> 23;
            case MODEM_TLS -> 24;
            case CONFIG -> 25;
            case UNDETERMINED -> 26;
        };
    }
}
