package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.mqtt.Packet;

/// Verdicts about WebSocket, CONNECT, and the open connection.
final class MqttRules {
    private final Report report;
    private final Verdicts verdicts;
    private final List<String> remarks;

    MqttRules(Report report, Verdicts verdicts, List<String> remarks) {
        this.report = report;
        this.verdicts = verdicts;
        this.remarks = remarks;
    }

    void judge() {
        webSocket();
        connects();
        session();
    }

    private void webSocket() {
        List<Result.Upgrade> tried = report.all(Result.Upgrade.class);
        if (!report.plan().url().scheme().webSocket() || tried.isEmpty() || tried.getFirst().problem() == null) {
            return;
        }
        Result.Upgrade first = tried.getFirst();
        boolean withoutWorks = tried.size() > 1 && tried.getLast().problem() == null;
        String path = report.plan().url().path();
        if (withoutWorks || first.status() == 101) {
            verdicts.add(Stage.WS_UPGRADE, Cause.WS_SUBPROTOCOL, Certainty.CERTAIN, "The server does not agree to the "
                    + "WebSocket subprotocol \"mqtt\"",
                    "Make the server (or the proxy in front of it) offer the "
                            + "subprotocol \"mqtt\" and pass on the header Sec-WebSocket-Protocol; MQTT over WebSocket "
                            + "asks for it.",
                    tried);
        } else if (first.speaks() == Reply.Speaks.MQTT) {
            verdicts.add(Stage.WS_UPGRADE, Cause.WS_TO_TCP_PORT, Certainty.CERTAIN,
                    "The port speaks MQTT, not WebSocket", tried);
        } else if (first.status() == 0) {
            verdicts.add(Stage.WS_UPGRADE, first.speaks() == null ? Cause.WS_TO_TCP_PORT : Cause.NOT_A_BROKER,
                    first.speaks() == null ? Certainty.POSSIBLE : Certainty.LIKELY,
                    "The request for a WebSocket is not answered in HTTP: " + first.problem(), tried,
                    "Try mqtt:// or mqtts:// with the same host and port: brokers close when HTTP arrives at such a port");
        } else if (first.status() >= 500) {
            verdicts.add(Stage.PROXY, Cause.PROXY_BACKEND_DOWN, Certainty.LIKELY, "The web server answers "
                    + first.status() + ": it cannot reach the broker behind it", tried);
        } else if (first.status() == 401 || first.status() == 403) {
            verdicts.add(Stage.WS_UPGRADE, Cause.NOT_AUTHORIZED, Certainty.LIKELY, "The web server answers "
                    + first.status() + " before MQTT is spoken",
                    "Look which authentication or origin the web server "
                            + "asks for: it decides before the broker sees anything.",
                    tried);
        } else if (first.status() >= 300 && first.status() < 400) {
            verdicts.add(Stage.WS_UPGRADE, Cause.WS_WRONG_PATH, Certainty.LIKELY,
                    "The web server sends elsewhere instead of opening a WebSocket under " + path + ": "
                            + first.problem(),
                    "Use the address that it names, with ws:// for http:// and wss:// for https://: clients of MQTT do not "
                            + "follow redirections.",
                    tried);
        } else if (first.status() == 404 || first.status() == 400 || first.status() == 405 || first.status() == 426
                || first.status() == 200) {
            wrongPath(first.status(), path, tried);
        } else {
            verdicts.add(Stage.WS_UPGRADE, Cause.WS_WRONG_PATH, Certainty.POSSIBLE,
                    "No WebSocket under the path " + path + " (status " + first.status() + ")", tried);
        }
    }

    /// A web server that has the usual path not either may as well be no way to a broker at all.
    private void wrongPath(int status, String path, List<Result.Upgrade> tried) {
        boolean usual = path.equals("/mqtt");
        verdicts.add(Stage.WS_UPGRADE, Cause.WS_WRONG_PATH,
                status == 404 && !usual ? Certainty.CERTAIN : Certainty.LIKELY,
                "A web server answers, and has no WebSocket under the path " + path + " (status " + status + ")",
                "Ask whoever runs the server for the port and the path of MQTT over WebSocket"
                        + (usual ? "; some have it under / or /ws." : "; most have it under /mqtt."),
                tried);
        if (usual) {
            verdicts.add(Stage.WS_UPGRADE, Cause.NOT_A_BROKER, Certainty.POSSIBLE,
                    "The web server on this port may have nothing to do with MQTT", tried);
        }
    }

    private void connects() {
        List<Result.Connect> own = report.ownConnects();
        if (own.isEmpty()) {
            return;
        }
        List<Result.Connect> failed = own.stream()
                .filter(connect -> !(connect.outcome() instanceof ConnectOutcome.Accepted)).toList();
        if (report.accepted().isPresent()) {
            failed.forEach(connect -> remarks.add(Sentence.of(connect)));
            report.first(Result.Connect.class, connect -> !report.isOwn(connect) && !connect.credentials()
                    && report.plan().hasCredentials() && connect.outcome() instanceof ConnectOutcome.Accepted)
                    .ifPresent(_ -> remarks.add("The server also lets clients in without user name and password"));
            return;
        }
        if (failed.stream().allMatch(connect -> isVersion(connect.outcome()))) {
            verdicts.add(Stage.MQTT_CONNECT, Cause.PROTOCOL_VERSION_UNSUPPORTED, Certainty.CERTAIN,
                    "The server does not speak " + String.join(", ", failed.stream()
                            .map(connect -> connect.version().toString()).toList()),
                    failed);
            return;
        }
        if (!report.plan().url().scheme().webSocket() && isHttp(failed)) {
            return;
        }
        Result.Connect telling = failed.stream().filter(connect -> !isVersion(connect.outcome()))
                .min((a, b) -> Integer.compare(rank(a.outcome()), rank(b.outcome()))).orElseThrow();
        judge(telling, failed);
    }

    /// A server that does not answer CONNECT, and HTTP it does.
    private boolean isHttp(List<Result.Connect> failed) {
        Optional<Result.Upgrade> http = report.first(Result.Upgrade.class, upgrade -> upgrade.status() > 0);
        if (http.isEmpty()) {
            return false;
        }
        List<Result> evidence = new ArrayList<>(failed);
        evidence.add(http.get());
        if (http.get().status() == 101) {
            verdicts.add(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT, Certainty.CERTAIN,
                    "The port speaks MQTT over WebSocket", "Use wss://" + report.plan().url().authority() + "/mqtt.",
                    evidence);
        } else {
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.LIKELY, "A web server answers behind TLS (status "
                    + http.get().status() + ")", evidence);
            verdicts.add(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT, Certainty.POSSIBLE,
                    "It may serve WebSocket under another path", List.of(http.get()),
                    "Try wss:// with the path of the service");
        }
        return true;
    }

    private static boolean isVersion(ConnectOutcome outcome) {
        return outcome instanceof ConnectOutcome.Refused(int code, _) && (code == 1 || code == 0x84);
    }

    /// What tells more comes first.
    private static int rank(ConnectOutcome outcome) {
        return switch (outcome) {
            case ConnectOutcome.Refused _ -> 0;
            case ConnectOutcome.Alert _ -> 1;
            case ConnectOutcome.NotMqtt _ -> 2;
            case ConnectOutcome.Ended _ -> 3;
            case ConnectOutcome.Silent _ -> 4;
            case ConnectOutcome.NoWay _ -> 5;
            case ConnectOutcome.Accepted _ -> 6;
        };
    }

    private void judge(Result.Connect telling, List<Result.Connect> evidence) {
        switch (telling.outcome()) {
            case ConnectOutcome.Accepted _ -> throw new AssertionError("only failures come here");
            case ConnectOutcome.Refused(int code, Packet.Connack connack) -> new ConnackRules(report, verdicts)
                    .refused(telling, code, connack);
            case ConnectOutcome.Alert(String alert) -> alert(alert, evidence);
            case ConnectOutcome.NotMqtt(Reply.Speaks speaks, String shown) -> notMqtt(speaks, shown, evidence);
            case ConnectOutcome.Ended(boolean reset) -> ended(reset, evidence);
            case ConnectOutcome.Silent _ -> silent(evidence);
            case ConnectOutcome.NoWay(String message) -> verdicts.add(Stage.MQTT_CONNECT, Cause.RATE_LIMITED,
                    Certainty.POSSIBLE, "The way to CONNECT worked once and not again: " + message, evidence,
                    "Run doctor again after a minute: it connects a dozen times, which a limit may forbid");
        }
    }

    private void alert(String alert, List<Result.Connect> evidence) {
        if (report.plan().clientCertificate() == null) {
            verdicts.add(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING,
                    alert.equals("certificate_required") ? Certainty.CERTAIN : Certainty.LIKELY,
                    "The server wants a client certificate (alert " + alert + " after the handshake)", evidence);
        } else {
            verdicts.add(Stage.TLS_CERT, Cause.CLIENT_CERT_REJECTED, Certainty.CERTAIN,
                    "The server refuses the client's certificate: " + alert, evidence);
        }
    }

    private void notMqtt(Reply.Speaks speaks, String shown, List<Result.Connect> evidence) {
        if (speaks == Reply.Speaks.HTTP) {
            verdicts.add(Stage.WS_UPGRADE, Cause.TCP_TO_WS_PORT, Certainty.LIKELY,
                    "The port answers CONNECT in HTTP: " + shown, evidence,
                    "Try wss:// or ws:// with the same host and port");
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.POSSIBLE, "It may be a web server and nothing else",
                    evidence);
        } else if (speaks == Reply.Speaks.MQTT) {
            verdicts.add(Stage.MQTT_CONNECT, Cause.PROTOCOL_ERROR, Certainty.LIKELY,
                    "The server answers CONNECT with a packet that breaks the rules of MQTT: " + shown,
                    "Report it to whoever makes the server, with the bytes.", evidence);
        } else {
            verdicts.add(Stage.TCP, Cause.NOT_A_BROKER, Certainty.CERTAIN,
                    "What answers CONNECT is not MQTT: " + shown, evidence);
        }
    }

    private void ended(boolean reset, List<Result.Connect> evidence) {
        boolean asked = report.ownHandshake().filter(shake -> shake.outcome() instanceof TlsOutcome.Done done
                && done.asked()).isPresent();
        if (asked) {
            boolean shown = report.plan().clientCertificate() != null;
            verdicts.add(Stage.TLS_CERT, shown ? Cause.CLIENT_CERT_REJECTED : Cause.CLIENT_CERT_MISSING,
                    Certainty.LIKELY, shown
                            ? "The server asked for a client certificate, got one, and ended the connection"
                            : "The server asked for a client certificate, got none, and ended the connection",
                    evidence);
            return;
        }
        Optional<Result.Waited> waited = report.first(Result.Waited.class,
                one -> one.reply() instanceof Reply.Closed || one.reply() instanceof Reply.Reset);
        if (waited.isPresent()) {
            List<Result> both = new ArrayList<>(evidence);
            both.add(waited.get());
            verdicts.add(Stage.PROXY, Cause.PROXY_BACKEND_DOWN, Certainty.POSSIBLE,
                    "The TLS handshake succeeds, and the connection is ended at once, whether CONNECT is sent or not",
                    "Look at the log of whatever ends TLS: it takes the connection and does not get one to the broker "
                            + "behind it (broker down, wrong address or port), or the broker refuses what it sends first.",
                    both, "The log of the proxy at this moment, and the broker's",
                    "On the proxy's machine: does the broker's port accept connections");
            verdicts.add(Stage.PROXY, Cause.PROXY_PROTOCOL_MISMATCH, Certainty.POSSIBLE,
                    "The proxy may send a PROXY protocol header that the broker does not expect, or the other way round",
                    both);
            verdicts.add(Stage.TCP, Cause.SERVER_FULL, Certainty.POSSIBLE, "The server may be full", both);
            return;
        }
        String way = reset ? "resets" : "closes";
        verdicts.add(Stage.MQTT_CONNECT, Cause.CLOSED_AFTER_CONNECT, Certainty.LIKELY, "The server " + way
                + " the connection after CONNECT, without a CONNACK",
                "Look at the server's log at this moment. Brokers "
                        + "close so for a CONNECT they cannot read, for credentials or client identifiers they refuse "
                        + "(MQTT 3), and behind a proxy that cannot reach them.",
                evidence, "The server's log at this moment", "The same with other credentials and another --client-id");
    }

    private void silent(List<Result.Connect> evidence) {
        verdicts.add(Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED, Certainty.POSSIBLE,
                "The server takes CONNECT and does not answer it", evidence,
                "Look at the server's log: whether CONNECT arrived, and whether checking the credentials hangs",
                "Run doctor with a longer --timeout");
        verdicts.add(Stage.PROXY, Cause.PROXY_BACKEND_DOWN, Certainty.POSSIBLE,
                "A proxy may have taken the connection and not reach the broker", evidence);
    }

    private void session() {
        report.first(Result.Ping.class).filter(ping -> ping.problem() != null).ifPresent(ping -> verdicts.add(
                Stage.MQTT_SESSION, Cause.KEEPALIVE_TIMEOUT, Certainty.LIKELY, "PINGREQ is not answered: "
                        + ping.problem(),
                "The server, or a proxy in between, has to answer PINGREQ; a client that gets no PINGRESP takes the "
                        + "connection for dead. Report it to whoever runs the server.",
                List.of(ping)));
        report.first(Result.Subscribed.class).filter(subscribed -> subscribed.problem() != null)
                .ifPresent(this::subscribed);
        List<Result.RoundTrip> trips = report.all(Result.RoundTrip.class).stream()
                .filter(trip -> trip.problem() != null).toList();
        if (!trips.isEmpty()) {
            published(trips);
        }
    }

    private String elsewhere() {
        return report.plan().topic() == null
                ? "Give the topic that the device uses (--topic), or let this user use gatehouse-doctor/#."
                : "Give the user the permission for the topic.";
    }

    private void subscribed(Result.Subscribed subscribed) {
        List<Result> evidence = List.of(subscribed);
        switch (subscribed.code()) {
            case 0x8F -> verdicts.add(Stage.MQTT_SESSION, Cause.TOPIC_FILTER_INVALID, Certainty.CERTAIN,
                    "The server does not take the topic filter", evidence);
            case 0x97 -> verdicts.add(Stage.MQTT_AUTHZ, Cause.QUOTA_EXCEEDED, Certainty.CERTAIN,
                    "A limit of the server forbids the subscription", evidence);
            case -1 -> verdicts.add(Stage.MQTT_AUTHZ, Cause.ACL_DENIED, Certainty.POSSIBLE,
                    "SUBSCRIBE is not answered: " + subscribed.problem(), elsewhere(), evidence,
                    "Look at the server's log: some servers close instead of refusing");
            default -> verdicts.add(Stage.MQTT_AUTHZ, Cause.ACL_DENIED,
                    subscribed.code() == 0x87 ? Certainty.CERTAIN : Certainty.LIKELY,
                    "The server does not let this client subscribe to " + subscribed.topic(), elsewhere(), evidence);
        }
    }

    private void published(List<Result.RoundTrip> trips) {
        Optional<Result.RoundTrip> refused = trips.stream().filter(trip -> trip.code() >= 0x80).findFirst();
        if (refused.isPresent()) {
            int code = refused.get().code();
            Cause cause = switch (code) {
                case 0x87, 0x80 -> Cause.ACL_DENIED;
                case 0x90 -> Cause.TOPIC_NAME_INVALID;
                case 0x95 -> Cause.PACKET_TOO_LARGE;
                case 0x96 -> Cause.RATE_LIMITED;
                case 0x97 -> Cause.QUOTA_EXCEEDED;
                case 0x99 -> Cause.PAYLOAD_FORMAT_INVALID;
                case 0x9B -> Cause.QOS_NOT_SUPPORTED;
                default -> Cause.STORAGE_FAILED;
            };
            Certainty certainty = code == 0x80 || cause == Cause.STORAGE_FAILED
                    ? Certainty.POSSIBLE
                    : Certainty.CERTAIN;
            String title = "The server refuses PUBLISH: " + refused.get().problem();
            if (cause == Cause.ACL_DENIED) {
                verdicts.add(Stage.MQTT_AUTHZ, cause, certainty, title, elsewhere(), List.of(refused.get()));
            } else {
                verdicts.add(Stage.MQTT_SESSION, cause, certainty, title, List.of(refused.get()));
            }
            return;
        }
        boolean unanswered = trips.stream().anyMatch(trip -> !trip.acknowledged());
        boolean notBack = trips.stream().anyMatch(trip -> trip.acknowledged() && !trip.returned());
        List<Result> evidence = new ArrayList<>(trips);
        if (notBack && !unanswered) {
            verdicts.add(Stage.MQTT_AUTHZ, Cause.ACL_DENIED, Certainty.LIKELY,
                    "Messages are acknowledged and do not come back: the server drops them", elsewhere(), evidence,
                    "The server's log: brokers that may not tell MQTT 3 clients of a refusal drop the message");
        } else {
            verdicts.add(Stage.MQTT_AUTHZ, Cause.ACL_DENIED, Certainty.POSSIBLE,
                    "PUBLISH is not taken: " + trips.getFirst().problem(), elsewhere(), evidence,
                    "The server's log: some close or stay silent instead of refusing");
            verdicts.add(Stage.MQTT_SESSION, Cause.STORAGE_FAILED, Certainty.POSSIBLE,
                    "The server may be unable to store messages", evidence);
        }
    }
}
