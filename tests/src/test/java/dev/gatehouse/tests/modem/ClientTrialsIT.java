package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilderBase;
import com.hivemq.client.mqtt.MqttProxyProtocol;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that others wrote publish, subscribe, send and fetch through a modem that misbehaves. See [Trials] for how to
/// run thousands.
class ClientTrialsIT {
    private static final int SEEDS = 8;
    private static final int HTTP_READ_MILLIS = 8000;

    @TempDir
    Path home;
    private TenantService service;

    @BeforeEach
    void start() throws Exception {
        service = TenantService.in(home);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    /// Through SOCKS, or with TLS over a forward. Not both: when the connection breaks between the proxy's yes and the
    /// first byte of TLS, this client (1.4.2) waits for ever, without any modem too.
    private <B extends MqttClientBuilderBase<B>> B configured(B builder, long seed, ThroughGateway way)
            throws Exception {
        B base = builder.identifier("hive-" + seed).automaticReconnect().initialDelay(20, TimeUnit.MILLISECONDS)
                .maxDelay(200, TimeUnit.MILLISECONDS).applyAutomaticReconnect();
        if (seed / 4 % 2 == 1) {
            return base.sslConfig().trustManagerFactory(service.trust()).handshakeTimeout(5, TimeUnit.SECONDS)
                    .applySslConfig()
                    .transportConfig().serverHost(Rig.HOST).serverPort(way.forward())
                    .socketConnectTimeout(5, TimeUnit.SECONDS).mqttConnectTimeout(5, TimeUnit.SECONDS)
                    .applyTransportConfig();
        }
        return base
                // The name is looked up on this computer unless it is told that the proxy does it.
                .transportConfig().serverAddress(InetSocketAddress.createUnresolved(Rig.HOST, service.port()))
                .socketConnectTimeout(5, TimeUnit.SECONDS).mqttConnectTimeout(5, TimeUnit.SECONDS)
                .proxyConfig().protocol(MqttProxyProtocol.SOCKS_5).host("127.0.0.1").port(way.socks())
                .handshakeTimeout(5, TimeUnit.SECONDS).applyProxyConfig().applyTransportConfig();
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(Published.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void hivemq5(ThroughGateway way, long seed, String named, MqttQos qos) throws Exception {
        Mqtt5AsyncClient client = configured(MqttClient.builder(), seed, way).useMqttVersion5().simpleAuth()
                .username(TenantService.USER).password(TenantService.PASSWORD.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        Published messages = new Published(seed);
        done(client.connectWith().cleanStart(true).sessionExpiryInterval(600).keepAlive(2).send());
        try {
            done(client.subscribeWith().topicFilter("t/" + seed).qos(qos)
                    .callback(message -> messages.received(message.getPayloadAsBytes())).send());
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < Published.MESSAGES; i++) {
                sent.add(client.publishWith().topic("t/" + seed).qos(qos).payload(messages.payload(i)).send());
            }
            for (CompletableFuture<?> each : sent) {
                done(each);
            }
            messages.areAllReceived(qos == MqttQos.EXACTLY_ONCE, named, way::said);
        } finally {
            client.disconnect();
        }
    }

    private void hivemq3(ThroughGateway way, long seed, String named, MqttQos qos) throws Exception {
        Mqtt3AsyncClient client = configured(MqttClient.builder(), seed, way).useMqttVersion3().simpleAuth()
                .username(TenantService.USER).password(TenantService.PASSWORD.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .buildAsync();
        Published messages = new Published(seed);
        done(client.connectWith().cleanSession(false).keepAlive(2).send());
        try {
            done(client.subscribeWith().topicFilter("t/" + seed).qos(qos)
                    .callback(message -> messages.received(message.getPayloadAsBytes())).send());
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < Published.MESSAGES; i++) {
                sent.add(client.publishWith().topic("t/" + seed).qos(qos).payload(messages.payload(i)).send());
            }
            for (CompletableFuture<?> each : sent) {
                done(each);
            }
            messages.areAllReceived(qos == MqttQos.EXACTLY_ONCE, named, way::said);
        } finally {
            client.disconnect();
        }
    }

    private void hivemq(long seed, List<String> faults, String named, MqttQos qos, int version) throws Exception {
        try (ThroughGateway way = ThroughGateway.with(seed, faults, service.tlsPort())) {
            try {
                if (version == 5) {
                    hivemq5(way, seed, named, qos);
                } else {
                    hivemq3(way, seed, named, qos);
                }
            } catch (TimeoutException e) {
                throw new AssertionError(named + ": it hangs" + way.said(), e);
            }
        }
    }

    @Test
    void hivemq_client_delivers_each_message_once_and_in_order_whatever_harmless_the_modem_does() throws Exception {
        Trials.harmless(SEEDS, (seed, faults, named) -> hivemq(seed, faults, named,
                seed % 2 == 0 ? MqttQos.AT_LEAST_ONCE : MqttQos.EXACTLY_ONCE, seed / 2 % 2 == 0 ? 5 : 3));
    }

    @Test
    void hivemq_client_gets_over_a_failure_of_the_modem_and_loses_no_message() throws Exception {
        Trials.harmful(SEEDS, (seed, faults, named) -> hivemq(seed, Trials.passing(faults), named,
                seed % 2 == 0 ? MqttQos.EXACTLY_ONCE : MqttQos.AT_LEAST_ONCE, seed % 2 == 0 ? 5 : 3));
    }

    /// @return what came back
    private static byte[] echoed(ThroughGateway way, int port, byte[] body) throws IOException {
        HttpURLConnection http = (HttpURLConnection) URI.create("http://" + Rig.HOST + ":" + port + "/").toURL()
                .openConnection(new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(),
                        way.socks())));
        http.setReadTimeout(HTTP_READ_MILLIS);
        http.setDoOutput(true);
        http.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = http.getOutputStream()) {
            out.write(body);
        }
        try (var in = http.getInputStream()) {
            return in.readAllBytes();
        } finally {
            http.disconnect();
        }
    }

    private interface Fetch {
        void with(int port) throws Exception;
    }

    private static void withServer(Fetch fetch) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            fetch.with(server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }

    private static byte[] body(long seed) {
        Random random = new Random(seed);
        byte[] body = new byte[50_000 + random.nextInt(150_000)];
        random.nextBytes(body);
        return body;
    }

    @Test
    void http_sends_and_fetches_much_whatever_harmless_the_modem_does() throws Exception {
        withServer(port -> Trials.harmless(SEEDS, (seed, faults, named) -> {
            try (ThroughGateway way = ThroughGateway.with(seed, faults, port)) {
                byte[] got = echoed(way, port, body(seed));
                assertThat(Arrays.equals(got, body(seed))).as(named + way.said()).isTrue();
            }
        }));
    }

    @Test
    void http_ends_with_everything_or_an_error_when_the_modem_fails() throws Exception {
        withServer(port -> Trials.harmful(SEEDS, (seed, faults, named) -> {
            try (ThroughGateway way = ThroughGateway.with(seed, faults, port)) {
                byte[] got;
                try {
                    got = echoed(way, port, body(seed));
                } catch (IOException _) {
                    return; // the modem failed
                }
                assertThat(Arrays.equals(got, body(seed))).as(named + way.said()).isTrue();
            }
        }));
    }
}
