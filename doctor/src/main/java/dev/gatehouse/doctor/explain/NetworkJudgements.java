package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.explain.Observation.Target;

/// What a refused, unanswered or broken connection means, given what was dialled and how far it came.
final class NetworkJudgements {
    private static final Pattern LIBRARY_FRAME = Pattern
            .compile("(?i)File \"[^\"]*(?:paho|umqtt|mini_?mqtt|hbmqtt|amqtt|gmqtt|mqtt_as|AWSIoTPythonSDK)");

    private NetworkJudgements() {}

    static void enter(Map<String, Rule.Judgement> judged) {
        judged.put("connect-refused", NetworkJudgements::refused);
        judged.put("listener-absent", NetworkJudgements::localOnly);
        judged.put("connect-timeout", NetworkJudgements::timeout);
        judged.put("network-failed", NetworkJudgements::networkFailed);
        judged.put("connection-reset", seen -> ended(seen, "connection-reset"));
        judged.put("connection-closed", seen -> ended(seen, "connection-closed"));
        judged.put("closed-unanswered", seen -> unanswered(seen, "closed-unanswered"));
        judged.put("connack-timeout", NetworkJudgements::noConnack);
        judged.put("response-timeout", NetworkJudgements::noResponse);
        judged.put("files-exhausted", NetworkJudgements::filesExhausted);
        judged.put("listener-not-permitted", NetworkJudgements::notPermitted);
        judged.put("program-error", NetworkJudgements::programError);
        judged.put("unknown-client-gone", NetworkJudgements::unknownClientGone);
        judged.put("slow-consumer", NetworkJudgements::slowConsumer);
        judged.put("invalid-frame-header", NetworkJudgements::noWebSocket);
    }

    static List<Line> lines(Seen seen, String... signs) {
        var lines = new ArrayList<Line>();
        for (String sign : signs) {
            seen.said(sign).forEach(said -> lines.add(said.line()));
        }
        return lines;
    }

    static List<Line> withTargets(Seen seen, String... signs) {
        var lines = lines(seen, signs);
        seen.targets().stream().map(Target::line).limit(2).forEach(lines::add);
        return lines;
    }

    private static Conclusion refused(Seen seen) {
        List<Line> lines = withTargets(seen, "connect-refused");
        if (seen.dialsItself()) {
            if (seen.stack().isDevice()) {
                return Conclusion.decided(Cause.LOCALHOST_WRONG_MACHINE, Certainty.CERTAIN,
                        "The device dials its own loopback address, and no broker runs on it.", lines);
            }
            if (seen.has("container")) {
                return Conclusion.decided(Cause.LOCALHOST_WRONG_MACHINE, Certainty.LIKELY,
                        "The program runs in a container and dials the loopback address, which is the container itself.",
                        lines,
                        Cause.TCP_REFUSED);
            }
            return Conclusion.open(Stage.TCP,
                    "The program dials its own machine, and nothing listens there on that port.", lines,
                    List.of("whether the broker runs on this very machine (`ss -ltn`)",
                            "whether the program runs in a container or on another machine than the broker"),
                    List.of(Cause.LOCALHOST_WRONG_MACHINE, Cause.TCP_REFUSED, Cause.WRONG_PORT,
                            Cause.LISTENER_NOT_ENABLED));
        }
        if (seen.has("broker-without-tls") && seen.dialsTlsPort()) {
            return Conclusion.decided(Cause.LISTENER_NOT_ENABLED, Certainty.LIKELY,
                    "The port is one that is usual for TLS, and the broker says that it runs without.",
                    withTargets(seen, "broker-without-tls", "connect-refused"), Cause.TLS_NOT_ENABLED,
                    Cause.TCP_REFUSED);
        }
        var candidates = new ArrayList<Cause>();
        if (seen.dialsUnusualPort()) {
            candidates.add(Cause.WRONG_PORT);
        }
        candidates.addAll(
                List.of(Cause.TCP_REFUSED, Cause.LISTENER_LOOPBACK_ONLY, Cause.WRONG_PORT, Cause.FIREWALL_BLOCKED,
                        Cause.LISTENER_NOT_ENABLED, Cause.WRONG_ADDRESS, Cause.LOCALHOST_WRONG_MACHINE));
        return Conclusion.open(Stage.TCP,
                "The host answered that nothing takes connections on that port, or a firewall rejects them.",
                lines, List.of("the addresses and ports that the broker listens on (`ss -ltn` on its machine)",
                        "the same connection from the broker's own machine and from another network",
                        "the address and port that the device really dials",
                        "the firewall's rules; the provider's status page"),
                candidates);
    }

    /// What answered is not HTTP: on a port that is usual for MQTT over TCP or TLS it is a broker.
    private static Conclusion noWebSocket(Seen seen) {
        return (seen.schemeIs("ws") || seen.schemeIs("wss")) && seen.dialsMqttPort()
                ? Conclusion.decided(Cause.WS_TO_TCP_PORT, Certainty.LIKELY,
                        "A WebSocket was asked for on a port that is usual for MQTT without WebSocket, and what answered is not HTTP.",
                        withTargets(seen, "invalid-frame-header"), Cause.WRONG_PORT)
                : Conclusion.of(seen, Signs.named("invalid-frame-header"));
    }

    /// Dropped messages say that a client was slow, not that its connection ended for that.
    private static Conclusion slowConsumer(Seen seen) {
        Conclusion slow = Conclusion.of(seen, Signs.named("slow-consumer"));
        Line last = slow.lines().getLast();
        boolean gone = seen.comesAfter("connection-closed", "slow-consumer")
                || seen.clients(Observation.Client.Step.DISCONNECTED).stream()
                        .anyMatch(client -> last.isBefore(client.line()));
        return gone
                ? Conclusion.open(Stage.MQTT_SESSION,
                        "The client took messages more slowly than they came, and then its connection ended; the log does not say that the one is for the other.",
                        slow.lines(), slow.collect(), List.of(Cause.SLOW_CONSUMER, Cause.KEEPALIVE_TIMEOUT))
                : slow;
    }

    private static @Nullable Conclusion localOnly(Seen seen) {
        if (seen.comesAfter("broker-started", "listener-absent")) {
            return null;
        }
        return Conclusion.decided(Cause.LISTENER_LOOPBACK_ONLY, Certainty.LIKELY,
                "The broker says that it takes connections from its own machine only.", lines(seen, "listener-absent"),
                Cause.LISTENER_NOT_ENABLED);
    }

    private static Conclusion noResponse(Seen seen) {
        return seen.hasAny("mqtt-accepted", "session-traffic")
                ? MqttJudgements.lost(seen, "response-timeout")
                : noConnack(seen);
    }

    private static Conclusion filesExhausted(Seen seen) {
        List<Line> lines = lines(seen, "files-exhausted");
        return seen.isServerLine(lines.getLast())
                ? Conclusion.decided(Cause.QUOTA_CONNECTIONS, Certainty.LIKELY,
                        "The broker's process has as many connections and files open as the system allows it.", lines)
                : Conclusion.of(seen, Signs.named("files-exhausted"));
    }

    private static Conclusion timeout(Seen seen) {
        if (seen.comesAfter("connect-timeout", "connect-sent")) {
            return noConnack(seen);
        }
        if (seen.tlsBegan() && !seen.has("tls-done") && !seen.comesAfter("connect-timeout", "mqtt-accepted")) {
            return TlsJudgements.broken(seen, "connect-timeout");
        }
        var candidates = new ArrayList<>(
                List.of(Cause.TCP_TIMEOUT, Cause.FIREWALL_BLOCKED, Cause.WRONG_ADDRESS, Cause.WRONG_PORT));
        if (seen.usesModem()) {
            candidates.addAll(List.of(Cause.MODEM_PDP_NOT_ACTIVE, Cause.MODEM_SIM_PLAN));
        } else {
            candidates.addAll(List.of(Cause.TCP_UNREACHABLE, Cause.IP_ADDRESS_CONFLICT, Cause.PLAIN_TO_TLS_PORT));
        }
        return Conclusion.open(Stage.TCP, "Nothing answered in time.", withTargets(seen, "connect-timeout"),
                List.of("whether another client reaches the same address and port from the same network",
                        "the address that the name resolves to on the device",
                        "a capture at the broker: does the SYN arrive",
                        "the firewall's rules for this port"),
                candidates);
    }

    private static Conclusion networkFailed(Seen seen) {
        List<Line> lines = withTargets(seen, "network-failed");
        if (seen.dialsItself() && seen.stack().isDevice()) {
            return Conclusion.decided(Cause.LOCALHOST_WRONG_MACHINE, Certainty.LIKELY,
                    "The device dials its own loopback address, and no broker runs on it.", lines);
        }
        if (seen.dialsItself() && seen.has("container") && !seen.tlsBegan()) {
            return Conclusion.decided(Cause.LOCALHOST_WRONG_MACHINE, Certainty.LIKELY,
                    "The program runs in a container and dials the loopback address, which is the container itself.",
                    lines, Cause.TCP_REFUSED);
        }
        if (seen.tlsBegan() && !seen.has("connect-refused")) {
            return TlsJudgements.broken(seen, "network-failed");
        }
        if (seen.schemeIs("mqtt") && seen.dialsTlsPort() && !seen.usesModem()) {
            return Conclusion.decided(Cause.PLAIN_TO_TLS_PORT, Certainty.LIKELY,
                    "The URL is one for MQTT without TLS, and its port is usual for TLS.", lines, Cause.TCP_REFUSED,
                    Cause.WRONG_ADDRESS, Cause.FIREWALL_BLOCKED);
        }
        var candidates = new ArrayList<>(
                List.of(Cause.TCP_REFUSED, Cause.WRONG_ADDRESS, Cause.FIREWALL_BLOCKED, Cause.TCP_TIMEOUT,
                        Cause.WRONG_PORT, Cause.DNS_FAILURE));
        if (seen.usesTls() || seen.has("tls-configured")) {
            candidates.addAll(1, List.of(Cause.UNTRUSTED_CA, Cause.CERT_VERIFY_FAILED, Cause.TLS_OUT_OF_MEMORY));
        } else {
            candidates.addAll(List.of(Cause.LISTENER_LOOPBACK_ONLY,
                    seen.dialsPlainPort() ? Cause.LOCALHOST_WRONG_MACHINE : Cause.UNTRUSTED_CA));
        }
        return Conclusion.open(Stage.TCP, "The connection did not come about; this library does not tell TCP from TLS.",
                lines,
                List.of("the host and port that the sketch dials, and what they resolve to",
                        "which client class is used (plain or TLS)",
                        "the core's debug output at level Verbose",
                        "whether another machine in the same network reaches the broker",
                        "how long the attempt took: at once means refused, seconds mean no answer"),
                candidates);
    }

    /// The connection broke: what that means depends on how far it had come.
    static @Nullable Conclusion ended(Seen seen, String sign) {
        if (seen.has("drops-regularly")) {
            return MqttJudgements.drops(seen, sign);
        }
        if (seen.hasAny("mqtt-accepted", "session-traffic")) {
            return MqttJudgements.lost(seen, sign);
        }
        if (seen.has("tls-switched-off") && seen.dialsTlsPort() && !seen.tlsBegan()) {
            return Conclusion.decided(Cause.PLAIN_TO_TLS_PORT, Certainty.LIKELY,
                    "TLS is switched off, and the port is one that is usual for TLS.",
                    withTargets(seen, sign, "tls-switched-off"), Cause.CLOSED_AFTER_CONNECT);
        }
        if (seen.has("connect-sent")
                && !(seen.tlsBegan() && !seen.has("tls-done") && !seen.comesAfter("connect-sent", "tls-begun"))) {
            return unanswered(seen, sign);
        }
        if (seen.tlsBegan() && !seen.has("tls-done")) {
            return TlsJudgements.broken(seen, sign);
        }
        if (seen.usesWebSocket() && seen.dialsPlainPort()) {
            return Conclusion.decided(Cause.WS_TO_TCP_PORT, Certainty.LIKELY,
                    "A WebSocket was asked for on a port that is usual for MQTT over plain TCP, and the other side ended the connection.",
                    withTargets(seen, sign), Cause.WRONG_PORT);
        }
        if (seen.usesWebSocket()) {
            return Conclusion.open(Stage.WS_UPGRADE, "The WebSocket ended and the line does not say why.",
                    withTargets(seen, sign),
                    List.of("the broker's listener list: which port and path speak WebSocket",
                            "the browser's network tab: the status of "
                                    + "the upgrade and the certificate",
                            "the broker's and the proxy's log at that second"),
                    List.of(Cause.WS_WRONG_PATH, Cause.WS_SUBPROTOCOL, Cause.WRONG_PORT,
                            seen.schemeIs("ws") ? Cause.PLAIN_TO_TLS_PORT : Cause.UNTRUSTED_CA,
                            Cause.PROXY_IDLE_TIMEOUT, Cause.WS_TO_TCP_PORT));
        }
        if (seen.schemeIs("mqtts") && seen.dialsPlainPort() || seen.schemeIs("mqtt") && seen.dialsTlsPort()) {
            return seen.schemeIs("mqtts") ? TlsJudgements.broken(seen, sign) : unanswered(seen, sign);
        }
        var candidates = seen.usesTls()
                ? List.of(Cause.CLOSED_AFTER_CONNECT,
                        seen.tlsBegan() ? Cause.TLS_TO_PLAIN_PORT : Cause.PLAIN_TO_TLS_PORT,
                        Cause.SNI_MISSING, Cause.UNTRUSTED_CA,
                        Cause.CLIENT_CERT_REJECTED, Cause.CLIENT_ID_COLLISION, Cause.FIREWALL_BLOCKED)
                : List.of(Cause.CLOSED_AFTER_CONNECT, Cause.PLAIN_TO_TLS_PORT, Cause.CLIENT_ID_COLLISION,
                        Cause.KEEPALIVE_TIMEOUT,
                        Cause.FIREWALL_BLOCKED, Cause.BAD_CREDENTIALS, Cause.NOT_A_BROKER, Cause.TLS_TO_PLAIN_PORT);
        return Conclusion.open(Stage.UNDETERMINED, "The connection ended and the log does not say why.",
                withTargets(seen, sign),
                List.of("the broker's log at that second",
                        "a more verbose log of the client, from the connection attempt on",
                        "whether other clients reach the broker at the same time", "a capture of one attempt"),
                candidates);
    }

    /// CONNECT went out, and instead of an answer the connection ended.
    static Conclusion unanswered(Seen seen, String sign) {
        List<Line> lines = withTargets(seen, sign, "connect-sent");
        if (seen.dialsTlsPort() && !seen.tlsBegan() && !seen.hasAny("tls-configured", "qos-impossible")
                && !seen.schemeIs("mqtts")
                && seen.schemeIs("mqtt")) {
            return Conclusion.decided(Cause.PLAIN_TO_TLS_PORT, Certainty.LIKELY,
                    "A plain CONNECT went to a port that is usual for TLS, and the other side ended the connection without an answer.",
                    lines, Cause.CLOSED_AFTER_CONNECT);
        }
        var candidates = new ArrayList<>(
                List.of(Cause.CLOSED_AFTER_CONNECT, Cause.POLICY_DENIED_CONNECT, Cause.BAD_CREDENTIALS,
                        Cause.PROTOCOL_VERSION_UNSUPPORTED));
        if (seen.mentionsBridge()) {
            candidates.add(1, Cause.BRIDGE_PROTOCOL_BIT);
        }
        boolean resetOfDevice = sign.equals("connection-reset") && seen.stack().isDevice();
        if (resetOfDevice) {
            candidates.add(1, Cause.CONNACK_REFUSED_UNREAD);
        }
        if (seen.usesTls()) {
            candidates.addAll(List.of(Cause.CLIENT_CERT_REJECTED, Cause.SNI_MISSING, Cause.ALPN_MISSING,
                    Cause.CLIENT_CERT_MISSING));
        } else {
            candidates.addAll(List.of(Cause.PLAIN_TO_TLS_PORT, Cause.TCP_TO_WS_PORT, Cause.CLIENT_CERT_REJECTED,
                    Cause.ALPN_MISSING));
        }
        return Conclusion.open(Stage.MQTT_CONNECT, resetOfDevice
                ? "The connection was reset after the CONNECT and before a CONNACK was read. A reset makes lwIP throw away what it had "
                        + "received: the answer may have been a refusal."
                : "The connection ended after the CONNECT and before a CONNACK.",
                lines,
                List.of("the broker's log of this attempt",
                        "what stands behind the port: MQTT, MQTT over TLS, WebSocket",
                        "the CONNECT as sent: protocol version, client id, whether user and password are in it",
                        "the policy that is attached to the client's certificate or user",
                        "the bytes that came back before the end, if any"),
                candidates);
    }

    /// Mosquitto's bare "Permission denied" is about the listener only where it has just named one.
    private static @Nullable Conclusion notPermitted(Seen seen) {
        Line denied = lines(seen, "listener-not-permitted").getLast();
        boolean bare = denied.text().endsWith("Error: Permission denied");
        boolean named = lines(seen, "listener-opening").stream()
                .anyMatch(opening -> opening.isBefore(denied) && denied.number() - opening.number() <= 2);
        return bare && !named ? null : Conclusion.of(seen, Signs.named("listener-not-permitted"));
    }

    /// A name that is missing inside a client library is the library's own mistake; in the program it is the program's.
    private static @Nullable Conclusion programError(Seen seen) {
        Line error = lines(seen, "program-error").getLast();
        Line frame = lines(seen, "program-frame").stream().filter(line -> line.isBefore(error))
                .reduce((_, last) -> last).orElse(null);
        return frame == null || error.number() - frame.number() > 2 || !LIBRARY_FRAME.matcher(frame.text()).find()
                ? null
                : Conclusion.decided(Cause.CLIENT_LIBRARY_BUG, Certainty.LIKELY,
                        "The client library itself uses a name that is not there.", List.of(frame, error),
                        Cause.CLIENT_LIBRARY_LIMIT);
    }

    /// Somebody came to the broker and went, without a CONNECT that it could read.
    private static @Nullable Conclusion unknownClientGone(Seen seen) {
        if (seen.hasAny("mqtt-accepted", "session-traffic")) {
            return null; // one of many clients, and others are served
        }
        List<Line> lines = lines(seen, "unknown-client-gone", "arrived-on-tls-port", "arrived-on-plain-port");
        boolean tls = seen.has("arrived-on-tls-port") && !seen.has("arrived-on-plain-port");
        return Conclusion.open(tls ? Stage.TLS_CLIENTHELLO : Stage.MQTT_CONNECT,
                tls
                        ? "The client went away on the TLS port before it sent a CONNECT: most often it does not like the server's "
                                + "certificate, or does not manage the handshake."
                        : "The connection ended before the broker had read a CONNECT.",
                lines,
                List.of("the client's own log of the attempt, at its most verbose level",
                        "what the client speaks on this port: MQTT, TLS, WebSocket",
                        "who that address is: the device, a proxy, a health check",
                        "a capture of the connection"),
                tls
                        ? List.of(Cause.UNTRUSTED_CA, Cause.CERT_VERIFY_FAILED, Cause.TLS_OUT_OF_MEMORY,
                                Cause.PLAIN_TO_TLS_PORT, Cause.CLOCK_NOT_SET, Cause.HOSTNAME_MISMATCH,
                                Cause.TLS_VERSION_MISMATCH, Cause.TLS_SLOW_KEY)
                        : List.of(Cause.TLS_TO_PLAIN_PORT, Cause.NOT_MQTT_FIRST_PACKET, Cause.HEALTH_CHECK_OR_SCAN,
                                Cause.WS_TO_TCP_PORT, Cause.WS_SUBPROTOCOL, Cause.PROXY_PROTOCOL_MISMATCH,
                                Cause.CLIENT_LIBRARY_BUG, Cause.UNTRUSTED_CA));
    }

    private static Conclusion noConnack(Seen seen) {
        List<Line> lines = withTargets(seen, "connack-timeout", "connect-timeout", "response-timeout",
                "connect-sent");
        if (seen.schemeIs("mqtt") && seen.dialsTlsPort() && !seen.tlsBegan()) {
            return Conclusion.decided(Cause.PLAIN_TO_TLS_PORT, Certainty.LIKELY,
                    "A plain CONNECT went to a port that is usual for TLS, and nothing came back.", lines,
                    Cause.NOT_A_BROKER);
        }
        return Conclusion.open(Stage.MQTT_CONNECT, "The connection is open, and no CONNACK came in time.", lines,
                List.of("the port, and the client class used (plain or TLS)",
                        "whether another client reaches the same host and port from "
                                + "the same network",
                        "a capture of the attempt, or the broker's log of the same minute",
                        "what listens on that port: MQTT, TLS, WebSocket, something else",
                        "the address that the name resolves to"),
                List.of(Cause.PLAIN_TO_TLS_PORT, Cause.NOT_A_BROKER, Cause.TCP_TO_WS_PORT, Cause.WRONG_PORT,
                        Cause.CLOSED_AFTER_CONNECT,
                        Cause.POLICY_DENIED_CONNECT, Cause.FIREWALL_BLOCKED));
    }
}
