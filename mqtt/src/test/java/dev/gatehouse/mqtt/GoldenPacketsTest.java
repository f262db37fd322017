package dev.gatehouse.mqtt;

import java.util.HexFormat;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.gatehouse.mqtt.Version.MQTT_3_1;
import static dev.gatehouse.mqtt.Version.MQTT_3_1_1;
import static dev.gatehouse.mqtt.Version.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;

/// Packets of each type as they stand in the standard, byte by byte.
class GoldenPacketsTest {
    private static final List<UserProperty> A_B = List.of(new UserProperty("a", "b"));

    record Golden(PacketReader.Role reads, Version version, String hex, Packet packet) {
        @Override
        public String toString() {
            return version + " " + packet;
        }
    }

    private static Golden client(Version version, String hex, Packet packet) {
        return new Golden(PacketReader.Role.SERVER, version, hex, packet);
    }

    private static Golden server(Version version, String hex, Packet packet) {
        return new Golden(PacketReader.Role.CLIENT, version, hex, packet);
    }

    private static Packet.Publish publish(Qos qos, boolean duplicate, boolean retain, int id,
            PublishProperties properties, String payload) {
        return new Packet.Publish("a/b", qos, duplicate, retain, id, properties,
                Unpooled.wrappedBuffer(HexFormat.of().parseHex(payload)));
    }

    static List<Golden> packets() {
        return List.of(
                client(MQTT_3_1, "10 0f 0006 4d5149736470 03 02 003c 0001 63",
                        new Packet.Connect(MQTT_3_1, "c", true, 60, null, null, null, ConnectProperties.NONE)),
                client(MQTT_3_1_1, "10 1a 0004 4d515454 04 ee 000a 0001 63 0001 77 0001 2a 0001 75 0002 7077",
                        new Packet.Connect(MQTT_3_1_1, "c", true, 10,
                                new Will("w", Bytes.copyOf(new byte[]{42}), Qos.AT_LEAST_ONCE, true, 0,
                                        PublishProperties.NONE),
                                "u", Secret.of("pw"), ConnectProperties.NONE)),
                client(MQTT_5, "10 29 0004 4d515454 05 46 0000 0f 11 ffffffff 21 0014 26 0001 61 0001 62"
                        + " 0000 05 18 00000005 0001 77 0000 0000",
                        new Packet.Connect(MQTT_5, "", true, 0,
                                new Will("w", Bytes.EMPTY, Qos.AT_MOST_ONCE, false, 5, PublishProperties.NONE), null,
                                Secret.of(""),
                                new ConnectProperties(0xFFFF_FFFFL, 20, -1, 0, false, true, null, null, A_B))),
                server(MQTT_3_1, "20 02 00 05",
                        new Packet.Connack(false, ReasonCode.NOT_AUTHORIZED, ConnackProperties.NONE)),
                server(MQTT_3_1_1, "20 02 01 00",
                        new Packet.Connack(true, ReasonCode.SUCCESS, ConnackProperties.NONE)),
                server(MQTT_5, "20 08 00 86 05 1f 0002 6e6f", new Packet.Connack(false,
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD, ConnackProperties.because("no"))),
                client(MQTT_3_1_1, "3b 08 0003 612f62 0001 ff",
                        publish(Qos.AT_LEAST_ONCE, true, true, 1, PublishProperties.NONE, "ff")),
                client(MQTT_5, "30 06 0003 612f62 00",
                        publish(Qos.AT_MOST_ONCE, false, false, 0, PublishProperties.NONE, "")),
                server(MQTT_5, "34 10 0003 612f62 ffff 07 0b ffffff7f 0b01 68",
                        publish(Qos.EXACTLY_ONCE, false, false, 65_535,
                                PublishProperties.NONE.forHop(0, List.of(268_435_455, 1)), "68")),
                client(MQTT_3_1_1, "40 02 0001", new Packet.Puback(1, ReasonCode.SUCCESS)),
                client(MQTT_5, "40 03 0001 10", new Packet.Puback(1, ReasonCode.NO_MATCHING_SUBSCRIBERS)),
                client(MQTT_5, "50 08 0001 87 04 1f 0001 78",
                        new Packet.Pubrec(1, ReasonCode.NOT_AUTHORIZED, "x", List.of())),
                client(MQTT_3_1_1, "62 02 0001", new Packet.Pubrel(1, ReasonCode.SUCCESS)),
                client(MQTT_5, "70 0b 0001 92 07 26 0001 61 0001 62",
                        new Packet.Pubcomp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, null, A_B)),
                client(MQTT_3_1_1, "82 06 000a 0001 23 01",
                        new Packet.Subscribe(10, 0, List.of(),
                                List.of(new Packet.Subscribe.Request("#", Qos.AT_LEAST_ONCE, false, false,
                                        Packet.RetainHandling.SEND)))),
                client(MQTT_5, "82 0d 000a 02 0b07 0001 61 2e 0001 23 00",
                        new Packet.Subscribe(10, 7, List.of(),
                                List.of(new Packet.Subscribe.Request("a", Qos.EXACTLY_ONCE, true, true,
                                        Packet.RetainHandling.DO_NOT_SEND),
                                        new Packet.Subscribe.Request("#", Qos.AT_MOST_ONCE, false, false,
                                                Packet.RetainHandling.SEND)))),
                server(MQTT_3_1_1, "90 04 000a 02 80",
                        new Packet.Suback(10, List.of(ReasonCode.GRANTED_QOS_2, ReasonCode.UNSPECIFIED_ERROR), null,
                                List.of())),
                server(MQTT_5, "90 04 000a 00 87",
                        new Packet.Suback(10, List.of(ReasonCode.NOT_AUTHORIZED), null, List.of())),
                client(MQTT_3_1_1, "a2 05 000a 0001 23", new Packet.Unsubscribe(10, List.of(), List.of("#"))),
                server(MQTT_3_1_1, "b0 02 000a", new Packet.Unsuback(10, List.of(), null, List.of())),
                server(MQTT_5, "b0 04 000a 00 11",
                        new Packet.Unsuback(10, List.of(ReasonCode.NO_SUBSCRIPTION_EXISTED), null, List.of())),
                client(MQTT_5, "c0 00", new Packet.Pingreq()), server(MQTT_5, "d0 00", new Packet.Pingresp()),
                client(MQTT_3_1_1, "e0 00", new Packet.Disconnect(ReasonCode.SUCCESS)),
                client(MQTT_5, "e0 01 04", new Packet.Disconnect(ReasonCode.DISCONNECT_WITH_WILL)),
                server(MQTT_5, "e0 06 9d 04 1c 0001 78",
                        new Packet.Disconnect(ReasonCode.SERVER_MOVED, -1, null, "x", List.of())),
                client(MQTT_5, "f0 00", new Packet.Auth(ReasonCode.SUCCESS, null, null, null, List.of())),
                server(MQTT_5, "f0 0b 18 09 15 0001 6d 16 0002 0102",
                        new Packet.Auth(ReasonCode.CONTINUE_AUTHENTICATION, "m", Bytes.copyOf(new byte[]{1, 2}), null,
                                List.of())));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void is_read_and_written_byte_by_byte(Golden golden) {
        byte[] bytes = HexFormat.of().parseHex(golden.hex().replace(" ", ""));
        PacketReader reader = new PacketReader(golden.reads(), bytes.length);
        if (!(golden.packet() instanceof Packet.Connect)) {
            reader.version(golden.version());
        }
        @Nullable
        Packet read = reader.read(Unpooled.wrappedBuffer(bytes));
        assertThat(read).isEqualTo(golden.packet());
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(golden.packet(), golden.version(), out);
        assertThat(ByteBufUtil.hexDump(out)).isEqualTo(HexFormat.of().formatHex(bytes));
    }
}
