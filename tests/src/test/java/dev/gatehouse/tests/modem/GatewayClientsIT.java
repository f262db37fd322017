package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttProxyProtocol;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.sun.net.httpserver.HttpServer;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.gateway.Endpoint;
import dev.gatehouse.modem.gateway.Forward;
import dev.gatehouse.modem.gateway.Gateway;
import dev.gatehouse.modem.gateway.GatewayOptions;
import dev.gatehouse.modem.gateway.ModemUplink;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;
import dev.gatehouse.tests.clients.ExternalProgram;
import dev.gatehouse.tests.clients.ExternalProgram.Finished;

import static org.assertj.core.api.Assertions.assertThat;

/// Programs that others wrote reach a tenant of the service through the modem, with TLS and server name end to end.
@Timeout(60)
class GatewayClientsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String TENANT = "globex.gateway.test";

    @TempDir
    Path home;
    private Service service;
    private Simulator simulator;
    private ModemUplink uplink;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                domain: gateway.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: globex}
                  - {name: tls, protocol: mqtts, host: 127.0.0.1, port: 0}
                tenants:
                  - name: globex
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                """);
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        service = Service.start(Configuration.load(file, home, key), key, "test");
        simulator = Simulator.start(SimulatorOptions.fast().withName(TENANT, "127.0.0.1").withName(Rig.HOST,
                "127.0.0.1"));
        uplink = ModemUplink.start(() -> Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false), Rig.impatient(),
                _ -> {});
        gateway = Gateway.start(GatewayOptions.usual().listening(List.of(Endpoint.parse("0")),
                List.of(Forward.parse("0:" + TENANT + ":" + port("tls")))), uplink, _ -> {});
        awaitReady();
    }

    private void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!uplink.state().ready()) {
            assertThat(System.nanoTime()).as(uplink.state().words()).isLessThan(deadline);
            Thread.sleep(5);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
        uplink.close();
        simulator.close();
        service.close();
    }

    private int port(String listener) {
        return service.listeners().stream().filter(bound -> bound.listener().name().equals(listener)).findFirst()
                .orElseThrow().address().getPort();
    }

    private String ca() {
        return Objects.requireNonNull(service.caFile()).toString();
    }

    private int socks() {
        return gateway.socks().getFirst().port();
    }

    @Test
    void hivemq_client_publishes_and_receives_a_large_message_through_socks() throws Exception {
        byte[] payload = new byte[100_000];
        new Random(5).nextBytes(payload);
        // The name is looked up on this computer by Netty's resolver unless it is told that the proxy does it.
        Mqtt5BlockingClient client = MqttClient.builder().useMqttVersion5().identifier("hive")
                .transportConfig().serverAddress(InetSocketAddress.createUnresolved(TENANT, port("tcp")))
                .proxyConfig().protocol(MqttProxyProtocol.SOCKS_5).host("127.0.0.1").port(socks()).applyProxyConfig()
                .applyTransportConfig().simpleAuth().username("eric")
                .password("secret".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth().buildBlocking();
        client.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes = client.publishes(
                com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith().topicFilter("big/#").qos(MqttQos.EXACTLY_ONCE).send();
            client.publishWith().topic("big/1").qos(MqttQos.EXACTLY_ONCE).payload(payload).send();
            Mqtt5Publish got = publishes.receive(30, TimeUnit.SECONDS).orElseThrow();
            assertThat(got.getPayloadAsBytes()).isEqualTo(payload);
        } finally {
            client.disconnect();
        }
        assertThat(gateway.status().bytesUp()).isGreaterThan(100_000);
    }

    @Test
    void paho_works_unchanged_over_the_modems_socket_factory() throws Exception {
        BlockingQueue<byte[]> got = new LinkedBlockingQueue<>();
        byte[] payload = new byte[50_000];
        new Random(6).nextBytes(payload);
        try (Rig rig = Rig.online()) {
            MqttAsyncClient client = new MqttAsyncClient("tcp://" + Rig.HOST + ":" + port("tcp"), "paho",
                    new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(rig.modem().socketFactory());
            options.setUserName("eric");
            options.setPassword("secret".toCharArray());
            client.connect(options).waitForCompletion(20_000);
            client.subscribe("p/#", 2, (_, message) -> got.add(message.getPayload())).waitForCompletion(20_000);
            client.publish("p/1", payload, 2, false).waitForCompletion(20_000);
            assertThat(got.poll(20, TimeUnit.SECONDS)).isEqualTo(payload);
            client.disconnect().waitForCompletion(20_000);
            client.close();
        }
    }

    @Test
    void an_http_client_sends_and_gets_a_megabyte_through_socks() throws Exception {
        byte[] payload = new byte[1 << 20];
        new Random(8).nextBytes(payload);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            HttpURLConnection http = (HttpURLConnection) URI.create("http://" + Rig.HOST + ":"
                    + server.getAddress().getPort() + "/").toURL().openConnection(new Proxy(Proxy.Type.SOCKS,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), socks())));
            http.setDoOutput(true);
            http.setFixedLengthStreamingMode(payload.length);
            try (OutputStream out = http.getOutputStream()) {
                out.write(payload);
            }
            assertThat(http.getInputStream().readAllBytes()).isEqualTo(payload);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void mosquitto_goes_through_socks_with_tls_and_server_name() {
        Finished done = ExternalProgram.assumeFound("mosquitto_pub").run(PATIENCE, "--proxy",
                "socks5h://127.0.0.1:" + socks(), "-h", TENANT, "-p", "" + port("tls"), "--cafile", ca(), "-u", "eric",
                "-P", "secret", "-q", "1", "-t", "a", "-m", "b");
        assertThat(done.exitCode()).as(done.err()).isZero();
        assertThat(gateway.status().connections()).isEqualTo(1);
    }

    @Test
    void curl_goes_through_socks_and_learns_why_it_cannot() throws IOException {
        ExternalProgram curl = ExternalProgram.assumeFound("curl");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write("hello".getBytes(StandardCharsets.US_ASCII));
            }
        });
        server.start();
        try {
            Finished done = curl.run(PATIENCE, "-sS", "--noproxy", "", "--socks5-hostname", "127.0.0.1:" + socks(),
                    "http://" + Rig.HOST + ":" + server.getAddress().getPort() + "/");
            assertThat(done.out()).as(done.err()).isEqualTo("hello");
        } finally {
            server.stop(0);
        }
        Finished unknown = curl.run(PATIENCE, "-sS", "--noproxy", "", "--socks5-hostname", "127.0.0.1:" + socks(),
                "http://nowhere.invalid/");
        assertThat(unknown.exitCode()).as(unknown.err()).isEqualTo(97);
        assertThat(gateway.status().failed().values()).contains(1L);
    }

    @Test
    void a_forward_needs_nothing_from_the_program_but_the_server_name() {
        Finished done = ExternalProgram.assumeFound("openssl").run(PATIENCE, "s_client", "-brief", "-connect",
                "127.0.0.1:" + gateway.forwards().getFirst().port(), "-servername", TENANT, "-CAfile", ca(),
                "-verify_return_error", "-verify_hostname", TENANT);
        assertThat(done.err()).contains("Verification: OK");
    }

    @Test
    @SuppressWarnings("JUnitMethodInvoked") // what worked before works again
    void the_gateway_comes_back_when_the_modem_does() throws Exception {
        simulator.fault("reboot");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (uplink.state().starts() < 2) {
            assertThat(System.nanoTime()).as(uplink.state().words()).isLessThan(deadline);
            Thread.sleep(5);
        }
        an_http_client_sends_and_gets_a_megabyte_through_socks();
    }
}
