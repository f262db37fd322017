package dev.gatehouse.tls;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.LongStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

class FirstBytesTest {
    private static FirstBytes hex(String hex) {
        return FirstBytes.classify(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    }

    private static FirstBytes text(String text) {
        return FirstBytes.classify(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_first_byte_that_begins_nothing_is_unknown_at_once() {
        assertThat(hex("03")).isEqualTo(FirstBytes.UNKNOWN);
        assertThat(hex("ff")).isEqualTo(FirstBytes.UNKNOWN);
    }

    @Test
    void no_byte_is_nothing() {
        assertThat(hex("")).isEqualTo(FirstBytes.NOTHING);
    }

    /// The shortest bytes that decide.
    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"1603, TLS", "1010, MQTT", "10ff7f, MQTT", "c000, MQTT_NOT_CONNECT", "d000, MQTT_NOT_CONNECT",
            "e000, MQTT_NOT_CONNECT", "300a0003, MQTT_NOT_CONNECT", "3d80010003, MQTT_NOT_CONNECT",
            "4002, MQTT_NOT_CONNECT", "5002, MQTT_NOT_CONNECT", "6202, MQTT_NOT_CONNECT", "820500, MQTT_NOT_CONNECT",
            "a20400, MQTT_NOT_CONNECT", "200200, MQTT_NOT_CONNECT", "f002, MQTT_NOT_CONNECT", "802e0103, SSL2",
            "1600, UNKNOWN", "1001, UNKNOWN", "10ffffffff, UNKNOWN", "c001, UNKNOWN", "c080, UNKNOWN",
            "300a0009, UNKNOWN", "300a01, UNKNOWN", "802e02, UNKNOWN", "20020f, UNKNOWN"})
    void binary_protocols_are_decided_on_their_first_bytes(String bytes, FirstBytes expected) {
        assertThat(hex(bytes)).isEqualTo(expected);
        assertThat(hex(bytes.substring(0, bytes.length() - 2))).as("one byte less").isEqualTo(FirstBytes.UNDECIDED);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(value = {"'GET ', HTTP", "'POST ', HTTP", "'PUT ', HTTP", "'OPTIONS ', HTTP", "'CONNECT ', HTTP",
            "'PRI * HTTP/2', HTTP2", "SSH-, SSH", "'PROXY ', PROXY_V1", "'PATCH ', HTTP"})
    void text_protocols_are_decided_when_their_first_word_is_complete(String text, FirstBytes expected) {
        for (int length = 1; length < text.length(); length++) {
            assertThat(text(text.substring(0, length))).as("%s characters", length).isEqualTo(FirstBytes.UNDECIDED);
        }
        assertThat(text(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"GEX", "PX", "EHLO x", "QUIT", "hello", "PROXX", "get / ", "SSL", "0123", "bye", "@nick"})
    void other_words_are_unknown(String text) {
        assertThat(text(text)).isEqualTo(FirstBytes.UNKNOWN);
    }

    @Test
    void a_proxy_header_of_version_2_is_decided_on_its_signature() {
        String signature = "0d0a0d0a000d0a515549540a";

        assertThat(hex(signature)).isEqualTo(FirstBytes.PROXY_V2);
        assertThat(hex(signature.substring(0, 22))).isEqualTo(FirstBytes.UNDECIDED);
        assertThat(hex("0d0a0d0a01")).isEqualTo(FirstBytes.UNKNOWN);
    }

    @Test
    void real_openings_are_recognised() {
        assertThat(hex("101000044d515454040200")).isEqualTo(FirstBytes.MQTT);
        assertThat(hex("101200064d51497364700302000a")).as("MQTT 3.1").isEqualTo(FirstBytes.MQTT);
        assertThat(hex("100c0004464f4f4f0402000a0000")).as("a wrong protocol name is for the codec to refuse")
                .isEqualTo(FirstBytes.MQTT);
        assertThat(FirstBytes.classify(Unpooled.wrappedBuffer(HelloBytes.captured("openssl-3.0-no-sni"))))
                .isEqualTo(FirstBytes.TLS);
        assertThat(hex("0300002f2ae00000000000436f6f6b6965")).as("RDP").isEqualTo(FirstBytes.UNKNOWN);
    }

    static LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void more_bytes_never_change_a_decision_and_12_always_decide(long seed) {
        Random random = new Random(seed);
        byte[] openers = {0x10, 0x16, 0x20, 0x30, 0x32, 0x3d, 0x40, 0x50, 0x62, 0x70, (byte) 0x80, (byte) 0x82,
                (byte) 0x90, (byte) 0xa2, (byte) 0xb0, (byte) 0xc0, (byte) 0xe0, 'P', 'G', 'C', 'S', '\r'};
        for (int round = 0; round < 100; round++) {
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            bytes[0] = openers[random.nextInt(openers.length)];
            bytes[1] = random.nextBoolean() ? bytes[1] : (byte) random.nextInt(6);
            bytes[2] = random.nextBoolean() ? bytes[2] : (byte) random.nextInt(4);
            FirstBytes before = FirstBytes.NOTHING;
            for (int length = 0; length <= bytes.length; length++) {
                ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
                FirstBytes now = FirstBytes.classify(in);
                if (before != FirstBytes.NOTHING && before != FirstBytes.UNDECIDED) {
                    assertThat(now).as(HexFormat.of().formatHex(bytes)).isEqualTo(before);
                }
                assertThat(in.readerIndex()).isZero();
                before = now;
            }
            assertThat(FirstBytes.classify(Unpooled.wrappedBuffer(bytes, 0, 12))).isNotEqualTo(FirstBytes.UNDECIDED);
        }
    }
}
