package dev.gatehouse.tls;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.InstantSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReloadingCertificateTest {
    @TempDir
    Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void makeFiles() throws Exception {
        issue("one.test");
        issue("two.test");
        certificate = folder.resolve("live.crt");
        key = folder.resolve("live.key");
        copy("one.test");
    }

    private void issue(String domain) throws CertificateFault {
        new DevelopmentAuthority(folder.resolve(domain), InstantSource.system(), new SecureRandom())
                .certificateFor(domain);
    }

    private void copy(String domain) throws Exception {
        copy(domain, "server.crt", certificate);
        copy(domain, "server.key", key);
    }

    private void copy(String domain, String name, Path to) throws Exception {
        Files.copy(folder.resolve(domain).resolve(name), to, StandardCopyOption.REPLACE_EXISTING);
    }

    private ReloadingCertificate reloading() throws CertificateFault {
        return new ReloadingCertificate(certificate, key, InstantSource.system());
    }

    private static void assertServes(ReloadingCertificate reloading, String domain) {
        assertThat(reloading.current().dnsNames()).contains(domain);
    }

    @Test
    void unchanged_files_are_not_read_again() throws Exception {
        ReloadingCertificate reloading = reloading();
        KeyPairAndChain before = reloading.current();

        assertThat(reloading.refresh()).isFalse();
        assertThat(reloading.current()).isSameAs(before);
        assertThat(reloading.problem()).isNull();
    }

    @Test
    void a_new_pair_is_taken_at_the_next_look() throws Exception {
        ReloadingCertificate reloading = reloading();
        copy("two.test");

        assertThat(reloading.refresh()).isTrue();
        assertServes(reloading, "two.test");
        assertThat(reloading.refresh()).isFalse();
    }

    @Test
    void a_pair_that_does_not_match_leaves_the_old_one_and_is_reported_at_the_second_look() throws Exception {
        ReloadingCertificate reloading = reloading();
        copy("two.test", "server.crt", certificate);

        assertThat(reloading.refresh()).isFalse();
        assertThat(reloading.problem()).as("the key may be on its way").isNull();
        assertThat(reloading.refresh()).isFalse();
        assertThat(reloading.problem()).contains("live.key does not belong to certificate");
        assertThat(reloading.refresh()).isFalse();
        assertServes(reloading, "one.test");

        copy("two.test", "server.key", key);
        assertThat(reloading.refresh()).isTrue();
        assertThat(reloading.problem()).isNull();
        assertServes(reloading, "two.test");
    }

    @Test
    void going_back_to_the_old_files_ends_the_problem() throws Exception {
        ReloadingCertificate reloading = reloading();
        Path kept = Files.move(certificate, folder.resolve("kept.crt"));
        reloading.refresh();
        reloading.refresh();
        assertThat(reloading.problem()).contains("live.crt does not exist");

        Files.move(kept, certificate);
        reloading.refresh();
        assertThat(reloading.problem()).isNull();
        assertServes(reloading, "one.test");
    }

    @Test
    void a_half_written_file_is_looked_at_again_when_it_is_complete() throws Exception {
        ReloadingCertificate reloading = reloading();
        copy("two.test", "server.key", key);
        String whole = Files.readString(folder.resolve("two.test/server.crt"));
        Files.writeString(certificate, whole.substring(0, 100));
        assertThat(reloading.refresh()).isFalse();
        assertServes(reloading, "one.test");

        Files.writeString(certificate, whole);
        assertThat(reloading.refresh()).isTrue();
        assertServes(reloading, "two.test");
    }

    /// A folder of links to `..data/NAME`, with `..data` a link to a dated folder that is swung in one step.
    @Test
    void a_link_that_is_swung_to_another_folder_is_followed() throws Exception {
        Path data = folder.resolve("..data");
        Files.createSymbolicLink(data, folder.resolve("one.test"));
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        certificate = Files.createSymbolicLink(mounted.resolve("tls.crt"), Path.of("../..data/server.crt"));
        key = Files.createSymbolicLink(mounted.resolve("tls.key"), Path.of("../..data/server.key"));
        ReloadingCertificate reloading = reloading();

        Path next = Files.createSymbolicLink(folder.resolve("..data_tmp"), folder.resolve("two.test"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertThat(reloading.refresh()).isTrue();
        assertServes(reloading, "two.test");
    }

    @Test
    void the_same_size_and_modification_time_do_not_hide_a_change() throws Exception {
        ReloadingCertificate reloading = reloading();
        var time = Files.getLastModifiedTime(certificate);
        copy("two.test");
        Files.setLastModifiedTime(certificate, time);
        Files.setLastModifiedTime(key, time);

        assertThat(reloading.refresh()).isTrue();
        assertServes(reloading, "two.test");
    }

    @Test
    void the_first_load_throws() {
        assertThatThrownBy(() -> new ReloadingCertificate(folder.resolve("no.crt"), key, InstantSource.system()))
                .isInstanceOf(CertificateFault.class).hasMessageContaining("no.crt does not exist");
    }
}
