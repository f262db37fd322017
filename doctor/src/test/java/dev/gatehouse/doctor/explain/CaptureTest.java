package dev.gatehouse.doctor.explain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import dev.gatehouse.diagnosis.Cause;

import static org.assertj.core.api.Assertions.assertThat;

class CaptureTest {
    private static final int FIN = 1;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private final ByteArrayOutputStream packets = new ByteArrayOutputStream();
    private int clientSequence = 1_000;
    private int serverSequence = 9_000;

    CaptureTest() {
        write(HexFormat.of().parseHex("a1b2c3d400020004000000000000000000040000" + "00000065"));
    }

    private void write(byte[] bytes) {
        packets.writeBytes(bytes);
    }

    private void packet(boolean fromClient, int flags, String hex) {
        byte[] data = HexFormat.of().parseHex(hex);
        var ip = ByteBuffer.allocate(40 + data.length);
        ip.put((byte) 0x45).put((byte) 0).putShort((short) (40 + data.length)).putInt(0).put((byte) 64).put((byte) 6)
                .putShort((short) 0);
        ip.putInt(fromClient ? 0x0a000001 : 0x0a000002).putInt(fromClient ? 0x0a000002 : 0x0a000001);
        ip.putShort((short) (fromClient ? 50_000 : 8883)).putShort((short) (fromClient ? 8883 : 50_000));
        ip.putInt(fromClient ? clientSequence : serverSequence).putInt(0).put((byte) 0x50).put((byte) flags)
                .putShort((short) 100).putInt(0);
        ip.put(data);
        int more = data.length + ((flags & SYN) != 0 ? 1 : 0);
        if (fromClient) {
            clientSequence += more;
        } else {
            serverSequence += more;
        }
        write(ByteBuffer.allocate(16).putInt(1).putInt(0).putInt(ip.capacity()).putInt(ip.capacity()).array());
        write(ip.array());
    }

    private static Explanation explain(byte[] capture) {
        var explainer = new Explainer();
        try {
            explainer.read(new ByteArrayInputStream(capture));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return explainer.explain();
    }

    private void shake() {
        packet(true, SYN, "");
        packet(false, SYN | ACK, "");
    }

    @Test
    void an_alert_of_the_client_names_the_cause() {
        shake();
        packet(true, ACK, "1603010005" + "0100000100");
        packet(false, ACK, "1603030004" + "0e000000");
        packet(true, ACK, "1503030002" + "0230");
        Explanation said = explain(packets.toByteArray());
        assertThat(said.stack()).isEqualTo("pcap");
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.UNTRUSTED_CA);
        assertThat(said.verdicts().getFirst().evidence().getFirst().line()).isEqualTo(5);
    }

    @Test
    void a_reset_instead_of_an_answer_is_a_refused_connection() {
        packet(true, SYN, "");
        packet(false, RST | ACK, "");
        assertThat(explain(packets.toByteArray()).verdicts()).anyMatch(verdict -> verdict.cause() == Cause.TCP_REFUSED);
    }

    @Test
    void an_unencrypted_connack_is_read() {
        shake();
        packet(true, ACK, "100c00044d5154540402003c0000");
        packet(false, ACK, "20020002");
        assertThat(explain(packets.toByteArray()).verdicts().getFirst().cause()).isEqualTo(Cause.CLIENT_ID_REJECTED);
    }

    @Test
    void plain_bytes_after_a_client_hello_are_a_port_without_tls() {
        shake();
        packet(true, ACK, "1603010005" + "0100000100");
        packet(false, ACK, "20020001");
        assertThat(explain(packets.toByteArray()).verdicts().getFirst().cause()).isEqualTo(Cause.TLS_TO_PLAIN_PORT);
    }

    /// A ClientHello without extensions, so without a server name.
    private static final String HELLO = "160301002d" + "01000029" + "0303" + "11".repeat(32) + "00" + "0002c02f"
            + "0100";

    private static String serverHello(String suite) {
        return "160303002a" + "02000026" + "0303" + "22".repeat(32) + "00" + suite + "00";
    }

    private static String data(int length) {
        return String.format(java.util.Locale.ROOT, "170303%04x", length) + "5a".repeat(length);
    }

    @Test
    void a_refusal_in_tls_1_2_is_known_by_its_length() {
        shake();
        packet(true, ACK, HELLO);
        packet(false, ACK, serverHello("c02f"));
        packet(true, ACK, data(72));
        packet(false, ACK, data(28));
        packet(false, ACK | FIN, "");
        assertThat(explain(packets.toByteArray()).verdicts().getFirst().cause()).isEqualTo(Cause.SNI_MISSING);
    }

    @Test
    void a_refusal_in_tls_1_3_is_known_by_its_length() {
        shake();
        packet(true, ACK, HELLO);
        packet(false, ACK, serverHello("1301") + data(900));
        packet(true, ACK, data(53));
        packet(false, ACK, data(234) + data(234));
        packet(true, ACK, data(60));
        packet(false, ACK, data(21) + data(19));
        packet(false, ACK | FIN, "");
        Explanation said = explain(packets.toByteArray());
        assertThat(said.verdicts().getFirst().cause()).isEqualTo(Cause.SNI_MISSING);
        assertThat(said.because()).contains("a refusal");
    }

    @Test
    void a_session_in_tls_1_3_that_goes_on_is_no_refusal() {
        shake();
        packet(true, ACK, HELLO);
        packet(false, ACK, serverHello("1301") + data(900));
        packet(true, ACK, data(53) + data(60));
        packet(false, ACK, data(21));
        packet(true, ACK, data(40));
        packet(false, ACK, data(25));
        packet(false, ACK | FIN, "");
        assertThat(explain(packets.toByteArray()).decided()).isFalse();
    }

    @Test
    void segments_may_come_twice_and_in_another_order() {
        shake();
        String hello = HELLO;
        packet(true, ACK, hello.substring(0, 20));
        packet(true, ACK, hello.substring(20));
        int after = serverSequence;
        serverSequence = after + 47;
        packet(false, ACK, data(900).substring(0, 900));
        serverSequence = after;
        packet(false, ACK, serverHello("1301"));
        serverSequence = after;
        packet(false, ACK, serverHello("1301"));
        serverSequence = after + 47 + 450;
        packet(false, ACK, data(900).substring(900));
        packet(true, ACK, data(53) + data(60));
        packet(false, ACK, data(21));
        packet(false, ACK | FIN, "");
        assertThat(explain(packets.toByteArray()).because()).contains("a refusal");
    }

    @Test
    void a_segment_that_never_came_leaves_the_rest_unread() {
        shake();
        packet(true, ACK, HELLO);
        packet(false, ACK, serverHello("1301"));
        serverSequence += 100;
        packet(false, ACK, data(21));
        packet(false, ACK | FIN, "");
        assertThat(explain(packets.toByteArray()).decided()).isFalse();
    }

    @Test
    void a_capture_may_end_anywhere() {
        shake();
        packet(true, ACK, "1603010005" + "0100000100");
        byte[] whole = packets.toByteArray();
        for (int length = 0; length < whole.length; length++) {
            assertThat(explain(Arrays.copyOf(whole, length)).decided()).isFalse();
        }
    }
}
