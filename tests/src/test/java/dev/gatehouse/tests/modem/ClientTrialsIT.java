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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.gateway.Endpoint;
import dev.gatehouse.modem.gateway.Gateway;
import dev.gatehouse.modem.gateway.GatewayOptions;
import dev.gatehouse.modem.gateway.ModemUplink;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.access.ProcessKey;
import dev.gatehouse.server.config.Configuration;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that others wrote publish, subscribe, send and fetch through a modem that misbehaves. See [Trials] for how to
/// run thousands.
class ClientTrialsIT {
    private static final int SEEDS = 8;
    private static final int MESSAGES = 8;
    private static final int PAYLOAD_BYTES_MAX = 4000;
    private static final long PATIENCE_SECONDS = 40;
    private static final int HTTP_READ_MILLIS = 8000;

    @TempDir
    Path home;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(home.resolve("gatehouse.yaml"), """
                data: data
                domain: gateway.test
                listeners:
                  - {name: tcp, protocol: mqtt, host: 127.0.0.1, port: 0, tenant: globex}
                tenants:
                  - name: globex
                    users: [{name: eric, password: secret, publish: ["#"], subscribe: ["#"]}]
                """);
        ProcessKey key = ProcessKey.draw(new SecureRandom());
        service = Service.start(Configuration.load(file, home, key), key, "test");
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private int port() {
        return service.listeners().getFirst().address().getPort();
    }

    /// A simulated modem, and a gateway before it.
    private record Way(Simulator simulator, ModemUplink uplink, Gateway gateway) implements AutoCloseable {
        static Way through(long seed, List<String> faults) throws Exception {
            Simulator simulator = Simulator.start(SimulatorOptions.fast().withSeed(seed).withName(Rig.HOST,
                    "127.0.0.1"));
            ModemUplink uplink = ModemUplink.start(() -> Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false),
                    Rig.impatient(), _ -> {});
            Gateway gateway = Gateway.start(GatewayOptions.usual().listening(List.of(Endpoint.parse("0")), List.of()),
                    uplink, _ -> {});
            long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!uplink.state().ready()) {
                assertThat(System.nanoTime()).as(uplink.state().words()).isLessThan(deadline);
                Thread.sleep(2);
            }
            faults.forEach(simulator::fault);
            return new Way(simulator, uplink, gateway);
        }

        int socks() {
            return gateway.socks().getFirst().port();
        }

        @Override
        public void close() {
            gateway.close();
            uplink.close();
            simulator.close();
        }
    }

    /// What a trial publishes: each payload begins with its number.
    private static byte[] payload(long seed, int number) {
        Random random = new Random(seed * 1000 + number);
        byte[] bytes = new byte[2 + random.nextInt(PAYLOAD_BYTES_MAX)];
        random.nextBytes(bytes);
        bytes[0] = (byte) number;
        return bytes;
    }

    private static String shown(byte[] payload) {
        return payload[0] + "/" + payload.length + "/" + HexFormat.of().toHexDigits(Arrays.hashCode(payload));
    }

    private static List<String> published(long seed) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            all.add(shown(payload(seed, i)));
        }
        return all;
    }

    /// What a client received, as it came.
    private static final class Received {
        private final long seed;
        private final List<String> all = new CopyOnWriteArrayList<>();

        Received(long seed) {
            this.seed = seed;
        }

        void add(byte[] payload) {
            all.add(shown(payload));
        }

        /// Waits for each message.
        ///
        /// @param once none may come twice, and the order must be kept
        void hasAll(boolean once, String named, Simulator simulator) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!all.containsAll(published(seed)) && System.nanoTime() < deadline) {
                Thread.sleep(5);
            }
            List<String> counted = once ? all : new ArrayList<>(new LinkedHashSet<>(all));
            assertThat(counted).as("%s: %s%s", named, all, Trials.dialogue(simulator)).isEqualTo(published(seed));
        }
    }

    private <B extends MqttClientBuilderBase<B>> B configured(B builder, long seed, Way way) {
        return builder.identifier("hive-" + seed).automaticReconnect().initialDelay(20, TimeUnit.MILLISECONDS)
                .maxDelay(200, TimeUnit.MILLISECONDS).applyAutomaticReconnect()
                // The name is looked up on this computer unless it is told that the proxy does it.
                .transportConfig().serverAddress(InetSocketAddress.createUnresolved(Rig.HOST, port()))
                .socketConnectTimeout(5, TimeUnit.SECONDS).mqttConnectTimeout(5, TimeUnit.SECONDS)
                .proxyConfig().protocol(MqttProxyProtocol.SOCKS_5).host("127.0.0.1").port(way.socks())
                .handshakeTimeout(5, TimeUnit.SECONDS).applyProxyConfig().applyTransportConfig();
    }

    private static <T> T done(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void hivemq5(Way way, long seed, String named, MqttQos qos) throws Exception {
        Mqtt5AsyncClient client = configured(MqttClient.builder(), seed, way).useMqttVersion5().simpleAuth()
                .username("eric").password("secret".getBytes(StandardCharsets.UTF_8)).applySimpleAuth()
                .buildAsync();
        Received received = new Received(seed);
        done(client.connectWith().cleanStart(true).sessionExpiryInterval(600).keepAlive(2).send());
        try {
            done(client.subscribeWith().topicFilter("t/" + seed).qos(qos)
                    .callback(message -> received.add(message.getPayloadAsBytes())).send());
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                sent.add(client.publishWith().topic("t/" + seed).qos(qos).payload(payload(seed, i)).send());
            }
            for (CompletableFuture<?> each : sent) {
                done(each);
            }
            received.hasAll(qos == MqttQos.EXACTLY_ONCE, named, way.simulator());
        } finally {
            client.disconnect();
        }
    }

    private void hivemq3(Way way, long seed, String named, MqttQos qos) throws Exception {
        Mqtt3AsyncClient client = configured(MqttClient.builder(), seed, way).useMqttVersion3().simpleAuth()
                .username("eric").password("secret".getBytes(StandardCharsets.UTF_8)).applySimpleAuth()
                .buildAsync();
        Received received = new Received(seed);
        done(client.connectWith().cleanSession(false).keepAlive(2).send());
        try {
            done(client.subscribeWith().topicFilter("t/" + seed).qos(qos)
                    .callback(message -> received.add(message.getPayloadAsBytes())).send());
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < MESSAGES; i++) {
                sent.add(client.publishWith().topic("t/" + seed).qos(qos).payload(payload(seed, i)).send());
            }
            for (CompletableFuture<?> each : sent) {
                done(each);
            }
            received.hasAll(qos == MqttQos.EXACTLY_ONCE, named, way.simulator());
        } finally {
            client.disconnect();
        }
    }

    /// Straight over the modem's socket factory, without the gateway.
    private void paho(long seed, List<String> faults, String named, int qos) throws Exception {
        try (Rig rig = Rig.online(SimulatorOptions.fast().withSeed(seed), Rig.impatient(), faults)) {
            MqttAsyncClient client = new MqttAsyncClient("tcp://" + Rig.HOST + ":" + port(), "paho-" + seed,
                    new MemoryPersistence());
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(rig.modem().socketFactory());
            options.setUserName("eric");
            options.setPassword("secret".toCharArray());
            Received received = new Received(seed);
            try {
                client.connect(options).waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                client.subscribe("t/" + seed, qos, (_, message) -> received.add(message.getPayload()))
                        .waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                for (int i = 0; i < MESSAGES; i++) {
                    client.publish("t/" + seed, payload(seed, i), qos, false)
                            .waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
                }
                received.hasAll(true, named, rig.simulator());
                client.disconnect().waitForCompletion(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
            } finally {
                client.close(true);
            }
        }
    }

    private void hivemq(long seed, List<String> faults, String named, MqttQos qos, int version) throws Exception {
        try (Way way = Way.through(seed, faults)) {
            try {
                if (version == 5) {
                    hivemq5(way, seed, named, qos);
                } else {
                    hivemq3(way, seed, named, qos);
                }
            } catch (TimeoutException e) {
                throw new AssertionError(named + ": it hangs" + Trials.dialogue(way.simulator()), e);
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
        Trials.harmful(SEEDS, (seed, faults, named) -> hivemq(seed, faults, named,
                seed % 2 == 0 ? MqttQos.EXACTLY_ONCE : MqttQos.AT_LEAST_ONCE, seed % 2 == 0 ? 5 : 3));
    }

    @Test
    void paho_delivers_each_message_once_and_in_order_whatever_harmless_the_modem_does() throws Exception {
        Trials.harmless(SEEDS, (seed, faults, named) -> paho(seed, faults, named, (int) (1 + seed % 2)));
    }

    /// @return what came back
    private static byte[] echoed(Way way, int port, byte[] body) throws IOException {
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
            try (Way way = Way.through(seed, faults)) {
                byte[] got = echoed(way, port, body(seed));
                assertThat(Arrays.equals(got, body(seed))).as(named + Trials.dialogue(way.simulator())).isTrue();
            }
        }));
    }

    @Test
    void http_ends_with_everything_or_an_error_when_the_modem_fails() throws Exception {
        withServer(port -> Trials.harmful(SEEDS, (seed, faults, named) -> {
            try (Way way = Way.through(seed, faults)) {
                byte[] got;
                try {
                    got = echoed(way, port, body(seed));
                } catch (IOException _) {
                    return; // the modem failed
                }
                assertThat(Arrays.equals(got, body(seed))).as(named + Trials.dialogue(way.simulator())).isTrue();
            }
        }));
    }
}
