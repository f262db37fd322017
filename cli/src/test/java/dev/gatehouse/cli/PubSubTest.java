package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// `pub`, `sub` and the modem's commands against a real service.
@Timeout(60)
class PubSubTest {
    @TempDir
    Path folder;
    private Service service;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(folder.resolve("gatehouse.yaml"), """
                data: data
                domain: mq.test
                listeners:
                  - {name: mqtt, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: acme}
                  - {name: mqtts, protocol: mqtts, host: 127.0.0.1, port: 0}
                  - {name: ws, protocol: ws, host: 127.0.0.1, port: 0, tenant: acme}
                  - {name: wss, protocol: wss, host: 127.0.0.1, port: 0}
                tenants:
                  - name: acme
                    users: [{name: pump, password: secret, publish: ["#"], subscribe: ["#"]}]
                """);
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        service = Service.start(Configuration.load(file, folder, key), key, "test");
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        service.close();
    }

    private int port(String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener)).findFirst()
                .orElseThrow().address().getPort();
    }

    private Typed typed() {
        Typed typed = new Typed(folder);
        typed.environment.put("GATEHOUSE_PASSWORD", "secret");
        return typed;
    }

    /// The words that name broker and user; the certificate is trusted.
    private String[] at(String scheme, String command, String... more) {
        List<String> words = new ArrayList<>(List.of(command, "-h",
                scheme + "://acme.mq.test:" + port(scheme), "--connect-to", "127.0.0.1:" + port(scheme), "-u", "pump"));
        if (scheme.equals("mqtts") || scheme.equals("wss")) {
            words.addAll(List.of("--cafile", ca()));
        }
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private String ca() {
        return Objects.requireNonNull(service.caFile()).toString();
    }

    private Future<Typed> later(Callable<Typed> command) {
        return threads.submit(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqtts", "ws", "wss"})
    void what_is_published_is_printed(String scheme) throws Exception {
        assertThat(typed().bare(at(scheme, "pub", "-t", "a/b", "-m", "21.5", "-q", "1", "-r")).code()).isZero();
        Typed got = typed().bare(at(scheme, "sub", "-t", "a/#", "-C", "1", "-v"));
        assertThat(got.err()).isEmpty();
        assertThat(got.code()).isZero();
        assertThat(got.out()).isEqualTo("a/b 21.5\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.1", "mqttv311", "5"})
    void every_version_is_spoken(String version) {
        assertThat(typed().bare(at("mqtt", "pub", "-V", version, "-t", "a", "-m", version, "-q", "2", "-r")).code())
                .isZero();
        assertThat(typed().bare(at("mqtt", "sub", "-V", version, "-t", "a", "-C", "1")).out())
                .isEqualTo(version + "\n");
    }

    @Test
    void a_message_comes_from_a_file_from_lines_or_from_all_of_the_input() throws Exception {
        Path file = Files.writeString(folder.resolve("message"), "from a file");
        assertThat(typed().bare(at("mqtt", "pub", "-t", "m/0", "-m", "x", "-r", "-q", "1")).code()).isZero();
        Typed subscriber = typed();
        Future<Typed> got = later(() -> subscriber.bare(at("mqtt", "sub", "-t", "m/#", "-C", "5", "-W", "30")));
        while (subscriber.out().isEmpty() && !got.isDone()) {
            Thread.sleep(5); // what was retained comes with the subscription
        }
        Typed lines = typed();
        lines.stdin = "one\ntwo\n";
        assertThat(lines.bare(at("mqtt", "pub", "-t", "m/1", "-l", "-q", "1")).code()).isZero();
        Typed all = typed();
        all.stdin = "three\nfour\n";
        assertThat(all.bare(at("mqtt", "pub", "-t", "m/1", "-s", "-q", "1")).code()).isZero();
        assertThat(typed().bare(at("mqtt", "pub", "-t", "m/1", "-f", file.toString(), "-q", "1")).code()).isZero();
        assertThat(got.get(30, TimeUnit.SECONDS).out()).isEqualTo("x\none\ntwo\nthree\nfour\n\nfrom a file\n");
    }

    @Test
    void nothing_in_time_is_exit_code_27_as_with_mosquitto_sub() {
        Typed none = typed().bare(at("mqtt", "sub", "-t", "nothing", "-W", "1"));
        assertThat(none.code()).isEqualTo(27);
        assertThat(none.err()).isEqualTo("gatehouse: no more messages within 1 s\n");
    }

    @Test
    void a_refusal_prints_code_reason_and_the_servers_words() {
        Typed wrong = new Typed(folder).bare(at("mqtt", "pub", "-t", "a", "-m", "b", "-P", "wrong"));
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("refused with CONNACK, reason code 0x86 (bad user name or password): ")
                .doesNotContain("Exception", "\tat ");
        Typed old = new Typed(folder).bare(at("mqtt", "pub", "-V", "3.1.1", "-t", "a", "-m", "b", "-P", "wrong"));
        assertThat(old.err()).contains("refused with CONNACK, return code 4 (bad user name or password)");
    }

    @Test
    void without_a_server_name_the_service_says_what_is_missing() {
        Typed nameless = typed().bare(at("mqtts", "pub", "--no-server-name", "-t", "a", "-m", "b"));
        assertThat(nameless.code()).isEqualTo(1);
        assertThat(nameless.err()).contains("0x87", "server name");
    }

    @Test
    void what_is_wrong_with_tls_is_said_in_words() {
        Typed untrusted = typed().bare("pub", "-h", "mqtts://acme.mq.test", "--connect-to",
                "127.0.0.1:" + port("mqtts"), "-t", "a", "-m", "b");
        assertThat(untrusted.err()).contains("no authority that is trusted here", "--cafile");
        Typed other = typed().bare(at("mqtts", "pub", "--server-name", "other.example", "-t", "a", "-m", "b"));
        assertThat(other.err()).contains("TLS failed").doesNotContain("Exception");
        Typed plain = typed().bare("pub", "-h", "localhost", "-p", "" + port("mqtt"), "--tls", "-t", "a", "-m", "b");
        assertThat(plain.err()).startsWith("gatehouse: ").doesNotContain("Exception");
    }

    @Test
    void nobody_there_and_no_such_host_are_said_in_words() {
        assertThat(typed().bare("pub", "-h", "127.0.0.1", "-p", "1", "-t", "a", "-m", "b").err())
                .startsWith("gatehouse: no connection to 127.0.0.1:1: ");
        assertThat(typed().bare("pub", "-h", "nowhere.invalid", "-t", "a", "-m", "b").err())
                .startsWith("gatehouse: the host name nowhere.invalid cannot be resolved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t a", "-t a -m b -n", "-t a/# -m b", "-t a -m b -q 3", "-t a -m b -V 6",
            "-t a -m b -D publish colour red", "-t a -m b -D publish", "-t a -m b -V 3.1.1 -x 5", "-t a -m b -c",
            "-t a -m b --server-name x --no-server-name --tls", "-m b", "-t a -m b -h ftp://x",
            "-t a -m b --cert x --tls"})
    void what_cannot_be_is_a_wrong_use(String words) {
        Typed wrong = typed().bare(("pub " + words).split(" "));
        assertThat(wrong.code()).as(wrong.err()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("gatehouse: ").doesNotContain("Exception");
    }

    @Test
    void properties_and_will_are_sent() throws Exception {
        Typed done = typed().bare(at("mqtt", "pub", "-t", "a", "-m", "b", "-q", "1", "-D", "publish", "user-property",
                "n",
                "v", "-D", "publish", "content-type", "text/plain", "-D", "connect", "session-expiry-interval", "5",
                "--will-topic", "w", "--will-payload", "gone", "--will-qos", "1"));
        assertThat(done.err()).isEmpty();
        assertThat(done.code()).isZero();
    }

    @Test
    void h_is_the_host_for_pub_and_sub_and_help_for_all_others() {
        assertThat(typed().bare("sub", "--help").out()).contains("-h, --host");
        assertThat(typed().bare("tenant", "add", "-h").out()).contains("Explain the command");
        assertThat(typed().bare("-h").code()).isZero();
    }

    @Test
    void through_a_modem_pub_info_send_and_doctor() throws IOException {
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast().withName("acme.mq.test", "127.0.0.1"))) {
            String device = "tcp:127.0.0.1:" + simulator.port();
            Typed sent = typed().bare("pub", "-h", "mqtts://acme.mq.test:" + port("mqtts"), "-u", "pump", "--cafile",
                    ca(), "-t", "v", "-m", "by modem", "-q", "1", "-r", "--via-modem", device);
            assertThat(sent.err()).isEmpty();
            assertThat(sent.code()).isZero();
            assertThat(typed().bare(at("mqtt", "sub", "-t", "v", "-C", "1")).out()).isEqualTo("by modem\n");

            Typed info = typed().bare("modem", "info", "--device", device);
            assertThat(info.err()).isEmpty();
            assertThat(info.out()).contains("A7670E", "signal", "home network", "******");
            assertThat(typed().bare("modem", "send", "--device", device, "AT+CSQ").out()).startsWith("+CSQ: ")
                    .endsWith("OK\n");
            assertThat(typed().bare("modem", "send", "--device", device, "AT+CSQ", "AT+CPIN?").out())
                    .matches("\\+CSQ: [0-9,]+\nOK\n\\+CPIN: READY\nOK\n");
            Typed nothing = typed().bare("modem", "send", "--device", device, "AT+CSQ", "HELLO");
            assertThat(nothing.code()).isEqualTo(2);
            assertThat(nothing.err()).contains("\"HELLO\" is not an AT command");
            Typed refused = typed().bare("modem", "send", "--device", device, "AT+NONSENSE");
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("AT+NONSENSE was refused: ");
            Typed traced = typed().bare("modem", "trace", "--device", device, "--seconds", "1");
            assertThat(traced.out()).startsWith("# gatehouse at-trace 1").contains("> AT+CPIN?");

            Typed probed = typed().bare("doctor", "mqtts://acme.mq.test:" + port("mqtts"), "-u", "pump", "-P", "secret",
                    "--cafile", ca(), "--protocol", "3.1.1", "--timeout", "10", "--via-modem", device);
            assertThat(probed.out()).as(probed.err()).contains("modem");
            assertThat(probed.code()).as(probed.out()).isZero();
        }
        Typed nobody = typed().bare("modem", "info", "--device", "tcp:127.0.0.1:1");
        assertThat(nobody.code()).isEqualTo(1);
        assertThat(nobody.err()).startsWith("gatehouse: tcp:127.0.0.1:1: ").doesNotContain("Exception");
    }

    @Test
    void the_gateway_says_where_it_listens_and_what_it_refuses() throws Exception {
        assertThat(typed().bare("modem", "gateway", "--device", "tcp:127.0.0.1:1", "--socks", "0.0.0.0:0").err())
                .contains("--allow-others");
        assertThat(typed().bare("modem", "gateway", "--device", "tcp:127.0.0.1:1", "--forward", "nonsense").code())
                .isEqualTo(2);
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast())) {
            Typed gateway = typed();
            Thread running = Thread.ofVirtual().start(() -> gateway.bare("modem", "gateway", "--device",
                    "tcp:127.0.0.1:" + simulator.port(), "--socks", "0", "--metrics", "0"));
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!gateway.out().contains("modem ready: online") && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            running.interrupt();
            running.join();
            assertThat(gateway.code()).isZero();
            assertThat(gateway.out()).containsPattern("listening on 127\\.0\\.0\\.1:[0-9]+: SOCKS5")
                    .contains("metrics (/metrics)", "modem ready: online");
        }
    }
}
