package dev.gatehouse.tests.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManagerFactory;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;

import static java.nio.charset.StandardCharsets.UTF_8;

/// A client of MQTT 5 that is connected and sees how that ends.
///
/// @param ended with the server's DISCONNECT; exceptionally when the connection ended without one
record Watching(Mqtt5BlockingClient client, CompletableFuture<Mqtt5Disconnect> ended) {

    /// Connects over TLS.
    ///
    /// @param host sent as server name and looked for in the certificate; the address is this machine's
    static Watching connected(String host, int port, Path ca, String clientId, String user, String password) {
        CompletableFuture<Mqtt5Disconnect> ended = new CompletableFuture<>();
        Mqtt5BlockingClient client = MqttClient.builder().identifier(clientId).serverAddress(loopback(host, port))
                .sslConfig(MqttClientSslConfig.builder().trustManagerFactory(trusting(ca)).build())
                .addDisconnectedListener(context -> {
                    if (context.getSource() == MqttDisconnectSource.SERVER
                            && context.getCause() instanceof Mqtt5DisconnectException disconnected) {
                        ended.complete(disconnected.getMqttMessage());
                    } else {
                        ended.completeExceptionally(context.getCause());
                    }
                }).useMqttVersion5().buildBlocking();
        client.connectWith().simpleAuth().username(user).password(password.getBytes(UTF_8)).applySimpleAuth().send();
        return new Watching(client, ended);
    }

    private static InetSocketAddress loopback(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private static TrustManagerFactory trusting(Path ca) {
        try (var in = Files.newInputStream(ca)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory;
        } catch (Exception e) {
            throw new AssertionError("cannot trust " + ca, e);
        }
    }

    /// The server's last word.
    Mqtt5Disconnect disconnect(Duration within) throws InterruptedException {
        try {
            return ended.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the connection ended without a DISCONNECT", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the client is still connected after " + within, e);
        }
    }
}
