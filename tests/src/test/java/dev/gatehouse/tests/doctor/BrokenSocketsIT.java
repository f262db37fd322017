package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.SocketFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.tests.clients.Ports;
import dev.gatehouse.tests.doctor.PretendBroker.Answer;
import dev.gatehouse.tests.doctor.PretendBroker.Conduct;

/// Networks that fail, sockets that stall, reset or talk nonsense, and brokers that break off at each point.
class BrokenSocketsIT {
    private static final List<AutoCloseable> open = new ArrayList<>();

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static int serve(Conduct conduct) {
        PretendBroker broker = new PretendBroker(conduct);
        open.add(broker);
        return broker.port();
    }

    private static Case mqtt(String name, Conduct conduct) {
        return Case.of(name, "mqtt://localhost:" + serve(conduct));
    }

    private static Case mqtts(String name, Conduct conduct) {
        return Case.of(name, "mqtts://localhost:" + serve(conduct));
    }

    @TestFactory
    Stream<DynamicTest> the_network_between() throws IOException {
        ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        open.add(full);
        for (int i = 0; i < 4; i++) {
            Socket socket = new Socket();
            open.add(socket);
            Thread.startVirtualThread(() -> {
                try {
                    socket.connect(full.getLocalSocketAddress());
                } catch (IOException e) {
                    // the queue is full, as it should be
                }
            });
        }
        return Cases.run(List.of(
                Case.of("a name that nobody knows", "mqtt://no-such-host.mq.test").fails(Stage.DNS, Cause.DNS_FAILURE),
                Case.of("nothing listens", "mqtt://localhost:" + Ports.free()).fails(Stage.TCP,
                        Cause.TCP_REFUSED),
                Case.of("nothing listens for TLS", "mqtts://localhost:" + Ports.free()).fails(Stage.TCP,
                        Cause.TCP_REFUSED),
                Case.of("a full queue of connections, as behind a firewall that drops", "mqtt://localhost:"
                        + full.getLocalPort()).impatient().fails(Stage.TCP, Cause.TCP_TIMEOUT),
                Case.of("no route", "mqtt://localhost:1883")
                        .through(failing(new NoRouteToHostException("No route to host")))
                        .fails(Stage.TCP, Cause.TCP_UNREACHABLE)));
    }

    private static SocketFactory failing(IOException exception) {
        return new SocketFactory() {
            @Override
            public Socket createSocket() {
                return new Socket() {
                    @Override
                    public void connect(SocketAddress address, int timeout) throws IOException {
                        throw exception;
                    }
                };
            }

            @Override
            public Socket createSocket(String host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress local, int localPort) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress host, int port) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @TestFactory
    Stream<DynamicTest> whatever_else_listens() {
        String web = "HTTP/1.1 404 Not Found\r\nServer: web\r\nContent-Length: 0\r\n\r\n";
        return Cases.run(List.of(
                mqtt("accepts and stays silent", PretendBroker::swallow).impatient().fails(Stage.TCP,
                        Cause.NOT_A_BROKER),
                mqtts("accepts and stays silent, for TLS", PretendBroker::swallow).impatient().fails(Stage.TCP,
                        Cause.NOT_A_BROKER),
                mqtt("accepts and closes", _ -> {}).impatient().fails(Stage.PROXY, Cause.PROXY_BACKEND_DOWN),
                mqtts("accepts and resets", PretendBroker::reset).impatient().fails(Stage.PROXY,
                        Cause.PROXY_BACKEND_DOWN),
                mqtt("an SSH server", PretendBroker.greeting("SSH-2.0-OpenSSH_9.6\r\n")).impatient().fails(Stage.TCP,
                        Cause.NOT_A_BROKER),
                mqtts("an SSH server, for TLS", PretendBroker.greeting("SSH-2.0-OpenSSH_9.6\r\n")).impatient()
                        .fails(Stage.TCP, Cause.NOT_A_BROKER),
                mqtt("a mail server", PretendBroker.greeting("220 mail.example ESMTP\r\n")).impatient().fails(Stage.TCP,
                        Cause.NOT_A_BROKER),
                mqtt("a web server", PretendBroker.answering(web)).fails(Stage.TCP, Cause.NOT_A_BROKER),
                mqtts("a web server without TLS", PretendBroker.answering(web)).fails(Stage.TLS_CLIENTHELLO,
                        Cause.TLS_TO_PLAIN_PORT),
                mqtt("garbage", PretendBroker.answeringHex("ff fe fd fc 00 01 02 03")).fails(Stage.TCP,
                        Cause.NOT_A_BROKER),
                mqtts("garbage, for TLS", PretendBroker.answeringHex("ff fe fd fc 00 01 02 03")).fails(Stage.TCP,
                        Cause.NOT_A_BROKER)));
    }

    @TestFactory
    Stream<DynamicTest> the_tls_handshake_from_the_first_byte_on() {
        // A ServerHello of TLS 1.2 with ECDHE_RSA_AES_128_GCM, and then nothing.
        String serverHello = "16 03 03 00 2a 02 00 00 26 03 03" + " 5a".repeat(32) + " 00 c0 2f 00";
        return Cases.run(List.of(
                mqtts("resets when a ClientHello comes", socket -> {
                    if (socket.getInputStream().read() >= 0) {
                        PretendBroker.reset(socket);
                    }
                }).impatient().fails(Stage.TLS_CLIENTHELLO, Cause.CONNECTION_RESET),
                mqtts("closes when a ClientHello comes", socket -> {
                    int count = socket.getInputStream().read(new byte[4096]);
                    assert count != 0;
                }).impatient().fails(Stage.TLS_CLIENTHELLO, Cause.PROXY_SNI_ROUTING),
                mqtts("stops after its ServerHello", PretendBroker.answeringHex(serverHello)).impatient()
                        .fails(Stage.TLS_ALERT, Cause.HANDSHAKE_TIMEOUT),
                mqtts("alert unrecognized_name", alert(112)).fails(Stage.TLS_CLIENTHELLO, Cause.SNI_UNKNOWN),
                mqtts("alert handshake_failure", alert(40)).fails(Stage.TLS_CLIENTHELLO, Cause.TLS_CIPHER_MISMATCH),
                mqtts("alert protocol_version", alert(70)).fails(Stage.TLS_CLIENTHELLO, Cause.TLS_VERSION_MISMATCH),
                mqtts("alert no_application_protocol", alert(120)).fails(Stage.TLS_CLIENTHELLO, Cause.ALPN_MISSING),
                mqtts("alert internal_error", alert(80)).fails(Stage.TLS_ALERT, Cause.TLS_ENGINE_FAILED),
                mqtts("alert unknown_psk_identity", alert(115)).fails(Stage.TLS_ALERT, Cause.PSK_IDENTITY_UNKNOWN)));
    }

    private static Conduct alert(int number) {
        return PretendBroker.answering(new byte[]{21, 3, 3, 0, 2, 2, (byte) number});
    }

    @TestFactory
    Stream<DynamicTest> every_code_with_which_connack_refuses() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(List.of(refused(1, Stage.MQTT_CONNECT, Cause.PROTOCOL_VERSION_UNSUPPORTED),
                refused(2, Stage.MQTT_CONNECT, Cause.CLIENT_ID_REJECTED),
                refused(3, Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED),
                refused(4, Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS),
                refused(5, Stage.MQTT_AUTH, Cause.CREDENTIALS_NOT_ACCEPTED),
                refused(6, Stage.MQTT_CONNECT, Cause.POLICY_DENIED_CONNECT)));
        for (ReasonCode code : ReasonCode.values()) {
            if (!code.isError()) {
                continue;
            }
            switch (code) {
                case UNSUPPORTED_PROTOCOL_VERSION ->
                    cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.PROTOCOL_VERSION_UNSUPPORTED));
                case CLIENT_IDENTIFIER_NOT_VALID ->
                    cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.CLIENT_ID_REJECTED));
                case BAD_USER_NAME_OR_PASSWORD -> cases.add(refused5(code, Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS));
                case NOT_AUTHORIZED -> cases.add(refused5(code, Stage.MQTT_AUTH, Cause.CREDENTIALS_NOT_ACCEPTED));
                case SERVER_UNAVAILABLE -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED));
                case SERVER_BUSY -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.SERVER_FULL));
                case BANNED -> cases.add(refused5(code, Stage.MQTT_AUTH, Cause.POLICY_DENIED_CONNECT));
                case SERVER_SHUTTING_DOWN -> cases.add(refused5(code, Stage.MQTT_SESSION, Cause.SERVER_SHUTTING_DOWN));
                case BAD_AUTHENTICATION_METHOD ->
                    cases.add(refused5(code, Stage.MQTT_AUTH, Cause.AUTH_METHOD_UNSUPPORTED));
                case MALFORMED_PACKET, PROTOCOL_ERROR ->
                    cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.MALFORMED_CONNECT));
                case PACKET_TOO_LARGE -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.PACKET_TOO_LARGE));
                case QUOTA_EXCEEDED -> cases.add(refused5(code, Stage.MQTT_AUTHZ, Cause.QUOTA_CONNECTIONS));
                case RETAIN_NOT_SUPPORTED -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.RETAIN_NOT_SUPPORTED));
                case QOS_NOT_SUPPORTED -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.QOS_NOT_SUPPORTED));
                case USE_ANOTHER_SERVER, SERVER_MOVED ->
                    cases.add(refused5(code, Stage.MQTT_SESSION, Cause.SERVER_DRAINING));
                case CONNECTION_RATE_EXCEEDED -> cases.add(refused5(code, Stage.MQTT_AUTHZ, Cause.RATE_LIMITED));
                default -> cases.add(refused5(code, Stage.MQTT_CONNECT, Cause.POLICY_DENIED_CONNECT));
            }
        }
        cases.add(mqtt("not authorized without credentials", PretendBroker.refusing(5)).speaking(Version.MQTT_3_1_1)
                .fails(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING));
        cases.add(mqtt("bad user name without credentials", PretendBroker.refusing(4)).speaking(Version.MQTT_3_1)
                .fails(Stage.MQTT_AUTH, Cause.CREDENTIALS_MISSING));
        return Cases.run(cases);
    }

    private static Case refused(int code, Stage stage, Cause cause) {
        return mqtt("return code " + code, PretendBroker.refusing(code)).speaking(Version.MQTT_3_1_1)
                .as("eric", "secret").fails(stage, cause);
    }

    private static Case refused5(ReasonCode code, Stage stage, Cause cause) {
        return mqtt("reason code " + code, PretendBroker.refusing(code.code())).speaking(Version.MQTT_5)
                .as("eric", "secret").fails(stage, cause);
    }

    @TestFactory
    Stream<DynamicTest> a_broker_that_breaks_off_at_each_point() {
        return Cases.run(List.of(
                mqtt("closes after CONNECT", PretendBroker.mqtt((_, _) -> null)).impatient().fails(Stage.MQTT_CONNECT,
                        Cause.CLOSED_AFTER_CONNECT),
                mqtt("resets after CONNECT", socket -> {
                    if (socket.getInputStream().read() >= 0) {
                        PretendBroker.reset(socket);
                    }
                }).impatient().fails(Stage.MQTT_CONNECT, Cause.CLOSED_AFTER_CONNECT),
                mqtt("never answers CONNECT", PretendBroker.mqtt((_, _) -> PretendBroker.NOTHING)).impatient()
                        .fails(Stage.MQTT_CONNECT, Cause.AUTH_BACKEND_FAILED),
                mqtt("speaks MQTT 3.1.1 only, and 5 is wanted", versions(Version.MQTT_3_1_1)).speaking(Version.MQTT_5)
                        .fails(Stage.MQTT_CONNECT, Cause.PROTOCOL_VERSION_UNSUPPORTED),
                mqtt("speaks MQTT 3.1.1 only", versions(Version.MQTT_3_1_1)).healthy(),
                mqtt("never answers PINGREQ", PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Pingreq
                        ? PretendBroker.NOTHING
                        : PretendBroker.well(packet))).impatient().fails(Stage.MQTT_SESSION, Cause.KEEPALIVE_TIMEOUT),
                mqtt("takes PUBLISH and says nothing",
                        PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Publish
                                ? PretendBroker.NOTHING
                                : PretendBroker.well(packet)))
                        .impatient().fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                mqtt("acknowledges and delivers nothing", PretendBroker.mqtt((packet, _) -> PretendBroker
                        .blackHole(packet))).impatient().fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                mqtt("closes on PUBLISH", PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Publish
                        ? null
                        : PretendBroker.well(packet))).impatient().fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                mqtt("refuses PUBLISH for its quota",
                        PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Publish p
                                && p.packetId() > 0
                                        ? new Answer.Packets(new Packet.Puback(p.packetId(), ReasonCode.QUOTA_EXCEEDED))
                                        : PretendBroker.well(packet)))
                        .speaking(Version.MQTT_5).impatient()
                        .fails(Stage.MQTT_SESSION, Cause.QUOTA_EXCEEDED),
                mqtt("refuses SUBSCRIBE", PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Subscribe s
                        ? new Answer.Packets(new Packet.Suback(s.packetId(), List.of(ReasonCode.NOT_AUTHORIZED), null,
                                List.of()))
                        : PretendBroker.well(packet))).fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                mqtt("closes on SUBSCRIBE", PretendBroker.mqtt((packet, _) -> packet instanceof Packet.Subscribe
                        ? null
                        : PretendBroker.well(packet))).fails(Stage.MQTT_AUTHZ, Cause.ACL_DENIED),
                mqtt("does everything well", PretendBroker.mqtt((packet, _) -> PretendBroker.well(packet))).healthy()));
    }

    private static Conduct versions(Version only) {
        return PretendBroker.mqtt((packet, version) -> packet instanceof Packet.Connect && version != only
                ? new Answer.Raw(new byte[]{0x20, 2, 0, 1})
                : PretendBroker.well(packet));
    }
}
