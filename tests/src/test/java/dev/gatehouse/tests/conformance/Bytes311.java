package dev.gatehouse.tests.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// MQTT 3.1.1 packets as bytes, well-formed or not: every bit is the test's own, none comes from the codec under test.
final class Bytes311 {
    /// Connect flags, MQTT 3.1.1 §3.1.2.3.
    static final int USER_NAME = 0x80;
    static final int PASSWORD = 0x40;
    static final int WILL_RETAIN = 0x20;
    static final int WILL_QOS_2 = 0x10;
    static final int WILL_QOS_1 = 0x08;
    static final int WILL = 0x04;
    static final int CLEAN = 0x02;
    /// Flags of PUBLISH, MQTT 3.1.1 §3.3.1.
    static final int DUP = 0x08;
    static final int QOS_2 = 0x04;
    static final int QOS_1 = 0x02;
    static final int QOS_0 = 0x00;
    static final int RETAIN = 0x01;

    static final byte[] PINGREQ = hex("c000");
    static final byte[] PINGRESP = hex("d000");
    static final byte[] DISCONNECT = hex("e000");

    private Bytes311() {}

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /// A packet: its first byte, the remaining length, the parts.
    static byte[] packet(int first, byte[]... parts) {
        byte[] body = join(parts);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(first);
        int rest = body.length;
        do {
            all.write(rest & 0x7F | (rest > 0x7F ? 0x80 : 0));
            rest >>= 7;
        } while (rest > 0);
        all.writeBytes(body);
        return all.toByteArray();
    }

    /// Two bytes, the high one first.
    static byte[] number(int value) {
        return ByteBuffer.allocate(2).putShort((short) value).array();
    }

    /// A length and so many bytes.
    static byte[] counted(byte[] bytes) {
        return join(number(bytes.length), bytes);
    }

    /// A length and the text as UTF-8.
    static byte[] text(String text) {
        return counted(text.getBytes(StandardCharsets.UTF_8));
    }

    /// @param flags connect flags
    /// @param payload client id and what else the flags announce, each with its length
    static byte[] connect(int flags, int keepAliveSeconds, byte[]... payload) {
        return packet(0x10, text("MQTT"), new byte[]{4, (byte) flags}, number(keepAliveSeconds), join(payload));
    }

    /// Clean session 1, no keep alive, nothing else.
    static byte[] connect(String clientId) {
        return connect(CLEAN, 0, text(clientId));
    }

    /// What answers CONNECT.
    static byte[] connack(boolean sessionPresent, int returnCode) {
        return packet(0x20, new byte[]{(byte) (sessionPresent ? 1 : 0), (byte) returnCode});
    }

    /// PUBLISH of QoS 0.
    static byte[] publish(int flags, String topic, String payload) {
        return packet(0x30 | flags, text(topic), payload.getBytes(StandardCharsets.UTF_8));
    }

    /// PUBLISH of QoS 1 or 2.
    static byte[] publish(int flags, String topic, int packetId, String payload) {
        return packet(0x30 | flags, text(topic), number(packetId), payload.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] puback(int packetId) {
        return packet(0x40, number(packetId));
    }

    static byte[] pubrec(int packetId) {
        return packet(0x50, number(packetId));
    }

    static byte[] pubrel(int packetId) {
        return packet(0x62, number(packetId));
    }

    static byte[] pubcomp(int packetId) {
        return packet(0x70, number(packetId));
    }

    /// One filter with the QoS it asks for, as it stands in SUBSCRIBE.
    static byte[] request(String filter, int qos) {
        return join(text(filter), new byte[]{(byte) qos});
    }

    static byte[] subscribe(int packetId, byte[]... requests) {
        return packet(0x82, number(packetId), join(requests));
    }

    static byte[] subscribe(int packetId, String filter, int qos) {
        return subscribe(packetId, request(filter, qos));
    }

    /// @param codes one for each filter
    static byte[] suback(int packetId, int... codes) {
        byte[] bytes = new byte[codes.length];
        for (int i = 0; i < codes.length; i++) {
            bytes[i] = (byte) codes[i];
        }
        return packet(0x90, number(packetId), bytes);
    }

    static byte[] unsubscribe(int packetId, String... filters) {
        byte[][] parts = new byte[filters.length][];
        for (int i = 0; i < filters.length; i++) {
            parts[i] = text(filters[i]);
        }
        return packet(0xA2, number(packetId), join(parts));
    }

    static byte[] unsuback(int packetId) {
        return packet(0xB0, number(packetId));
    }
}
