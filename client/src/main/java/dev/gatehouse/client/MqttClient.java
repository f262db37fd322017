package dev.gatehouse.client;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.ClientFault.Reason;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// One MQTT connection. Every call blocks until it is done or its time is over.
///
/// It does not connect again, and what was in flight is not sent again: a call that did not end well may or may not
/// have reached the server.
///
/// - **Threads:** any may call, also at the same time. One virtual thread reads; one sends PINGREQ when nothing was
///   sent for three quarters of the keep alive, and ends the connection when PINGRESP does not come.
/// - **Limits:** [#INBOX_MESSAGES_MAX] messages wait to be received; then nothing more is read, answers included.
///   QoS 1 and 2 keep to the server's Receive Maximum.
/// - **Errors:** [ClientFault], which has the packet and the reason. [InterruptedException] leaves the connection open.
public final class MqttClient implements AutoCloseable {
    /// Messages that wait for [#receive].
    public static final int INBOX_MESSAGES_MAX = 1_000;
    private static final Duration SENDING = Duration.ofSeconds(30);
    private static final int LAST_WORDS_MILLIS = 300;

    private final PacketLink link;
    private final Packet.Connack connack;
    private final int keepAliveSeconds;
    private final Inbox inbox = new Inbox(INBOX_MESSAGES_MAX);
    private final Map<Integer, CompletableFuture<Packet>> answers = new ConcurrentHashMap<>();
    /// Packet ids of QoS 2 messages between PUBLISH and PUBREL; true once PUBREC was sent.
    private final Map<Integer, Boolean> exactlyOnce = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable CompletableFuture<Packet>> pingAnswer = new AtomicReference<>();
    private final CompletableFuture<ClientFault> over = new CompletableFuture<>();
    private final AtomicInteger lastPacketId = new AtomicInteger();
    private final Semaphore inFlight;
    private volatile long lastSentNanos = System.nanoTime();

    private MqttClient(PacketLink link, Packet.Connack connack, int keepAliveSeconds) {
        this.link = link;
        this.connack = connack;
        this.keepAliveSeconds = keepAliveSeconds;
        int receiveMaximum = connack.properties().receiveMaximum();
        inFlight = new Semaphore(receiveMaximum < 0 ? 65_535 : receiveMaximum, true);
    }

    /// Sends CONNECT and waits for a CONNACK that accepts. Takes over the transport, and closes it on every failure.
    ///
    /// @throws ClientFault [Reason.Refused] with the CONNACK when the server does not accept
    public static MqttClient connect(Transport transport, ConnectOptions options, Deadline deadline)
            throws ClientFault {
        PacketLink link = new PacketLink(transport, options.version(), bytesMax(options));
        long start = System.nanoTime();
        try {
            link.send(options.packet(), deadline);
            Packet answer = link.read(deadline);
            return switch (answer) {
                case null -> throw new ClientFault(new Reason.Closed("waiting for CONNACK"));
                case Packet.Connack connack when !connack.reason().isError() -> opened(link, connack, options);
                case Packet.Connack connack -> throw new ClientFault(
                        new Reason.Refused(connack, connack.reason(), connack.properties().reasonString()));
                case Packet.Disconnect disconnect -> throw new ClientFault(new Reason.Disconnected(disconnect));
                default -> throw new ClientFault(new Reason.Broken("waiting for CONNACK",
                        new IOException("the first packet is " + answer.getClass().getSimpleName())));
            };
        } catch (IOException | RuntimeException e) {
            closeQuietly(link);
            throw switch (e) {
                case ClientFault fault -> fault;
                case SocketTimeoutException _ -> new ClientFault(
                        new Reason.Silent("CONNACK", Duration.ofNanos(System.nanoTime() - start)));
                case IOException broken -> new ClientFault(new Reason.Broken("waiting for CONNACK", broken));
                case ProtocolViolation violation -> new ClientFault(new Reason.Violated(violation));
                default -> throw (RuntimeException) e;
            };
        }
    }

    private static long bytesMax(ConnectOptions options) {
        long told = options.properties().maximumPacketSize();
        return told < 0 ? Integer.MAX_VALUE : told;
    }

    private static MqttClient opened(PacketLink link, Packet.Connack connack, ConnectOptions options) {
        int fromServer = connack.properties().serverKeepAliveSeconds();
        MqttClient client = new MqttClient(link, connack, fromServer >= 0 ? fromServer : options.keepAliveSeconds());
        Thread.ofVirtual().name("mqtt-client-reader").start(client::readAll);
        if (client.keepAliveSeconds > 0) {
            Thread.ofVirtual().name("mqtt-client-keep-alive").start(client::keepAlive);
        }
        return client;
    }

    /// The CONNACK that opened the connection.
    public Packet.Connack connack() {
        return connack;
    }

    /// Publishes, and waits for what the QoS promises: nothing, PUBACK, or PUBREC and PUBCOMP.
    ///
    /// @return the last acknowledgement; null at QoS 0
    /// @throws ClientFault [Reason.Refused] with the acknowledgement when it is an error; the connection stays open
    public Packet.@Nullable Acknowledgement publish(String topic, Bytes payload, Qos qos, boolean retain,
            PublishProperties properties, Deadline deadline) throws ClientFault, InterruptedException {
        ByteBuf body = Unpooled.wrappedBuffer(payload.shared());
        if (qos == Qos.AT_MOST_ONCE) {
            send(new Packet.Publish(topic, qos, false, retain, 0, properties, body), deadline);
            return null;
        }
        if (!inFlight.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw new ClientFault(new Reason.Silent("acknowledgement of earlier messages", Duration.ZERO));
        }
        int packetId = nextPacketId();
        try {
            Packet answer = ask(packetId, new Packet.Publish(topic, qos, false, retain, packetId, properties, body),
                    qos == Qos.AT_LEAST_ONCE ? "PUBACK" : "PUBREC", deadline);
            if (answer instanceof Packet.Pubrec pubrec) {
                accepted(pubrec);
                answer = ask(packetId, new Packet.Pubrel(packetId, ReasonCode.SUCCESS), "PUBCOMP", deadline);
            }
            return accepted((Packet.Acknowledgement) answer);
        } finally {
            inFlight.release();
        }
    }

    private static Packet.Acknowledgement accepted(Packet.Acknowledgement answer) throws ClientFault {
        if (answer.reason().isError()) {
            throw new ClientFault(new Reason.Refused(answer, answer.reason(), answer.reasonString()));
        }
        return answer;
    }

    /// Subscribes and waits for SUBACK, which has one reason per topic filter: look whether each is no error.
    ///
    /// @param subscriptionId 0 = none; MQTT 5 only
    public Packet.Suback subscribe(List<Packet.Subscribe.Request> requests, int subscriptionId, Deadline deadline)
            throws ClientFault, InterruptedException {
        int packetId = nextPacketId();
        return (Packet.Suback) ask(packetId, new Packet.Subscribe(packetId, subscriptionId, List.of(), requests),
                "SUBACK", deadline);
    }

    /// Subscribes to one topic filter.
    public Packet.Suback subscribe(String filter, Qos qos, Deadline deadline) throws ClientFault, InterruptedException {
        return subscribe(List.of(new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND)),
                0, deadline);
    }

    /// Unsubscribes and waits for UNSUBACK.
    public Packet.Unsuback unsubscribe(List<String> filters, Deadline deadline)
            throws ClientFault, InterruptedException {
        int packetId = nextPacketId();
        return (Packet.Unsuback) ask(packetId, new Packet.Unsubscribe(packetId, List.of(), filters), "UNSUBACK",
                deadline);
    }

    /// The next message, acknowledged as its QoS asks; null at the deadline.
    ///
    /// @throws ClientFault why the connection is over, after the last message that had come
    public @Nullable Message receive(Deadline deadline) throws ClientFault, InterruptedException {
        Packet.Publish publish = inbox.take(deadline);
        if (publish == null) {
            return null;
        }
        try {
            acknowledge(publish);
        } catch (ClientFault fault) {
            // The message is here all the same; the next call tells why the connection is over.
        }
        byte[] payload = new byte[publish.payload().readableBytes()];
        publish.payload().readBytes(payload);
        return new Message(publish.topic(), Bytes.takeOver(payload), publish.qos(), publish.retain(),
                publish.duplicate(), publish.properties());
    }

    private void acknowledge(Packet.Publish publish) throws ClientFault {
        Deadline deadline = Deadline.in(SENDING);
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> send(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS), deadline);
            case EXACTLY_ONCE -> {
                exactlyOnce.replace(publish.packetId(), true);
                send(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS), deadline);
            }
        }
    }

    /// Sends PINGREQ and waits for PINGRESP.
    ///
    /// @return how long that took
    public Duration ping(Deadline deadline) throws ClientFault, InterruptedException {
        CompletableFuture<Packet> answer = new CompletableFuture<>();
        CompletableFuture<Packet> asked = pingAnswer.accumulateAndGet(answer,
                (old, young) -> old == null ? young : old);
        long start = System.nanoTime();
        failIfOver(asked);
        send(new Packet.Pingreq(), deadline);
        await(asked, "PINGRESP", deadline);
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /// Why the connection is over; null while it is open.
    public @Nullable ClientFault whyOver() {
        return over.isDone() ? over.join() : null;
    }

    /// Sends DISCONNECT and closes.
    ///
    /// @param reason other than success only in MQTT 5, for example [ReasonCode#DISCONNECT_WITH_WILL]
    public void disconnect(ReasonCode reason, Deadline deadline) {
        try {
            send(new Packet.Disconnect(reason), deadline);
        } catch (ClientFault fault) {
            // It is over either way.
        }
        end(new ClientFault(new Reason.ClosedHere()));
    }

    /// Closes without DISCONNECT, so that the server publishes the will; does nothing after [#disconnect].
    @Override
    public void close() {
        end(new ClientFault(new Reason.ClosedHere()));
    }

    private int nextPacketId() {
        while (true) {
            int id = lastPacketId.updateAndGet(last -> last >= 65_535 ? 1 : last + 1);
            if (!answers.containsKey(id)) {
                return id;
            }
        }
    }

    private Packet ask(int packetId, Packet question, String awaited, Deadline deadline)
            throws ClientFault, InterruptedException {
        CompletableFuture<Packet> answer = new CompletableFuture<>();
        answers.put(packetId, answer);
        try {
            failIfOver(answer);
            send(question, deadline);
            return await(answer, awaited, deadline);
        } finally {
            answers.remove(packetId, answer);
        }
    }

    private void failIfOver(CompletableFuture<Packet> answer) {
        ClientFault fault = whyOver();
        if (fault != null) {
            answer.completeExceptionally(fault);
        }
    }

    private static Packet await(CompletableFuture<Packet> answer, String awaited, Deadline deadline)
            throws ClientFault, InterruptedException {
        long start = System.nanoTime();
        try {
            return answer.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ClientFault(new Reason.Silent(awaited, Duration.ofNanos(System.nanoTime() - start)));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClientFault fault) {
                throw fault;
            }
            throw new AssertionError(e);
        }
    }

    private void send(Packet packet, Deadline deadline) throws ClientFault {
        ClientFault already = whyOver();
        if (already != null) {
            throw already;
        }
        try {
            link.send(packet, deadline);
            lastSentNanos = System.nanoTime();
        } catch (IOException e) {
            throw last(new ClientFault(new Reason.Broken("sending", e)));
        }
    }

    /// Why it is over. What the server said before it closed tells more than a write that fails, so the reader gets a
    /// moment to find it.
    private ClientFault last(ClientFault broken) {
        try {
            return over.get(LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            end(broken);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(broken);
        } catch (ExecutionException e) {
            throw new AssertionError("it is completed with a value only", e);
        }
        return over.getNow(broken);
    }

    private void readAll() {
        try {
            while (true) {
                Packet packet = link.read(null);
                if (packet == null) {
                    end(new ClientFault(new Reason.Closed("the connection was open")));
                    return;
                }
                if (!take(packet)) {
                    return;
                }
            }
        } catch (ClientFault fault) {
            end(fault);
        } catch (IOException e) {
            end(new ClientFault(new Reason.Broken("the connection was open", e)));
        } catch (ProtocolViolation violation) {
            end(new ClientFault(new Reason.Violated(violation)));
        } catch (InterruptedException e) {
            end(new ClientFault(new Reason.ClosedHere()));
        }
    }

    private boolean take(Packet packet) throws ClientFault, InterruptedException {
        switch (packet) {
            case Packet.Publish publish -> arrived(publish);
            case Packet.Pubrel pubrel -> {
                exactlyOnce.remove(pubrel.packetId());
                send(new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS), Deadline.in(SENDING));
            }
            case Packet.Acknowledgement answer -> answered(answer.packetId(), packet);
            case Packet.Suback suback -> answered(suback.packetId(), packet);
            case Packet.Unsuback unsuback -> answered(unsuback.packetId(), packet);
            case Packet.Pingresp _ -> {
                CompletableFuture<Packet> asked = pingAnswer.getAndSet(null);
                if (asked != null) {
                    asked.complete(packet);
                }
            }
            case Packet.Disconnect disconnect -> {
                end(new ClientFault(new Reason.Disconnected(disconnect)));
                return false;
            }
            case Packet.Connect _,Packet.Connack _,Packet.Subscribe _,Packet.Unsubscribe _,Packet.Pingreq _,Packet.Auth _ -> {
                end(new ClientFault(new Reason.Broken("the connection was open",
                        new IOException("a packet that was not expected: " + packet.getClass().getSimpleName()))));
                return false;
            }
        }
        return true;
    }

    private void arrived(Packet.Publish publish) throws ClientFault, InterruptedException {
        if (publish.qos() == Qos.EXACTLY_ONCE) {
            Boolean received = exactlyOnce.putIfAbsent(publish.packetId(), false);
            if (received != null) {
                if (received) {
                    send(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS), Deadline.in(SENDING));
                }
                return;
            }
        }
        inbox.put(publish);
    }

    private void answered(int packetId, Packet packet) {
        CompletableFuture<Packet> asked = answers.get(packetId);
        if (asked != null) {
            asked.complete(packet);
        }
    }

    private void keepAlive() {
        long intervalNanos = TimeUnit.MILLISECONDS.toNanos(keepAliveSeconds * 750L);
        Duration patience = Duration.ofSeconds(keepAliveSeconds);
        try {
            while (whyOver() == null) {
                long idle = System.nanoTime() - lastSentNanos;
                if (idle < intervalNanos) {
                    TimeUnit.NANOSECONDS.sleep(Math.min(intervalNanos - idle, TimeUnit.SECONDS.toNanos(1)));
                } else {
                    ping(Deadline.in(patience));
                }
            }
        } catch (ClientFault fault) {
            end(fault);
        } catch (InterruptedException e) {
            end(new ClientFault(new Reason.ClosedHere()));
        }
    }

    private void end(ClientFault fault) {
        if (!over.complete(fault)) {
            return;
        }
        closeQuietly(link);
        inbox.end(fault);
        for (CompletableFuture<Packet> asked : Set.copyOf(answers.values())) {
            asked.completeExceptionally(fault);
        }
        CompletableFuture<Packet> ping = pingAnswer.getAndSet(null);
        if (ping != null) {
            ping.completeExceptionally(fault);
        }
    }

    private static void closeQuietly(PacketLink link) {
        try {
            link.close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }
}
