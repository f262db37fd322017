package dev.gatehouse.tests.doctor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.tests.doctor.Certificates.Wish;

/// Every way in which a chain of certificates can be wrong, and the servers of OpenSSL with what they refuse.
class BrokenCertificatesIT {
    @SuppressWarnings("TimeInStaticInitializer") // the certificates are made in the same minute
    private static final Instant NOW = Instant.now();
    private static final Duration DAY = Duration.ofDays(1);
    private static final List<AutoCloseable> open = new ArrayList<>();

    @TempDir
    private static Path folder;

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// A broker that does everything well, behind this certificate.
    private static Case behind(String name, Certificates server) {
        PretendBroker broker = new PretendBroker(PretendBroker.encrypted(server.context("TLS"),
                PretendBroker.mqtt((packet, _) -> PretendBroker.well(packet))));
        open.add(broker);
        return Case.of(name, "mqtts://acme.mq.test:" + broker.port());
    }

    @TestFactory
    Stream<DynamicTest> chains() {
        Certificates root = Certificates.selfSigned(Wish.authority("Root"));
        X509Certificate trusted = root.certificate();
        Certificates between = root.sign(Wish.authority("Between"));
        Wish good = Wish.server("acme.mq.test");
        Certificates other = Certificates.selfSigned(Wish.authority("Other").of("Elsewhere"));
        Certificates oldRoot = Certificates.selfSigned(Wish.authority("Old").lasting(NOW.minus(DAY.multipliedBy(900)),
                NOW.minus(DAY)));
        Certificates sameName = Certificates.selfSigned(Wish.authority("Root"));
        PretendBroker web = new PretendBroker(PretendBroker.answering(published(between)));
        PretendBroker astray = new PretendBroker(PretendBroker.answering("HTTP/1.0 404 Not Found\r\n\r\n"));
        open.addAll(List.of(web, astray));
        return Cases.run(List.of(
                behind("without its intermediate, which its CA publishes",
                        between.sign(good.issuerAt("http://localhost:" + web.port() + "/between.cer")).alone())
                        .trusting(trusted).fails(Stage.TLS_CERT, Cause.MISSING_INTERMEDIATE)
                        .saying(Certainty.CERTAIN, "its CA publishes it"),
                behind("without its intermediate, which is published nowhere",
                        between.sign(good.issuerAt("http://localhost:" + astray.port() + "/between.cer")).alone())
                        .trusting(trusted).fails(Stage.TLS_CERT, Cause.MISSING_INTERMEDIATE)
                        .saying(Certainty.LIKELY, "neither there nor trusted"),
                behind("without its intermediate, of a root that nobody was told of",
                        between.sign(good.issuerAt("http://localhost:" + web.port() + "/between.cer")).alone())
                        .fails(Stage.TLS_CERT, Cause.UNTRUSTED_CA)
                        .saying(Certainty.LIKELY, "which nothing here trusts"),
                behind("a good chain", root.sign(good)).trusting(trusted).healthy(),
                behind("a good chain with an intermediate", between.sign(good)).trusting(trusted).healthy(),
                behind("a wildcard", root.sign(Wish.server("*.mq.test"))).trusting(trusted).healthy(),
                behind("expired", root.sign(good.lasting(NOW.minus(DAY.multipliedBy(90)), NOW.minus(DAY)))).trusting(
                        trusted).fails(Stage.TLS_CERT, Cause.CERT_EXPIRED),
                behind("not yet valid", root.sign(good.lasting(NOW.plus(DAY), NOW.plus(DAY.multipliedBy(90)))))
                        .trusting(trusted).fails(Stage.TLS_CERT, Cause.CERT_NOT_YET_VALID),
                behind("for another host", root.sign(Wish.server("globex.mq.test"))).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.HOSTNAME_MISMATCH)
                        .saying(Certainty.CERTAIN, "as host and as server name (globex.mq.test), or let the operator "
                                + "give the server a certificate for acme.mq.test."),
                behind("without a subject alternative name", root.sign(Wish.server())).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.CERT_NO_SAN),
                behind("self-signed", Certificates.selfSigned(good)).fails(Stage.TLS_CERT, Cause.SELF_SIGNED_CERT),
                behind("without its intermediate", between.sign(good).alone()).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.MISSING_INTERMEDIATE),
                behind("of a private CA that nobody was told of", root.sign(good.of("Elsewhere"))).fails(Stage.TLS_CERT,
                        Cause.UNTRUSTED_CA),
                behind("of another CA than the one given", root.sign(good)).trusting(other.certificate())
                        .fails(Stage.TLS_CERT, Cause.UNTRUSTED_CA),
                behind("of a CA whose copy here is outdated", root.sign(good)).trusting(sameName.certificate())
                        .fails(Stage.TLS_CERT, Cause.UNTRUSTED_CA),
                behind("of a root that has expired", oldRoot.sign(good)).trusting(oldRoot.certificate())
                        .fails(Stage.TLS_CERT, Cause.EXPIRED_ROOT_CA),
                behind("with a key of RSA 1024", root.sign(good.keyed("RSA", 1024))).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.WEAK_CERT_KEY),
                behind("signed with SHA-1", root.sign(good.signedWith("SHA1with"))).trusting(trusted)
                        .fails(Stage.TLS_CERT, Cause.WEAK_CERT_KEY)));
    }

    private static byte[] published(Certificates authority) {
        try {
            var answer = new ByteArrayOutputStream();
            byte[] der = authority.certificate().getEncoded();
            answer.writeBytes(("HTTP/1.0 200 OK\r\nContent-Length: " + der.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            answer.writeBytes(der);
            return answer.toByteArray();
        } catch (CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    @TestFactory
    Stream<DynamicTest> servers_of_openssl() {
        Programs programs = new Programs(folder);
        open.add(programs);
        Certificates root = Certificates.selfSigned(Wish.authority("Root").keyed("RSA", 2048));
        Certificates server = root.sign(Wish.server("acme.mq.test").keyed("RSA", 2048));
        Path certificate = server.certificateFile(folder, "server");
        Path key = server.keyFile(folder, "server");
        Path clients = root.certificateFile(folder, "root");
        Certificates stranger = Certificates.selfSigned(Wish.server("stranger"));
        return Cases.run(List.of(
                openssl("TLS 1.0 only", programs.openssl(certificate, key, "-tls1", "-cipher", "ALL@SECLEVEL=0"), root)
                        .fails(Stage.TLS_CLIENTHELLO, Cause.TLS_VERSION_MISMATCH),
                openssl("TLS 1.1 only", programs.openssl(certificate, key, "-tls1_1", "-cipher", "ALL@SECLEVEL=0"),
                        root)
                        .fails(Stage.TLS_CLIENTHELLO, Cause.TLS_VERSION_MISMATCH),
                openssl("only a cipher suite from yesterday",
                        programs.openssl(certificate, key, "-tls1_2", "-cipher", "AES128-SHA"), root)
                        .fails(Stage.TLS_CLIENTHELLO, Cause.TLS_CIPHER_MISMATCH),
                openssl("wants a client certificate, TLS 1.2",
                        programs.openssl(certificate, key, "-tls1_2", "-Verify", "1", "-CAfile", clients.toString()),
                        root).fails(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING),
                openssl("wants a client certificate, TLS 1.3",
                        programs.openssl(certificate, key, "-tls1_3", "-Verify", "1", "-CAfile", clients.toString()),
                        root).fails(Stage.TLS_CERT, Cause.CLIENT_CERT_MISSING),
                openssl("refuses this client certificate, TLS 1.2",
                        programs.openssl(certificate, key, "-tls1_2", "-Verify", "1", "-verify_return_error", "-CAfile",
                                clients.toString()),
                        root).showing(stranger.manager()).fails(Stage.TLS_CERT, Cause.CLIENT_CERT_REJECTED),
                openssl("refuses this client certificate, TLS 1.3",
                        programs.openssl(certificate, key, "-tls1_3", "-Verify", "1", "-verify_return_error", "-CAfile",
                                clients.toString()),
                        root).showing(stranger.manager()).fails(Stage.TLS_CERT, Cause.CLIENT_CERT_REJECTED),
                openssl("does not know the server name",
                        programs.openssl(certificate, key, "-servername", "other.mq.test", "-cert2",
                                certificate.toString(), "-key2", key.toString(), "-servername_fatal"),
                        root).fails(Stage.TLS_CLIENTHELLO, Cause.SNI_UNKNOWN),
                openssl("a web server behind TLS", programs.openssl(certificate, key, "-www"), root).impatient()
                        .fails(Stage.TCP, Cause.NOT_A_BROKER),
                openssl("TLS, and behind it nobody who answers", programs.openssl(certificate, key), root)
                        .impatient().fails(Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED)));
    }

    private static Case openssl(String name, int port, Certificates root) {
        return Case.of(name, "mqtts://acme.mq.test:" + port).trusting(root.certificate());
    }
}
