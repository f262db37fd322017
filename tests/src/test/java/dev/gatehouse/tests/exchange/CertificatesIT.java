package dev.gatehouse.tests.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.ClientDriver;
import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.clients.HiveMq;
import dev.gatehouse.tests.clients.Message;
import dev.gatehouse.tests.clients.Outcome;
import dev.gatehouse.tests.clients.Subscriber;
import dev.gatehouse.tests.clients.Transport;
import dev.gatehouse.tls.CertificateFault;
import dev.gatehouse.tls.DevelopmentAuthority;

import static org.assertj.core.api.Assertions.assertThat;

/// Whose certificate a client is shown.
class CertificatesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final HiveMq CLIENT = new HiveMq();

    @TempDir
    Path folder;

    /// Another authority, with a certificate for a domain and the names below it.
    private DevelopmentAuthority authority(String name, String domain) throws CertificateFault {
        DevelopmentAuthority made = new DevelopmentAuthority(folder.resolve(name), Clock.systemUTC(),
                new SecureRandom());
        made.certificateFor(domain);
        return made;
    }

    private static void copy(DevelopmentAuthority from, Path certificate, Path key) throws IOException {
        Files.copy(from.keyFile(), key, StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.certificateFile(), certificate, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void a_custom_host_name_is_served_with_its_tenants_own_certificate() throws Exception {
        DevelopmentAuthority own = authority("own", "acme.example");
        String yaml = RunningService.THREE_TENANTS.replace("hosts: [mqtt.acme.example]", """
                hosts: [mqtt.acme.example]
                    certificate: %s
                    key: %s""".formatted(own.certificateFile(), own.keyFile()));
        try (RunningService service = RunningService.start(folder, yaml)) {
            for (ClientDriver client : List.of(CLIENT, ClientDriver.all().getFirst())) {
                client.assumeInstalled();
                Connect custom = service.encrypted(Transport.TLS, "mqtt.acme.example", "device");
                Connect usual = service.encrypted(Transport.TLS, "acme.mq.test", "device");
                assertThat(client.connect(custom.trusting(own.caFile())).completed()).isTrue();
                assertThat(client.connect(custom).completed()).as("trusting only the service's CA").isFalse();
                assertThat(client.connect(usual).completed()).isTrue();
                assertThat(client.connect(usual.trusting(own.caFile())).completed()).as("the tenant's CA").isFalse();
            }
        }
    }

    /// A wildcard directly below a top-level label, such as `*.localhost`, is refused by OpenSSL and by Node.
    @TestFactory
    Stream<DynamicTest> a_tenant_that_is_added_while_it_runs_is_trusted_under_the_default_domain() throws Exception {
        String yaml = RunningService.THREE_TENANTS.replace("domain: mq.test\n", "");
        RunningService service = RunningService.start(folder, yaml);
        service.service().directory().addTenant("added", true, List.of());
        Connect added = service.encrypted(Transport.TLS, "added.mq.localhost", "device");
        List<DynamicTest> tests = new ArrayList<>();
        for (ClientDriver client : ClientDriver.all()) {
            tests.add(DynamicTest.dynamicTest(client.toString(), () -> {
                client.assumeInstalled();
                Outcome outcome = client.connect(added);
                assertThat(outcome.completed()).as(outcome.said()).isTrue();
            }));
        }
        tests.add(DynamicTest.dynamicTest("openssl", () -> {
            Finished done = ExternalProgram.assumeFound("openssl").run(PATIENCE, "s_client", "-brief", "-connect",
                    "127.0.0.1:" + added.port(), "-servername", added.host(), "-verify_hostname", added.host(),
                    "-CAfile", service.caFile().toString(), "-verify_return_error");
            assertThat(done.err()).contains("Verification: OK", "Verified peername: *.mq.localhost");
        }));
        return tests.stream().onClose(service::close);
    }

    @Test
    void a_development_certificate_is_for_the_host_names_of_tenants_that_come_while_it_runs_too() throws Exception {
        try (RunningService service = RunningService.start(folder, RunningService.THREE_TENANTS)) {
            assertThat(CLIENT.connect(service.encrypted(Transport.TLS, "mqtt.acme.example", "device")).completed())
                    .as("configured").isTrue();
            Connect added = service.encrypted(Transport.TLS, "mqtt.added.example", "device");
            assertThat(CLIENT.connect(added).completed()).as("before").isFalse();
            service.service().directory().addTenant("added", true, List.of("mqtt.added.example"));
            Outcome outcome = CLIENT.connect(added);
            assertThat(outcome.completed()).as(outcome.said()).isTrue();
            service.service().directory().removeTenant("added");
            assertThat(CLIENT.connect(added).completed()).as("afterwards").isFalse();
        }
    }

    @Test
    void certificate_files_that_change_are_used_for_new_connections_without_a_restart() throws Exception {
        DevelopmentAuthority before = authority("before", "mq.test");
        DevelopmentAuthority after = authority("after", "mq.test");
        Path certificate = folder.resolve("server.crt");
        Path key = folder.resolve("server.key");
        copy(before, certificate, key);
        String yaml = RunningService.THREE_TENANTS + "tls: {certificate: server.crt, key: server.key}\n";
        try (RunningService service = RunningService.start(folder, yaml)) {
            Connect acme = Connect.to(Transport.TLS, "acme.mq.test", service.port(Transport.TLS), "device");
            try (Subscriber early = CLIENT.subscribe(acme.trusting(before.caFile()).as("early"), "hello", 1)) {
                assertThat(CLIENT.connect(acme.trusting(after.caFile())).completed()).isFalse();
                copy(after, certificate, key);
                awaitAccepted(acme.trusting(after.caFile()));
                assertThat(CLIENT.connect(acme.trusting(before.caFile())).completed()).isFalse();
                Outcome told = CLIENT.publish(acme.trusting(after.caFile()), List.of(Message.of("hello", "you", 1)));
                assertThat(told.completed()).as(told.said()).isTrue();
                assertThat(early.next(PATIENCE)).as("on a connection from before")
                        .isEqualTo(Message.of("hello", "you", 1));
            }
        }
    }

    /// The service looks at its files every few seconds.
    private static void awaitAccepted(Connect how) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        Outcome last = CLIENT.connect(how);
        while (!last.completed() && System.nanoTime() < until) {
            last = CLIENT.connect(how);
        }
        assertThat(last.completed()).as("within " + PATIENCE + ": " + last.said()).isTrue();
    }
}
