package dev.gatehouse.tests.refusals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import dev.gatehouse.diagnosis.TrailText;
import dev.gatehouse.doctor.explain.Explainer;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnectProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Secret;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.trail.Following;
import dev.gatehouse.server.trail.Line;

import static org.assertj.core.api.Assertions.assertThat;

/// The table of failures: what a client does, what it is answered, what the trail says.
class RefusalsIT {
    private static final String PASSWORD = "wrong-4711";

    @TempDir
    static Path folder;
    private static Gate gate;

    /// What a client did came to this.
    ///
    /// @param local the client's address
    /// @param hex what the server sent until it closed
    record Seen(String local, String hex) {
        Seen(String local, byte[] answer) {
            this(local, HexFormat.of().formatHex(answer));
        }

        byte[] answer() {
            return HexFormat.of().parseHex(hex);
        }

        String text() {
            return new String(answer(), StandardCharsets.UTF_8);
        }
    }

    private interface Client {
        Seen run() throws Exception;
    }

    private interface Check {
        void check(Seen seen, Line line);
    }

    /// @param words for the table in the docs
    private record Answer(String words, Check check) {}

    private record Row(String name, String cause, Client client, Answer answer) {}

    @BeforeAll
    static void open() {
        gate = Gate.open(folder, "refuse");
    }

    @AfterAll
    static void close() {
        gate.close();
    }

    @TestFactory
    Stream<DynamicTest> each_way_to_fail_has_its_answer_and_its_cause() {
        List<Row> rows = rows();
        assertThat(rows).extracting(Row::name).doesNotHaveDuplicates().hasSizeGreaterThan(50);
        return rows.stream().map(row -> DynamicTest.dynamicTest(row.name(), () -> provoke(row)));
    }

    @Test
    void the_table_in_the_docs_is_this_one() throws IOException {
        List<String> table = rows().stream()
                .map(row -> "| " + row.name() + " | " + row.answer().words() + " | `" + row.cause() + "` |").toList();
        Path docs = Path.of("..", "docs", "refusals.md");
        assertThat(Files.readAllLines(docs).stream().filter(line -> line.endsWith("` |")).toList())
                .as("the rows of docs/refusals.md should be:%n%s", String.join("\n", table)).isEqualTo(table);
    }

    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        serverNames(rows);
        tls(rows);
        wrongPorts(rows);
        silence(rows);
        connects(rows);
        credentials(rows);
        takeovers(rows);
        openConnections(rows);
        features(rows);
        payloads(rows);
        exchanges(rows);
        drains(rows);
        webSockets(rows);
        proxies(rows);
        return rows;
    }

    /// What `explain` says of a trail, null when it ended well.
    static @Nullable String explained(String trail) throws IOException {
        var explainer = new Explainer();
        explainer.read(new ByteArrayInputStream(trail.getBytes(StandardCharsets.UTF_8)));
        var explanation = explainer.explain();
        return explanation.decided() ? explanation.verdicts().getFirst().cause().id() : null;
    }

    private static void provoke(Row row) throws Exception {
        try (Following watched = gate.watch()) {
            Seen seen = row.client().run();
            Line line = Gate.ended(watched, seen.local());
            String trail = TrailText.render(gate.trail(line.id()));
            assertThat(line.cause()).as(trail).isEqualTo(row.cause());
            assertThat(explained(trail)).as("explain, of the same trail%n%s", trail).isEqualTo(row.cause());
            assertThat(line.title()).as(trail).isNotBlank();
            assertThat(line.fix()).as(trail).isNotBlank().doesNotContain("<domain>");
            assertThat(trail).doesNotContain(PASSWORD).doesNotContain("hunter2");
            try {
                row.answer().check().check(seen, line);
            } catch (AssertionError wrong) {
                throw new AssertionError("answer " + seen.hex() + "\n" + trail, wrong);
            }
        }
    }

    // ------------------------------------------------------------------------------------------------------- pieces

    private static Packet.Connect connect(Version version, String clientId, @Nullable String user,
            @Nullable String password) {
        return new Packet.Connect(version, clientId, true, 60, null, user,
                password == null ? null : Secret.of(password),
                ConnectProperties.NONE);
    }

    private static Packet.Connect right(Version version) {
        return connect(version, "", "eric", "secret");
    }

    private static Client tls(@Nullable String serverName, Packet.Connect connect) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls(serverName, gate.caFile(), "TLSv1.3", null))) {
                client.packet(connect, connect.version());
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    private static Client tcp(String listener, byte[] bytes) {
        return () -> {
            try (RawClient client = RawClient.tcp(gate.port(listener))) {
                client.send(bytes);
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    private static Client hex(String listener, String hex) {
        return tcp(listener, HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static Client text(String listener, String text) {
        return tcp(listener, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Client connecting(String listener, Packet.Connect connect) {
        return tcp(listener, RawClient.bytes(connect, connect.version()));
    }

    /// Opens a session as user eric of globex over TLS, sends packets, reads until the server closes.
    private static Client open(Packet.Connect connect, byte[]... packets) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.3", null))) {
                client.packet(connect, connect.version());
                assertThat(client.next(connect.version())).isInstanceOf(Packet.Connack.class);
                for (byte[] packet : packets) {
                    client.send(packet);
                }
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    /// The same, but the client says goodbye itself.
    private static Client openAndLeave(Packet.Connect connect, byte[] packet) {
        return open(connect, packet, RawClient.bytes(new Packet.Disconnect(ReasonCode.SUCCESS), connect.version()));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] publish(Version version, String topic, Qos qos, int payloadBytes) {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[payloadBytes]);
        return RawClient.bytes(new Packet.Publish(topic, qos, false, false, qos == Qos.AT_MOST_ONCE ? 0 : 7,
                PublishProperties.NONE, payload), version);
    }

    private static byte[] subscribe(Version version, String filter) {
        return RawClient.bytes(new Packet.Subscribe(9, 0, List.of(), List.of(new Packet.Subscribe.Request(filter,
                Qos.AT_LEAST_ONCE, false, false, Packet.RetainHandling.SEND))), version);
    }

    private static Answer connack3(int code) {
        return new Answer("CONNACK, return code " + code,
                (seen, _) -> assertThat(seen.hex()).isEqualTo("200200" + HexFormat.of().toHexDigits((byte) code)));
    }

    private static Answer connack5(ReasonCode reason) {
        return new Answer("CONNACK " + shown(reason) + " with a reason string", (seen, line) -> {
            assertThat(seen.hex()).startsWith("20");
            int afterLength = (seen.answer()[1] & 0x80) == 0 ? 2 : 3;
            assertThat(seen.answer()[afterLength + 1] & 0xFF).isEqualTo(reason.code());
            assertThat(seen.text()).as("the reason string names the attempt").contains(line.id());
        });
    }

    private static String shown(ReasonCode reason) {
        return "0x" + HexFormat.of().withUpperCase().toHexDigits((byte) reason.code());
    }

    private static Answer disconnect5(ReasonCode reason) {
        return new Answer("DISCONNECT " + shown(reason) + " with a reason string", (seen, line) -> {
            assertThat(seen.hex()).startsWith("e0");
            int afterLength = (seen.answer()[1] & 0x80) == 0 ? 2 : 3;
            assertThat(seen.answer()[afterLength] & 0xFF).isEqualTo(reason.code());
            assertThat(seen.text()).contains(line.id());
        });
    }

    private static Answer silentClose() {
        return new Answer("the connection closes", (seen, _) -> assertThat(seen.answer()).isEmpty());
    }

    private static Answer http(int status) {
        return new Answer("HTTP " + status + " with the reason in words",
                (seen, _) -> assertThat(seen.text()).startsWith("HTTP/1.1 " + status + " "));
    }

    private static Answer alert(int number) {
        return new Answer("TLS alert " + number, (seen, _) -> assertThat(seen.hex()).startsWith("15").hasSize(14)
                .endsWith("02" + HexFormat.of().toHexDigits((byte) number)));
    }

    /// The client is gone, or its own TLS stack has the answer.
    private static Answer any() {
        return new Answer("-", (_, _) -> {});
    }

    // --------------------------------------------------------------------------------------------------------- rows

    private static void serverNames(List<Row> rows) {
        rows.add(new Row("no server name, MQTT 3.1.1, right user and password", "sni-missing",
                tls(null, right(Version.MQTT_3_1_1)), connack3(5)));
        rows.add(new Row("no server name, MQTT 3.1", "sni-missing",
                tls(null, connect(Version.MQTT_3_1, "c1", "eric", "secret")), connack3(5)));
        rows.add(new Row("no server name, MQTT 5", "sni-missing", tls(null, right(Version.MQTT_5)),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("no server name, the reason string says what to do", "sni-missing",
                tls(null, connect(Version.MQTT_5, "said", "eric", "secret")),
                new Answer("CONNACK 0x87 with a reason string",
                        (seen, _) -> assertThat(seen.text()).contains("server name (SNI)"))));
        rows.add(new Row("unknown server name, MQTT 3.1.1", "sni-unknown",
                tls("nobody.mq.test", right(Version.MQTT_3_1_1)), connack3(4)));
        rows.add(new Row("unknown server name, MQTT 5", "sni-unknown",
                tls("nobody.mq.test", connect(Version.MQTT_5, "u5", null, null)), connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("server name of another domain", "sni-unknown",
                tls("globex.example.org", right(Version.MQTT_3_1_1)), connack3(4)));
        rows.add(new Row("an IP address as server name", "sni-unknown", tls("127.0.0.1", right(Version.MQTT_3_1_1)),
                connack3(5)));
        rows.add(new Row("a server name that is none: the JDK's engine refuses it itself", "host-malformed", () -> {
            try {
                return tls("glo bex!", right(Version.MQTT_3_1_1)).run();
            } catch (RawClient.TlsFailure alert) {
                return new Seen(alert.local(), new byte[0]);
            }
        }, any()));
        rows.add(new Row("no tenant in the user name where the user name has to say it", "tenant-not-named",
                connecting("named", right(Version.MQTT_3_1_1)), connack3(5)));
        rows.add(new Row("no tenant in the user name, MQTT 5: the reason string says how to name it",
                "tenant-not-named",
                connecting("named", right(Version.MQTT_5)), new Answer("CONNACK 0x87 with a reason string",
                        (seen, _) -> assertThat(seen.text()).contains("log in as user@tenant").doesNotContain("SNI"))));
        rows.add(new Row("an unknown tenant in the user name", "tenant-unknown",
                connecting("named", connect(Version.MQTT_3_1_1, "", "eric@nobody", "secret")), connack3(4)));
    }

    private static Client handshake(RawClient.Tls how) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"), how)) {
                throw new AssertionError("the handshake of " + client.local() + " succeeded");
            } catch (RawClient.TlsFailure failure) {
                return new Seen(failure.local(), RawClient.nothing());
            }
        };
    }

    private static void tls(List<Row> rows) {
        rows.add(new Row("the client does not trust our CA, TLS 1.3", "untrusted-ca",
                handshake(new RawClient.Tls("globex.mq.test", null, "TLSv1.3", null)), any()));
        rows.add(new Row("the client does not trust our CA, TLS 1.2", "untrusted-ca",
                handshake(new RawClient.Tls("globex.mq.test", null, "TLSv1.2", null)), any()));
        rows.add(new Row("no cipher suite in common", "tls-cipher-mismatch",
                handshake(new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.2",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")),
                any()));
        // A ClientHello of TLS 1.0 with TLS_RSA_WITH_AES_128_CBC_SHA and the server name a.mq.test.
        String hello = "0100004d 0301" + "00".repeat(32) + "00 0002 002f 0100 0022" + "0000 000e 000c 00 0009"
                + "612e6d712e74657374" + "000a 0004 0002 0017" + "000b 0004 0302 0100";
        String compact = hello.replace(" ", "");
        String body = compact.substring(8);
        String record = "160301" + HexFormat.of().toHexDigits((short) (body.length() / 2 + 4)) + "01"
                + HexFormat.of().toHexDigits(body.length() / 2).substring(2) + body;
        rows.add(new Row("the client speaks only TLS 1.0", "tls-version-mismatch", hex("tls", record), alert(70)));
        rows.add(new Row("TLS garbage", "tls-malformed", hex("tls", "16030100050200000100"), alert(50)));
        rows.add(new Row("the client leaves after its ClientHello", "handshake-abandoned", () -> {
            try (RawClient client = RawClient.tcp(gate.port("tls"))) {
                client.send(Hellos.tls13("globex.mq.test"));
                assertThat(client.some(6)).startsWith((byte) 0x16);
                return new Seen(client.local(), RawClient.nothing());
            }
        }, any()));
        rows.add(new Row("half a ClientHello, then nothing", "hello-incomplete", () -> {
            byte[] hello13 = Hellos.tls13("globex.mq.test");
            return tcp("tls", java.util.Arrays.copyOf(hello13, hello13.length / 2)).run();
        }, silentClose()));
    }

    private static void wrongPorts(List<Row> rows) {
        rows.add(
                new Row("MQTT 3.1.1 to the TLS port", "plain-to-tls-port", connecting("tls", right(Version.MQTT_3_1_1)),
                        connack3(3)));
        rows.add(new Row("MQTT 5 to the TLS port", "plain-to-tls-port", connecting("tls", right(Version.MQTT_5)),
                connack5(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR)));
        rows.add(new Row("HTTP to the TLS port", "plain-to-tls-port", text("tls", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
                http(400)));
        rows.add(new Row("TLS to the TCP port", "tls-to-plain-port",
                () -> tcp("tcp", Hellos.tls13("acme.mq.test")).run(), alert(10)));
        rows.add(new Row("HTTP to the TCP port", "ws-to-tcp-port", text("tcp", "GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n"),
                http(400)));
        rows.add(new Row("MQTT to the WebSocket port", "tcp-to-ws-port", connecting("ws", right(Version.MQTT_3_1_1)),
                connack3(3)));
        rows.add(new Row("TLS to the WebSocket port", "tls-to-plain-port",
                () -> tcp("ws", Hellos.tls13("acme.mq.test")).run(), alert(10)));
        rows.add(new Row("SSH", "not-mqtt-first-packet", text("tcp", "SSH-2.0-OpenSSH_9.2\r\n"), silentClose()));
        rows.add(new Row("bytes that are nothing", "not-mqtt-first-packet", hex("tcp", "ffffffffffffffffffffffffffff"),
                silentClose()));
    }

    private static void silence(List<Row> rows) {
        rows.add(new Row("nothing is sent", "nothing-sent", hex("tcp", ""), silentClose()));
        rows.add(new Row("connect and close", "health-check-or-scan", () -> {
            try (RawClient client = RawClient.tcp(gate.port("tcp"))) {
                return new Seen(client.local(), RawClient.nothing());
            }
        }, any()));
        rows.add(new Row("half a CONNECT, then nothing", "connect-incomplete", hex("tcp", "101400044d51545404"),
                silentClose()));
        rows.add(new Row("half a CONNECT, then the end", "connect-incomplete", () -> {
            try (RawClient client = RawClient.tcp(gate.port("named"))) {
                client.hex("101400044d515454");
                return new Seen(client.local(), RawClient.nothing());
            }
        }, any()));
        rows.add(new Row("TLS, then no CONNECT", "no-connect", () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.3", null))) {
                return new Seen(client.local(), client.untilClosed());
            }
        }, silentClose()));
    }

    private static void connects(List<Row> rows) {
        rows.add(new Row("protocol name MQIsdx", "protocol-version-unsupported",
                hex("tcp", "1011 0006 4d5149736478 03 02 003c 0003 616263"), connack3(1)));
        rows.add(new Row("protocol level 9", "protocol-version-unsupported",
                hex("tcp", "100f 0004 4d515454 09 02 003c 0003 616263"), connack3(1)));
        rows.add(new Row("the bridge bit", "bridge-protocol-bit",
                hex("tcp", "100f 0004 4d515454 84 02 003c 0003 616263"), connack3(1)));
        rows.add(new Row("empty client id with a session to keep", "client-id-rejected",
                hex("tcp", "100c 0004 4d515454 04 00 003c 0000"), connack3(2)));
        rows.add(new Row("client id too long", "client-id-rejected",
                connecting("tcp", connect(Version.MQTT_5, "x".repeat(41), null, null)),
                connack5(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID)));
        rows.add(new Row("the reserved connect flag, MQTT 3.1.1", "malformed-connect",
                hex("tcp", "100f 0004 4d515454 04 03 003c 0003 616263"), silentClose()));
        rows.add(new Row("the reserved connect flag, MQTT 5", "malformed-connect",
                hex("tcp", "1010 0004 4d515454 05 03 003c 00 0003 616263"), connack5(ReasonCode.MALFORMED_PACKET)));
        rows.add(new Row("the first packet is PINGREQ", "not-mqtt-first-packet", hex("tcp", "c000"), silentClose()));
        rows.add(new Row("a CONNECT that is too large", "packet-too-large", hex("tcp", "10ffff7f 0004 4d515454"),
                silentClose()));
        rows.add(new Row("will topic with a wildcard", "malformed-connect", connecting("tcp", new Packet.Connect(
                Version.MQTT_5, "w1", true, 60, new Will("a/+/b", Bytes.EMPTY, Qos.AT_MOST_ONCE, false, 0,
                        PublishProperties.NONE),
                null, null, ConnectProperties.NONE)), connack5(ReasonCode.TOPIC_NAME_INVALID)));
        rows.add(new Row("an authentication method that nobody offers", "auth-method-unsupported",
                connecting("tcp", new Packet.Connect(Version.MQTT_5, "a1", true, 60, null, null, null,
                        new ConnectProperties(0, 65_535, -1, 0, false, true, "SCRAM-SHA-512", null, List.of()))),
                connack5(ReasonCode.BAD_AUTHENTICATION_METHOD)));
        rows.add(new Row("more connections than the tenant may have", "quota-connections", () -> {
            try (RawClient first = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls("full.mq.test", gate.caFile(), "TLSv1.3", null))) {
                first.packet(connect(Version.MQTT_5, "f1", null, null), Version.MQTT_5);
                assertThat(first.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
                return tls("full.mq.test", connect(Version.MQTT_5, "f2", null, null)).run();
            }
        }, connack5(ReasonCode.QUOTA_EXCEEDED)));
    }

    private static void credentials(List<Row> rows) {
        rows.add(new Row("wrong password, MQTT 3.1.1", "bad-credentials",
                tls("globex.mq.test", connect(Version.MQTT_3_1_1, "", "eric", PASSWORD)), connack3(4)));
        rows.add(new Row("wrong password, MQTT 5", "bad-credentials",
                tls("globex.mq.test", connect(Version.MQTT_5, "p5", "eric", PASSWORD)),
                connack5(ReasonCode.BAD_USER_NAME_OR_PASSWORD)));
        rows.add(new Row("unknown user", "bad-credentials",
                tls("globex.mq.test", connect(Version.MQTT_3_1_1, "", "nobody", PASSWORD)), connack3(4)));
        rows.add(new Row("user of another tenant", "bad-credentials",
                tls("globex.mq.test", connect(Version.MQTT_3_1_1, "", "peter", "other")), connack3(4)));
        rows.add(new Row("no credentials", "credentials-missing",
                tls("globex.mq.test", connect(Version.MQTT_3_1_1, "", null, null)), connack3(5)));
        rows.add(new Row("will topic that is not permitted", "acl-denied",
                tls("globex.mq.test",
                        new Packet.Connect(Version.MQTT_5, "w2", true, 60,
                                new Will("yours/x", Bytes.EMPTY, Qos.AT_MOST_ONCE, false, 0, PublishProperties.NONE),
                                "narrow", Secret.of("secret"), ConnectProperties.NONE)),
                connack5(ReasonCode.NOT_AUTHORIZED)));
    }

    private static void takeovers(List<Row> rows) {
        rows.add(new Row("the client id is taken over", "stale-session-takeover", () -> {
            try (RawClient first = RawClient.tcp(gate.port("tcp"));
                    RawClient second = RawClient.tcp(gate.port("tcp"))) {
                first.packet(connect(Version.MQTT_5, "twin", null, null), Version.MQTT_5);
                assertThat(first.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
                second.packet(connect(Version.MQTT_5, "twin", null, null), Version.MQTT_5);
                assertThat(second.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
                return new Seen(first.local(), first.untilClosed());
            }
        }, disconnect5(ReasonCode.SESSION_TAKEN_OVER)));
        rows.add(new Row("the client id is taken over in a loop", "client-id-collision", () -> {
            RawClient last = opened("loop");
            for (int i = 0; i < 4; i++) {
                RawClient next = opened("loop");
                last.untilClosed();
                last.close();
                last = next;
            }
            RawClient winner = opened("loop");
            Seen seen = new Seen(last.local(), last.untilClosed());
            winner.close();
            return seen;
        }, disconnect5(ReasonCode.SESSION_TAKEN_OVER)));
    }

    private static RawClient opened(String clientId) throws IOException {
        RawClient client = RawClient.tcp(gate.port("tcp"));
        client.packet(connect(Version.MQTT_5, clientId, null, null), Version.MQTT_5);
        assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
        return client;
    }

    private static void openConnections(List<Row> rows) {
        rows.add(new Row("keep alive missed, MQTT 5", "keepalive-timeout",
                open(new Packet.Connect(Version.MQTT_5, "k5", true, 1, null, "eric", Secret.of("secret"),
                        ConnectProperties.NONE)),
                disconnect5(ReasonCode.KEEP_ALIVE_TIMEOUT)));
        rows.add(new Row("keep alive missed, MQTT 3.1.1", "keepalive-timeout",
                open(new Packet.Connect(Version.MQTT_3_1_1, "k3", true, 1, null, "eric", Secret.of("secret"),
                        ConnectProperties.NONE)),
                silentClose()));
        rows.add(new Row("a second CONNECT", "protocol-error",
                open(right(Version.MQTT_5), RawClient.bytes(right(Version.MQTT_5), Version.MQTT_5)),
                disconnect5(ReasonCode.PROTOCOL_ERROR)));
        rows.add(new Row("a topic name with a wildcard", "topic-name-invalid",
                open(right(Version.MQTT_5), bytes("30 06 0003 612f23 00")), disconnect5(ReasonCode.MALFORMED_PACKET)));
        rows.add(new Row("QoS 3", "malformed-packet", open(right(Version.MQTT_5), bytes("36 06 0001 61 0001 00")),
                disconnect5(ReasonCode.MALFORMED_PACKET)));
        rows.add(new Row("a remaining length of five bytes", "malformed-packet",
                open(right(Version.MQTT_5), bytes("30 ffffffff7f")), disconnect5(ReasonCode.MALFORMED_PACKET)));
        rows.add(new Row("malformed UTF-8, MQTT 3.1.1", "malformed-packet",
                open(right(Version.MQTT_3_1_1), bytes("30 04 0002 c328")), silentClose()));
        rows.add(new Row("a packet that is too large", "packet-too-large",
                open(right(Version.MQTT_5), publish(Version.MQTT_5, "a", Qos.AT_MOST_ONCE, 5_000)),
                disconnect5(ReasonCode.PACKET_TOO_LARGE)));
        rows.add(new Row("more unacknowledged than the receive maximum", "receive-maximum-exceeded",
                open(right(Version.MQTT_5), qos2(1), qos2(2), qos2(3), qos2(4)),
                new Answer("DISCONNECT 0x93 with a reason string", (seen, line) -> {
                    String threePubrecs = "500300011050030002105003000310";
                    assertThat(seen.hex()).startsWith(threePubrecs);
                    disconnect5(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED).check()
                            .check(new Seen(seen.local(), seen.hex().substring(threePubrecs.length())), line);
                })));
        rows.add(new Row("a topic alias above the maximum", "topic-alias-invalid",
                open(right(Version.MQTT_5), bytes("30 07 0001 61 03 23 0006")),
                disconnect5(ReasonCode.TOPIC_ALIAS_INVALID)));
        rows.add(new Row("publish not permitted, MQTT 3.1.1", "acl-denied",
                open(connect(Version.MQTT_3_1_1, "n3", "narrow", "secret"),
                        publish(Version.MQTT_3_1_1, "yours", Qos.AT_LEAST_ONCE, 1)),
                silentClose()));
        rows.add(new Row("publish not permitted, MQTT 5 QoS 0", "acl-denied",
                openAndLeave(connect(Version.MQTT_5, "n5", "narrow", "secret"),
                        publish(Version.MQTT_5, "yours", Qos.AT_MOST_ONCE, 1)),
                new Answer("nothing: the message is dropped", silentClose().check())));
        rows.add(new Row("publish not permitted, MQTT 5 QoS 1: the connection stays", "acl-denied",
                openAndLeave(connect(Version.MQTT_5, "n6", "narrow", "secret"),
                        publish(Version.MQTT_5, "yours", Qos.AT_LEAST_ONCE, 1)),
                new Answer("PUBACK 0x87", (seen, _) -> assertThat(seen.hex()).startsWith("40").contains("000787"))));
        rows.add(new Row("subscribe not permitted, MQTT 3.1.1", "acl-denied",
                openAndLeave(connect(Version.MQTT_3_1_1, "s3", "narrow", "secret"),
                        subscribe(Version.MQTT_3_1_1, "#")),
                new Answer("SUBACK 0x80", (seen, _) -> assertThat(seen.hex()).isEqualTo("9003000980"))));
        rows.add(new Row("a bad topic filter, MQTT 5", "topic-filter-invalid",
                openAndLeave(right(Version.MQTT_5), subscribe(Version.MQTT_5, "a/#/b")),
                new Answer("SUBACK 0x8F", (seen, _) -> assertThat(seen.hex()).startsWith("90").endsWith("8f"))));
        rows.add(new Row("the client closes without DISCONNECT", "closed-without-disconnect", () -> {
            try (RawClient client = opened("leaver")) {
                return new Seen(client.local(), RawClient.nothing());
            }
        }, any()));
        rows.add(new Row("the connection is reset", "connection-reset", () -> {
            RawClient client = opened("resetter");
            client.reset();
            return new Seen(client.local(), RawClient.nothing());
        }, any()));
    }

    private static Packet.Connect willing(Version version, Qos qos, boolean retain) {
        return new Packet.Connect(version, "w-plain", true, 60,
                new Will("w", Bytes.EMPTY, qos, retain, 0, PublishProperties.NONE), null, null, ConnectProperties.NONE);
    }

    /// A session in the tenant that has next to nothing.
    private static Client plain(Version version, byte[]... packets) {
        return () -> {
            try (RawClient client = RawClient.tcp(gate.port("plain"))) {
                client.packet(connect(version, "p-" + version.level(), null, null), version);
                assertThat(client.next(version)).isInstanceOf(Packet.Connack.class);
                for (byte[] packet : packets) {
                    client.send(packet);
                }
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    private static Client plainAndLeave(Version version, byte[] packet) {
        return plain(version, packet, RawClient.bytes(new Packet.Disconnect(ReasonCode.SUCCESS), version));
    }

    private static byte[] retained(Version version) {
        return RawClient.bytes(new Packet.Publish("a", Qos.AT_MOST_ONCE, false, true, 0, PublishProperties.NONE,
                Unpooled.wrappedBuffer(new byte[1])), version);
    }

    private static byte[] subscribeWithId(String filter) {
        return RawClient.bytes(new Packet.Subscribe(9, 5, List.of(), List.of(new Packet.Subscribe.Request(filter,
                Qos.AT_LEAST_ONCE, false, false, Packet.RetainHandling.SEND))), Version.MQTT_5);
    }

    private static Answer suback5(ReasonCode reason) {
        String code = HexFormat.of().toHexDigits((byte) reason.code());
        return new Answer("SUBACK " + shown(reason),
                (seen, _) -> assertThat(seen.hex()).startsWith("90").contains("0009").endsWith(code));
    }

    private static byte[] notText(Qos qos) {
        return RawClient.bytes(new Packet.Publish("a", qos, false, false, qos == Qos.AT_MOST_ONCE ? 0 : 7,
                TEXT, Unpooled.wrappedBuffer(new byte[]{(byte) 0xC3, 0x28})), Version.MQTT_5);
    }

    private static final PublishProperties TEXT = new PublishProperties(0, List.of(), 1, -1, null, null, null,
            List.of());

    private static void payloads(List<Row> rows) {
        rows.add(new Row("a payload that is not the UTF-8 it says, QoS 0", "payload-format-invalid",
                openAndLeave(right(Version.MQTT_5), notText(Qos.AT_MOST_ONCE)),
                new Answer("nothing: the message is dropped", silentClose().check())));
        rows.add(new Row("a payload that is not the UTF-8 it says, QoS 1", "payload-format-invalid",
                openAndLeave(right(Version.MQTT_5), notText(Qos.AT_LEAST_ONCE)),
                new Answer("PUBACK 0x99", (seen, _) -> assertThat(seen.hex()).startsWith("40").contains("000799"))));
        rows.add(new Row("a payload that is not the UTF-8 it says, QoS 2", "payload-format-invalid",
                openAndLeave(right(Version.MQTT_5), notText(Qos.EXACTLY_ONCE)),
                new Answer("PUBREC 0x99", (seen, _) -> assertThat(seen.hex()).startsWith("50").contains("000799"))));
        rows.add(new Row("a will that is not the UTF-8 it says", "payload-format-invalid",
                connecting("tcp", new Packet.Connect(Version.MQTT_5, "w-text", true, 60,
                        new Will("w", Bytes.takeOver(new byte[]{(byte) 0xC3}), Qos.AT_MOST_ONCE, false, 0, TEXT), null,
                        null, ConnectProperties.NONE)),
                connack5(ReasonCode.PAYLOAD_FORMAT_INVALID)));
        rows.add(new Row("a Maximum Packet Size that CONNACK does not fit into", "client-packet-size-too-small",
                connecting("tcp", new Packet.Connect(Version.MQTT_5, "tiny", true, 60, null, null, null,
                        new ConnectProperties(0, 65_535, 5, 0, false, true, null, null, List.of()))),
                silentClose()));
    }

    /// An exchange up to the answer to the challenge, then what the server says.
    private static Client scram(String serverName, String user, String password, @Nullable String connectUser) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls(serverName, gate.caFile(), "TLSv1.3", null))) {
                new ScramLogin(user, password).run(client, "scram", connectUser);
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    /// An exchange in which something else than the answer follows the challenge.
    private static Client challenged(byte[] then) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.3", null))) {
                client.packet(ScramLogin.connect("challenged", null, new ScramLogin("eric", "secret").first()),
                        Version.MQTT_5);
                assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Auth.class);
                client.send(then);
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    /// Logs in as eric, then authenticates again.
    private static Client again(String user, String password) {
        return () -> {
            try (RawClient client = RawClient.tls(gate.port("tls"),
                    new RawClient.Tls("globex.mq.test", gate.caFile(), "TLSv1.3", null))) {
                new ScramLogin("eric", "secret").run(client, "again", null);
                assertThat(client.next(Version.MQTT_5)).isInstanceOf(Packet.Connack.class);
                ScramLogin login = new ScramLogin(user, password);
                client.packet(ScramLogin.auth(ReasonCode.REAUTHENTICATE, login.first()), Version.MQTT_5);
                Packet.Auth challenge = (Packet.Auth) ScramLogin.next(client);
                client.packet(ScramLogin.auth(ReasonCode.CONTINUE_AUTHENTICATION, login.last(challenge.data())),
                        Version.MQTT_5);
                return new Seen(client.local(), client.untilClosed());
            }
        };
    }

    private static byte[] auth(ReasonCode reason, String method) {
        return RawClient.bytes(new Packet.Auth(reason, method, ScramLogin.bytes("x"), null, List.of()), Version.MQTT_5);
    }

    private static void exchanges(List<Row> rows) {
        rows.add(new Row("SCRAM, wrong password", "bad-credentials", scram("globex.mq.test", "eric", PASSWORD, null),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, unknown user", "bad-credentials", scram("globex.mq.test", "nobody", PASSWORD, null),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, unknown server name", "sni-unknown", scram("nobody.mq.test", "eric", "secret", null),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, a user whose password was set before", "scram-keys-missing",
                scram("globex.mq.test", "imported", PASSWORD, null), connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, another user than CONNECT's", "bad-credentials",
                scram("globex.mq.test", "eric", "secret", "narrow"), connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, what follows the challenge is not SCRAM", "auth-exchange-malformed",
                challenged(auth(ReasonCode.CONTINUE_AUTHENTICATION, ScramLogin.METHOD)),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, nothing follows the challenge", "auth-exchange-timeout", challenged(new byte[0]),
                connack5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("SCRAM, another method follows", "protocol-error",
                challenged(auth(ReasonCode.CONTINUE_AUTHENTICATION, "OTHER")),
                connack5(ReasonCode.BAD_AUTHENTICATION_METHOD)));
        rows.add(new Row("SCRAM, a PUBLISH before CONNACK", "protocol-error",
                challenged(publish(Version.MQTT_5, "a", Qos.AT_MOST_ONCE, 1)), connack5(ReasonCode.PROTOCOL_ERROR)));
        rows.add(new Row("authentication again with a wrong password", "bad-credentials", again("eric", PASSWORD),
                disconnect5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("authentication again as another user", "bad-credentials", again("narrow", "secret"),
                disconnect5(ReasonCode.NOT_AUTHORIZED)));
        rows.add(new Row("AUTH without a method in CONNECT", "protocol-error",
                open(right(Version.MQTT_5), auth(ReasonCode.REAUTHENTICATE, ScramLogin.METHOD)),
                disconnect5(ReasonCode.PROTOCOL_ERROR)));
    }

    private static Client draining(@Nullable String to, boolean permanent, Client client) {
        return () -> {
            gate.command(new Request.Drain(false, to, permanent, 1_000));
            try {
                return client.run();
            } finally {
                gate.command(new Request.Drain(true, null, false, 1));
            }
        };
    }

    private static Client sentAway(Version version, String to) {
        return () -> {
            try (RawClient client = RawClient.tcp(gate.port("tcp"))) {
                client.packet(connect(version, "away", null, null), version);
                assertThat(client.next(version)).isInstanceOf(Packet.Connack.class);
                return draining(to, false, () -> new Seen(client.local(), client.untilClosed())).run();
            }
        };
    }

    private static void drains(List<Row> rows) {
        Packet.Connect five = connect(Version.MQTT_5, "late", null, null);
        rows.add(new Row("connecting while the server is drained to another, MQTT 5", "server-draining",
                draining("other.example:8883", false, connecting("tcp", five)),
                connack5(ReasonCode.USE_ANOTHER_SERVER)));
        rows.add(new Row("connecting while the server is drained to another for good, MQTT 5", "server-draining",
                draining("other.example", true, connecting("tcp", five)), connack5(ReasonCode.SERVER_MOVED)));
        rows.add(new Row("connecting while the server is drained, MQTT 5", "server-draining",
                draining(null, false, connecting("tcp", five)), connack5(ReasonCode.SERVER_UNAVAILABLE)));
        rows.add(new Row("connecting while the server is drained, MQTT 3.1.1", "server-draining",
                draining("other.example", false, connecting("tcp", connect(Version.MQTT_3_1_1, "late", null, null))),
                connack3(3)));
        rows.add(new Row("connected while the server is drained, MQTT 5", "server-draining",
                sentAway(Version.MQTT_5, "other.example"), disconnect5(ReasonCode.USE_ANOTHER_SERVER)));
        rows.add(new Row("connected while the server is drained, MQTT 3.1.1", "server-draining",
                sentAway(Version.MQTT_3_1_1, "other.example"), silentClose()));
    }

    private static void features(List<Row> rows) {
        rows.add(new Row("a QoS above the tenant's, MQTT 5", "qos-not-supported",
                plain(Version.MQTT_5, publish(Version.MQTT_5, "a", Qos.AT_LEAST_ONCE, 1)),
                disconnect5(ReasonCode.QOS_NOT_SUPPORTED)));
        rows.add(new Row("a QoS above the tenant's, MQTT 3.1.1", "qos-not-supported",
                plain(Version.MQTT_3_1_1, publish(Version.MQTT_3_1_1, "a", Qos.AT_LEAST_ONCE, 1)), silentClose()));
        rows.add(new Row("retain where the tenant has none, MQTT 5", "retain-not-supported",
                plain(Version.MQTT_5, retained(Version.MQTT_5)), disconnect5(ReasonCode.RETAIN_NOT_SUPPORTED)));
        rows.add(new Row("retain where the tenant has none, MQTT 3.1.1", "retain-not-supported",
                plain(Version.MQTT_3_1_1, retained(Version.MQTT_3_1_1)), silentClose()));
        rows.add(new Row("a will with a QoS above the tenant's, MQTT 5", "qos-not-supported",
                connecting("plain", willing(Version.MQTT_5, Qos.AT_LEAST_ONCE, false)),
                connack5(ReasonCode.QOS_NOT_SUPPORTED)));
        rows.add(new Row("a will with a QoS above the tenant's, MQTT 3.1.1", "qos-not-supported",
                connecting("plain", willing(Version.MQTT_3_1_1, Qos.AT_LEAST_ONCE, false)), connack3(5)));
        rows.add(new Row("a retained will where the tenant has none", "retain-not-supported",
                connecting("plain", willing(Version.MQTT_5, Qos.AT_MOST_ONCE, true)),
                connack5(ReasonCode.RETAIN_NOT_SUPPORTED)));
        rows.add(new Row("a wildcard where the tenant has none, MQTT 5", "subscription-not-supported",
                plainAndLeave(Version.MQTT_5, subscribe(Version.MQTT_5, "a/+")),
                suback5(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED)));
        rows.add(new Row("a wildcard where the tenant has none, MQTT 3.1.1", "subscription-not-supported",
                plainAndLeave(Version.MQTT_3_1_1, subscribe(Version.MQTT_3_1_1, "a/+")),
                new Answer("SUBACK 0x80", (seen, _) -> assertThat(seen.hex()).isEqualTo("9003000980"))));
        rows.add(new Row("a shared subscription where the tenant has none", "subscription-not-supported",
                plainAndLeave(Version.MQTT_5, subscribe(Version.MQTT_5, "$share/g/a")),
                suback5(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED)));
        rows.add(new Row("a subscription identifier where the tenant has none", "subscription-not-supported",
                plainAndLeave(Version.MQTT_5, subscribeWithId("a")),
                suback5(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED)));
    }

    private static byte[] qos2(int packetId) {
        return RawClient.bytes(new Packet.Publish("a", Qos.EXACTLY_ONCE, false, false, packetId, PublishProperties.NONE,
                Unpooled.wrappedBuffer(new byte[1])), Version.MQTT_5);
    }

    private static String upgrade(String path, String more) {
        return "GET " + path + " HTTP/1.1\r\nHost: acme.mq.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + more + "\r\n";
    }

    private static void webSockets(List<Row> rows) {
        String mqtt = "Sec-WebSocket-Protocol: mqtt\r\n";
        rows.add(new Row("WebSocket at another path", "ws-wrong-path", text("ws", upgrade("/ws", mqtt)), http(404)));
        rows.add(new Row("WebSocket without a subprotocol", "ws-subprotocol", text("ws", upgrade("/mqtt", "")),
                http(400)));
        rows.add(new Row("a browser at the WebSocket port", "ws-not-an-upgrade",
                text("ws", "GET /mqtt HTTP/1.1\r\nHost: acme.mq.test\r\n\r\n"), http(426)));
        rows.add(new Row("a text frame", "ws-malformed", () -> {
            try (RawClient client = RawClient.tcp(gate.port("ws"))) {
                client.text(upgrade("/mqtt", mqtt));
                assertThat(new String(client.some(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
                client.hex("8185 00000000 68656c6c6f");
                return new Seen(client.local(), client.untilClosed());
            }
        }, new Answer("WebSocket close 1003", (seen, _) -> assertThat(seen.hex()).contains("03eb"))));
        rows.add(new Row("half an HTTP request", "ws-incomplete", text("ws", "GET /mqtt HTTP/1.1\r\nHost:"),
                silentClose()));
    }

    private static void proxies(List<Row> rows) {
        String v1 = "PROXY TCP4 192.0.2.7 192.0.2.1 4711 1883\r\n";
        rows.add(new Row("a PROXY header where none is expected", "proxy-protocol-mismatch", text("tcp", v1),
                silentClose()));
        rows.add(new Row("no PROXY header where one is required", "proxy-protocol-mismatch",
                connecting("proxied", right(Version.MQTT_3_1_1)), silentClose()));
        rows.add(new Row("a PROXY header that is broken", "proxy-protocol-mismatch",
                text("proxied", "PROXY TCP4 not-an-address\r\n"), silentClose()));
        rows.add(new Row("a PROXY header from an address that is not trusted", "proxy-untrusted",
                text("distrusting", v1), silentClose()));
    }
}
