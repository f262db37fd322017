package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Version;

/// What a device needs for this broker, as far as the probe could see.
///
/// @param serverName whether the ClientHello has to carry a server name; empty when it is not known
/// @param root the certificate to embed; null without TLS or when none verifies the chain
/// @param tlsVersions that the server speaks, oldest first
/// @param mqttVersions that accepted the CONNECT
/// @param refusedVersions that a CONNACK refused
/// @param unansweredVersions to which no CONNACK came
/// @param credentials whether clients without user name and password are refused; empty when it was not tried
/// @param clientCertificate whether the server asks for one
/// @param resumption whether sessions can be resumed; empty when it was not tried
/// @param recordBytes the sizes of the TLS records of the handshake that were received
/// @param limits what CONNACK said, as sentences
record Needs(Optional<Boolean> serverName, @Nullable X509Certificate root, List<String> tlsVersions,
        List<Version> mqttVersions, List<Version> refusedVersions, List<Version> unansweredVersions,
        Optional<Boolean> credentials, boolean clientCertificate, Optional<Boolean> resumption, int chainBytes,
        int messageBytes,
        List<Integer> recordBytes, int largestRecordBytes, long handshakeBytes, List<String> keys, String alpn,
        List<String> limits) {

    static Needs of(Report report) {
        Optional<TlsOutcome.Done> done = report.ownHandshake().map(Result.Handshake::outcome)
                .filter(TlsOutcome.Done.class::isInstance).map(TlsOutcome.Done.class::cast);
        Optional<ChainReport> chain = report.first(Result.ChainJudged.class).map(Result.ChainJudged::report);
        List<Result.Connect> own = report.ownConnects();
        return new Needs(serverName(report), chain.map(ChainReport::anchor).orElse(null),
                report.all(Result.VersionTried.class).stream().filter(Result.VersionTried::accepted)
                        .map(Result.VersionTried::version).toList(),
                versions(own, ConnectOutcome.Accepted.class), versions(own, ConnectOutcome.Refused.class),
                own.stream().filter(connect -> !(connect.outcome() instanceof ConnectOutcome.Accepted)
                        && !(connect.outcome() instanceof ConnectOutcome.Refused)).map(Result.Connect::version)
                        .distinct().toList(),
                credentials(report), done.map(TlsOutcome.Done::asked).orElse(false),
                report.first(Result.Resumption.class).map(Result.Resumption::resumed),
                chain.map(ChainReport::derBytes).orElse(0), chain.map(ChainReport::messageBytes).orElse(0),
                done.map(TlsOutcome.Done::recordBytes).orElse(List.of()),
                done.map(TlsOutcome.Done::largestRecordBytes).orElse(0),
                done.map(TlsOutcome.Done::receivedBytes).orElse(0L),
                chain.map(ChainReport::chain).orElse(List.of()).stream().map(Needs::key).toList(), alpn(report),
                report.accepted().map(connect -> limits(connect.outcome())).orElse(List.of()));
    }

    private static List<Version> versions(List<Result.Connect> connects, Class<? extends ConnectOutcome> outcome) {
        return connects.stream().filter(connect -> outcome.isInstance(connect.outcome())).map(Result.Connect::version)
                .distinct().toList();
    }

    private static boolean accepted(Result.Connect connect) {
        return connect.outcome() instanceof ConnectOutcome.Accepted;
    }

    /// Required when the way works with a name and not without; not required when both work and lead to the same
    /// certificate.
    private static Optional<Boolean> serverName(Report report) {
        List<Result.Handshake> shakes = report.all(Result.Handshake.class).stream()
                .filter(shake -> shake.alpn().isEmpty()).toList();
        Optional<Result.Handshake> with = shakes.stream().filter(shake -> shake.serverName() != null).findFirst();
        Optional<Result.Handshake> without = shakes.stream().filter(shake -> shake.serverName() == null).findFirst();
        if (with.isEmpty() || without.isEmpty() || !(with.get().outcome() instanceof TlsOutcome.Done named)) {
            return Optional.empty();
        }
        if (!(without.get().outcome() instanceof TlsOutcome.Done bare)) {
            return Optional.of(true);
        }
        boolean sameCertificate = named.chain().isEmpty() || bare.chain().isEmpty()
                || named.chain().getFirst().equals(bare.chain().getFirst());
        Optional<Result.Connect> namedConnect = report.accepted().filter(connect -> connect.serverName() != null);
        Optional<Result.Connect> bareConnect = report.first(Result.Connect.class,
                connect -> connect.serverName() == null && connect.credentials() == report.plan().hasCredentials());
        if (namedConnect.isPresent() && bareConnect.isPresent()) {
            return Optional.of(!accepted(bareConnect.get()) || !sameCertificate);
        }
        return sameCertificate ? Optional.empty() : Optional.of(true);
    }

    private static Optional<Boolean> credentials(Report report) {
        Optional<Result.Connect> without = report.plan().hasCredentials()
                ? report.first(Result.Connect.class, connect -> !connect.credentials())
                : report.ownConnects().stream().findFirst();
        if (report.plan().hasCredentials() || report.accepted().isPresent()) {
            return without.map(connect -> !(report.plan().hasCredentials() ? accepted(connect) : true));
        }
        return Optional.empty();
    }

    private static String alpn(Report report) {
        return report.first(Result.Handshake.class, shake -> !shake.alpn().isEmpty()).map(shake -> switch (shake
                .outcome()) {
            case TlsOutcome.Done done when !done.alpn().isEmpty() -> "agreed on " + done.alpn();
            case TlsOutcome.Done _ -> "ignored";
            case TlsOutcome.Alert(String alert, _) -> "refused with " + alert;
            case TlsOutcome.Ended _,TlsOutcome.Stalled _,TlsOutcome.Failed _ -> "not taken";
        }).orElse("");
    }

    static String key(X509Certificate certificate) {
        int bits = switch (certificate.getPublicKey()) {
            case java.security.interfaces.RSAPublicKey rsa -> rsa.getModulus().bitLength();
            case java.security.interfaces.ECPublicKey ec -> ec.getParams().getCurve().getField().getFieldSize();
            default -> 0;
        };
        return certificate.getPublicKey().getAlgorithm() + (bits == 0 ? "" : " " + bits);
    }

    private static List<String> limits(ConnectOutcome outcome) {
        if (!(outcome instanceof ConnectOutcome.Accepted(var connack))) {
            return List.of();
        }
        ConnackProperties p = connack.properties();
        List<String> said = new java.util.ArrayList<>();
        add(said, p.maximumPacketSize() >= 0, "packets of at most " + p.maximumPacketSize() + " bytes");
        add(said, p.receiveMaximum() >= 0, "at most " + p.receiveMaximum() + " unacknowledged messages to the server");
        add(said, p.maximumQos() != null, "QoS at most " + (p.maximumQos() == null ? 2 : p.maximumQos().level()));
        add(said, !p.retainAvailable(), "no retained messages");
        add(said, p.serverKeepAliveSeconds() >= 0, "keep alive " + p.serverKeepAliveSeconds() + " s");
        add(said, p.sessionExpirySeconds() >= 0, "session expiry " + p.sessionExpirySeconds() + " s");
        add(said, p.topicAliasMaximum() > 0, "topic aliases up to " + p.topicAliasMaximum());
        add(said, !p.wildcardSubscriptions(), "no wildcards in topic filters");
        add(said, !p.sharedSubscriptions(), "no shared subscriptions");
        add(said, !p.subscriptionIdentifiers(), "no subscription identifiers");
        add(said, p.assignedClientId() != null, "the server assigned the client id " + p.assignedClientId());
        add(said, p.responseInformation() != null, "response information " + p.responseInformation());
        return said;
    }

    private static void add(List<String> to, boolean there, String sentence) {
        if (there) {
            to.add(dev.gatehouse.diagnosis.Shown.text(sentence, 120));
        }
    }
}
