package dev.gatehouse.doctor;

import java.util.HexFormat;
import java.util.Random;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.gatehouse.tls.ClientHello;
import dev.gatehouse.tls.ClientHelloParser;
import dev.gatehouse.tls.Hello;
import dev.gatehouse.tls.ServerName;

import static org.assertj.core.api.Assertions.assertThat;

class RawHelloTest {
    @ParameterizedTest
    @ValueSource(ints = {RawHello.TLS_1_0, RawHello.TLS_1_1, RawHello.TLS_1_2, RawHello.TLS_1_3})
    void a_hello_offers_one_version_and_the_name_and_breaks_no_rule(int version) {
        Hello read = ClientHelloParser.parse(Unpooled.wrappedBuffer(RawHello.of(version, "h.example", new Random(1))));
        assertThat(read).isInstanceOfSatisfying(Hello.Complete.class, complete -> {
            ClientHello hello = complete.hello();
            assertThat(hello.remarks()).isEmpty();
            assertThat(hello.serverName()).isEqualTo(ServerName.of("h.example"));
            assertThat(hello.legacyVersion()).isEqualTo(Math.min(version, RawHello.TLS_1_2));
            assertThat(hello.supportedVersions().equals(java.util.List.of(RawHello.TLS_1_3)))
                    .isEqualTo(version == RawHello.TLS_1_3);
        });
        assertThat(ClientHelloParser.parse(Unpooled.wrappedBuffer(RawHello.of(version, null, new Random(1)))))
                .isInstanceOfSatisfying(Hello.Complete.class,
                        complete -> assertThat(complete.hello().serverName()).isEqualTo(new ServerName.Absent()));
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void an_answer_is_read_whenever_enough_of_it_is_there() {
        String random = "5a".repeat(32);
        byte[] old = hex("16 03 01 00 2a 02 00 00 26 03 01 " + random + "00 00 2f 00");
        byte[] young = hex("16 03 03 00 32 02 00 00 2e 03 03 " + random + "00 13 01 00 00 06 00 2b 00 02 03 04");
        for (int count = 0; count < old.length; count++) {
            assertThat(HelloAnswer.read(old, count)).isInstanceOf(HelloAnswer.Incomplete.class);
        }
        assertThat(HelloAnswer.read(old, old.length)).isEqualTo(new HelloAnswer.Agreed(0x0301, 0x002f));
        assertThat(HelloAnswer.read(young, young.length)).isEqualTo(new HelloAnswer.Agreed(0x0304, 0x1301));
        assertThat(HelloAnswer.read(hex("15 03 01 00 02 02 46"), 7)).isEqualTo(new HelloAnswer.Alert(2, 70));
        assertThat(HelloAnswer.read(hex("48 54 54 50 2f"), 5)).isInstanceOf(HelloAnswer.NotTls.class);
    }

    @Test
    void no_bytes_make_the_reading_of_an_answer_throw() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = (byte) (random.nextBoolean() ? 22 : 21);
                bytes[1] = 3;
            }
            if (bytes.length > 6) {
                bytes[3] = 0;
                bytes[5] = 2;
            }
            assertThat(HelloAnswer.read(bytes, bytes.length)).isNotNull();
        }
    }
}
