package dev.gatehouse.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Index.atIndex;

class DevelopmentAuthorityTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    Path data;

    private Instant now = Instant.now();

    private Path folder() {
        return data.resolve("tls");
    }

    private DevelopmentAuthority authority() {
        return new DevelopmentAuthority(folder(), () -> now, RANDOM);
    }

    private static X509TrustManager trusting(X509Certificate ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("ca", ca);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    @Test
    void the_certificate_is_for_the_domain_its_sub_domains_and_this_machine() throws Exception {
        KeyPairAndChain pair = authority().certificateFor("MQ.test");
        X509Certificate server = pair.certificate();
        List<String> names = new ArrayList<>();
        for (List<?> entry : server.getSubjectAlternativeNames()) {
            names.add(entry.get(0) + " " + entry.get(1));
        }

        assertThat(names).containsExactly("2 mq.test", "2 *.mq.test", "2 localhost", "7 127.0.0.1",
                "7 0:0:0:0:0:0:0:1");
        assertThat(pair.dnsNames()).containsExactly("mq.test", "*.mq.test", "localhost");
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getKeyUsage()).startsWith(true, false).doesNotContain(true, atIndex(5));
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getExtensionValue("2.5.29.14")).as("subject key identifier").isNotNull();
        assertThat(server.getExtensionValue("2.5.29.35")).as("authority key identifier").isNotNull();
        assertThat(Duration.between(server.getNotBefore().toInstant(), server.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofDays(397));
        assertThat(server.getSerialNumber().bitLength()).isEqualTo(127);
        assertThat(((ECPublicKey) server.getPublicKey()).getParams().getOrder().bitLength()).isEqualTo(256);
    }

    @Test
    void other_hosts_are_in_the_certificate_and_it_is_made_anew_when_they_change() throws Exception {
        DevelopmentAuthority authority = authority();
        KeyPairAndChain before = authority.certificateFor("mq.test", List.of("b.example", "a.example", "localhost"));

        assertThat(before.dnsNames()).containsExactly("mq.test", "*.mq.test", "localhost", "a.example", "b.example");
        assertThat(authority.certificateFor("mq.test", List.of("a.example", "localhost", "b.example")).certificate())
                .isEqualTo(before.certificate());
        KeyPairAndChain after = authority.certificateFor("mq.test", List.of("a.example"));
        assertThat(after.dnsNames()).containsExactly("mq.test", "*.mq.test", "localhost", "a.example");
        assertThat(after.chain().getLast()).as("the CA").isEqualTo(before.chain().getLast());
    }

    @Test
    void the_certificate_stays_small_however_many_hosts_there_are() throws Exception {
        List<String> hosts = IntStream.range(0, 60).mapToObj("h%02d.example"::formatted).toList();

        assertThat(authority().certificateFor("mq.test", hosts).dnsNames()).hasSize(53).endsWith("h49.example");
    }

    @Test
    void the_ca_may_sign_servers_and_nothing_below_them() throws Exception {
        X509Certificate ca = authority().certificateFor("mq.test").chain().getLast();

        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(ca.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(ca.getNotAfter().toInstant()).isAfter(now.plus(Duration.ofDays(3_650)));
        assertThat(ca.getSubjectX500Principal().getName()).contains("Gatehouse development CA ");
    }

    @Test
    void java_trusts_the_certificate_with_the_ca_and_not_with_another() throws Exception {
        KeyPairAndChain pair = authority().certificateFor("mq.test");
        X509Certificate[] chain = pair.chain().toArray(X509Certificate[]::new);
        KeyPairAndChain other = new DevelopmentAuthority(data.resolve("other"), InstantSource.system(), RANDOM)
                .certificateFor("mq.test");

        trusting(pair.chain().getLast()).checkServerTrusted(chain, "ECDHE_ECDSA");
        assertThatThrownBy(() -> trusting(other.chain().getLast()).checkServerTrusted(chain, "ECDHE_ECDSA"))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void openssl_verifies_the_certificate_strictly_and_for_each_name() throws Exception {
        DevelopmentAuthority authority = authority();
        authority.certificateFor("mq.test");
        String ca = authority.caFile().toString();
        String server = authority.certificateFile().toString();
        assumeThat(found("openssl")).as("openssl is installed").isTrue();

        for (List<String> name : List.of(List.of("-verify_hostname", "mq.test"),
                List.of("-verify_hostname", "acme.mq.test"), List.of("-verify_hostname", "localhost"),
                List.of("-verify_ip", "127.0.0.1"), List.of("-verify_ip", "::1"))) {
            List<String> command = new ArrayList<>(
                    List.of("openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca));
            command.addAll(name);
            command.add(server);
            assertThat(run(command)).as("%s", command).endsWith("OK\n");
        }
        assertThat(run(List.of("openssl", "verify", "-CAfile", ca, "-verify_hostname", "a.b.mq.test", server)))
                .contains("hostname mismatch");
        assertThat(run(List.of("openssl", "pkey", "-noout", "-check", "-in", authority.keyFile().toString())))
                .contains("Key is valid");
    }

    private static boolean found(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void keys_are_for_the_owner_only_and_nothing_is_left_beside_them() throws Exception {
        authority().certificateFor("mq.test");

        try (var files = Files.list(folder())) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("ca.crt", "ca.key",
                    "server.crt", "server.key");
        }
        assertThat(mode("ca.key")).isEqualTo("rw-------");
        assertThat(mode("server.key")).isEqualTo("rw-------");
        assertThat(mode("ca.crt")).isEqualTo("rw-r--r--");
        assertThat(Files.readString(folder().resolve("server.key"))).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(file)));
    }

    @Test
    void the_next_start_uses_the_same_files() throws Exception {
        KeyPairAndChain first = authority().certificateFor("mq.test");

        KeyPairAndChain second = authority().certificateFor("mq.test");

        assertThat(second.chain()).isEqualTo(first.chain());
        assertThat(second.key()).isEqualTo(first.key());
    }

    @Test
    void another_domain_gets_a_new_certificate_from_the_same_ca() throws Exception {
        KeyPairAndChain first = authority().certificateFor("mq.test");

        KeyPairAndChain second = authority().certificateFor("mq.example.org");

        assertThat(second.dnsNames()).contains("*.mq.example.org").doesNotContain("mq.test");
        assertThat(second.chain().getLast()).isEqualTo(first.chain().getLast());
        assertThat(second.certificate().getSerialNumber()).isNotEqualTo(first.certificate().getSerialNumber());
    }

    @Test
    void the_certificate_is_renewed_when_less_than_30_days_remain() throws Exception {
        KeyPairAndChain first = authority().certificateFor("mq.test");

        now = first.notAfter().minus(Duration.ofDays(30));
        assertThat(authority().certificateFor("mq.test").certificate()).isEqualTo(first.certificate());
        now = now.plusSeconds(1);
        KeyPairAndChain renewed = authority().certificateFor("mq.test");
        assertThat(renewed.certificate()).isNotEqualTo(first.certificate());
        assertThat(renewed.chain().getLast()).isEqualTo(first.chain().getLast());
    }

    @Test
    void a_ca_that_would_end_before_its_servers_is_replaced() throws Exception {
        KeyPairAndChain first = authority().certificateFor("mq.test");

        now = now.plus(Duration.ofDays(3_652 - 396));
        KeyPairAndChain later = authority().certificateFor("mq.test");

        assertThat(later.chain().getLast()).isNotEqualTo(first.chain().getLast());
        assertThat(later.chain().getLast().getSubjectX500Principal())
                .isNotEqualTo(first.chain().getLast().getSubjectX500Principal());
        later.certificate().verify(later.chain().getLast().getPublicKey());
    }

    @Test
    void a_damaged_server_file_is_made_anew() throws Exception {
        KeyPairAndChain first = authority().certificateFor("mq.test");
        Files.writeString(folder().resolve("server.crt"), "-----BEGIN CERTIFICATE-----\nMII");

        KeyPairAndChain second = authority().certificateFor("mq.test");

        assertThat(second.chain().getLast()).isEqualTo(first.chain().getLast());
        assertThat(CertificateFiles.read(authority().certificateFile(), authority().keyFile()).chain())
                .isEqualTo(second.chain());
    }

    @Test
    void a_ca_without_its_key_is_not_replaced_because_clients_trust_it() throws Exception {
        authority().certificateFor("mq.test");
        Files.delete(folder().resolve("ca.key"));

        assertThatThrownBy(() -> authority().certificateFor("mq.test")).isInstanceOf(CertificateFault.class)
                .hasMessageContaining("ca.key does not exist").hasMessageContaining("or delete");
    }

    @Test
    void a_domain_that_is_no_host_name_is_refused() {
        for (String domain : List.of("", "*.test", "127.0.0.1", "a b")) {
            assertThatThrownBy(() -> authority().certificateFor(domain)).isInstanceOfSatisfying(CertificateFault.class,
                    fault -> assertThat(fault.reason()).isEqualTo(CertificateFault.Reason.BAD_DOMAIN));
        }
        assertThat(folder()).doesNotExist();
    }

    @Test
    void a_folder_that_cannot_be_made_is_named() throws Exception {
        Files.writeString(folder(), "a file");

        assertThatThrownBy(() -> authority().certificateFor("mq.test")).isInstanceOfSatisfying(CertificateFault.class,
                fault -> assertThat(fault.reason()).isEqualTo(CertificateFault.Reason.FILE_UNWRITABLE));
    }

    @Test
    void printing_a_pair_does_not_print_the_key() throws Exception {
        assertThat(authority().certificateFor("mq.test").toString()).contains("key=***", "CN=mq.test");
    }
}
