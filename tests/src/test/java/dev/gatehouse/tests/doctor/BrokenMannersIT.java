package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.SocketFactory;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.Network;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.tests.doctor.Certificates.Wish;

/// Servers that are slow, verbose without end, or answer something else than a broker would; addresses that differ.
class BrokenMannersIT {
    private static final List<AutoCloseable> open = new ArrayList<>();

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private static int serve(PretendBroker.Conduct conduct) {
        PretendBroker broker = new PretendBroker(conduct);
        open.add(broker);
        return broker.port();
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static final PretendBroker.Conduct WELL = PretendBroker.mqtt((packet, _) -> PretendBroker.well(packet));

    @TestFactory
    Stream<DynamicTest> byte_by_byte() {
        Certificates root = Certificates.selfSigned(Wish.authority("Root"));
        Certificates server = root.sign(Wish.server("acme.mq.test"));
        int tls = serve(PretendBroker.encrypted(server.context("TLS"), WELL));
        return Cases.run(List.of(
                Case.of("MQTT byte by byte", "mqtt://localhost:" + serve(PretendBroker.dripping(serve(WELL))))
                        .healthy(),
                Case.of("TLS byte by byte", "mqtts://acme.mq.test:" + serve(PretendBroker.dripping(tls)))
                        .trusting(root.certificate()).healthy()));
    }

    @TestFactory
    Stream<DynamicTest> answers_without_an_end() {
        return Cases.run(List.of(
                Case.of("a CONNACK whose properties never end", "mqtt://localhost:" + serve(PretendBroker.endless(
                        hex("20 ff ff 3f 00 00 fb ff 3f"), hex("26 00 01 61 00 01 62")))).speaking(Version.MQTT_5)
                        .impatient().fails(Stage.MQTT_CONNECT, Cause.PROTOCOL_ERROR),
                Case.of("a packet that is longer than any", "mqtt://localhost:" + serve(PretendBroker.endless(
                        hex("20 ff ff ff 7f 00 00"), hex("00 00 00 00")))).impatient()
                        .fails(Stage.MQTT_CONNECT, Cause.PROTOCOL_ERROR),
                Case.of("PINGRESP for ever", "mqtt://localhost:" + serve(PretendBroker.endless(hex("20 02 00 00"),
                        hex("d0 00")))).speaking(Version.MQTT_3_1_1).impatient().fails(Stage.MQTT_AUTHZ,
                                Cause.ACL_DENIED),
                Case.of("a header of HTTP without an end", "ws://localhost:" + serve(PretendBroker.endless(
                        text("HTTP/1.1 101 Switching Protocols\r\n"), text("X-More: of it\r\n"))) + "/mqtt").impatient()
                        .fails(Stage.WS_UPGRADE, Cause.NOT_A_BROKER),
                Case.of("a line without an end", "mqtt://localhost:" + serve(PretendBroker.endless(text("hello"),
                        text(" and hello")))).impatient().fails(Stage.TCP, Cause.NOT_A_BROKER)));
    }

    @TestFactory
    Stream<DynamicTest> other_answers() {
        return Cases.run(List.of(
                Case.of("a CONNACK with properties of nonsense", "mqtt://localhost:" + serve(PretendBroker.answeringHex(
                        "20 0a 00 00 07 ff ff ff ff ff ff ff"))).speaking(Version.MQTT_5).impatient()
                        .fails(Stage.MQTT_CONNECT, Cause.PROTOCOL_ERROR),
                Case.of("an HTTP proxy", "mqtt://localhost:" + serve(PretendBroker.answering(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"))).impatient()
                        .fails(Stage.TCP, Cause.NOT_A_BROKER),
                Case.of("a web server that sends elsewhere", "ws://localhost:" + serve(PretendBroker.answering(
                        "HTTP/1.1 301 Moved\r\nLocation: https://elsewhere.example/mqtt\r\n\r\n"))
                        + "/mqtt").impatient().fails(Stage.WS_UPGRADE, Cause.WS_WRONG_PATH)
                        .saying(Certainty.LIKELY, "elsewhere.example"),
                Case.of("a data base", "mqtt://localhost:" + serve(PretendBroker.answering(
                        "-ERR unknown command\r\n"))).impatient().fails(Stage.TCP, Cause.NOT_A_BROKER)));
    }

    @TestFactory
    Stream<DynamicTest> addresses() throws IOException {
        PretendBroker six = new PretendBroker(WELL, Inet6Address.getByName("::1"));
        open.add(six);
        InetAddress nobody = InetAddress.getByName("127.0.0.9");
        Network two = new Network(SocketFactory.getDefault(),
                _ -> List.of(nobody, InetAddress.getLoopbackAddress()), "the test's network");
        return Cases.run(List.of(
                Case.of("an IPv6 address", "mqtt://[::1]:" + six.port()).healthy(),
                Case.of("two addresses, one of them dead", "mqtt://acme.mq.test:" + serve(WELL)).through(two).healthy()
                        .saying(null, "Not every address accepts connections")));
    }
}
