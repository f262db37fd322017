package dev.gatehouse.doctor.explain;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;

import static org.assertj.core.api.Assertions.assertThat;

/// A driver's dump of a modem's dialogue is put together again, and the account of its bytes is kept.
class WireTest {
    private final StringBuilder log = new StringBuilder();
    private int millis = 1_000;

    /// Dumps bytes as ESP-IDF does, 16 in a line.
    private void dump(String tag, byte[] bytes) {
        for (int from = 0; from < bytes.length; from += 16) {
            int to = Math.min(bytes.length, from + 16);
            var hex = new StringBuilder();
            for (int i = from; i < to; i++) {
                hex.append(String.format(Locale.ROOT, "%02x ", bytes[i])).append(i - from == 7 ? " " : "");
            }
            log.append(String.format(Locale.ROOT, "V (%d) %s: 0x%08x   %-50s|%s|%n", millis, tag, 0x3ffb0000 + from,
                    hex.toString().strip(),
                    ".".repeat(to - from)));
        }
        millis += 10;
    }

    private void modem(String text) {
        dump("modem", text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A record of TLS 1.2 with AES-GCM: explicit nonce, plaintext, tag.
    private static byte[] record(int type, int plain, int nonce) {
        return HexFormat.of().parseHex(
                String.format(Locale.ROOT, "%02x0303%04x%016x", type, 8 + plain + 16, nonce) + "5a".repeat(plain + 16));
    }

    private Explanation explain() {
        return Scorer.explain(log.toString());
    }

    @Test
    void a_refusal_that_the_driver_threw_away_is_found_by_its_lengths() {
        dump("driver", record(23, 61, 1));
        modem("\r\n>");
        modem("\r\nOK\r\n\r\n+CIPSEND: 2,90,90\r\n");
        modem("\r\n+CIPRXGET: 1,2\r\n");
        modem("\r\n+IPCLOSE: 2,1\r\n");
        modem("\r\n+CIPRXGET: 2,2,5,59\r\n\u0017\u0003\u0003\u0000\u001c\r\n\r\nOK\r\n");
        log.append("D (2000) driver: command AT+CIPCLOSE=2\n");
        Explanation said = explain();
        assertThat(said.decided()).isTrue();
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.CONNACK_REFUSED_UNREAD);
        assertThat(said.verdicts().getFirst().certainty()).isEqualTo(Certainty.CERTAIN);
        assertThat(said.verdicts().get(1).cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(said.because()).contains("held 64 bytes", "61 of plaintext", "28 bytes hold 4", "26 bytes hold 2");
        assertThat(said.collect()).hasSize(3);
        assertThat(said.timeline()).filteredOn(Explanation.Moment::wrong).singleElement()
                .satisfies(moment -> assertThat(moment.what()).contains("closed the connection"));
    }

    @Test
    void a_longer_answer_that_was_thrown_away_is_not_called_a_refusal() {
        dump("driver", record(23, 61, 7));
        modem("\r\n+IPCLOSE: 0,1\r\n");
        modem("\r\n+CIPRXGET: 2,0,5,124\r\n\u0017\u0003\u0003\u0000|\r\n\r\nOK\r\n");
        log.append("D (2000) driver: command AT+CIPCLOSE=0\n");
        assertThat(explain().verdicts().getFirst().cause()).isEqualTo(Cause.MODEM_DATA_LOST_ON_CLOSE);
    }

    /// A record of TLS 1.3: type data, whatever is inside.
    private static byte[] record13(int plain) {
        return HexFormat.of()
                .parseHex(String.format(Locale.ROOT, "170303%04x", plain + 1 + 16) + "5a".repeat(plain + 17));
    }

    /// An answer of which the device read the header only, in a session of TLS 1.3.
    private Explanation unread13(boolean helloShown, int recordBytes) {
        if (helloShown) {
            dump("driver", HexFormat.of().parseHex(HELLO.replace("c02f", "1301")));
            modem("\r\n+CIPRXGET: 2,0,47,0\r\n" + latin(SERVER_HELLO.replace("c02f", "1301")) + "\r\n\r\nOK\r\n");
            dump("driver", record13(36)); // Finished
        }
        dump("driver", record13(61));
        modem("\r\n+IPCLOSE: 0,1\r\n");
        modem("\r\n+CIPRXGET: 2,0,5," + recordBytes + "\r\n\u0017\u0003\u0003\u0000" + (char) recordBytes
                + "\r\n\r\nOK\r\n");
        log.append("D (2000) driver: command AT+CIPCLOSE=0\n");
        return explain();
    }

    @Test
    void a_refusal_in_TLS_1_3_is_found_by_the_length_of_its_record() {
        Explanation said = unread13(true, 4 + 1 + 16);
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.CONNACK_REFUSED_UNREAD);
        assertThat(said.because()).contains("only TLS 1.3 fits", "21 bytes hold 4");
    }

    @Test
    void a_refusal_of_MQTT_5_without_properties_has_one_byte_more() {
        Explanation said = unread13(true, 5 + 1 + 16);
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.CONNACK_REFUSED_UNREAD);
        assertThat(said.because()).contains("22 bytes hold 5", "MQTT 5");
    }

    @Test
    void a_longer_answer_in_TLS_1_3_may_be_anything() {
        assertThat(unread13(true, 6 + 1 + 16).verdicts().getFirst().cause()).isEqualTo(Cause.MODEM_DATA_LOST_ON_CLOSE);
    }

    @Test
    void without_the_hello_five_bytes_may_be_the_answer_to_a_SUBSCRIBE() {
        assertThat(unread13(false, 4 + 1 + 16).verdicts().getFirst().cause())
                .isEqualTo(Cause.MODEM_DATA_LOST_ON_CLOSE);
    }

    @Test
    void nothing_is_lost_when_everything_was_read() {
        dump("driver", record(23, 61, 1));
        modem("\r\n+CIPRXGET: 2,0,33,0\r\n" + new String(record(23, 4, 1), StandardCharsets.ISO_8859_1)
                + "\r\n\r\nOK\r\n");
        modem("\r\n+IPCLOSE: 0,1\r\n");
        assertThat(explain().verdicts()).noneMatch(verdict -> verdict.cause() == Cause.CONNACK_REFUSED_UNREAD
                || verdict.cause() == Cause.MODEM_DATA_LOST_ON_CLOSE);
    }

    private static final String HELLO = "160301002d" + "01000029" + "0303" + "11".repeat(32) + "00" + "0002c02f"
            + "0100";
    private static final String SERVER_HELLO = "160303002a" + "02000026" + "0303" + "22".repeat(32) + "00" + "c02f"
            + "00";

    private static String latin(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    private void handshakeWithoutServerName() {
        log.append("D (900) driver: command AT+CIPOPEN=0,\"TCP\",\"mq.plant.example\",8883\n");
        dump("driver", HexFormat.of().parseHex(HELLO));
        modem("\r\n+CIPRXGET: 2,0,47,0\r\n" + latin(SERVER_HELLO) + "\r\n\r\nOK\r\n");
        dump("driver", record(23, 46, 1));
    }

    @Test
    void a_client_hello_without_a_name_and_an_answer_followed_by_a_close_are_a_missing_name() {
        handshakeWithoutServerName();
        modem("\r\n+CIPRXGET: 2,0,33,0\r\n" + new String(record(23, 4, 1), StandardCharsets.ISO_8859_1)
                + "\r\n\r\nOK\r\n");
        modem("\r\n+IPCLOSE: 0,1\r\n");
        Explanation said = explain();
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(said.verdicts().getFirst().certainty()).isEqualTo(Certainty.LIKELY);
        assertThat(said.because()).contains("names no server");
    }

    @Test
    void an_answer_whose_code_is_not_told_is_left_open() {
        handshakeWithoutServerName();
        modem("\r\n+CIPRXGET: 2,0,33,0\r\n" + new String(record(23, 4, 1), StandardCharsets.ISO_8859_1)
                + "\r\n\r\nOK\r\n");
        Explanation said = explain();
        assertThat(said.decided()).isFalse();
        assertThat(said.because()).contains("does not say whether it accepts");
        assertThat(said.verdicts()).noneMatch(verdict -> verdict.cause() == Cause.MODEM_DRIVER_BUG);
    }

    @Test
    void reads_of_sockets_with_tls_inside_the_modem_are_mqtt() {
        dump("driver", HexFormat.of().parseHex("100c00044d5154540402003c0000"));
        modem("\r\n+CCHRECV: DATA,0,4\r\n" + latin("20020005") + "\r\n+CCHRECV: 0,0\r\n");
        Explanation said = explain();
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.CREDENTIALS_MISSING);
    }

    @Test
    void reads_of_quectel_sockets_are_put_together() {
        dump("driver", HexFormat.of().parseHex(HELLO));
        modem("\r\n+QIRD: 20\r\n" + latin(SERVER_HELLO).substring(0, 20) + "\r\n\r\nOK\r\n");
        modem("\r\n+QIRD: 27\r\n" + latin(SERVER_HELLO).substring(20) + "\r\n\r\nOK\r\n");
        dump("driver", record(23, 46, 1));
        modem("\r\n+QIRD: 33\r\n" + new String(record(23, 4, 1), StandardCharsets.ISO_8859_1) + "\r\n\r\nOK\r\n");
        modem("\r\n+QIURC: \"closed\",0\r\n");
        assertThat(explain().verdicts().getFirst().cause()).isEqualTo(Cause.SNI_MISSING);
    }

    @Test
    void lengths_tell_cipher_families_apart() {
        assertThat(CipherFamily.AES_GCM.plaintext(28)).hasValue(4);
        assertThat(CipherFamily.CHACHA20.plaintext(20)).hasValue(4);
        assertThat(CipherFamily.TLS_1_3.plaintext(21)).hasValue(4);
        assertThat(CipherFamily.CBC_SHA1.plaintext(28)).isEmpty();
        assertThat(CipherFamily.AES_GCM.plaintext(24)).isEmpty();
        assertThat(CipherFamily.possible(java.util.List.of(28, 26, 72), true, null)).contains(CipherFamily.AES_GCM)
                .doesNotContain(CipherFamily.CHACHA20, CipherFamily.TLS_1_3);
    }
}
