package dev.gatehouse.tests.refusals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.netty.buffer.Unpooled;
import io.netty.channel.group.ChannelGroup;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.TrailText;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.Service;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.trail.Following;
import dev.gatehouse.server.trail.Line;

import static org.assertj.core.api.Assertions.assertThat;

/// Causes that a client's bytes alone do not bring about: time, limits, an administrator, a defect. Each is provoked in the
/// real service, and `explain` has to read it from the trail.
class ProvokedIT {
    /// The service gives a client that does not read a minute.
    private static final Duration STUCK = Duration.ofSeconds(90);
    /// More than both sockets and the queue of a session take.
    private static final int STUCK_MESSAGES = 12_000;
    /// Less than what many passwords at once need.
    private static final int IMPATIENT_MILLIS = 1_500;

    @TempDir
    static Path folder;
    @TempDir
    static Path folderOfStuck;
    private static Gate gate;
    private static Gate gateOfStuck;
    private static CompletableFuture<String> stuck;

    private interface Client {
        /// Its address.
        String run() throws Exception;
    }

    private interface Provoked {
        /// What is given to `explain`.
        String log() throws Exception;
    }

    private record Row(String name, String cause, Provoked provoked) {}

    @BeforeAll
    static void open() {
        gate = Gate.open(folder, "refuse", IMPATIENT_MILLIS);
        gateOfStuck = Gate.open(folderOfStuck, "refuse");
        stuck = CompletableFuture.supplyAsync(ProvokedIT::stuck);
    }

    @AfterAll
    static void close() {
        stuck.cancel(true);
        gateOfStuck.close();
        gate.close();
    }

    @TestFactory
    Stream<DynamicTest> each_is_explained_from_its_trail() {
        return rows().stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> {
            String log = row.provoked().log();
            assertThat(RefusalsIT.explained(log)).as(log).isEqualTo(row.cause());
        }));
    }

    static List<String> causes() {
        return rows().stream().map(Row::cause).toList();
    }

    private static List<Row> rows() {
        return List.of(
                new Row("an alert that names no certificate", "tls-rejected-by-client", trail(ProvokedIT::alerting)),
                new Row("a handshake that stops", "handshake-timeout", trail(ProvokedIT::stoppingInTheHandshake)),
                new Row("a record that cannot be decrypted", "tls-engine-failed", trail(ProvokedIT::garbling)),
                new Row("a handshake and then the end", "closed-before-connect", trail(ProvokedIT::leavingAfterTls)),
                new Row("one session more than the tenant may have", "quota-exceeded",
                        trail(ProvokedIT::oneSessionMore)),
                new Row("messages for a client that does not read", "slow-consumer",
                        trail(ProvokedIT::notReadingAndLeaving)),
                new Row("a DISCONNECT with an error", "client-reported-error", trail(ProvokedIT::reportingAnError)),
                new Row("the user is removed", "credentials-withdrawn",
                        trail(() -> whileConnected("gone", new Request.RemoveUser("gone", "eric")))),
                new Row("the tenant is removed", "tenant-removed",
                        trail(() -> whileConnected("past", new Request.RemoveTenant("past")))),
                new Row("the service stops", "server-shutting-down", ProvokedIT::stopping),
                new Row("a bug, injected where any would come out: at the end of the connection's pipeline",
                        "internal-error", trail(ProvokedIT::meetingABug)),
                new Row("a password whose hash takes longer than a CONNECT may", "auth-overloaded",
                        trail(() -> refused("globex.mq.test", connect("costly", "costly", "wrong")))),
                new Row("a client that does not read for a minute", "write-timeout", () -> stuck.get()));
    }

    /// The trail of what this client does.
    private static Provoked trail(Client client) {
        return () -> {
            try (Following watched = gate.watch()) {
                return trail(gate, Gate.ended(watched, client.run()));
            }
        };
    }

    private static String trail(Gate of, Line line) {
        return TrailText.render(of.trail(line.id()));
    }

    // ------------------------------------------------------------------------------------------------------ clients

    private static Packet.Connect connect(String clientId, @Nullable String user,
            @Nullable String password) {
        return new Packet.Connect(Version.MQTT_5, clientId, true, 0, null, user,
                password == null ? null : Secret.of(password), ConnectProperties.NONE);
    }

    private static RawClient tls(String serverName) throws Exception {
        return RawClient.tls(gate.port("tls"), new RawClient.Tls(serverName, gate.caFile(), "TLSv1.3", null));
    }

    private static RawClient opened(RawClient client, Packet.Connect connect) throws IOException {
        client.packet(connect, connect.version());
        assertThat(((Packet.Connack) Objects.requireNonNull(client.next(connect.version()))).reason())
                .isEqualTo(ReasonCode.SUCCESS);
        return client;
    }

    private static String refused(String serverName, Packet.Connect connect) throws Exception {
        try (RawClient client = tls(serverName)) {
            client.packet(connect, connect.version());
            client.untilClosed();
            return client.local();
        }
    }

    /// Sends a ClientHello, takes the ServerHello, and then this.
    private static RawClient greeted() throws Exception {
        RawClient client = RawClient.tcp(gate.port("tls"));
        client.send(Hellos.tls13("globex.mq.test"));
        assertThat(client.some(6)).startsWith((byte) 0x16);
        return client;
    }

    private static String alerting() throws Exception {
        try (RawClient client = greeted()) {
            client.hex("15 0303 0002 02 32"); // decode_error
            client.untilClosed();
            return client.local();
        }
    }

    private static String stoppingInTheHandshake() throws Exception {
        try (RawClient client = greeted()) {
            client.untilClosed();
            return client.local();
        }
    }

    private static String garbling() throws Exception {
        try (RawClient client = greeted()) {
            client.hex("17 0303 0020" + "5a".repeat(32));
            client.untilClosed();
            return client.local();
        }
    }

    private static String leavingAfterTls() throws Exception {
        try (RawClient client = tls("globex.mq.test")) {
            return client.local();
        }
    }

    private static String oneSessionMore() throws Exception {
        try (RawClient _ = opened(tls("small.mq.test"), connect("only", null, null))) {
            return refused("small.mq.test", connect("another", null, null));
        }
    }

    private static String reportingAnError() throws Exception {
        try (RawClient client = opened(tls("globex.mq.test"), connect("complains", "eric", "secret"))) {
            client.packet(new Packet.Disconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR), Version.MQTT_5);
            client.untilClosed();
            return client.local();
        }
    }

    /// A tenant of its own with user eric, who is connected when the command comes.
    private static String whileConnected(String tenant, Request command) throws Exception {
        gate.command(new Request.AddTenant(tenant, false, List.of()));
        gate.command(new Request.AddUser(tenant, "eric", Secret.of("secret"), List.of("#"), List.of("#")));
        try (RawClient client = loggedIn(tenant)) {
            gate.command(command);
            client.untilClosed();
            return client.local();
        }
    }

    /// On a busy machine the first hash of a password takes longer than a CONNECT may: the service is busy, and is asked again.
    private static RawClient loggedIn(String tenant) throws Exception {
        long until = System.nanoTime() + Gate.PATIENCE.toNanos();
        while (true) {
            RawClient client = tls(tenant + ".mq.test");
            client.packet(connect("there", "eric", "secret"), Version.MQTT_5);
            ReasonCode said = ((Packet.Connack) Objects.requireNonNull(client.next(Version.MQTT_5))).reason();
            if (said == ReasonCode.SUCCESS) {
                return client;
            }
            client.close();
            assertThat(said).isEqualTo(ReasonCode.SERVER_BUSY);
            assertThat(System.nanoTime()).as("still busy").isLessThan(until);
        }
    }

    private static String meetingABug() throws Exception {
        try (RawClient client = opened(RawClient.tcp(gate.port("tcp")), connect("unlucky", null, null))) {
            Field connections = Service.class.getDeclaredField("connections");
            connections.setAccessible(true);
            ((ChannelGroup) connections.get(gate.service())).stream()
                    .filter(channel -> String.valueOf(channel.remoteAddress()).endsWith(client.local()))
                    .forEach(channel -> channel.pipeline().fireExceptionCaught(new IllegalStateException("injected")));
            client.untilClosed();
            return client.local();
        }
    }

    // ---------------------------------------------------------------------------------------------------- not reading

    private static byte[] publish(String topic) {
        return RawClient.bytes(new Packet.Publish(topic, Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE,
                Unpooled.wrappedBuffer(new byte[4_000])), Version.MQTT_5);
    }

    private static RawClient subscribed(Gate to, String clientId, String topic) throws IOException {
        RawClient client = opened(RawClient.smallTcp(to.port("tcp")), connect(clientId, null, null));
        client.packet(new Packet.Subscribe(1, 0, List.of(), List.of(new Packet.Subscribe.Request(topic,
                Qos.AT_MOST_ONCE, false, false, Packet.RetainHandling.SEND))), Version.MQTT_5);
        assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Suback.class);
        return client;
    }

    private static void flood(Gate at, String topic) throws IOException {
        try (RawClient publisher = opened(RawClient.tcp(at.port("tcp")), connect("floods-" + topic, null, null))) {
            byte[] message = publish(topic);
            for (int i = 0; i < STUCK_MESSAGES; i++) {
                publisher.send(message);
            }
            publisher.packet(new Packet.Pingreq(), Version.MQTT_5);
            assertThat(publisher.next(Version.MQTT_5)).as("all was handled").isInstanceOf(Packet.Pingresp.class);
        }
    }

    private static String notReadingAndLeaving() throws Exception {
        try (RawClient client = subscribed(gate, "slow", "flood")) {
            flood(gate, "flood");
            client.packet(new Packet.Disconnect(ReasonCode.SUCCESS), Version.MQTT_5);
            client.untilClosed(); // what was on its way: closing before it would be a reset
            return client.local();
        }
    }

    private static String stuck() {
        try (Following watched = gateOfStuck.watch(); RawClient client = subscribed(gateOfStuck, "stuck", "flood")) {
            flood(gateOfStuck, "flood");
            return trail(gateOfStuck, Gate.ended(watched, client.local(), STUCK));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a client was stuck", e);
        }
    }

    // --------------------------------------------------------------------------------------------------------- the end

    /// Its trail is found by the next service on the same data.
    private static String stopping() throws Exception {
        Path data = Files.createDirectory(folder.resolve("stopping"));
        Line open;
        List<RawClient> clients = new ArrayList<>();
        try (Gate first = Gate.open(data, "refuse"); Following watched = first.watch()) {
            clients.add(opened(RawClient.tcp(first.port("tcp")), connect("last", null, null)));
            open = watched.next(Gate.PATIENCE).orElseThrow();
        }
        clients.getFirst().close();
        try (Gate second = Gate.open(data, "refuse")) {
            return trail(second, open);
        }
    }
}
