package dev.gatehouse.tests.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.tests.clients.Connect;
import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;
import dev.gatehouse.tests.clients.HiveMq;
import dev.gatehouse.tests.clients.Message;
import dev.gatehouse.tests.clients.Subscriber;
import dev.gatehouse.tests.clients.Transport;
import dev.gatehouse.tests.serve.Gatehouse.Serving;

import static org.assertj.core.api.Assertions.assertThat;

/// A newcomer's first minutes: `./gatehouse serve` without anything configured.
class DemoIT {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir
    static Path home;
    private static Gatehouse gatehouse;
    private static Serving service;

    @BeforeAll
    static void serve() {
        ListeningPort.assertFree(1883, 8883, 8884);
        Gatehouse.build();
        gatehouse = new Gatehouse(home);
        service = gatehouse.serve("--data", home.resolve("data").toString());
    }

    @AfterAll
    static void stop() {
        // Not there when starting it was what failed.
        Optional.ofNullable(service).ifPresent(Serving::close);
    }

    private static String printed(String start) {
        return service.greeting().stream().filter(line -> line.startsWith(start)).findFirst()
                .orElseThrow(() -> new AssertionError("no line starts with " + start + " in " + service.greeting()));
    }

    @Test
    void it_prints_host_names_user_and_CA_and_listens_on_the_usual_ports() {
        assertThat(List.of(service.port("mqtt"), service.port("mqtts"), service.port("wss")))
                .containsExactly(1883, 8883, 8884);
        assertThat(printed("  host names ")).contains("localhost", "demo.mq.localhost");
        assertThat(printed("  user ")).contains("device");
        assertThat(printed("  password ").replace("password", "").strip()).hasSizeGreaterThanOrEqualTo(12);
        assertThat(Path.of(printed("  CA ").replaceFirst(" +CA +", ""))).isReadable();
    }

    @Test
    void the_mosquitto_pub_command_works_as_printed() {
        ExternalProgram.assumeFound("mosquitto_pub");
        Connect anonymous = Connect.to(Transport.TCP, "127.0.0.1", 1883, "listening");
        try (Subscriber everything = new HiveMq().subscribe(anonymous, "#", 1)) {
            Finished done = gatehouse.shell(printed("mosquitto_pub "));
            assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
            assertThat(done.err()).isEmpty();
            assertThat(everything.next(PATIENCE)).isEqualTo(Message.of("demo/hello", "hi", 0));
        }
    }

    @Test
    void the_openssl_command_works_as_printed() {
        ExternalProgram.assumeFound("openssl");
        Finished done = gatehouse.shell(printed("openssl "));
        assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
        assertThat(done.out() + done.err()).contains("Verification: OK").contains("CONNECTION ESTABLISHED");
    }

    @Test
    void the_python_command_works_as_printed() {
        ExternalProgram.assumeFound("python3");
        Finished done = gatehouse.shell(printed("python3 "));
        assertThat(done.exitCode()).as(done.out() + done.err()).isZero();
        assertThat(done.out().strip()).isEqualTo("CONNACK, return code 0");
        String wrong = printed("python3 ").replaceFirst("[^ ]+$", "wrong");
        assertThat(gatehouse.shell(wrong).out().strip()).isEqualTo("CONNACK, return code 4");
        String line = printed("Whoever is turned away ");
        Finished attempts = gatehouse.shell(line.substring(line.indexOf("./gatehouse")));
        assertThat(attempts.out().lines().findFirst()).hasValueSatisfying(first -> assertThat(first)
                .contains("bad-credentials", "tenant demo", "user device", "Fix: "));
    }
}
