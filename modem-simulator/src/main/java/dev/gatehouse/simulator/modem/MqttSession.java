package dev.gatehouse.simulator.modem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import javax.net.SocketFactory;

import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.internal.wire.MqttSuback;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.net.ConduitSocket;
import dev.gatehouse.simulator.net.NetEvent;
import dev.gatehouse.simulator.net.TlsPlan;

/// One connection of one MQTT client, with the Paho library over the modem's own network. Called and answering on the
/// loop; Paho has threads of its own.
final class MqttSession {
    private static final int FAILED = 1;
    private static final int CONNECT = 3;
    private static final int TIMEOUT = 17;
    private static final int DNS = 25;
    private static final int CONNACK = 26;
    private static final int HANDSHAKE = 32;
    private static final int NO_CERTIFICATE = 33;
    private static final int DISCONNECT = 35;
    private static final int REFUSED_MAX = 5;
    private static final int CONNECT_SECONDS = 120;
    private static final int BUSY = 14;
    private static final int DELIVERIES_MAX = 8;
    private static final int UNSENT_BYTES_MAX = 8192;
    private static final int RETRY_MILLIS = 5;
    /// So long Paho may take to find out itself that the other side has closed.
    private static final int ENDED_MILLIS = 500;

    private final Board board;
    private final URI server;
    private final @Nullable TlsPlan tls;
    private final String id;
    private final Consumer<Message> messages;
    private final Runnable lost;
    private @Nullable MqttAsyncClient client;
    private final Semaphore deliveries = new Semaphore(DELIVERIES_MAX);
    private boolean abandoned;
    /// Told how CONNECT went; once.
    private IntConsumer connecting = _ -> {};

    /// @param topic octets of UTF-8
    /// @param payload octets
    record Message(String topic, String payload) {}

    /// What goes into CONNECT.
    record Login(int version, int keepAliveSeconds, boolean clean, String user, String password, String willTopic,
            String willMessage, int willQos) {}

    MqttSession(Board board, URI server, String id, @Nullable TlsPlan tls, Consumer<Message> messages, Runnable lost) {
        this.board = board;
        this.server = server;
        this.id = id;
        this.tls = tls;
        this.messages = messages;
        this.lost = lost;
    }

    /// @param then told 0, or an error of the manual
    void connect(Login login, IntConsumer then) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(login.version());
        options.setKeepAliveInterval(login.keepAliveSeconds());
        options.setCleanSession(login.clean());
        options.setConnectionTimeout(CONNECT_SECONDS);
        options.setSocketFactory(new Factory());
        if (!login.user().isEmpty()) {
            options.setUserName(text(login.user()));
        }
        if (!login.password().isEmpty()) {
            options.setPassword(text(login.password()).toCharArray());
        }
        if (!login.willTopic().isEmpty()) {
            options.setWill(text(login.willTopic()), bytes(login.willMessage()), login.willQos(), false);
        }
        connecting = error -> {
            connecting = _ -> {};
            then.accept(error);
        };
        act(error -> connecting.accept(error), CONNECT, listener -> {
            MqttAsyncClient made = new MqttAsyncClient("tcp://" + server.getHost() + ":" + port(), text(id),
                    new MemoryPersistence());
            client = made;
            made.setCallback(new Callback());
            made.connect(options, null, listener);
        });
    }

    private int port() {
        return server.getPort() < 0 ? 1883 : server.getPort();
    }

    void publish(Message message, int qos, boolean retained, int seconds, IntConsumer then) {
        boolean[] over = {false};
        IntConsumer once = error -> {
            if (!over[0]) {
                over[0] = true;
                then.accept(error);
            }
        };
        board.after(seconds * 1000L, () -> once.accept(TIMEOUT));
        with(once, (made, listener) -> made.publish(text(message.topic()), bytes(message.payload()), qos, retained,
                null, listener));
    }

    void subscribe(List<String> filters, List<Integer> qos, IntConsumer then) {
        with(then, (made, listener) -> made.subscribe(filters.stream().map(MqttSession::text).toArray(String[]::new),
                qos.stream().mapToInt(Integer::intValue).toArray(), null, listener));
    }

    void unsubscribe(List<String> filters, IntConsumer then) {
        with(then, (made, listener) -> made.unsubscribe(filters.stream().map(MqttSession::text).toArray(String[]::new),
                null, listener));
    }

    void disconnect(IntConsumer then) {
        MqttAsyncClient made = client;
        act(then, DISCONNECT, listener -> {
            if (made != null) {
                made.disconnect(1000, null, listener);
            }
        });
        abandoned = true;
    }

    private void deliver(Message message) {
        if (!abandoned) {
            messages.accept(message);
        }
        released();
    }

    private void released() {
        if (!abandoned && board.output().unsentBytes() > UNSENT_BYTES_MAX) {
            board.after(RETRY_MILLIS, this::released);
        } else {
            deliveries.release();
        }
    }

    /// Without a word to the other side.
    void abandon() {
        abandoned = true;
        deliveries.release(DELIVERIES_MAX);
        MqttAsyncClient made = client;
        if (made != null) {
            Thread.startVirtualThread(() -> {
                try {
                    made.disconnectForcibly(0, 1, false);
                    made.close(true);
                } catch (MqttException gone) {
                    // That was the aim.
                }
            });
        }
    }

    // --- Between the loop and Paho --------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Action {
        void start(IMqttActionListener listener) throws MqttException;
    }

    @FunctionalInterface
    private interface ClientAction {
        void start(MqttAsyncClient client, IMqttActionListener listener) throws MqttException;
    }

    private void with(IntConsumer then, ClientAction action) {
        MqttAsyncClient made = client;
        act(then, FAILED, listener -> {
            if (made != null) {
                action.start(made, listener);
            }
        });
    }

    private void act(IntConsumer then, int failure, Action action) {
        IMqttActionListener listener = new IMqttActionListener() {
            @Override
            public void onSuccess(IMqttToken token) {
                int[] granted = token.getGrantedQos();
                boolean refused = token.getResponse() instanceof MqttSuback
                        && granted != null && granted.length > 0 && granted[0] >= 0x80;
                board.loop().post(() -> then.accept(refused ? FAILED : 0));
            }

            @Override
            public void onFailure(IMqttToken token, Throwable why) {
                board.note("MQTT: " + why);
                board.loop().post(() -> then.accept(error(why, failure)));
            }
        };
        Thread.startVirtualThread(() -> {
            try {
                action.start(listener);
            } catch (MqttException | IllegalArgumentException refused) {
                board.loop().post(() -> then.accept(error(refused, failure)));
            }
        });
    }

    private static int error(Throwable why, int otherwise) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConduitSocket.NotConnected failed) {
                return failure(failed.why());
            }
            if (cause instanceof MqttException refused && refused.getReasonCode() >= 1
                    && refused.getReasonCode() <= REFUSED_MAX) {
                return CONNACK + refused.getReasonCode();
            }
            if (cause instanceof MqttException full
                    && full.getReasonCode() == MqttException.REASON_CODE_MAX_INFLIGHT) {
                return BUSY;
            }
            if (cause instanceof MqttException late
                    && late.getReasonCode() == MqttException.REASON_CODE_CLIENT_TIMEOUT) {
                return TIMEOUT;
            }
        }
        return otherwise;
    }

    private static int failure(NetEvent.Failure why) {
        return switch (why) {
            case NO_SUCH_NAME -> DNS;
            case TIMEOUT -> TIMEOUT;
            case REFUSED, UNREACHABLE -> CONNECT;
            case HANDSHAKE, UNTRUSTED -> HANDSHAKE;
            case NO_CERTIFICATE -> NO_CERTIFICATE;
        };
    }

    private static String text(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String octets) {
        return octets.getBytes(StandardCharsets.ISO_8859_1);
    }

    private final class Callback implements MqttCallback {
        @Override
        public void connectionLost(Throwable why) {
            board.loop().post(() -> {
                if (!abandoned) {
                    lost.run();
                }
            });
        }

        /// Waits while the user does not read: then Paho reads no more, and the broker is held back.
        @Override
        public void messageArrived(String topic, MqttMessage message) throws InterruptedException {
            Message octets = new Message(MqttClients.octets(topic),
                    new String(message.getPayload(), StandardCharsets.ISO_8859_1));
            deliveries.acquire();
            board.loop().post(() -> deliver(octets));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // The listener of the publication is told.
        }
    }

    /// Sockets over the modem's network, with TLS when there is a plan for it.
    private final class Factory extends SocketFactory {
        @Override
        public Socket createSocket() {
            return new ConduitSocket(board.loop(), board.network(), server.getHost(), port(), tls, () -> board.after(
                    ENDED_MILLIS, () -> connecting.accept(CONNACK)));
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw new SocketException("only unconnected ones");
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
            throw new SocketException("only unconnected ones");
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw new SocketException("only unconnected ones");
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
            throw new SocketException("only unconnected ones");
        }
    }
}
