package dev.gatehouse.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ClientHelloParserTest {
    private static final String GROUPS = "x25519,secp256r1,x448,secp521r1,secp384r1";

    static ClientHello complete(ByteBuf in) {
        Hello hello = ClientHelloParser.parse(in);
        assertThat(hello).isInstanceOf(Hello.Complete.class);
        return ((Hello.Complete) hello).hello();
    }

    private static Hello parse(byte[] bytes) {
        return ClientHelloParser.parse(Unpooled.wrappedBuffer(bytes));
    }

    private static ClientHello captured(String name) {
        return complete(Unpooled.wrappedBuffer(HelloBytes.captured(name)));
    }

    /// A hello like that of a recent browser or OpenSSL 3.5: an ML-KEM key share makes it longer than one TCP segment.
    private static HelloBytes postQuantum() {
        return new HelloBytes().suites(0x3a3a, 0x1301, 0x1302, 0x1303).serverName("demo.mq.test").alpn("mqtt")
                .supportedVersions(0x7a7a, 0x0304, 0x0303).list16(10, 0x4a4a, 0x11ec, 0x001d)
                .extension(51, "04ce 4a4a 0001 00 11ec 04c0" + "ab".repeat(1216) + "001d 0001 cd");
    }

    @Test
    void a_hello_of_openssl_with_server_name_and_alpn_is_read() {
        ClientHello hello = captured("openssl-3.0-sni-alpn");

        assertThat(hello.recordVersion()).isEqualTo(0x0301);
        assertThat(hello.legacyVersion()).isEqualTo(0x0303);
        assertThat(hello.sessionIdBytes()).isEqualTo(32);
        assertThat(hello.serverName()).isEqualTo(new ServerName.HostName("demo.mq.test", "demo.mq.test"));
        assertThat(hello.alpn()).containsExactly("mqtt");
        assertThat(hello.supportedVersions()).containsExactly(0x0304, 0x0303, 0x0302, 0x0301);
        assertThat(hello.highestVersion()).isEqualTo(0x0304);
        assertThat(hello.cipherSuites()).hasSize(31).startsWith(0x1302, 0x1303, 0x1301).endsWith(0x00ff);
        assertThat(hello.groups()).startsWith(0x001d, 0x0017);
        assertThat(hello.keyShares()).containsExactly(0x001d);
        assertThat(hello.signatureAlgorithms()).startsWith(0x0403, 0x0503, 0x0603, 0x0807);
        assertThat(hello.compressionMethods()).containsExactly(0);
        assertThat(hello.sessionTicket()).isFalse();
        assertThat(hello.preSharedKey()).isFalse();
        assertThat(hello.encryptedClientHello()).isFalse();
        assertThat(hello.grease()).isFalse();
        assertThat(hello.remarks()).isEmpty();
        assertThat(hello.summary()).isEqualTo("TLS 1.3,1.2,1.1,1.0; 31 suites; ALPN mqtt; groups " + GROUPS + ",+5");
        assertThat(hello.ja4()).startsWith("t13d3111mt_e8f1e7e78f70_");
    }

    @Test
    void a_hello_without_server_name_says_so() {
        ClientHello hello = captured("openssl-3.0-no-sni");

        assertThat(hello.serverName()).isEqualTo(new ServerName.Absent());
        assertThat(hello.alpn()).isEmpty();
    }

    @Test
    void a_hello_of_tls_1_2_keeps_the_name_as_sent_and_in_lower_case() {
        ClientHello hello = captured("openssl-3.0-tls12");

        assertThat(hello.serverName()).isEqualTo(new ServerName.HostName("Demo.MQ.test", "demo.mq.test"));
        assertThat(hello.supportedVersions()).isEmpty();
        assertThat(hello.highestVersion()).isEqualTo(0x0303);
        assertThat(hello.summary()).startsWith("TLS 1.2; ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openssl-3.0-tls10", "openssl-3.0-tls11"})
    void a_hello_of_an_old_version_is_read_like_any_other(String name) {
        ClientHello hello = captured(name);

        assertThat(hello.summary()).startsWith(name.endsWith("tls10") ? "TLS 1.0; " : "TLS 1.1; ");
        assertThat(hello.signatureAlgorithms()).isEmpty();
    }

    @Test
    void an_address_as_server_name_is_told_apart() {
        assertThat(captured("openssl-3.0-ip-as-sni").serverName()).isEqualTo(new ServerName.IpAddress("192.0.2.7"));
    }

    @Test
    void a_hello_longer_than_a_segment_is_read_and_its_grease_removed() {
        ClientHello hello = complete(Unpooled.wrappedBuffer(postQuantum().records()));

        assertThat(hello.grease()).isTrue();
        assertThat(hello.cipherSuites()).containsExactly(0x1301, 0x1302, 0x1303);
        assertThat(hello.supportedVersions()).containsExactly(0x0304, 0x0303);
        assertThat(hello.groups()).containsExactly(0x11ec, 0x001d);
        assertThat(hello.keyShares()).containsExactly(0x11ec, 0x001d);
        assertThat(hello.summary()).isEqualTo("TLS 1.3,1.2; 3 suites; ALPN mqtt; groups X25519MLKEM768,x25519");
    }

    @Test
    void tickets_psk_and_encrypted_hello_are_noticed() {
        ClientHello hello = complete(Unpooled.wrappedBuffer(
                new HelloBytes().extension(35, "0102").extension(0xfe0d, "00").extension(41, "00").records()));

        assertThat(hello.sessionTicket()).isTrue();
        assertThat(hello.encryptedClientHello()).isTrue();
        assertThat(hello.preSharedKey()).isTrue();
        assertThat(hello.extensions()).containsExactly(35, 0xfe0d, 41);
        assertThat(complete(Unpooled.wrappedBuffer(new HelloBytes().extension(35, "").records())).sessionTicket())
                .as("an empty extension only offers to take tickets").isFalse();
    }

    @Test
    void extensions_are_optional__RFC_5246_7_4_1_2() {
        assertThat(complete(Unpooled.wrappedBuffer(new HelloBytes().withoutExtensions().records())).extensions())
                .isEmpty();
    }

    static List<byte[]> hellos() {
        return List.of(HelloBytes.captured("openssl-3.0-sni-alpn"), HelloBytes.captured("openssl-3.0-tls10"),
                postQuantum().records());
    }

    @ParameterizedTest
    @MethodSource("hellos")
    void cut_at_any_byte_more_is_asked_for_and_never_too_much(byte[] bytes) {
        for (int cut = 0; cut < bytes.length; cut++) {
            Hello hello = ClientHelloParser.parse(Unpooled.wrappedBuffer(bytes, 0, cut));
            assertThat(hello).as("after %s bytes", cut).isInstanceOf(Hello.NeedMore.class);
            assertThat(((Hello.NeedMore) hello).bytesAtLeast()).isBetween(1, bytes.length - cut);
        }
        assertThat(parse(bytes)).isInstanceOf(Hello.Complete.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 100, 512, 1399})
    void fragments_of_any_size_give_the_same_hello_cut_at_any_byte__RFC_8446_5_1(int size) {
        byte[] message = size < 5
                ? new HelloBytes().serverName("a.mq.test").alpn("mqtt").message()
                : postQuantum().message();
        ClientHello whole = complete(Unpooled.wrappedBuffer(HelloBytes.records(message, 16_384)));
        byte[] bytes = HelloBytes.records(message, size);

        assertThat(complete(Unpooled.wrappedBuffer(bytes))).isEqualTo(whole);
        for (int cut = 0; cut < bytes.length; cut++) {
            Hello hello = ClientHelloParser.parse(Unpooled.wrappedBuffer(bytes, 0, cut));
            assertThat(hello).isInstanceOf(Hello.NeedMore.class);
            assertThat(((Hello.NeedMore) hello).bytesAtLeast()).isBetween(1, bytes.length - cut);
        }
    }

    @Test
    void the_buffer_is_borrowed_and_bytes_around_the_hello_do_not_matter() {
        byte[] hello = HelloBytes.captured("openssl-3.0-sni-alpn");
        ByteBuf in = Unpooled.buffer().writeBytes(new byte[]{1, 2, 3}).writeBytes(hello)
                .writeBytes(new byte[]{20, 3, 3, 0, 1, 1});
        in.readerIndex(3);

        assertThat(complete(in).alpn()).containsExactly("mqtt");
        assertThat(in.readerIndex()).isEqualTo(3);
        assertThat(in.writerIndex()).isEqualTo(3 + hello.length + 6);
        assertThat(in.refCnt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "\u0010\u0010\u0000\u0004MQTT", "SSH-2.0-x", "\u0000",
            "\u0016\u0002"})
    void what_is_no_tls_record_is_not_tls(String bytes) {
        assertThat(parse(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .isInstanceOf(Hello.NotTls.class);
    }

    @Test
    void a_hello_of_ssl_2_is_named() {
        assertThat(parse(new byte[]{(byte) 0x80, 0x2e, 1, 3, 1})).isEqualTo(new Hello.NotTls("a ClientHello of SSL 2"));
    }

    @Test
    void an_alert_instead_of_a_hello_is_malformed() {
        assertThat(parse(new byte[]{21, 3, 1, 0, 2, 2, 40})).isEqualTo(
                new Hello.Malformed("a TLS record of type alert came before the ClientHello"));
    }

    @Test
    void another_handshake_message_is_malformed_at_its_first_byte() {
        assertThat(parse(new byte[]{22, 3, 1, 0, 50, 2})).isEqualTo(
                new Hello.Malformed("the first handshake message has type 2, not 1 (ClientHello)"));
    }

    @Test
    void an_empty_record_is_malformed__RFC_8446_5_1() {
        assertThat(parse(new byte[]{22, 3, 1, 0, 0})).isEqualTo(new Hello.Malformed("an empty TLS handshake record"));
    }

    @Test
    void a_record_of_16_384_bytes_is_allowed_and_one_more_is_not() {
        assertThat(parse(new byte[]{22, 3, 1, 0x40, 0, 1})).isInstanceOf(Hello.NeedMore.class);
        assertThat(parse(new byte[]{22, 3, 1, 0x40, 1, 1})).isInstanceOf(Hello.Malformed.class);
    }

    @Test
    void the_length_is_limited_before_the_bytes_arrive() {
        int longest = ClientHelloParser.BYTES_MAX - 5 - 4;
        assertThat(parse(header(longest))).isInstanceOf(Hello.NeedMore.class);
        assertThat(parse(header(longest + 1))).isEqualTo(new Hello.Malformed("longer than 65536 bytes"));
    }

    private static byte[] header(int messageBytes) {
        return HelloBytes.bytes(Unpooled.buffer().writeByte(22).writeShort(0x0301).writeShort(16_384).writeByte(1)
                .writeMedium(messageBytes));
    }

    @Test
    void the_limit_holds_for_the_record_headers_too() {
        byte[] message = HelloBytes.bytes(Unpooled.buffer().writeByte(1).writeMedium(60_000).writeZero(60_000));

        assertThat(parse(HelloBytes.records(message, 50))).isEqualTo(new Hello.Malformed(
                "spread over more than " + ClientHelloParser.RECORDS_MAX + " TLS records"));
        assertThat(parse(HelloBytes.records(new HelloBytes().message(), 1))).isInstanceOf(Hello.Complete.class);
    }

    @Test
    void bytes_behind_the_extensions_are_malformed() {
        byte[] message = new HelloBytes().message();
        byte[] longer = Arrays.copyOf(message, message.length + 1);
        longer[3]++;

        assertThat(parse(HelloBytes.records(longer, 16_384)))
                .isEqualTo(new Hello.Malformed("1 bytes too many behind its extensions"));
    }

    @Test
    void a_session_id_has_at_most_32_bytes() {
        assertThat(parse(new HelloBytes().sessionId(32).records())).isInstanceOf(Hello.Complete.class);
        assertThat(parse(new HelloBytes().sessionId(33).records())).isInstanceOf(Hello.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "0005 00 0003 61", "0003 00 0001", "ffff 00 0001 61", "0004 00 0001 61 62"})
    void a_malformed_server_name_extension_is_a_remark_and_the_rest_is_read(String hex) {
        ClientHello hello = complete(
                Unpooled.wrappedBuffer(new HelloBytes().extension(0, hex).alpn("mqtt").records()));

        assertThat(hello.remarks()).containsExactly("extension server_name is malformed");
        assertThat(hello.alpn()).containsExactly("mqtt");
        assertThat(hello.summary()).contains("1 malformed extension");
    }

    @Test
    void an_empty_server_name_extension_is_an_empty_name() {
        assertThat(complete(Unpooled.wrappedBuffer(new HelloBytes().extension(0, "").records())).serverName())
                .isEqualTo(new ServerName.Empty());
        assertThat(complete(Unpooled.wrappedBuffer(new HelloBytes().serverName("").records())).serverName())
                .isEqualTo(new ServerName.Empty());
    }

    @Test
    void of_two_names_the_first_counts_and_of_two_extensions_too() {
        ClientHello hello = complete(Unpooled.wrappedBuffer(new HelloBytes()
                .extension(0, "0008 00 0001 61 00 0001 62").serverName("second.test").records()));

        assertThat(hello.serverName().printed()).isEqualTo("a");
        assertThat(hello.remarks()).containsExactly("extension server_name is sent twice");
    }

    @Test
    void a_list_of_odd_length_is_a_remark() {
        assertThat(complete(Unpooled.wrappedBuffer(new HelloBytes().extension(10, "0003 001d 00").records())).remarks())
                .containsExactly("extension supported_groups is malformed");
    }

    @Test
    void the_summary_is_short_and_printable_whatever_is_offered() {
        String[] names = new String[50];
        Arrays.fill(names, "\u001b[31m" + "x".repeat(200));
        int[] groups = new int[500];
        Arrays.fill(groups, 0x9999);
        ClientHello hello = complete(
                Unpooled.wrappedBuffer(new HelloBytes().alpn(names).list16(10, groups).records()));

        assertThat(hello.summary()).hasSizeLessThan(320).matches("[ -~]+");
    }

    static LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void nothing_throws_whatever_is_changed(long seed) {
        Random random = new Random(seed);
        for (byte[] original : hellos()) {
            for (int round = 0; round < 20; round++) {
                byte[] bytes = original.clone();
                for (int change = 1 + random.nextInt(6); change > 0; change--) {
                    // Half of the changes hit the headers, where the lengths are.
                    int at = random.nextInt(random.nextBoolean() ? 60 : bytes.length);
                    bytes[at] = (byte) random.nextInt(256);
                }
                int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
                check(Unpooled.wrappedBuffer(bytes, 0, length));
            }
        }
        byte[] noise = new byte[random.nextInt(300)];
        random.nextBytes(noise);
        check(Unpooled.wrappedBuffer(noise));
        check(Unpooled.wrappedBuffer(HelloBytes.records(
                HelloBytes.bytes(Unpooled.buffer().writeByte(1).writeMedium(noise.length).writeBytes(noise)), 90)));
    }

    private static void check(ByteBuf in) {
        switch (ClientHelloParser.parse(in)) {
            case Hello.NeedMore more -> assertThat(more.bytesAtLeast()).isPositive();
            case Hello.NotTls not -> assertThat(not.why()).matches("[ -~]+");
            case Hello.Malformed malformed -> assertThat(malformed.why()).matches("[ -~]+");
            case Hello.Complete(ClientHello hello) -> {
                assertThat(hello.ja4()).matches("t(\\d\\d|s[23])[di]\\d{4}[0-9A-Za-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}");
                assertThat(hello.summary()).matches("[ -~]{1,400}");
                String name = hello.serverName().printed();
                assertThat(name == null ? "" : name).matches("[ -~]{0,255}");
            }
        }
        assertThat(in.readerIndex()).isZero();
    }
}
