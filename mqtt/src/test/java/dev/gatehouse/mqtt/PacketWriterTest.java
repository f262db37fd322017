package dev.gatehouse.mqtt;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PacketWriterTest {
    private static final List<UserProperty> A_B = List.of(new UserProperty("a", "b"));

    private static String written(Packet packet, Version version) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, version, out);
        return ByteBufUtil.hexDump(out);
    }

    static Stream<Packet> withReasonAndProperties() {
        List<ReasonCode> reasons = List.of(ReasonCode.NOT_AUTHORIZED);
        ConnackProperties none = ConnackProperties.NONE;
        return Stream.of(
                new Packet.Connack(false, ReasonCode.NOT_AUTHORIZED,
                        new ConnackProperties(-1, 9, null, false, 7, null, 0, "why", A_B, true, true, true, 5, null,
                                null, null, none.authenticationData())),
                new Packet.Puback(1, ReasonCode.NOT_AUTHORIZED, "why", A_B),
                new Packet.Pubrec(1, ReasonCode.NOT_AUTHORIZED, "why", A_B),
                new Packet.Pubrel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, "why", A_B),
                new Packet.Pubcomp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, "why", A_B),
                new Packet.Suback(1, reasons, "why", A_B), new Packet.Unsuback(1, reasons, "why", A_B),
                new Packet.Disconnect(ReasonCode.SERVER_MOVED, -1, "why", "there", A_B),
                new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", Bytes.EMPTY, "why", A_B));
    }

    @ParameterizedTest
    @MethodSource("withReasonAndProperties")
    void what_does_not_fit_is_left_out_user_properties_first__MQTT_3_2_2_19(Packet packet) {
        int whole = PacketWriter.bytes(packet, Version.MQTT_5);
        assertThat(PacketWriter.trimmed(packet, Version.MQTT_5, whole)).isSameAs(packet);
        Packet noProperties = PacketWriter.trimmed(packet, Version.MQTT_5, whole - 1);
        int shorter = PacketWriter.bytes(noProperties, Version.MQTT_5);
        assertThat(shorter).as("one user property of two letters").isEqualTo(whole - 7);
        assertThat(noProperties.toString()).contains("why").doesNotContain("UserProperty[");
        assertThat(PacketWriter.trimmed(packet, Version.MQTT_5, shorter)).isEqualTo(noProperties);
        Packet bare = PacketWriter.trimmed(packet, Version.MQTT_5, shorter - 1);
        assertThat(PacketWriter.bytes(bare, Version.MQTT_5)).isLessThan(shorter);
        assertThat(bare.toString()).doesNotContain("why").contains(bare.getClass().getSimpleName());
    }

    @Test
    void what_cannot_be_trimmed_comes_back_as_it_is() {
        Packet.Pingresp packet = new Packet.Pingresp();
        assertThat(PacketWriter.trimmed(packet, Version.MQTT_5, 1)).isSameAs(packet);
        Packet.Puback three = new Packet.Puback(1, ReasonCode.SUCCESS, "why", A_B);
        assertThat(PacketWriter.trimmed(three, Version.MQTT_3_1_1, 1)).isSameAs(three);
    }

    @Test
    void mqtt_3_hears_return_codes_and_0x80_and_no_properties() {
        assertThat(written(new Packet.Connack(false, ReasonCode.BANNED, ConnackProperties.because("no")),
                Version.MQTT_3_1_1)).isEqualTo("20020005");
        assertThat(written(new Packet.Suback(1, List.of(ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_1), "no",
                A_B), Version.MQTT_3_1)).isEqualTo("900400018001");
        assertThat(written(new Packet.Unsuback(1, List.of(ReasonCode.SUCCESS), "no", A_B), Version.MQTT_3_1_1))
                .isEqualTo("b0020001");
        assertThat(written(new Packet.Pubrec(1, ReasonCode.NOT_AUTHORIZED, "no", A_B), Version.MQTT_3_1_1))
                .isEqualTo("50020001");
        assertThat(written(new Packet.Disconnect(ReasonCode.SERVER_BUSY), Version.MQTT_3_1_1)).isEqualTo("e000");
        assertThat(written(new Packet.Connack(true, ReasonCode.SUCCESS, ConnackProperties.NONE), Version.MQTT_3_1))
                .as("MQTT 3.1 has no session present").isEqualTo("20020000");
    }

    @Test
    void remaining_length_takes_one_byte_up_to_127_and_two_from_128__MQTT_1_5_5_1() {
        assertThat(PacketWriter.publishBytes(1, Qos.AT_MOST_ONCE, PublishProperties.NONE, 124, Version.MQTT_3_1_1))
                .isEqualTo(129);
        assertThat(PacketWriter.publishBytes(1, Qos.AT_MOST_ONCE, PublishProperties.NONE, 125, Version.MQTT_3_1_1))
                .isEqualTo(131);
        assertThat(PacketWriter.publishBytes(1, Qos.AT_MOST_ONCE, PublishProperties.NONE, 16_380, Version.MQTT_3_1_1))
                .isEqualTo(16_386);
        assertThat(PacketWriter.publishBytes(1, Qos.AT_MOST_ONCE, PublishProperties.NONE, 16_381, Version.MQTT_3_1_1))
                .isEqualTo(16_388);
    }

    @Test
    void what_the_wire_cannot_carry_is_an_argument_error() {
        assertThatThrownBy(() -> PacketWriter.publishBytes(1, Qos.AT_MOST_ONCE, PublishProperties.NONE, 268_435_453,
                Version.MQTT_3_1_1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> written(new Packet.Unsubscribe(1, List.of(), List.of("a".repeat(65_536))),
                Version.MQTT_5)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("65536");
        assertThatThrownBy(() -> written(new Packet.Auth(ReasonCode.SUCCESS, null, null, null, List.of()),
                Version.MQTT_3_1_1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_field_may_have_65535_bytes() {
        Packet packet = new Packet.Unsubscribe(1, List.of(), List.of("a".repeat(65_535)));
        assertThat(PacketWriter.bytes(packet, Version.MQTT_3_1_1)).isEqualTo(1 + 3 + 2 + 2 + 65_535);
    }

    @Test
    void a_payload_that_does_not_start_at_0_is_written_from_its_reader_index() {
        ByteBuf payload = Unpooled.wrappedBuffer(HexFormat.of().parseHex("aabbcc"));
        payload.skipBytes(2);
        assertThat(written(new Packet.Publish("a", Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE, payload),
                Version.MQTT_3_1_1)).isEqualTo("3004000161cc");
        assertThat(payload.readerIndex()).isEqualTo(2);
        assertThat(payload.refCnt()).isOne();
    }
}
