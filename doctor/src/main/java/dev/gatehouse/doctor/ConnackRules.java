package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.mqtt.Packet;

/// Verdicts about a CONNACK that refuses. One code can have many causes; what the other tries showed narrows them.
///
/// - **Source:** MQTT 3.1.1 §3.2.2.3, MQTT 5 §3.2.2.2.
final class ConnackRules {
    private final Report report;
    private final Verdicts verdicts;

    ConnackRules(Report report, Verdicts verdicts) {
        this.report = report;
        this.verdicts = verdicts;
    }

    void refused(Result.Connect own, int code, Packet.@Nullable Connack connack) {
        List<Result> evidence = new ArrayList<>(List.of(own));
        Optional<Result.Connect> named = acceptedOtherwise(own);
        if (named.isPresent()) {
            evidence.add(named.get());
            if (own.serverName() == null) {
                verdicts.add(Stage.TLS_CLIENTHELLO, Cause.SNI_MISSING, Certainty.CERTAIN,
                        "The same CONNECT is accepted "
                                + "with the server name " + named.get().serverName() + " and refused without",
                        evidence);
            } else {
                verdicts.add(Stage.TLS_CLIENTHELLO, Cause.SNI_UNKNOWN, Certainty.CERTAIN,
                        "The same CONNECT is accepted without a server name and refused with "
                                + own.serverName(),
                        evidence);
            }
            return;
        }
        String said = Sentence.connect(own.outcome());
        switch (code) {
            case 2, 0x85 -> add(Stage.MQTT_CONNECT, Cause.CLIENT_ID_REJECTED, Certainty.CERTAIN,
                    "The server does not accept the client identifier", evidence);
            case 3, 0x88 -> {
                add(Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED, Certainty.POSSIBLE,
                        "The server says that it is not available: " + said, evidence,
                        "Look at the server's log, or ask its operator: the code does not say why");
                add(Stage.MQTT_CONNECT, Cause.SERVER_FULL, Certainty.POSSIBLE, "The server may be full", evidence);
            }
            case 4, 0x86 -> credentials(own, Certainty.CERTAIN, evidence);
            case 5, 0x87 -> notAuthorized(own, evidence);
            case 0x81, 0x82 -> add(Stage.MQTT_CONNECT, Cause.MALFORMED_CONNECT, Certainty.LIKELY,
                    "The server cannot read the CONNECT: " + said, evidence);
            case 0x89 -> add(Stage.MQTT_CONNECT, Cause.SERVER_FULL, Certainty.LIKELY, "The server is busy: " + said,
                    evidence);
            case 0x8A -> add(Stage.MQTT_AUTH, Cause.POLICY_DENIED_CONNECT, Certainty.CERTAIN,
                    "The server has banned this client", evidence);
            case 0x8B -> add(Stage.MQTT_SESSION, Cause.SERVER_SHUTTING_DOWN, Certainty.CERTAIN,
                    "The server is shutting down", evidence);
            case 0x8C -> add(Stage.MQTT_AUTH, Cause.AUTH_METHOD_UNSUPPORTED, Certainty.CERTAIN,
                    "The server wants another way of authentication", evidence);
            case 0x95 -> add(Stage.MQTT_CONNECT, Cause.PACKET_TOO_LARGE, Certainty.CERTAIN,
                    "The CONNECT is larger than the server accepts", evidence);
            case 0x97 -> add(Stage.MQTT_AUTHZ, Cause.QUOTA_CONNECTIONS, Certainty.LIKELY, "A limit is reached: " + said,
                    evidence);
            case 0x9A -> add(Stage.MQTT_CONNECT, Cause.RETAIN_NOT_SUPPORTED, Certainty.CERTAIN,
                    "The server does not retain messages", evidence);
            case 0x9B -> add(Stage.MQTT_CONNECT, Cause.QOS_NOT_SUPPORTED, Certainty.CERTAIN,
                    "The server does not support the QoS of the will", evidence);
            case 0x9C, 0x9D -> moved(connack, evidence);
            case 0x9F -> add(Stage.MQTT_AUTHZ, Cause.RATE_LIMITED, Certainty.CERTAIN,
                    "Connections come faster than the server allows", evidence);
            default -> add(Stage.MQTT_CONNECT, Cause.POLICY_DENIED_CONNECT, Certainty.POSSIBLE,
                    "The server refuses and does not say why: " + said, evidence,
                    "Look at the server's log at this moment");
        }
    }

    /// The same CONNECT over a connection with the other choice of server name, if that one was accepted.
    private Optional<Result.Connect> acceptedOtherwise(Result.Connect own) {
        return report.first(Result.Connect.class, other -> !report.isOwn(other) && other.version() == own.version()
                && other.credentials() == own.credentials() && other.outcome() instanceof ConnectOutcome.Accepted);
    }

    private void credentials(Result.Connect own, Certainty certainty, List<Result> evidence) {
        if (own.credentials()) {
            add(Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS, certainty,
                    "The server says that user name or password is wrong",
                    evidence);
        } else {
            add(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING, Certainty.LIKELY,
                    "The server wants a user name and a password", evidence);
        }
    }

    /// The code with the most causes; brokers also use it for wrong passwords, full quotas and missing server names.
    private void notAuthorized(Result.Connect own, List<Result> evidence) {
        if (!own.credentials()) {
            add(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING, Certainty.LIKELY,
                    "The server lets nobody in without user name and password", "Give user name and password (-u, -P).",
                    evidence);
            return;
        }
        report.first(Result.Connect.class, other -> !other.credentials()
                && other.outcome() instanceof ConnectOutcome.Accepted).ifPresent(evidence::add);
        add(Stage.MQTT_AUTH, Cause.CREDENTIALS_NOT_ACCEPTED, Certainty.LIKELY,
                "The server does not let this user in (\"not authorized\")", evidence,
                "The server's log: with this code brokers refuse wrong passwords, users without permission, full quotas "
                        + "and server names they do not know");
        add(Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS, Certainty.POSSIBLE, "User name or password may be wrong", evidence);
        add(Stage.MQTT_AUTHZ, Cause.QUOTA_CONNECTIONS, Certainty.POSSIBLE, "A limit of connections may be reached",
                evidence);
        if (report.plan().url().scheme().encrypted() && own.serverName() == null) {
            add(Stage.TLS_CLIENTHELLO, Cause.SNI_MISSING, Certainty.POSSIBLE,
                    "The server may want a server name (SNI), and none was sent", evidence);
        }
    }

    private void moved(Packet.@Nullable Connack connack, List<Result> evidence) {
        String where = connack == null ? null : connack.properties().serverReference();
        verdicts.add(Stage.MQTT_SESSION, Cause.SERVER_DRAINING, Certainty.CERTAIN, "The server sends its clients "
                + (where == null ? "to another server and does not say which" : "to " + where),
                where == null ? "Ask its operator for the server to use." : "Connect to " + where + ".", evidence);
    }

    private void add(Stage stage, Cause cause, Certainty certainty, String title, List<Result> evidence,
            String... collectNext) {
        verdicts.add(stage, cause, certainty, title, evidence, collectNext);
    }

    private void add(Stage stage, Cause cause, Certainty certainty, String title, String fix, List<Result> evidence) {
        verdicts.add(stage, cause, certainty, title, fix, evidence);
    }
}
