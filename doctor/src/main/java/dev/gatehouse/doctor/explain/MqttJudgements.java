package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.explain.Observation.Client;

/// What the broker's answer, a takeover or a lost session means.
final class MqttJudgements {
    /// So many takeovers of one client identifier are two clients, not one that came back.
    private static final int TAKEOVERS_OF_TWO = 3;
    /// Longest time between two takeovers of a duel.
    private static final double DUEL_MILLIS = 300_000;

    private MqttJudgements() {}

    static void enter(Map<String, Rule.Judgement> judged) {
        judged.put("not-authorized", MqttJudgements::notAuthorized);
        judged.put("bad-credentials", MqttJudgements::badCredentials);
        judged.put("connack-unreadable", MqttJudgements::unreadable);
        judged.put("tcp-ended", MqttJudgements::tcpEnded);
        judged.put("hung-up", MqttJudgements::hungUp);
        judged.put("session-taken-over", MqttJudgements::takenOver);
        judged.put("keepalive-missed", MqttJudgements::silent);
        judged.put("reconnected", seen -> seen.count("reconnected") >= TAKEOVERS_OF_TWO
                ? drops(seen, "reconnected")
                : null);
        judged.put("reconnect-loop", seen -> drops(seen, "reconnect-loop"));
        judged.put("drops-regularly", seen -> drops(seen, "drops-regularly"));
    }

    /// Gatehouse knew more than any log tells.
    static @Nullable Conclusion trail(Seen seen) {
        return seen.all().stream().filter(Observation.Judged.class::isInstance).map(Observation.Judged.class::cast)
                .reduce((_, last) -> last)
                .map(judged -> new Conclusion(List.of(new Sign.Reading(judged.cause(), judged.certainty())),
                        "Gatehouse's own trail says so.", List.of(judged.line()),
                        List.of("the device's own log of this attempt"), null))
                .orElse(null);
    }

    /// The server's words are about credentials that were not even sent.
    private static Conclusion noneSent(Seen seen, String sign) {
        return Conclusion.decided(Cause.CREDENTIALS_MISSING, Certainty.LIKELY,
                "The broker refuses, and the CONNECT carried no user name.",
                NetworkJudgements.lines(seen, sign, "no-user-name-sent"), Cause.NOT_AUTHORIZED,
                Cause.POLICY_DENIED_CONNECT);
    }

    private static Conclusion badCredentials(Seen seen) {
        return seen.has("no-user-name-sent")
                ? noneSent(seen, "bad-credentials")
                : Conclusion.of(seen, Signs.named("bad-credentials"));
    }

    private static Conclusion notAuthorized(Seen seen) {
        if (seen.has("no-user-name-sent") && !seen.usesTls()) {
            return noneSent(seen, "not-authorized");
        }
        var candidates = new ArrayList<>(
                List.of(Cause.BAD_CREDENTIALS, Cause.CREDENTIALS_MISSING, Cause.NOT_AUTHORIZED));
        if (seen.usesTls() || seen.has("tls-configured")) {
            candidates.add(seen.stack().mayOmitServerName() ? 0 : 3, Cause.SNI_MISSING);
        }
        candidates.addAll(List.of(Cause.POLICY_DENIED_CONNECT, Cause.TOKEN_EXPIRED, Cause.CREDENTIALS_NOT_ACCEPTED,
                Cause.CLIENT_CERT_REJECTED));
        return Conclusion.open(Stage.MQTT_AUTH,
                "The broker refuses with \"not authorized\", which covers a missing user, a wrong "
                        + "password, a client id or address that it does not allow, and on shared services a tenant it could not tell.",
                NetworkJudgements.lines(seen, "not-authorized"),
                List.of("the broker's log line for this attempt",
                        "whether the CONNECT carries user name and password, as sent (not as "
                                + "configured), and the client id",
                        "the same user and password with mosquitto_pub from a computer",
                        "where tokens serve as passwords: the token's expiry, its scope or ACL, and the device's clock",
                        "on shared services over TLS: whether the ClientHello carries the server name (SNI)",
                        "the device's state in the service's registry or panel"),
                candidates);
    }

    /// The answer can be seen by its length, and the log ends.
    private static Conclusion unreadable(Seen seen) {
        var candidates = new ArrayList<>(List.of(Cause.NOT_AUTHORIZED, Cause.BAD_CREDENTIALS,
                Cause.CREDENTIALS_MISSING, Cause.CLIENT_ID_REJECTED));
        if (!seen.has("sni-sent")) {
            candidates.addFirst(Cause.SNI_MISSING);
        }
        return Conclusion.open(Stage.MQTT_CONNECT,
                "The CONNECT was answered, by the length of the record with a CONNACK; the log does not say whether it "
                        + "accepts or refuses, and shows no failure after it.",
                NetworkJudgements.lines(seen, "connack-unreadable"),
                List.of("the return code, from the device's MQTT client (debug level) or the broker's log",
                        "what follows in the log, up to the failure",
                        "the modem's unsolicited lines after it: +IPCLOSE, +CCH_PEER_CLOSED"),
                candidates);
    }

    /// Libraries with one word for everything that is not a CONNACK.
    private static @Nullable Conclusion tcpEnded(Seen seen) {
        if (seen.has("mqtt-accepted")) {
            return seen.comesAfter("tcp-ended", "mqtt-accepted") ? lost(seen, "tcp-ended") : null;
        }
        return Conclusion.open(Stage.TCP,
                "The TCP connection did not come about, or ended before an answer; this library does not tell the two apart.",
                NetworkJudgements.withTargets(seen, "tcp-ended"),
                List.of("the address and port that are dialled, and whether another client reaches them from the same network",
                        "the broker's log at that second: did a connection arrive",
                        "how long the attempt took: at once means refused or closed, seconds mean no answer"),
                List.of(Cause.TCP_REFUSED, Cause.CLOSED_AFTER_CONNECT, Cause.WRONG_ADDRESS, Cause.WRONG_PORT,
                        Cause.TCP_TIMEOUT, Cause.FIREWALL_BLOCKED, Cause.PLAIN_TO_TLS_PORT, Cause.UNTRUSTED_CA));
    }

    /// A word for every end: in a session, or instead of a CONNACK.
    private static Conclusion hungUp(Seen seen) {
        if (seen.hasAny("mqtt-accepted", "session-traffic")) {
            return lost(seen, "hung-up");
        }
        Conclusion unanswered = NetworkJudgements.unanswered(seen, "hung-up");
        return unanswered.decides()
                ? unanswered
                : Conclusion.open(Stage.MQTT_CONNECT,
                        "The connection ended without being asked to; whether before the CONNACK or in a session, this word does not tell.",
                        unanswered.lines(), unanswered.collect(),
                        List.of(Cause.CLOSED_AFTER_CONNECT, Cause.POLICY_DENIED_CONNECT, Cause.ACL_DENIED,
                                Cause.CLIENT_ID_COLLISION, Cause.CLIENT_CERT_REJECTED, Cause.BAD_CREDENTIALS,
                                Cause.PLAIN_TO_TLS_PORT, Cause.ALPN_MISSING));
    }

    /// A client whose packets the broker cannot follow also goes silent now and then: that is not the cause.
    private static @Nullable Conclusion silent(Seen seen) {
        return seen.count("protocol-error") >= seen.count("keepalive-missed")
                ? null
                : Conclusion.of(seen, Signs.named("keepalive-missed"));
    }

    private static Conclusion takenOver(Seen seen) {
        List<Line> lines = NetworkJudgements.lines(seen, "session-taken-over");
        var times = new HashMap<String, Integer>();
        var last = new HashMap<String, Line>();
        for (Client client : seen.clients(Client.Step.TAKEN_OVER)) {
            Line before = last.put(client.id(), client.line());
            if (before == null || !isFarApart(before, client.line())) {
                times.merge(client.id(), 1, Integer::sum);
            }
        }
        var addresses = new HashMap<String, HashSet<String>>();
        seen.clients(Client.Step.CONNECTED).forEach(client -> {
            if (!client.address().isEmpty()) {
                addresses.computeIfAbsent(client.id(), _ -> new HashSet<>()).add(client.address());
            }
        });
        boolean often = times.values().stream().anyMatch(n -> n >= TAKEOVERS_OF_TWO)
                || times.isEmpty() && seen.count("session-taken-over") >= TAKEOVERS_OF_TWO
                        && !seen.isServerLine(lines.getLast());
        boolean fromTwo = addresses.entrySet().stream()
                .anyMatch(e -> e.getValue().size() > 1 && times.getOrDefault(e.getKey(), 0) > 1);
        if (often || fromTwo) {
            return Conclusion.decided(Cause.CLIENT_ID_COLLISION, Certainty.LIKELY,
                    "Connections with one client identifier push each other out again and again"
                            + (fromTwo ? ", from different addresses." : "."),
                    lines, Cause.STALE_SESSION_TAKEOVER);
        }
        return Conclusion
                .open(Stage.MQTT_SESSION,
                        "A newer connection with the same client identifier took over: another client with "
                                + "that id, or the same one that came back before the broker had noticed its loss.",
                        lines,
                        List.of("the addresses of both connections",
                                "whether it happens again within minutes (a loop means two clients)",
                                "how client ids are made: are they unique per device"),
                        List.of(Cause.STALE_SESSION_TAKEOVER, Cause.CLIENT_ID_COLLISION));
    }

    /// Two clients that push each other out do so as fast as they reconnect; one on a bad network comes back now and then.
    private static boolean isFarApart(Line before, Line after) {
        return before.millis() >= 0 && after.millis() - before.millis() > DUEL_MILLIS;
    }

    /// The session was open and then gone.
    static Conclusion lost(Seen seen, String sign) {
        List<Line> lines = NetworkJudgements.lines(seen, sign);
        var candidates = new ArrayList<>(
                List.of(Cause.CLIENT_ID_COLLISION, Cause.KEEPALIVE_TIMEOUT, Cause.STALE_SESSION_TAKEOVER,
                        Cause.ACL_DENIED, Cause.PACKET_TOO_LARGE, Cause.PROXY_IDLE_TIMEOUT));
        if (seen.usesWebSocket()) {
            candidates.add(0, Cause.PROXY_IDLE_TIMEOUT);
            candidates.remove(candidates.lastIndexOf(Cause.PROXY_IDLE_TIMEOUT));
        }
        if (seen.usesModem()) {
            candidates.add(2, Cause.MODEM_PDP_NOT_ACTIVE);
        }
        if (seen.stack() == Stack.MICROPYTHON) {
            candidates.add(Cause.CLIENT_LIBRARY_BUG); // over TLS, nothing to read and the end look the same to it
        }
        return Conclusion.open(Stage.MQTT_SESSION, "The session was open, and then the connection was lost.", lines,
                List.of("the broker's log at that second: it names the reason on its side",
                        "whether another client uses the same client id",
                        "how long after the connect, and after which packet, it is lost",
                        "the keep alive, and whether PINGREQ goes out"),
                candidates);
    }

    /// It is lost again and again.
    static Conclusion drops(Seen seen, String sign) {
        var candidates = new ArrayList<>(
                List.of(Cause.CLIENT_ID_COLLISION, Cause.KEEPALIVE_TIMEOUT, Cause.STALE_SESSION_TAKEOVER,
                        Cause.ACL_DENIED));
        candidates.add(seen.usesWebSocket() ? 0 : 2, Cause.PROXY_IDLE_TIMEOUT);
        return Conclusion.open(Stage.MQTT_SESSION,
                "The same client connects again and again; the log does not say why it is cut off.",
                NetworkJudgements.lines(seen, sign),
                List.of("the broker's log at the moment of a cut",
                        "whether a second client runs with the same client id",
                        "the exact interval, against the keep alive and against the idle timeout of a proxy in between",
                        "the first packets after each connect"),
                candidates);
    }

    /// The log says that a connection did not come about or did not last, and nothing else.
    static @Nullable Conclusion nothingNamed(Seen seen) {
        List<Line> lines = NetworkJudgements.lines(seen, "no-connection");
        return lines.isEmpty()
                ? null
                : Conclusion.open(Stage.UNDETERMINED,
                        "The log says only that there is no connection, or that it does not last; these are the usual reasons.",
                        lines,
                        List.of("the client's own error, in its most verbose log",
                                "the broker's log at that second: did a connection arrive, and how did it end",
                                "the host, port, client id and whether TLS or WebSocket is used, as configured",
                                "whether another client reaches the same host and port from the same machine"),
                        List.of(Cause.CLOSED_AFTER_CONNECT, Cause.TCP_REFUSED, Cause.POLICY_DENIED_CONNECT,
                                Cause.BAD_CREDENTIALS, Cause.TCP_TIMEOUT, Cause.UNTRUSTED_CA, Cause.PLAIN_TO_TLS_PORT,
                                Cause.CLIENT_ID_COLLISION));
    }

    /// No failure is named: how far did it come?
    static @Nullable Conclusion whereItStopped(Seen seen) {
        Line last = seen.all().isEmpty() ? null : seen.all().getLast().line();
        if (last == null || seen.has("connack-unreadable")) {
            return null;
        }
        if (!seen.has("mqtt-accepted") && (seen.has("driver-unhandled") || seen.usesModem())) {
            return ModemJudgements.whereItStopped(seen, last);
        }
        if (seen.has("mqtt-accepted")) {
            return Conclusion.open(Stage.MQTT_SESSION,
                    "The broker accepted the CONNECT; the log shows no failure after that.", List.of(last),
                    List.of("the log from the connect to the moment of the failure",
                            "the broker's log of the same time"),
                    List.of());
        }
        if (seen.has("connect-sent")) {
            return NetworkJudgements.unanswered(seen, "connect-sent");
        }
        if (seen.dialsItself() && seen.stack().isDevice()) {
            return Conclusion.decided(Cause.LOCALHOST_WRONG_MACHINE, Certainty.LIKELY,
                    "The device dials its own loopback address, and no broker runs on it.",
                    seen.targets().stream().map(Observation.Target::line).toList());
        }
        if (seen.tlsBegan() && !seen.has("tls-done")) {
            return TlsJudgements.broken(seen, "tls-begun");
        }
        if (seen.has("connecting")) {
            return Conclusion.open(Stage.TCP, "The log ends with an attempt to connect, and with no word about it.",
                    NetworkJudgements.withTargets(seen, "connecting"),
                    List.of("what follows, for at least a minute, at the most verbose level",
                            "whether another client reaches the same host and port from the same network",
                            "the broker's log of the same minute"),
                    List.of(Cause.TCP_TIMEOUT, Cause.TCP_REFUSED, Cause.WRONG_ADDRESS, Cause.FIREWALL_BLOCKED,
                            Cause.WRONG_PORT, Cause.PLAIN_TO_TLS_PORT));
        }
        return null;
    }
}
