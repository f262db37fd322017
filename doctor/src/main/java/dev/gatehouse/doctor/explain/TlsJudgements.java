package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.explain.Observation.Said;

/// What a broken TLS handshake means, given who says so, on which port, and after how long.
final class TlsJudgements {
    /// A pause of this length inside a handshake is a computation, not the network.
    private static final double SLOW_MILLIS = 2_500;
    /// OpenSSL's and LibreSSL's names for where a server reads the ClientHello, and mosquitto's word for a refused client.
    private static final Pattern READS_CLIENT_HELLO = Pattern
            .compile("(?i)client_hello|CLNT_HELLO|Client connection (?:from \\S+ )?failed");
    /// Their names for where a client reads the server's certificate.
    private static final Pattern READS_SERVER_CERTIFICATE = Pattern
            .compile("(?i)CONNECT_CR_CERT|GET_SERVER_CERTIFICATE|process_server_certificate");
    private static final Pattern ALERT = Pattern.compile("(?i)\\balert\\b|tls_alert");
    /// A broker that dials: another broker, a database, a web hook.
    private static final Pattern DIALS = Pattern
            .compile("(?i)bridge|connector|connecting|upstream|backend|\\bhttp|webhook|resource");
    private static final List<String> COLLECT = List.of("the client's own TLS error, in its most verbose log",
            "openssl s_client -connect HOST:PORT -servername HOST, and once more with -noservername",
            "the TLS versions and cipher suites of both sides", "the server's log of the attempt",
            "a capture of the handshake");

    private TlsJudgements() {}

    static void enter(Map<String, Rule.Judgement> judged) {
        judged.put("wrong-version-number", TlsJudgements::wrongVersionNumber);
        judged.put("tls-record-invalid", TlsJudgements::recordInvalid);
        judged.put("tls-closed", seen -> broken(seen, "tls-closed"));
        judged.put("tls-handshake-failed", seen -> broken(seen, "tls-handshake-failed"));
        judged.put("file-missing", seen -> seen.has("loading-certificates")
                ? Conclusion.decided(Cause.CERT_FILE_UNREADABLE, Certainty.CERTAIN,
                        "While certificates were being loaded, a file was missing or "
                                + "unreadable.",
                        NetworkJudgements.lines(seen, "loading-certificates", "file-missing"))
                : null);
        judged.put("verify-failed", TlsJudgements::verifyFailed);
        for (String sign : List.of("certificate-expired", "clock-wrong", "self-signed", "untrusted-issuer")) {
            judged.put(sign, seen -> checked(seen, Signs.named(sign)));
        }
        judged.put("clock-unset", TlsJudgements::clockUnset);
        judged.put("memory-short", TlsJudgements::memoryShort);
        judged.put("sni-refused", TlsJudgements::nameRefused);
        judged.put("stopped-at-certificate", TlsJudgements::stoppedAtCertificate);
        judged.put("tls-start-refused", TlsJudgements::startRefused);
    }

    /// TLS was spoken to a port for plain MQTT, going by the port's number.
    private static @Nullable Conclusion plainPort(Seen seen, List<Line> lines) {
        if (seen.dialsPlainPort()
                && (seen.tlsBegan() || seen.schemeIs("mqtts") || seen.schemeIs("wss") || seen.has("tls-configured"))) {
            return Conclusion.decided(Cause.TLS_TO_PLAIN_PORT, Certainty.LIKELY,
                    "A TLS handshake was begun on a port that is usual for MQTT without TLS, and the other side did not answer in TLS.",
                    lines, Cause.TLS_VERSION_MISMATCH);
        }
        return null;
    }

    /// Whoever accepts connections checks certificates of clients; unless it is a bridge, which dials itself.
    private static Conclusion verifyFailed(Seen seen) {
        List<Said> times = seen.said("verify-failed");
        List<Line> lines = times.stream().map(Said::line).toList();
        boolean checkedByServer = times.stream()
                .allMatch(said -> seen.isServerLine(said.line()) && !said.detail().startsWith("alert")
                        && !READS_SERVER_CERTIFICATE.matcher(said.line().text()).find())
                && !seen.mentionsBridge();
        if (checkedByServer) {
            return Conclusion.decided(Cause.CLIENT_CERT_REJECTED, Certainty.LIKELY,
                    "Whoever accepts the connection could not verify the certificate of the other side, the client's.",
                    lines,
                    Cause.UNTRUSTED_CA);
        }
        Sign sign = Signs.named("verify-failed");
        return new Conclusion(sign.readings(), sign.says(), lines, sign.collect(), sign.stage());
    }

    /// What a check of a certificate found; where whoever accepts connections checked, it was the client's.
    private static @Nullable Conclusion checked(Seen seen, Sign sign) {
        if (sign.until().stream().anyMatch(later -> seen.comesAfter(later, sign.id()))) {
            return null;
        }
        List<Said> times = seen.said(sign.id());
        boolean byServer = !seen.mentionsBridge() && times.stream().allMatch(said -> seen.isServerLine(said.line())
                && !said.detail().startsWith("alert") && !ALERT.matcher(said.line().text()).find()
                && !READS_SERVER_CERTIFICATE.matcher(said.line().text()).find()
                && !DIALS.matcher(said.line().text()).find());
        return byServer
                ? Conclusion.decided(Cause.CLIENT_CERT_REJECTED, Certainty.LIKELY,
                        "Whoever accepts the connection checked the other side's certificate, the client's. "
                                + sign.says(),
                        times.stream().map(Said::line).toList(), sign.readings().getFirst().cause())
                : Conclusion.of(seen, sign);
    }

    /// A certificate check fails on a device that says that it does not know the time.
    private static @Nullable Conclusion clockUnset(Seen seen) {
        if (seen.comesAfter("clock-set", "clock-unset")
                || !seen.hasAny("verify-failed", "validity-failed", "stopped-at-certificate", "tls-handshake-failed")) {
            return null;
        }
        return Conclusion.decided(Cause.CLOCK_NOT_SET, Certainty.LIKELY,
                "The handshake failed, and the device says that its clock was never set.",
                NetworkJudgements.lines(seen, "clock-unset", "verify-failed", "validity-failed"), Cause.UNTRUSTED_CA);
    }

    private static Conclusion memoryShort(Seen seen) {
        return seen.tlsBegan() && !seen.has("tls-done")
                ? Conclusion.decided(Cause.TLS_OUT_OF_MEMORY, Certainty.LIKELY,
                        "The program ran out of memory while it made a TLS connection.",
                        NetworkJudgements.lines(seen, "memory-short"), Cause.CLIENT_LIBRARY_LIMIT)
                : Conclusion.of(seen, Signs.named("memory-short"));
    }

    private static Conclusion wrongVersionNumber(Seen seen) {
        List<Line> lines = NetworkJudgements.withTargets(seen, "wrong-version-number");
        List<Line> said = NetworkJudgements.lines(seen, "wrong-version-number");
        if (seen.isServerLine(said.getFirst())
                || said.stream().anyMatch(line -> READS_CLIENT_HELLO.matcher(line.text()).find())) {
            return Conclusion.decided(Cause.PLAIN_TO_TLS_PORT, Certainty.LIKELY,
                    "The first bytes that came in on a TLS port were no TLS: the client speaks unencrypted MQTT there.",
                    lines,
                    Cause.TLS_VERSION_MISMATCH);
        }
        if (seen.stack() == Stack.BROWSER) {
            return Conclusion.open(Stage.TLS_CLIENTHELLO,
                    "What the server answered is not TLS that the browser can use.", lines, COLLECT,
                    List.of(Cause.TLS_TO_PLAIN_PORT, Cause.TLS_VERSION_MISMATCH, Cause.WS_TO_TCP_PORT,
                            Cause.WRONG_PORT));
        }
        boolean namesNoSide = switch (seen.stack()) {
            case UNKNOWN, MOSQUITTO_BROKER -> true;
            case OPENSSL -> !seen.has("s-client");
            default -> false;
        };
        if (namesNoSide && said.stream().allMatch(line -> line.text().contains("SSL routines"))) {
            return Conclusion.open(Stage.TLS_CLIENTHELLO,
                    "What came first was not TLS. This is the TLS library's bare error, and the log does not say which side printed it.",
                    lines,
                    List.of("which side printed the line: the broker (then the client speaks without TLS) or the client (then the port does)",
                            "the port, and whether it speaks TLS (openssl s_client)", "the client's TLS settings"),
                    List.of(Cause.PLAIN_TO_TLS_PORT, Cause.TLS_TO_PLAIN_PORT, Cause.TLS_VERSION_MISMATCH,
                            Cause.WRONG_PORT));
        }
        return Conclusion.decided(Cause.TLS_TO_PLAIN_PORT, Certainty.LIKELY,
                "The other side answered the ClientHello with something that is no TLS: the port speaks without encryption.",
                lines,
                Cause.WRONG_PORT, Cause.TLS_VERSION_MISMATCH);
    }

    /// Alert 112: RFC 6066 has it for a name that is not known; some fronts send it too when there is none.
    private static Conclusion nameRefused(Seen seen) {
        List<Line> lines = NetworkJudgements.withTargets(seen, "sni-refused");
        if (seen.has("sni-not-sent") || seen.dialsAddress() && !seen.has("sni-sent")) {
            return Conclusion.decided(Cause.SNI_MISSING, Certainty.LIKELY,
                    "The server refuses the server name, and the client sent none.", lines, Cause.SNI_UNKNOWN);
        }
        Sign sign = Signs.named("sni-refused");
        if (seen.has("sni-sent") || !seen.stack().mayOmitServerName() && seen.stack() != Stack.UNKNOWN
                && !seen.isServerLine(lines.getFirst())) {
            return Conclusion.decided(Cause.SNI_UNKNOWN, Certainty.LIKELY,
                    "The server refuses the server name that the client sent: it serves none of that name.", lines,
                    Cause.SNI_MISSING, Cause.PROXY_SNI_ROUTING);
        }
        return Conclusion.of(seen, sign);
    }

    private static Conclusion recordInvalid(Seen seen) {
        List<Line> lines = NetworkJudgements.withTargets(seen, "tls-record-invalid");
        Conclusion plain = plainPort(seen, lines);
        return plain != null
                ? plain
                : Conclusion.open(Stage.TLS_CLIENTHELLO,
                        "What came is no TLS record, or a record larger than the device's buffer.", lines,
                        List.of("the port, and whether it speaks TLS (openssl s_client)",
                                "the size of the server's certificate chain and of "
                                        + "its records against the device's buffer (MBEDTLS_SSL_IN_CONTENT_LEN)",
                                "the first bytes of the answer, as hex"),
                        List.of(Cause.TLS_TO_PLAIN_PORT, Cause.TLS_RECORD_TOO_BIG, Cause.WRONG_PORT, Cause.NOT_A_BROKER,
                                Cause.MODEM_DRIVER_BUG));
    }

    /// The handshake ended, and nothing says why.
    static Conclusion broken(Seen seen, String sign) {
        List<Line> lines = NetworkJudgements.withTargets(seen, sign);
        Conclusion plain = plainPort(seen, lines);
        if (plain != null) {
            return plain;
        }
        Conclusion slow = slow(seen);
        if (slow != null) {
            return slow;
        }
        if (seen.usesModem() && seen.commands("+CIPSSL").isEmpty()) {
            return Conclusion.open(Stage.TLS_CLIENTHELLO, "The TLS handshake over the modem's socket did not succeed.",
                    lines, COLLECT,
                    List.of(Cause.FIREWALL_BLOCKED, Cause.UNTRUSTED_CA, Cause.SNI_MISSING, Cause.MODEM_DRIVER_BUG,
                            Cause.TLS_OUT_OF_MEMORY, Cause.MODEM_SIM_PLAN, Cause.TLS_VERSION_MISMATCH));
        }
        var candidates = new ArrayList<>(List.of(Cause.UNTRUSTED_CA, Cause.SNI_MISSING, Cause.TLS_VERSION_MISMATCH,
                Cause.TLS_TO_PLAIN_PORT, Cause.CLIENT_CERT_MISSING, Cause.TLS_CIPHER_MISMATCH, Cause.ALPN_MISSING));
        if (!lines.isEmpty() && seen.isServerLine(lines.getFirst())) {
            candidates = new ArrayList<>(
                    List.of(Cause.UNTRUSTED_CA, Cause.CERT_VERIFY_FAILED, Cause.TLS_VERSION_MISMATCH,
                            Cause.CLIENT_CERT_MISSING, Cause.TLS_CIPHER_MISMATCH, Cause.SELF_SIGNED_CERT,
                            Cause.PLAIN_TO_TLS_PORT));
        } else if (sign.equals("connection-reset") || sign.equals("tls-closed") || sign.equals("connection-closed")) {
            candidates = new ArrayList<>(List.of(Cause.SNI_MISSING, Cause.TLS_TO_PLAIN_PORT, Cause.TLS_VERSION_MISMATCH,
                    Cause.FIREWALL_BLOCKED, Cause.CLIENT_CERT_MISSING, Cause.TLS_SLOW_KEY, Cause.ALPN_MISSING,
                    Cause.CLIENT_CERT_REJECTED));
        }
        if (sign.equals("connect-timeout")) {
            candidates = new ArrayList<>(List.of(Cause.FIREWALL_BLOCKED, Cause.TLS_TO_PLAIN_PORT, Cause.TLS_SLOW_KEY,
                    Cause.TCP_TIMEOUT, Cause.SNI_MISSING, Cause.UNTRUSTED_CA, Cause.WRONG_PORT,
                    Cause.TLS_OUT_OF_MEMORY));
        }
        if (seen.has("server-certificate-accepted")) {
            lines.addAll(NetworkJudgements.lines(seen, "server-certificate-accepted"));
            return Conclusion.open(Stage.TLS_ALERT,
                    "The device accepted the server's certificate, and then the handshake ended: most often the server does not accept "
                            + "the client's certificate, or got none.",
                    lines, COLLECT,
                    List.of(Cause.CLIENT_CERT_REJECTED, Cause.CLIENT_CERT_MISSING, Cause.TLS_SLOW_KEY,
                            Cause.CERT_LOAD_FAILED, Cause.SNI_MISSING, Cause.TLS_OUT_OF_MEMORY));
        }
        return Conclusion.open(Stage.TLS_CLIENTHELLO,
                "The TLS handshake did not succeed, and the log does not say why.", lines, COLLECT,
                candidates);
    }

    /// The device computed so long that the other side lost patience: a pause between two lines of one handshake.
    private static @Nullable Conclusion slow(Seen seen) {
        if (!seen.hasAny("connection-reset", "tls-closed", "tls-handshake-timeout", "connection-closed")) {
            return null;
        }
        List<Said> steps = seen.said("handshake-step");
        for (int i = 1; i < steps.size(); i++) {
            Line before = steps.get(i - 1).line();
            Line after = steps.get(i).line();
            boolean gap = i == Ledger.FIRST && seen.count("handshake-step") > steps.size(); // what lay between was not kept
            if (!gap && before.millis() >= 0 && after.millis() - before.millis() >= SLOW_MILLIS
                    && after.millis() - before.millis() < 300_000) {
                var lines = new ArrayList<>(List.of(before, after));
                lines.addAll(NetworkJudgements.lines(seen, "connection-reset", "tls-closed"));
                return Conclusion.decided(Cause.TLS_SLOW_KEY, Certainty.LIKELY,
                        String.format(java.util.Locale.ROOT,
                                "Between two steps of the handshake the device computed for %.1f s; then the "
                                        + "connection was gone.",
                                (after.millis() - before.millis()) / 1_000),
                        lines, Cause.HANDSHAKE_TIMEOUT);
            }
        }
        return null;
    }

    private static @Nullable Conclusion stoppedAtCertificate(Seen seen) {
        if (seen.has("tls-done")) {
            return null;
        }
        return Conclusion.open(Stage.TLS_CERT, "The handshake went no further than the server's certificate.",
                NetworkJudgements.lines(seen, "stopped-at-certificate"),
                List.of("the device's clock at that moment against the certificate's dates",
                        "the verify result of the TLS library",
                        "the CA that the device has, and the name that it dials"),
                List.of(Cause.CLOCK_NOT_SET, Cause.UNTRUSTED_CA, Cause.HOSTNAME_MISMATCH, Cause.CERT_EXPIRED,
                        Cause.TLS_OUT_OF_MEMORY,
                        Cause.CERT_NOT_YET_VALID));
    }

    /// Between measuring the heap and opening the socket, arduino-esp32 does one thing: it asks what to check the server by.
    private static @Nullable Conclusion startRefused(Seen seen) {
        Line refused = NetworkJudgements.lines(seen, "tls-start-refused").getLast();
        Line before = NetworkJudgements.lines(seen, "tls-heap-measured").stream()
                .filter(line -> line.isBefore(refused) && line.file() == refused.file()).reduce((_, last) -> last)
                .orElse(null);
        return before == null || refused.number() - before.number() != 1
                ? null
                : Conclusion.decided(Cause.TLS_NO_VERIFICATION_OPTION, Certainty.LIKELY,
                        "TLS was given up before its socket was opened: neither a CA, nor a key, nor setInsecure() had been set.",
                        List.of(before, refused), Cause.CERT_LOAD_FAILED);
    }

    /// A capture holds records, not words.
    static @Nullable Conclusion captured(Seen seen) {
        return CaptureJudgement.of(seen);
    }
}
