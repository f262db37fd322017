package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.client.MqttUrl;
import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.Reply.Speaks;
import dev.gatehouse.doctor.Result.TcpFailure;

/// From results to verdicts, going the way of a connection. Stages that were not reached say nothing.
///
/// The parts of the way are: name, TCP and what answers (here), [TlsRules], [MqttRules].
final class Rules {
    private final Report report;
    private final Verdicts verdicts;
    private final List<String> remarks = new ArrayList<>();

    Rules(Report report) {
        this.report = report;
        this.verdicts = new Verdicts(report);
    }

    Judgement judge() {
        name();
        tcp();
        answers();
        TlsRules tls = new TlsRules(report, verdicts, remarks);
        tls.judge();
        new MqttRules(report, verdicts, remarks).judge();
        tls.remark();
        if (verdicts.isEmpty() && report.accepted().isEmpty()) {
            verdicts.add(Stage.UNDETERMINED, Cause.UNDETERMINED, Certainty.POSSIBLE,
                    "The way could not be gone to its end, and nothing says why", report.results(),
                    "Run doctor again, with a longer --timeout");
        }
        return new Judgement(verdicts.stage(), verdicts.all(), remarks);
    }

    private void name() {
        report.first(Result.NotResolved.class).ifPresent(missing -> verdicts.add(Stage.DNS, Cause.DNS_FAILURE,
                Certainty.CERTAIN, "The host name " + report.plan().target().host() + " cannot be resolved from here",
                List.of(missing),
                "What comes after the name: `--connect-to ADDRESS:PORT` dials there and keeps the name"));
    }

    private void tcp() {
        List<Result.NotConnected> failed = report.all(Result.NotConnected.class);
        if (failed.isEmpty()) {
            return;
        }
        if (report.first(Result.Connected.class).isPresent()) {
            remarks.add("Not every address accepts connections ("
                    + String.join("; ", failed.stream().map(Sentence::of).toList())
                    + "): a device that tries only the first one fails now and then");
            return;
        }
        String where = "port " + report.plan().target().port() + " of " + report.plan().target().host();
        if (has(failed, TcpFailure.REFUSED)) {
            verdicts.add(Stage.TCP, Cause.TCP_REFUSED, Certainty.CERTAIN, "Nothing listens on " + where, failed);
        } else if (has(failed, TcpFailure.TIMED_OUT)) {
            verdicts.add(Stage.TCP, Cause.TCP_TIMEOUT, Certainty.CERTAIN, "No answer from " + where, failed,
                    "Run doctor from another network: if it works there, this network or a firewall blocks the port");
            verdicts.add(Stage.TCP, Cause.FIREWALL_BLOCKED, Certainty.POSSIBLE, "A firewall may drop what goes to "
                    + where, failed);
        } else if (has(failed, TcpFailure.UNREACHABLE)) {
            verdicts.add(Stage.TCP, Cause.TCP_UNREACHABLE, Certainty.CERTAIN, "There is no route to " + where, failed);
        } else {
            verdicts.add(Stage.TCP, Cause.CONNECTION_RESET, Certainty.LIKELY, "The connection to " + where + " failed",
                    failed);
        }
    }

    private static boolean has(List<Result.NotConnected> failed, TcpFailure failure) {
        return failed.stream().anyMatch(one -> one.failure() == failure);
    }

    private void answers() {
        List<Result.Spoke> spoke = report.all(Result.Spoke.class);
        if (spoke.isEmpty()) {
            return;
        }
        MqttUrl.Scheme scheme = report.plan().url().scheme();
        Result.Spoke promised = spoke.getFirst();
        Speaks wanted = scheme.encrypted() ? Speaks.TLS : scheme.webSocket() ? Speaks.HTTP : Speaks.MQTT;
        Optional<Result.Spoke> tls = answered(Opening.CLIENT_HELLO, Speaks.TLS);
        Optional<Result.Spoke> webSocket = report.first(Result.Spoke.class, one -> one.opening() == Opening.WEBSOCKET
                && Detection.isWebSocket(one.reply()));
        if (scheme == MqttUrl.Scheme.MQTT && webSocket.isPresent()) {
            verdicts.add(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT, Certainty.CERTAIN,
                    "The port speaks MQTT over WebSocket, not over TCP", "Use ws://" + report.plan().url().authority()
                            + "/mqtt, or the port for MQTT over TCP.",
                    List.of(promised, webSocket.get()));
            return;
        }
        if (scheme == MqttUrl.Scheme.MQTT && tls.isPresent()) {
            plainToTls(List.of(promised, tls.get()));
            return;
        }
        boolean undoubted = speaksAnywhere(spoke, Speaks.MQTT, Speaks.HTTP).isEmpty();
        if (promised.reply() instanceof Reply.Answered(Speaks speaks, _)
                && (speaks == wanted || speaks == Speaks.TLS_ALERT && scheme.encrypted() && undoubted)) {
            if (scheme == MqttUrl.Scheme.WS && tls.isPresent()) {
                plainToTls(List.of(promised, tls.get()));
            }
            return;
        }
        if (!scheme.encrypted() && (tls.isPresent() || answered(promised.opening(), Speaks.TLS_ALERT).isPresent())) {
            plainToTls(List.of(promised, tls.orElse(promised)));
        } else if (scheme.encrypted() && speaksAnywhere(spoke, Speaks.MQTT, Speaks.HTTP).isPresent()) {
            Result.Spoke plain = speaksAnywhere(spoke, Speaks.MQTT, Speaks.HTTP).get();
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.TLS_TO_PLAIN_PORT, Certainty.CERTAIN,
                    "The port speaks without TLS: " + Sentence.of(plain), List.of(promised, plain));
        } else {
            otherProtocol(spoke, scheme);
        }
    }

    private void plainToTls(List<Result.Spoke> evidence) {
        verdicts.add(Stage.TLS_CLIENTHELLO, Cause.PLAIN_TO_TLS_PORT, Certainty.CERTAIN,
                "The port speaks TLS, and the URL says it does not", "Use "
                        + (report.plan().url().scheme().webSocket() ? "wss://" : "mqtts://")
                        + report.plan().url().authority()
                        + ": switch TLS on in the device, or use the port for unencrypted connections, if there is one.",
                evidence);
    }

    private void otherProtocol(List<Result.Spoke> spoke, MqttUrl.Scheme scheme) {
        Optional<Result.Spoke> mqtt = speaksAnywhere(spoke, Speaks.MQTT);
        Optional<Result.Spoke> http = speaksAnywhere(spoke, Speaks.HTTP);
        Optional<Result.Spoke> other = speaksAnywhere(spoke, Speaks.SSH, Speaks.TEXT, Speaks.UNKNOWN);
        Optional<Result.Spoke> proxied = spoke.stream().filter(one -> one.opening() == Opening.PROXY_HEADER
                && one.reply() instanceof Reply.Answered).findFirst();
        if (proxied.isPresent()) {
            verdicts.add(Stage.PROXY, Cause.PROXY_PROTOCOL_MISMATCH, Certainty.CERTAIN,
                    "The port answers only behind a PROXY protocol header", "Connect through the load balancer, which "
                            + "sends that header, or switch the PROXY protocol off at this listener.",
                    spoke);
        } else if (mqtt.isPresent() && scheme.webSocket()) {
            verdicts.add(Stage.WS_UPGRADE, Cause.WS_TO_TCP_PORT, Certainty.CERTAIN,
                    "The port speaks MQTT over TCP, not over WebSocket", "Use mqtt://" + report.plan().url().authority()
                            + ", or the port for WebSocket.",
                    List.of(spoke.getFirst(), mqtt.get()));
        } else if (http.isPresent()) {
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.LIKELY, "A web server answers, " + shown(http.get()),
                    List.of(spoke.getFirst(), http.get()));
            verdicts.add(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT, Certainty.POSSIBLE,
                    "It may be a WebSocket port with another path", List.of(http.get()));
        } else if (other.isPresent()) {
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.CERTAIN,
                    "What answers is not an MQTT broker: " + Sentence.of(other.get()), List.of(other.get()));
        } else {
            nothingSaid(spoke);
        }
    }

    /// Not a byte came to anything. Whether the real handshake or the real CONNECT fared better, their rules tell.
    private void nothingSaid(List<Result.Spoke> spoke) {
        if (report.accepted().isPresent() || report.ownHandshake()
                .filter(shake -> shake.outcome() instanceof TlsOutcome.Done).isPresent()) {
            return;
        }
        Optional<Result.Spoke> listening = spoke.stream().filter(one -> one.opening() == Opening.NOTHING).findFirst();
        boolean closesAtOnce = listening.isPresent() && !(listening.get().reply() instanceof Reply.Silent);
        boolean silent = spoke.stream().allMatch(one -> one.reply() instanceof Reply.Silent);
        if (closesAtOnce) {
            verdicts.add(Stage.PROXY, Cause.PROXY_BACKEND_DOWN, Certainty.POSSIBLE,
                    "The port accepts connections and ends them at once", spoke,
                    "Look at the log of whatever listens on the port: a proxy that cannot reach the broker behind it, "
                            + "a broker at its limit of connections, and a filter of addresses all do this");
            verdicts.add(Stage.PROXY, Cause.PROXY_PROTOCOL_MISMATCH, Certainty.POSSIBLE,
                    "A proxy may send a PROXY protocol header that the broker behind it does not expect", spoke);
            verdicts.add(Stage.TCP, Cause.SERVER_FULL, Certainty.POSSIBLE, "The server may be full", spoke);
            verdicts.add(Stage.TCP, Cause.FIREWALL_BLOCKED, Certainty.POSSIBLE,
                    "A firewall may end connections from this address", spoke);
        } else if (silent) {
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.POSSIBLE,
                    "The port accepts connections and never says a word", spoke,
                    "Ask on the server which program has the port (`ss -ltnp`), and whether it is stuck",
                    "Run doctor with a longer --timeout");
            verdicts.add(Stage.PROXY, Cause.PROXY_BACKEND_DOWN, Certainty.POSSIBLE,
                    "A proxy may have taken the connection and wait for its backend", spoke);
        }
    }

    private Optional<Result.Spoke> answered(Opening opening, Speaks what) {
        return report.first(Result.Spoke.class, one -> one.opening() == opening
                && one.reply() instanceof Reply.Answered(Speaks speaks, _) && speaks == what);
    }

    private static Optional<Result.Spoke> speaksAnywhere(List<Result.Spoke> spoke, Speaks... what) {
        return spoke.stream().filter(one -> one.opening() != Opening.PROXY_HEADER
                && one.reply() instanceof Reply.Answered(Speaks speaks, _) && List.of(what).contains(speaks))
                .findFirst();
    }

    private static String shown(Result.Spoke spoke) {
        return spoke.reply() instanceof Reply.Answered(_, String line) ? line : "";
    }
}
