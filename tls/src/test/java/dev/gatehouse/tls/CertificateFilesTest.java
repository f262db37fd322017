package dev.gatehouse.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;

import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.tls.CertificateFault.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CertificateFilesTest {
    @TempDir
    static Path shared;

    private static KeyPairAndChain development;
    private static KeyPair rsa;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        development = new DevelopmentAuthority(shared, InstantSource.system(), new SecureRandom())
                .certificateFor("mq.test");
        rsa = newKey("RSA", 2048);
    }

    private static KeyPair newKey(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    private static Object selfSigned(KeyPair pair, String algorithm, Instant from, Instant to) throws Exception {
        X500Name name = new X500Name("CN=old.test");
        return new JcaX509v3CertificateBuilder(name, BigInteger.ONE, Date.from(from), Date.from(to), name,
                pair.getPublic()).build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()));
    }

    private static Object selfSigned(KeyPair pair, String algorithm) throws Exception {
        return selfSigned(pair, algorithm, Instant.now(), Instant.now().plus(Duration.ofDays(90)));
    }

    private Path pem(String name, Object... blocks) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object block : blocks) {
                writer.writeObject(block);
            }
        }
        return Files.writeString(folder.resolve(name), text.toString());
    }

    /// As openssl writes it, with the curve in it.
    private static PemObject sec1() throws IOException {
        java.security.interfaces.ECPrivateKey key = (java.security.interfaces.ECPrivateKey) development.key();
        return new PemObject("EC PRIVATE KEY",
                new ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1).getEncoded());
    }

    private static void assertFault(Path certificate, Path key, Reason reason, String... parts) {
        assertThatThrownBy(() -> CertificateFiles.read(certificate, key)).isInstanceOfSatisfying(CertificateFault.class,
                fault -> {
                    assertThat(fault.reason()).isEqualTo(reason);
                    assertThat(fault).hasMessageContainingAll(parts);
                });
    }

    @Test
    void a_chain_and_a_key_as_pkcs_8_are_read() throws Exception {
        KeyPairAndChain read = CertificateFiles.read(shared.resolve("server.crt"), shared.resolve("server.key"));

        assertThat(read.chain()).isEqualTo(development.chain());
        assertThat(read.notAfter()).isEqualTo(development.certificate().getNotAfter().toInstant());
        assertThat(CertificateFiles.warnings(read, Instant.now())).isEmpty();
    }

    @Test
    void a_key_as_pkcs_1_is_read() throws Exception {
        Path key = pem("rsa.key", rsa.getPrivate());
        assertThat(key).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");

        assertThat(CertificateFiles.read(pem("rsa.crt", selfSigned(rsa, "SHA256withRSA")), key).key())
                .isEqualTo(rsa.getPrivate());
    }

    @Test
    void a_key_as_sec_1_is_read_also_behind_its_parameters() throws Exception {
        Path key = pem("ec.key", sec1());
        assertThat(key).content().startsWith("-----BEGIN EC PRIVATE KEY-----");
        assertThat(CertificateFiles.read(shared.resolve("server.crt"), key).chain()).isEqualTo(development.chain());

        Files.writeString(key, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                + Files.readString(key));
        assertThat(CertificateFiles.read(shared.resolve("server.crt"), key).chain()).isEqualTo(development.chain());
    }

    @Test
    void one_file_may_hold_both_and_text_between_the_blocks() throws Exception {
        Path both = pem("both.pem", development.certificate(), sec1(), development.chain().getLast());
        Files.writeString(both, "Bag Attributes\n    friendlyName: x\n" + Files.readString(both));

        assertThat(CertificateFiles.read(both, both).chain()).isEqualTo(development.chain());
    }

    @Test
    void an_encrypted_key_is_refused_with_the_command_that_decrypts_it() throws Exception {
        Path pkcs8 = pem("pkcs8.key", new JcaPKCS8Generator(rsa.getPrivate(),
                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                        .setProvider(new BouncyCastleProvider()).setPassword("x".toCharArray())
                        .build()));
        Path pkcs1 = folder.resolve("pkcs1.key");
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(rsa.getPrivate(), new JcePEMEncryptorBuilder("AES-256-CBC")
                    .setProvider(new BouncyCastleProvider()).build("x".toCharArray()));
        }
        Files.writeString(pkcs1, text.toString());
        Path certificate = pem("rsa.crt", selfSigned(rsa, "SHA256withRSA"));

        assertFault(certificate, pkcs8, Reason.KEY_ENCRYPTED, "pkcs8.key", "openssl pkcs8 -in");
        assertFault(certificate, pkcs1, Reason.KEY_ENCRYPTED, "pkcs1.key", "openssl pkey -in");
    }

    @Test
    void a_key_of_another_certificate_is_refused_with_both_names() throws Exception {
        assertFault(shared.resolve("server.crt"), shared.resolve("ca.key"), Reason.KEY_MISMATCH, "ca.key",
                "does not belong to certificate", "server.crt", "CN=mq.test");
        assertFault(shared.resolve("server.crt"), pem("rsa.key", rsa.getPrivate()), Reason.KEY_MISMATCH, "rsa.key");
    }

    @Test
    void exchanged_files_are_recognised() {
        assertFault(shared.resolve("server.key"), shared.resolve("server.crt"), Reason.SWAPPED, "exchange the two");
        assertFault(shared.resolve("server.key"), shared.resolve("server.key"), Reason.NO_CERTIFICATE,
                "only a private key");
        assertFault(shared.resolve("server.crt"), shared.resolve("server.crt"), Reason.NO_KEY, "only a certificate");
    }

    @Test
    void a_chain_in_the_wrong_order_is_refused() throws Exception {
        assertFault(pem("reversed.crt", development.chain().getLast(), development.certificate()),
                shared.resolve("server.key"), Reason.CHAIN_ORDER, "wrong order", "CN=mq.test", "comes first");
        assertFault(pem("stranger.crt", development.certificate(), selfSigned(rsa, "SHA256withRSA")),
                shared.resolve("server.key"), Reason.CHAIN_ORDER, "number 2", "did not issue number 1");
    }

    @Test
    void missing_files_and_folders_are_named() {
        assertFault(folder.resolve("no.crt"), shared.resolve("server.key"), Reason.FILE_MISSING,
                folder.resolve("no.crt") + " does not exist");
        assertFault(shared.resolve("server.crt"), folder.resolve("no.key"), Reason.FILE_MISSING, "no.key");
        assertFault(folder, shared.resolve("server.key"), Reason.FILE_MISSING, "is a folder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0\u0082\u0001", "hello", "-----BEGIN CERTIFICATE-----\nMIIB",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\nMAA=\n-----END EC PRIVATE KEY-----\n"})
    void what_is_no_pem_or_damaged_is_refused(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("x.pem"), text);

        assertFault(file, shared.resolve("server.key"), Reason.MALFORMED, "x.pem");
        assertFault(shared.resolve("server.crt"), file, Reason.MALFORMED, "x.pem");
    }

    @Test
    void a_file_longer_than_the_limit_is_not_read() throws Exception {
        Path file = Files.writeString(folder.resolve("long.pem"),
                " ".repeat((int) CertificateFiles.FILE_BYTES_MAX + 1));

        assertFault(file, shared.resolve("server.key"), Reason.MALFORMED, "longer than 1048576 bytes");
    }

    @Test
    void keys_that_clients_do_not_understand_are_refused() throws Exception {
        KeyPair small = newKey("RSA", 1024);
        assertFault(pem("small.crt", selfSigned(small, "SHA256withRSA")), pem("small.key", small.getPrivate()),
                Reason.KEY_UNSUPPORTED, "RSA with 1024 bits");
        KeyPair edwards = newKey("Ed25519", 0);
        assertFault(pem("ed.crt", selfSigned(edwards, "Ed25519")), pem("ed.key", edwards.getPrivate()),
                Reason.KEY_UNSUPPORTED, "EdDSA");
    }

    @Test
    void expiry_is_a_warning_with_its_date() throws Exception {
        Instant from = Instant.parse("2024-01-01T00:00:00Z");
        Instant to = Instant.parse("2024-03-31T00:00:00Z");
        KeyPairAndChain pair = CertificateFiles.read(pem("old.crt", selfSigned(rsa, "SHA256withRSA", from, to)),
                pem("old.key", rsa.getPrivate()));

        assertThat(CertificateFiles.warnings(pair, to.plusSeconds(1)))
                .anyMatch(warning -> warning.contains("expired on 2024-03-31T00:00:00Z"));
        assertThat(CertificateFiles.warnings(pair, from.minusSeconds(1)))
                .anyMatch(warning -> warning.contains("not valid before 2024-01-01T00:00:00Z"));
        assertThat(CertificateFiles.warnings(pair, to.minus(Duration.ofDays(13))))
                .anyMatch(warning -> warning.contains("less than 14 days"));
        assertThat(CertificateFiles.warnings(pair, from.plusSeconds(1))).singleElement().asString()
                .contains("names no DNS name");
    }
}
