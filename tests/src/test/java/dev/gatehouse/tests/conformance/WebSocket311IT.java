package dev.gatehouse.tests.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static dev.gatehouse.tests.conformance.Bytes311.PINGREQ;
import static dev.gatehouse.tests.conformance.Bytes311.PINGRESP;
import static dev.gatehouse.tests.conformance.Bytes311.QOS_0;
import static dev.gatehouse.tests.conformance.Bytes311.connack;
import static dev.gatehouse.tests.conformance.Bytes311.connect;
import static dev.gatehouse.tests.conformance.Bytes311.hex;
import static dev.gatehouse.tests.conformance.Bytes311.join;
import static dev.gatehouse.tests.conformance.Bytes311.publish;
import static dev.gatehouse.tests.conformance.Bytes311.suback;
import static dev.gatehouse.tests.conformance.Bytes311.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

/// What carries MQTT 3.1.1: WebSocket (§6) and TCP (§7).
class WebSocket311IT {
    private static final int BINARY = 0x82;
    private static final int TEXT = 0x81;

    @RegisterExtension
    final Bench311 bench = new Bench311();

    /// The answer to an upgrade that offers these subprotocols.
    private static String upgrades(Client311 client, String subprotocols) {
        client.sends(("GET /mqtt HTTP/1.1\r\nHost: open.mq.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (subprotocols.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocols + "\r\n") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return client.head();
    }

    private Client311 upgraded() {
        Client311 client = bench.open(Door.WEB);
        assertThat(upgrades(client, "mqtt")).startsWith("HTTP/1.1 101 ");
        return client;
    }

    /// One frame from a client: masked, with a mask of zeros. At most 125 bytes.
    private static byte[] frame(int first, byte[] content) {
        return join(new byte[]{(byte) first, (byte) (0x80 | content.length)}, hex("00000000"), content);
    }

    @Test
    void packets_come_in_binary_frames_and_a_text_frame_closes_the_connection__MQTT_6_0_0_1() {
        Client311 client = upgraded();
        client.sends(frame(BINARY, connect(bench.name("c")))).getsBytes(join(hex("8204"), connack(false, 0)));
        client.sends(frame(TEXT, PINGREQ)).getsBytes(hex("88")); // a close frame, and nothing before it
        assertThat(client.rest()).as("code 1003, and no PINGRESP").contains("03eb").doesNotContain("d000");
    }

    @Test
    void frames_and_packets_need_not_begin_and_end_together__MQTT_6_0_0_2() {
        Client311 client = upgraded();
        byte[] all = join(connect(bench.name("c")), PINGREQ, PINGREQ);
        for (int at = 0; at < all.length - 3; at++) {
            client.sends(frame(BINARY, Arrays.copyOfRange(all, at, at + 1)));
        }
        client.getsBytes(join(hex("8204"), connack(false, 0)));
        client.sends(frame(BINARY, Arrays.copyOfRange(all, all.length - 3, all.length)));
        byte[] inOneFrame = join(hex("8204"), PINGRESP, PINGRESP);
        byte[] inTwo = join(hex("8202"), PINGRESP, hex("8202"), PINGRESP);
        String first = client.bytes(2);
        assertThat(first + client.bytes(first.equals("8204") ? 4 : 6)).isIn(
                HexFormat.of().formatHex(inOneFrame), java.util.HexFormat.of().formatHex(inTwo));
    }

    @Test
    void a_client_that_does_not_offer_the_subprotocol_mqtt_is_refused__MQTT_6_0_0_3() {
        assertThat(upgrades(bench.open(Door.WEB), "")).startsWith("HTTP/1.1 400 ");
        assertThat(upgrades(bench.open(Door.WEB), "chat, amqp")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void the_server_chooses_the_subprotocol_mqtt__MQTT_6_0_0_4() {
        for (String offered : new String[]{"mqtt", "chat, mqtt", "mqttv3.1, mqtt"}) {
            assertThat(upgrades(bench.open(Door.WEB), offered)).containsIgnoringCase(
                    "\r\nsec-websocket-protocol: mqtt\r\n");
        }
    }

    @Test
    void nothing_beyond_the_standard_is_needed__MQTT_7_0_0_2() {
        Client311 client = bench.open();
        client.sends(hex("100d 0004 4d515454 04 02 0000 0001 7a")).gets(hex("20020000"));
        client.sends(hex("8206 0001 0001 7a 00")).gets(hex("9003 0001 00"));
        client.sends(hex("3004 0001 7a 21")).gets(hex("3004 0001 7a 21"));
        client.sends(hex("e000")).isClosed();
    }

    @Test
    void TCP_and_WebSocket_carry_the_same__MQTT_7_1_1_1() {
        String topic = bench.name("t");
        Client311 web = upgraded();
        web.sends(frame(BINARY, connect(bench.name("c")))).getsBytes(join(hex("8204"), connack(false, 0)));
        web.sends(frame(BINARY, subscribe(1, topic, 0))).getsBytes(join(hex("8205"), suback(1, 0)));
        Client311 tcp = bench.subscribed(topic, 0);
        byte[] message = publish(QOS_0, topic, "x");
        tcp.sends(message).gets(message);
        web.getsBytes(frameOf(message));
        web.sends(frame(BINARY, message)).getsBytes(frameOf(message));
        tcp.gets(message);
    }

    /// One frame from the server: not masked.
    private static byte[] frameOf(byte[] content) {
        return join(new byte[]{(byte) BINARY, (byte) content.length}, content);
    }
}
