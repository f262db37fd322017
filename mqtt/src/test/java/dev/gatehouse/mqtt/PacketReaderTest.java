package dev.gatehouse.mqtt;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

class PacketReaderTest {
    private static ByteBuf bytes(String hex) {
        return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static PacketReader server(Version version) {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 1 << 20);
        reader.version(version);
        return reader;
    }

    private static Packet.Publish publish(PacketReader reader, ByteBuf in) {
        return (Packet.Publish) assertThat(reader.read(in)).isInstanceOf(Packet.Publish.class).actual();
    }

    @Test
    void the_largest_packet_allowed_is_read_and_one_byte_more_is_refused_before_it_arrives() {
        PacketReader reader = server(Version.MQTT_3_1_1);
        reader.packetBytesMax(7);
        Packet.Publish most = publish(reader, bytes("30 05 0001 61 6869"));
        assertThat(most.payload().toString(StandardCharsets.US_ASCII)).isEqualTo("hi");
        most.payload().release();
        ByteBuf header = bytes("30 06");
        ProtocolViolation refused = catchThrowableOfType(ProtocolViolation.class, () -> reader.read(header));
        assertThat(refused.violation()).isEqualTo(Violation.PACKET_TOO_LARGE);
        assertThat(refused.detail()).isEqualTo("8 bytes announced, 7 allowed");
    }

    @Test
    void the_largest_remaining_length_of_four_bytes_waits_for_its_bytes() {
        PacketReader reader = server(Version.MQTT_5);
        reader.packetBytesMax(268_435_460);
        ByteBuf header = bytes("30 ff ff ff 7f");
        assertThat(reader.read(header)).isNull();
        assertThat(header.readableBytes()).isEqualTo(5);
    }

    @Test
    void after_a_violation_nothing_more_is_read() {
        PacketReader reader = server(Version.MQTT_5);
        assertThatThrownBy(() -> reader.read(bytes("00 00"))).isInstanceOf(ProtocolViolation.class);
        assertThatThrownBy(() -> reader.read(bytes("c0 00"))).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void the_version_is_known_as_soon_as_connect_has_said_it() {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 100);
        assertThat(reader.version()).isNull();
        assertThatThrownBy(() -> reader.read(bytes("10 0d 0004 4d515454 05 03 0000 00 0000")))
                .isInstanceOf(ProtocolViolation.class);
        assertThat(reader.version()).isEqualTo(Version.MQTT_5);
    }

    @Test
    void a_client_that_was_not_told_its_version_is_a_bug_of_ours() {
        PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, 100);
        assertThatThrownBy(() -> reader.read(bytes("d0 00"))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_payload_is_a_slice_that_outlives_the_input() {
        ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(bytes("30 05 0001 61 6869"));
        Packet.Publish publish = publish(server(Version.MQTT_3_1_1), in);
        assertThat(in.refCnt()).isEqualTo(2);
        in.release();
        assertThat(publish.payload().toString(StandardCharsets.US_ASCII)).isEqualTo("hi");
        publish.payload().release();
        assertThat(in.refCnt()).isZero();
    }

    @Test
    void topic_names_that_come_again_are_the_same_string_and_others_are_not_mixed_up() {
        PacketReader reader = server(Version.MQTT_3_1_1);
        String first = publish(reader, bytes("30 04 0002 6162")).topic();
        assertThat(publish(reader, bytes("30 04 0002 6162")).topic()).isSameAs(first);
        for (int a = 'a'; a < 'z'; a++) {
            for (int b = 'a'; b < 'z'; b++) {
                assertThat(publish(reader, bytes("30 05 0003 %02x%02x61".formatted(a, b))).topic())
                        .isEqualTo("" + (char) a + (char) b + "a");
            }
        }
        assertThat(publish(reader, bytes("30 04 0002 c3a4")).topic()).isEqualTo("ä");
        assertThat(publish(reader, bytes("30 04 0002 c3a5")).topic()).isEqualTo("å");
    }

    @Test
    void a_publish_without_properties_allocates_its_record_and_its_slice_and_nothing_else() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        PacketReader reader = server(Version.MQTT_5);
        ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer()
                .writeBytes(bytes("30 0e 0009 646576696365732f31 00 6869"));
        int rounds = 20_000;
        long before = 0;
        for (int i = 0; i < 2 * rounds; i++) {
            if (i == rounds) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            if (reader.read(in.readerIndex(0)) instanceof Packet.Publish publish) {
                publish.payload().release();
            }
        }
        long perPacket = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;
        in.release();
        assertThat(perPacket).as("bytes of heap per PUBLISH: 40 are the record, 72 the slice").isLessThan(120);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c080", "e08080", "f0808080", "c1bf", "eda080", "edbfbf", "f4908080", "f5808080", "ff",
            "80",
            "c3", "e282", "f09f98", "61c3", "c328", "e2c2ac", "fe"})
    void ill_formed_utf_8_is_refused__MQTT_1_5_4_1(String text) {
        String hex = "30 %02x 00%02x %s".formatted(2 + text.length() / 2, text.length() / 2, text);
        assertThat(catchThrowableOfType(ProtocolViolation.class,
                () -> server(Version.MQTT_3_1_1).read(bytes(hex))).violation()).isEqualTo(Violation.STRING_NOT_UTF8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efbfbf", "efbbbf", "f0908080", "f48fbfbf",
            "01", "7f"})
    void the_first_and_last_characters_of_each_length_are_kept__MQTT_1_5_4_3(String text) {
        String hex = "30 %02x 00%02x %s".formatted(2 + text.length() / 2, text.length() / 2, text);
        String topic = publish(server(Version.MQTT_3_1_1), bytes(hex)).topic();
        assertThat(topic.getBytes(StandardCharsets.UTF_8)).isEqualTo(HexFormat.of().parseHex(text));
    }

    @Test
    void every_sequence_of_up_to_three_bytes_is_judged_as_the_jdk_does__MQTT_1_5_4_1() {
        for (int value = 0; value < 1 << 24; value += value < 1 << 16 ? 1 : 61) {
            byte[] text = value < 1 << 8
                    ? new byte[]{(byte) value}
                    : value < 1 << 16
                            ? new byte[]{(byte) (value >> 8), (byte) value}
                            : new byte[]{(byte) (value >> 16), (byte) (value >> 8), (byte) value};
            Violation violation = Utf8.violation(Unpooled.wrappedBuffer(text), 0, text.length);
            String decoded = new String(text, StandardCharsets.UTF_8);
            boolean wellFormed = Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), text);
            if ((violation == null) != (wellFormed && decoded.indexOf(0) < 0)) {
                fail("%06x: %s", value, violation);
            }
        }
    }

    @Test
    void mqtt_3_1_may_set_dup_when_it_sends_a_request_again() {
        PacketReader reader = server(Version.MQTT_3_1);
        assertThat(reader.read(bytes("6a 02 0001"))).isEqualTo(new Packet.Pubrel(1, ReasonCode.SUCCESS));
        assertThat(reader.read(bytes("aa 05 0001 0001 61"))).isInstanceOf(Packet.Unsubscribe.class);
        assertThat(reader.read(bytes("8a 06 0001 0001 61 00"))).isInstanceOf(Packet.Subscribe.class);
    }

    @Test
    void mqtt_3_1_may_announce_a_user_name_and_leave_it_out() {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 100);
        assertThat(reader.read(bytes("10 0f 0006 4d5149736470 03 c2 003c 0001 63")))
                .isEqualTo(new Packet.Connect(Version.MQTT_3_1, "c", true, 60, null, null, null,
                        ConnectProperties.NONE));
    }

    @Test
    void an_empty_user_name_is_not_an_absent_one__MQTT_3_1_2_17() {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, 100);
        Packet.Connect connect = (Packet.Connect) assertThat(
                reader.read(bytes("10 10 0004 4d515454 04 c2 0000 0000 0000 0000"))).isInstanceOf(Packet.Connect.class)
                .actual();
        assertThat(connect.userName()).isEmpty();
        assertThat(connect.password()).isEqualTo(Secret.of(""));
    }

    @Test
    void an_invalid_topic_filter_is_kept_for_the_answer__MQTT_3_8_3_1() {
        assertThat(server(Version.MQTT_5).read(bytes("82 08 0001 00 0002 6123 00")))
                .isEqualTo(new Packet.Subscribe(1, 0, List.of(), List.of(new Packet.Subscribe.Request("a#",
                        Qos.AT_MOST_ONCE, false, false, Packet.RetainHandling.SEND))));
    }

    @Test
    void a_disconnect_may_leave_out_its_property_length_and_an_acknowledgement_too() {
        PacketReader reader = server(Version.MQTT_5);
        assertThat(reader.read(bytes("e0 01 00"))).isEqualTo(new Packet.Disconnect(ReasonCode.SUCCESS));
        assertThat(reader.read(bytes("e0 02 04 00")))
                .isEqualTo(new Packet.Disconnect(ReasonCode.DISCONNECT_WITH_WILL));
        assertThat(reader.read(bytes("40 03 0001 00"))).isEqualTo(new Packet.Puback(1, ReasonCode.SUCCESS));
        assertThat(reader.read(bytes("40 04 0001 00 00"))).isEqualTo(new Packet.Puback(1, ReasonCode.SUCCESS));
    }
}
