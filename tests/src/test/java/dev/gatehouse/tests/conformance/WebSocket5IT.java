package dev.gatehouse.tests.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/// MQTT over WebSocket, MQTT 5 §6, with frames put together by hand (RFC 6455 §5.2).
class WebSocket5IT {
    private static final int BINARY = 0x82;
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    @RegisterExtension
    final Bench bench = new Bench();

    /// A WebSocket whose upgrade was accepted or refused.
    private final class Web implements AutoCloseable {
        private final Socket socket;
        private final String answer;

        /// @param offered the line of the subprotocol, or nothing
        Web(String offered) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), bench.port(Door.WEB));
            socket.setSoTimeout((int) Client.PATIENCE.toMillis());
            socket.getOutputStream().write(("GET /mqtt HTTP/1.1\r\nHost: open.mq.test\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Version: 13\r\n" + offered + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).as("in the answer " + head).isNotNegative();
                head.append((char) next);
            }
            answer = head.toString();
        }

        /// Sends one frame, masked with zeros.
        Web frame(int first, byte[] payload) throws IOException {
            assertThat(payload.length).isLessThan(126);
            byte[] frame = new byte[6 + payload.length];
            frame[0] = (byte) first;
            frame[1] = (byte) (0x80 | payload.length);
            System.arraycopy(payload, 0, frame, 6, payload.length);
            socket.getOutputStream().write(frame);
            return this;
        }

        /// The first byte and the payload of the next frame.
        byte[] frame() throws IOException {
            InputStream in = socket.getInputStream();
            int first = in.read();
            int length = in.read();
            assertThat(length).as("short and not masked").isBetween(0, 125);
            byte[] frame = new byte[1 + length];
            frame[0] = (byte) first;
            assertThat(in.readNBytes(frame, 1, length)).isEqualTo(length);
            return frame;
        }

        boolean isOver() throws IOException {
            return socket.getInputStream().read() < 0;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static final String MQTT = "Sec-WebSocket-Protocol: mqtt\r\n";

    private byte[] connect() {
        return Bytewise.connect("MQTT", 5, 2, 0).u8(0).string(bench.id("web")).bytes();
    }

    private static void connack(byte[] frame) {
        assertThat(frame[0] & 0xFF).as("a binary frame").isEqualTo(BINARY);
        assertThat(frame[1]).as("CONNACK").isEqualTo((byte) 0x20);
        assertThat(frame[4]).as("reason").isZero();
    }

    @Test
    void frames_are_binary_both_ways__MQTT_6_0_0_1() throws IOException {
        try (Web web = new Web(MQTT)) {
            connack(web.frame(BINARY, connect()).frame());
        }
        try (Web web = new Web(MQTT)) {
            web.frame(TEXT, "text".getBytes(StandardCharsets.UTF_8));
            byte[] close = web.frame();
            assertThat(close[0] & 0xFF).isEqualTo(CLOSE);
            assertThat((close[1] & 0xFF) << 8 | close[2] & 0xFF).as("RFC 6455 §7.4.1: unsupported data")
                    .isEqualTo(1_003);
            assertThat(web.isOver()).isTrue();
        }
    }

    @Test
    void packets_and_frames_need_not_fit_each_other__MQTT_6_0_0_2() throws IOException {
        byte[] connect = connect();
        byte[] ping = {(byte) 0xC0, 0};
        try (Web web = new Web(MQTT)) {
            for (byte single : connect) {
                web.frame(BINARY, new byte[]{single});
            }
            connack(web.frame());
            web.frame(BINARY, new byte[]{ping[0]}).frame(BINARY, new byte[]{ping[1], ping[0]})
                    .frame(BINARY, new byte[]{ping[1]});
            byte[] answers = new byte[0];
            while (answers.length < 4) {
                byte[] frame = web.frame();
                assertThat(frame[0] & 0xFF).isEqualTo(BINARY);
                byte[] longer = Arrays.copyOf(answers, answers.length + frame.length - 1);
                System.arraycopy(frame, 1, longer, answers.length, frame.length - 1);
                answers = longer;
            }
            assertThat(answers).containsExactly(0xD0, 0, 0xD0, 0);
        }
        try (Web web = new Web(MQTT)) {
            byte[] joined = Arrays.copyOf(connect, connect.length + 2);
            System.arraycopy(ping, 0, joined, connect.length, 2);
            web.frame(0x02, Arrays.copyOf(joined, 3)).frame(0x80, Arrays.copyOfRange(joined, 3, joined.length));
            connack(web.frame());
        }
    }

    @Test
    void a_client_offers_the_subprotocol_mqtt__MQTT_6_0_0_3() throws IOException {
        for (String offered : new String[]{"", "Sec-WebSocket-Protocol: chat\r\n"}) {
            try (Web web = new Web(offered)) {
                assertThat(web.answer).startsWith("HTTP/1.1 400 ");
            }
        }
    }

    @Test
    void the_broker_selects_the_subprotocol_mqtt__MQTT_6_0_0_4() throws IOException {
        for (String offered : new String[]{MQTT, "Sec-WebSocket-Protocol: chat, mqtt\r\n",
                "Sec-WebSocket-Protocol: mqttv3.1, mqtt\r\n"}) {
            try (Web web = new Web(offered)) {
                assertThat(web.answer).startsWith("HTTP/1.1 101 ");
                assertThat(web.answer.toLowerCase(java.util.Locale.ROOT)).contains("sec-websocket-protocol: mqtt\r\n");
            }
        }
    }
}
