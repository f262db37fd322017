package dev.gatehouse.tls;

import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.gatehouse.tls.RecordTap.Alert;
import dev.gatehouse.tls.RecordTap.ContentType;

import static org.assertj.core.api.Assertions.assertThat;

class RecordTapTest {
    /// A TLS 1.3 client that does not trust our CA: handshake, change_cipher_spec, then its alert in plaintext.
    private static final String REJECTED = "1603010003 010203" + "140303000101" + "15030300020230";

    private static ByteBuf hex(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static RecordTap saw(String hex) {
        RecordTap tap = new RecordTap();
        tap.see(hex(hex));
        return tap;
    }

    @Test
    void a_plaintext_alert_is_read_with_level_and_number() {
        RecordTap tap = saw(REJECTED);

        assertThat(tap.alert()).isEqualTo(new Alert.Plain(2, 48, 1, 0));
        assertThat(((Alert.Plain) tap.alerts().getFirst()).alert()).isEqualTo(TlsAlert.UNKNOWN_CA);
        assertThat(tap.alerts().getFirst().text()).isEqualTo("fatal unknown_ca (48)");
        assertThat(tap.records(ContentType.HANDSHAKE)).isEqualTo(1);
        assertThat(tap.payloadBytes(ContentType.HANDSHAKE)).isEqualTo(3);
        assertThat(tap.records(ContentType.CHANGE_CIPHER_SPEC)).isEqualTo(1);
        assertThat(tap.isLost()).isFalse();
    }

    @Test
    void cut_at_any_byte_the_alert_is_the_same() {
        byte[] bytes = HexFormat.of().parseHex(REJECTED.replace(" ", ""));
        for (int cut = 0; cut <= bytes.length; cut++) {
            RecordTap tap = new RecordTap();
            tap.see(Unpooled.wrappedBuffer(bytes, 0, cut));
            tap.see(Unpooled.wrappedBuffer(bytes, cut, bytes.length - cut));
            assertThat(tap.alerts()).containsExactly(new Alert.Plain(2, 48, 1, 0));
        }
    }

    @Test
    void the_buffer_is_borrowed() {
        ByteBuf in = hex(REJECTED);
        new RecordTap().see(in);

        assertThat(in.readableBytes()).isEqualTo(21);
        assertThat(in.refCnt()).isEqualTo(1);
    }

    @Test
    void an_alert_of_another_length_is_encrypted() {
        RecordTap tap = saw("1703030001ff" + "150303001a" + "00".repeat(26));

        assertThat(tap.alert()).isEqualTo(new Alert.Encrypted(26, 0, 1));
        assertThat(tap.alerts().getFirst().text()).isEqualTo("encrypted alert");
    }

    @Test
    void a_fatal_alert_outweighs_warnings_before_it() {
        RecordTap tap = saw("15030300020100" + "1503030002015a" + "15030300020228");

        assertThat(tap.alerts()).hasSize(3);
        assertThat(tap.alert()).isEqualTo(new Alert.Plain(2, 40, 0, 0));
        assertThat(saw("15030300020100" + "1503030002015a").alert()).isEqualTo(new Alert.Plain(1, 90, 0, 0));
    }

    @Test
    void only_the_first_alerts_are_kept_and_all_are_counted() {
        RecordTap tap = saw("1503030002015a".repeat(1000));

        assertThat(tap.alerts()).hasSize(RecordTap.ALERTS_MAX);
        assertThat(tap.alertsSeen()).isEqualTo(1000);
    }

    @Test
    void an_unregistered_alert_is_written_as_a_number() {
        assertThat(saw("150303000209c8").alerts().getFirst().text()).isEqualTo("0x09 0xc8 (200)");
    }

    @Test
    void bytes_that_are_no_record_end_the_watching() {
        assertThat(saw("4745542f").isLost()).isTrue();
        assertThat(saw("1602").isLost()).isTrue();
        RecordTap tap = saw(REJECTED + "00" + "15030300020228");
        assertThat(tap.isLost()).isTrue();
        assertThat(tap.alerts()).hasSize(1);
    }

    @Test
    void an_empty_record_is_followed_by_the_next() {
        assertThat(saw("1703030000" + "15030300020228").alert()).isEqualTo(new Alert.Plain(2, 40, 0, 1));
    }

    @Test
    void every_alert_has_a_number_of_its_own_and_a_meaning() {
        for (TlsAlert alert : TlsAlert.values()) {
            assertThat(TlsAlert.of(alert.number())).isEqualTo(alert);
            assertThat(alert.meaning()).isNotBlank();
        }
        assertThat(List.of(TlsAlert.values())).hasSize(37);
        assertThat(TlsAlert.of(-1)).isNull();
        assertThat(TlsAlert.of(256)).isNull();
    }

    static LongStream seeds() {
        return Seeds.seeds();
    }

    @ParameterizedTest(name = "-Dseed={0}")
    @MethodSource("seeds")
    void any_records_in_any_split_are_counted_and_noise_never_throws(long seed) {
        Random random = new Random(seed);
        ByteBuf stream = Unpooled.buffer();
        long[] counts = new long[5];
        for (int i = 0; i < 50; i++) {
            int type = random.nextInt(5);
            int length = random.nextInt(40);
            counts[type]++;
            stream.writeByte(20 + type).writeShort(0x0303).writeShort(length).writeZero(length);
        }
        RecordTap tap = new RecordTap();
        while (stream.isReadable()) {
            tap.see(stream.readSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(9))));
        }
        for (ContentType type : ContentType.values()) {
            assertThat(tap.records(type)).isEqualTo(counts[type.ordinal()]);
        }
        byte[] noise = new byte[200];
        random.nextBytes(noise);
        noise[0] = (byte) (20 + random.nextInt(5));
        noise[1] = 3;
        tap.see(Unpooled.wrappedBuffer(noise));
    }
}
