package dev.gatehouse.tests.modem;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.SocketFactory;

import org.eclipse.paho.client.mqttv3.DisconnectedBufferOptions;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.modem.AtSocketFactory;
import dev.gatehouse.simulator.SimulatorOptions;

/// Paho publishes and subscribes through a modem that misbehaves: over the modem's socket factory, with TLS over it, and
/// through the gateway. See [Trials] for how to run thousands.
class PahoTrialsIT {
    private static final int SEEDS = 3;
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(Published.PATIENCE_SECONDS);
    private static final long CONNECT_MILLIS = 5000;
    private static final int KEEP_ALIVE_SECONDS = 2;

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

    /// How Paho gets to the service.
    ///
    /// @param end of the modem
    private record Road(SocketFactory factory, String uri, Supplier<String> said, Runnable end)
            implements
                AutoCloseable {
        @Override
        public void close() {
            end.run();
        }
    }

    private Road road(long seed, List<String> faults) throws Exception {
        if (seed % 3 == 2) {
            ThroughGateway way = ThroughGateway.with(seed, faults, service.tlsPort());
            return new Road(new Socks(way.socks()), "tcp://" + Rig.HOST + ":" + service.port(), way::said,
                    way::close);
        }
        Rig rig = Rig.online(SimulatorOptions.fast().withSeed(seed), Rig.impatient(), faults);
        AtSocketFactory plain = rig.modem().socketFactory();
        return seed % 3 == 1
                ? new Road(plain.secured(service.client()), "ssl://" + Rig.HOST + ":" + service.tlsPort(),
                        () -> Trials.dialogue(rig.simulator()), rig::close)
                : new Road(plain, "tcp://" + Rig.HOST + ":" + service.port(),
                        () -> Trials.dialogue(rig.simulator()), rig::close);
    }

    /// Sockets through a SOCKS proxy; Paho makes them unconnected.
    private static final class Socks extends SocketFactory {
        private final Proxy proxy;

        Socks(int port) {
            proxy = new Proxy(Proxy.Type.SOCKS, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public Socket createSocket() {
            return new Socket(proxy);
        }

        @Override
        public Socket createSocket(String host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
            throw new UnsupportedOperationException();
        }
    }

    private static MqttConnectOptions options(Road road) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(road.factory);
        options.setUserName(TenantService.USER);
        options.setPassword(TenantService.PASSWORD.toCharArray());
        options.setConnectionTimeout(10);
        return options;
    }

    private void delivers(long seed, List<String> faults, String named, int qos) throws Exception {
        try (Road road = road(seed, faults)) {
            MqttAsyncClient client = new MqttAsyncClient(road.uri, "paho-" + seed, new MemoryPersistence());
            Published messages = new Published(seed);
            try {
                client.connect(options(road)).waitForCompletion(PATIENCE_MILLIS);
                client.subscribe("t/" + seed, qos, (_, message) -> messages.received(message.getPayload()))
                        .waitForCompletion(PATIENCE_MILLIS);
                for (int i = 0; i < Published.MESSAGES; i++) {
                    client.publish("t/" + seed, messages.payload(i), qos, false).waitForCompletion(PATIENCE_MILLIS);
                }
                messages.areAllReceived(true, named, road.said);
                client.disconnect().waitForCompletion(PATIENCE_MILLIS);
            } catch (MqttException e) {
                throw new AssertionError(named + ": " + e + ", " + e.getCause() + road.said.get(), e);
            } finally {
                client.close(true);
            }
        }
    }

    private interface Step<T> {
        T run() throws MqttException;
    }

    /// Paho reconnects by itself once it was connected, but fails what it had begun.
    private static <T> T untilDone(Step<T> step, String named, Supplier<String> said) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            try {
                return step.run();
            } catch (MqttException e) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(named + ": " + e + said.get(), e);
                }
                Thread.sleep(20);
            }
        }
    }

    /// For the answer of a service that does not come Paho waits for ever, and no keep-alive is sent before: a new client
    /// is made then.
    private static MqttAsyncClient connected(Road road, long seed) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(road.uri, "paho-" + seed, new MemoryPersistence());
        DisconnectedBufferOptions buffer = new DisconnectedBufferOptions();
        buffer.setBufferEnabled(true);
        client.setBufferOpts(buffer);
        MqttConnectOptions options = options(road);
        options.setCleanSession(false);
        options.setAutomaticReconnect(true);
        options.setMaxReconnectDelay(1000);
        options.setKeepAliveInterval(KEEP_ALIVE_SECONDS);
        try {
            client.connect(options).waitForCompletion(CONNECT_MILLIS);
            return client;
        } catch (MqttException e) {
            end(client);
            throw e;
        }
    }

    private static void end(MqttAsyncClient client) throws MqttException {
        client.disconnectForcibly(0, 1, false);
        client.close(true);
    }

    private void survives(long seed, List<String> faults, String named, int qos) throws Exception {
        try (Road road = road(seed, faults)) {
            MqttAsyncClient client = untilDone(() -> connected(road, seed), named, road.said);
            Published messages = new Published(seed);
            try {
                untilDone(() -> {
                    client.subscribe("t/" + seed, qos, (_, message) -> messages.received(message.getPayload()))
                            .waitForCompletion(PATIENCE_MILLIS);
                    return client;
                }, named, road.said);
                for (int i = 0; i < Published.MESSAGES; i++) {
                    client.publish("t/" + seed, messages.payload(i), qos, false);
                }
                messages.areAllReceived(qos == 2, named, road.said);
            } finally {
                end(client);
            }
        }
    }

    @Test
    void paho_delivers_each_message_once_and_in_order_whatever_harmless_the_modem_does() throws Exception {
        Trials.harmless(SEEDS, (seed, faults, named) -> delivers(seed, faults, named, (int) (1 + seed % 2)));
    }

    @Test
    void paho_gets_over_a_failure_of_the_modem_and_loses_no_message() throws Exception {
        Trials.harmful(SEEDS, (seed, faults, named) -> survives(seed, faults, named, (int) (1 + seed % 2)));
    }
}
