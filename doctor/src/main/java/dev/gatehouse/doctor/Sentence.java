package dev.gatehouse.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;

/// Each result as one sentence for a person; also the evidence of verdicts.
final class Sentence {
    private Sentence() {}

    static String of(Result result) {
        return switch (result) {
            case Result.Resolved(String host, var addresses, _) -> Plan.isAddress(host)
                    ? host + " is an address"
                    : host + " is " + String.join(", ", addresses);
            case Result.NotResolved(String host, String message, _) -> host + " cannot be resolved: "
                    + Shown.text(message, 160);
            case Result.Connected(String address, _) -> address + " accepts connections";
            case Result.NotConnected(String address, var failure, String message, _) ->
                address + ": " + switch (failure) {
                    case REFUSED -> "the connection is refused";
                    case TIMED_OUT -> "no answer in time";
                    case UNREACHABLE -> "unreachable";
                    case RESET -> "the connection is reset";
                    case OTHER -> Shown.text(message, 160);
                };
            case Result.Spoke(Opening opening, Reply reply, _) -> "to " + opening.words() + ": " + reply(reply);
            case Result.Handshake(String name, String alpn, TlsOutcome outcome, _) -> (name == null
                    ? "without a server name"
                    : "with server name " + Shown.text(name, 100)) + (alpn.isEmpty() ? "" : " and ALPN " + alpn) + ": "
                    + tls(outcome);
            case Result.VersionTried(String version, boolean accepted, String answer, _) -> version
                    + (accepted ? ": yes, " : ": no, ") + answer;
            case Result.ChainJudged(ChainReport report, _) -> chain(report);
            case Result.Resumption(boolean resumed, _) -> resumed
                    ? "a second handshake resumed the session"
                    : "a second handshake did not resume the session";
            case Result.Upgrade(String subprotocol, int status, String problem, _, _) -> (subprotocol == null
                    ? "without a subprotocol"
                    : "with the subprotocol " + subprotocol) + ": "
                    + (problem == null
                            ? "the WebSocket is open"
                            : problem + (status == 0 ? "" : " (status " + status + ")"));
            case Result.Connect(var version, boolean credentials, String name, ConnectOutcome outcome, _) -> version
                    + (credentials ? " with credentials" : " without credentials")
                    + (name == null ? "" : " to " + Shown.text(name, 100)) + ": " + connect(outcome);
            case Result.Ping(String problem, _) -> problem == null ? "PINGREQ is answered" : "PINGREQ: " + problem;
            case Result.Latency latency -> latency.trips().size() + " round trips of PINGREQ: median "
                    + TextReport.time(latency.median()) + ", longest " + TextReport.time(latency.longest());
            case Result.Waited(Reply reply, _) -> "connected, and nothing said: " + reply(reply);
            case Result.Subscribed(String topic, _, String problem, _) ->
                "SUBSCRIBE to " + Shown.text(topic, 100) + ": "
                        + (problem == null ? "granted" : problem);
            case Result.RoundTrip(var qos, _, _, boolean returned, String problem, _) ->
                "PUBLISH with QoS " + qos.level()
                        + ": " + (problem != null ? problem : returned ? "came back" : "acknowledged");
            case Result.Skipped(String step, String why) -> step + " was left out: " + why;
        };
    }

    static String reply(Reply reply) {
        return switch (reply) {
            case Reply.Answered(Reply.Speaks speaks, String shown) -> speaks.words() + " answers, " + shown;
            case Reply.Closed _ -> "the server closes without a word";
            case Reply.Reset _ -> "the connection is reset";
            case Reply.Silent _ -> "no answer";
        };
    }

    static String tls(TlsOutcome outcome) {
        return switch (outcome) {
            case TlsOutcome.Done done -> "done, " + done.version() + ", " + done.cipherSuite()
                    + (done.alpn().isEmpty() ? "" : ", ALPN " + Shown.text(done.alpn(), 40))
                    + (done.asked() ? ", the server asks for a client certificate" : "");
            case TlsOutcome.Alert(String alert, boolean asked) -> "the server sent the alert " + alert
                    + (asked ? " after it asked for a client certificate" : "");
            case TlsOutcome.Ended(boolean reset, boolean answered, boolean asked) -> (reset
                    ? "the connection was reset"
                    : "the server closed the connection")
                    + (answered ? " in the middle of the handshake" : " after the ClientHello")
                    + (asked ? ", after it asked for a client certificate" : "");
            case TlsOutcome.Stalled(boolean answered) -> answered
                    ? "the server stopped in the middle of the handshake"
                    : "no answer to the ClientHello";
            case TlsOutcome.Failed(String message, _) -> "failed: " + Shown.text(message, 160);
        };
    }

    private static String chain(ChainReport report) {
        StringBuilder text = new StringBuilder(report.chain().size() + (report.chain().size() == 1
                ? " certificate, "
                : " certificates, ") + report.derBytes() + " bytes: ");
        report.problems().forEach(problem -> text.append(problem.sentence()).append("; "));
        if (report.problems().isEmpty() && report.anchor() != null) {
            text.append("good, by the root \"").append(ChainJudge.subject(report.anchor())).append('"')
                    .append(report.anchorIsTheSystems()
                            ? " of the system's trust store"
                            : " of --cafile; the system's trust store "
                                    + (report.systems() ? "verifies it too" : "does not verify it"));
        } else if (!report.problems().isEmpty()) {
            text.setLength(text.length() - 2);
        }
        return text.toString();
    }

    static String connect(ConnectOutcome outcome) {
        return switch (outcome) {
            case ConnectOutcome.Accepted(Packet.Connack connack) -> "accepted" + (connack.sessionPresent()
                    ? ", with a session of before"
                    : "") + properties(connack);
            case ConnectOutcome.Refused(int code, Packet.Connack connack) -> connack == null
                    ? refusal("CONNACK", code, null)
                    : refusal("CONNACK", code, connack.properties().reasonString()) + properties(connack);
            case ConnectOutcome.Ended(boolean reset) -> reset
                    ? "the connection was reset after CONNECT"
                    : "the server closed the connection after CONNECT, without a CONNACK";
            case ConnectOutcome.Alert(String alert) -> "the server sent the TLS alert " + alert;
            case ConnectOutcome.Silent _ -> "no CONNACK in time";
            case ConnectOutcome.NotMqtt(Reply.Speaks speaks, String shown) ->
                "the answer is no CONNACK, " + speaks.words()
                        + ": " + shown;
            case ConnectOutcome.NoWay(String message) -> message;
        };
    }

    private static String properties(Packet.Connack connack) {
        List<String> said = ConnackWords.of(connack.properties());
        return said.isEmpty() ? "" : "; " + String.join(", ", said);
    }

    /// For example `CONNACK refuses: not authorized (0x87), "…"`.
    static String refusal(String packet, int code, @Nullable String words) {
        return "%s refuses: %s (%s)%s".formatted(packet, meaning(code), code < 0x80 ? code : "0x%02X".formatted(code),
                words == null ? "" : ", \"" + Shown.text(words, 200) + "\"");
    }

    /// What a code of CONNACK, SUBACK, PUBACK or DISCONNECT means: below 0x80 a return code of MQTT 3.
    static String meaning(int code) {
        if (code >= 0x80) {
            ReasonCode reason = ReasonCode.of(code);
            return reason == null
                    ? "a code that does not exist"
                    : Objects.requireNonNull(reason.name()).toLowerCase(Locale.ROOT).replace('_', ' ');
        }
        return switch (code) {
            case 1 -> "unacceptable protocol version";
            case 2 -> "identifier rejected";
            case 3 -> "server unavailable";
            case 4 -> "bad user name or password";
            case 5 -> "not authorized";
            default -> "a code that does not exist";
        };
    }
}
