package dev.gatehouse.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Shown;
import dev.gatehouse.diagnosis.Stage;

/// Verdicts about the TLS handshake and the certificates.
final class TlsRules {
    private static final Set<String> OLD = Set.of("TLS 1.0", "TLS 1.1");
    private static final Set<String> ABOUT_CERTIFICATES = Set.of("bad_certificate", "unsupported_certificate",
            "certificate_revoked", "certificate_expired", "certificate_unknown", "unknown_ca", "access_denied",
            "decrypt_error", "handshake_failure", "certificate_required");

    private final Report report;
    private final Verdicts verdicts;
    private final List<String> remarks;

    TlsRules(Report report, Verdicts verdicts, List<String> remarks) {
        this.report = report;
        this.verdicts = verdicts;
        this.remarks = remarks;
    }

    void judge() {
        Optional<Result.Handshake> own = report.ownHandshake();
        if (own.isPresent() && verdicts.isEmpty()) {
            handshake(own.get());
        }
        report.first(Result.ChainJudged.class).ifPresent(this::chain);
    }

    private void handshake(Result.Handshake own) {
        List<Result> evidence = new ArrayList<>(List.of(own));
        report.otherHandshake().ifPresent(evidence::add);
        List<Result.VersionTried> accepted = accepted();
        if (!(own.outcome() instanceof TlsOutcome.Done) && !accepted.isEmpty()
                && accepted.stream().allMatch(tried -> OLD.contains(tried.version()))) {
            evidence.addAll(accepted);
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.TLS_VERSION_MISMATCH, Certainty.CERTAIN,
                    "The server speaks nothing newer than " + accepted.getLast().version(), evidence);
            return;
        }
        switch (own.outcome()) {
            case TlsOutcome.Done _ -> {
            }
            case TlsOutcome.Alert(String alert, boolean asked) -> alert(own, alert, asked, evidence);
            case TlsOutcome.Ended(boolean reset, boolean answered, boolean asked) ->
                ended(own, reset, answered, asked, evidence);
            case TlsOutcome.Stalled(boolean answered) -> verdicts.add(Stage.TLS_ALERT, Cause.HANDSHAKE_TIMEOUT,
                    answered ? Certainty.CERTAIN : Certainty.LIKELY, answered
                            ? "The server stops answering in the middle of the TLS handshake"
                            : "The server does not answer the ClientHello",
                    evidence,
                    "Run doctor with a longer --timeout, and from another network: large handshake packets are lost "
                            + "where the path's MTU is small");
            case TlsOutcome.Failed(String message, _) -> verdicts.add(Stage.TLS_ALERT, Cause.TLS_CIPHER_MISMATCH,
                    Certainty.POSSIBLE, "The TLS handshake fails on this side: " + message, evidence,
                    "Compare with `openssl s_client -connect HOST:PORT -servername NAME`");
        }
    }

    private void alert(Result.Handshake own, String alert, boolean asked, List<Result> evidence) {
        boolean certificate = report.plan().clientCertificate() != null;
        if (asked && ABOUT_CERTIFICATES.contains(alert) || alert.equals("certificate_required")) {
            clientCertificate(certificate, alert, evidence);
            return;
        }
        boolean otherWorks = report.otherHandshake().filter(other -> other.outcome() instanceof TlsOutcome.Done)
                .isPresent();
        switch (alert) {
            case "protocol_version" -> verdicts.add(Stage.TLS_CLIENTHELLO, Cause.TLS_VERSION_MISMATCH,
                    Certainty.CERTAIN, "The server refuses TLS 1.2 and TLS 1.3", evidence);
            case "unrecognized_name" -> serverName(own, Certainty.CERTAIN, evidence);
            case "no_application_protocol" -> verdicts.add(Stage.TLS_CLIENTHELLO, Cause.ALPN_MISSING,
                    Certainty.CERTAIN, "The server insists on an application protocol (ALPN)", evidence);
            case "unknown_psk_identity" -> verdicts.add(Stage.TLS_ALERT, Cause.PSK_IDENTITY_UNKNOWN,
                    Certainty.CERTAIN, "The server wants a pre-shared key", evidence);
            case "handshake_failure", "insufficient_security" -> {
                if (otherWorks) {
                    serverName(own, own.serverName() == null ? Certainty.CERTAIN : Certainty.LIKELY, evidence);
                } else {
                    evidence.addAll(accepted());
                    verdicts.add(Stage.TLS_CLIENTHELLO, Cause.TLS_CIPHER_MISMATCH,
                            accepted().isEmpty() ? Certainty.LIKELY : Certainty.CERTAIN, accepted().isEmpty()
                                    ? "The server has no cipher suite in common with this client"
                                    : "The server has only cipher suites that today's clients refuse: "
                                            + accepted().getLast().answer(),
                            evidence);
                }
            }
            default -> {
                if (otherWorks) {
                    serverName(own, own.serverName() == null ? Certainty.CERTAIN : Certainty.LIKELY, evidence);
                } else {
                    verdicts.add(Stage.TLS_ALERT, Cause.TLS_ENGINE_FAILED, Certainty.POSSIBLE,
                            "The server breaks the handshake off with the alert " + alert, evidence,
                            "Look at the server's log at this moment: the alert does not say why");
                }
            }
        }
    }

    private void clientCertificate(boolean shown, String alert, List<Result> evidence) {
        if (shown) {
            verdicts.add(Stage.TLS_CERT, Cause.CLIENT_CERT_REJECTED, Certainty.CERTAIN,
                    "The server refuses the client's certificate: " + alert, evidence);
        } else {
            verdicts.add(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING, Certainty.CERTAIN,
                    "The server wants a client certificate", evidence);
        }
    }

    private void serverName(Result.Handshake own, Certainty certainty, List<Result> evidence) {
        String name = own.serverName();
        if (name == null) {
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.SNI_MISSING, certainty,
                    "The server wants a server name (SNI)", evidence);
        } else {
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.SNI_UNKNOWN, certainty,
                    "The server does not know the server name " + name, "Correct the name; --server-name tries "
                            + "another one. If it is right, the server or the proxy in front of it has no certificate "
                            + "or no rule for it.",
                    evidence);
        }
    }

    private void ended(Result.Handshake own, boolean reset, boolean answered, boolean asked, List<Result> evidence) {
        if (asked && report.plan().clientCertificate() == null) {
            verdicts.add(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING, Certainty.LIKELY,
                    "The server wants a client certificate, and ended the connection without one", evidence);
        } else if (report.otherHandshake().filter(other -> other.outcome() instanceof TlsOutcome.Done).isPresent()) {
            serverName(own, own.serverName() == null ? Certainty.CERTAIN : Certainty.LIKELY, evidence);
        } else if (answered) {
            verdicts.add(Stage.TLS_ALERT, Cause.HANDSHAKE_ABANDONED, Certainty.LIKELY,
                    "The server ends the connection in the middle of the TLS handshake", evidence,
                    "Look at the server's log at this moment");
        } else {
            verdicts.add(Stage.TLS_CLIENTHELLO, reset ? Cause.CONNECTION_RESET : Cause.PROXY_SNI_ROUTING,
                    Certainty.POSSIBLE, "The connection is " + (reset ? "reset" : "closed")
                            + " as soon as a ClientHello arrives",
                    evidence,
                    "Find out what listens on the port: a proxy without a rule for this server name, a listener without "
                            + "TLS, and a firewall that looks into the traffic all do this");
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.TLS_TO_PLAIN_PORT, Certainty.POSSIBLE,
                    "The port may not speak TLS", evidence);
            verdicts.add(Stage.TLS_CLIENTHELLO, Cause.SNI_UNKNOWN, Certainty.POSSIBLE,
                    "The server name may be unknown there", evidence);
            verdicts.add(Stage.TCP, Cause.FIREWALL_BLOCKED, Certainty.POSSIBLE, "A firewall may block TLS", evidence);
        }
    }

    private void chain(Result.ChainJudged judged) {
        for (ChainReport.Problem problem : judged.report().problems()) {
            String title = capital(problem.sentence());
            if (problem.cause() == Cause.UNTRUSTED_CA || problem.cause() == Cause.SELF_SIGNED_CERT) {
                verdicts.add(Stage.TLS_CERT, problem.cause(), problem.certainty(), title, "Give the root certificate "
                        + "that the service's operator publishes (here: --cafile; on the device: embed it). If this "
                        + "machine should trust the server already, the server has a certificate for tests.",
                        List.of(judged));
            } else if (problem.cause() == Cause.HOSTNAME_MISMATCH) {
                verdicts.add(Stage.TLS_CERT, problem.cause(), problem.certainty(), title, "Use a name that the "
                        + "certificate is for as host and as server name (" + names(judged.report()) + "), or let the "
                        + "operator give the server a certificate for " + report.plan().nameToVerify() + ".",
                        List.of(judged));
            } else {
                verdicts.add(Stage.TLS_CERT, problem.cause(), problem.certainty(), title, List.of(judged));
            }
        }
        remarks.addAll(judged.report().remarks().stream().map(TlsRules::capital).toList());
    }

    private static String names(ChainReport chain) {
        List<String> names = ChainJudge.alternativeNames(chain.chain().getFirst());
        return names.stream().limit(3).map(name -> Shown.text(name, 80)).collect(Collectors.joining(", "))
                + (names.size() > 3 ? ", …" : "");
    }

    private static String capital(String sentence) {
        return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
    }

    private List<Result.VersionTried> accepted() {
        return report.all(Result.VersionTried.class).stream().filter(Result.VersionTried::accepted).toList();
    }

    /// What is no failure.
    void remark() {
        if (!(done(report.ownHandshake()) instanceof TlsOutcome.Done own)) {
            return;
        }
        if (accepted().stream().anyMatch(tried -> OLD.contains(tried.version()))) {
            remarks.add("The server still speaks TLS 1.0 or 1.1");
        }
        if (done(report.otherHandshake()) instanceof TlsOutcome.Done other
                && !other.chain().isEmpty() && !own.chain().isEmpty()
                && !other.chain().getFirst().equals(own.chain().getFirst())) {
            remarks.add("Without a server name the server shows another certificate (\""
                    + ChainJudge.subject((report.plan().nameToSend() == null ? own : other).chain().getFirst())
                    + "\")");
        }
        if (own.largestRecordBytes() > 4_096) {
            remarks.add("The largest record of the handshake has " + own.largestRecordBytes()
                    + " bytes: a device with a TLS buffer of 4096 bytes cannot take it");
        }
    }

    private static @Nullable TlsOutcome done(Optional<Result.Handshake> shake) {
        return shake.map(Result.Handshake::outcome).orElse(null);
    }
}
