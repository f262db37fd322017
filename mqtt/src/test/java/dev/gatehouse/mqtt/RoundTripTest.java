package dev.gatehouse.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class RoundTripTest {
    private static List<Packet> packets(long seed, Version version, PacketReader.Role role) {
        RandomPackets random = new RandomPackets(new Random(seed), version);
        List<Packet> packets = new ArrayList<>();
        if (role == PacketReader.Role.SERVER) {
            packets.add(random.connect());
        }
        for (int i = 0; i < 10; i++) {
            packets.add(role == PacketReader.Role.SERVER ? random.fromClient() : random.fromServer());
        }
        return packets;
    }

    private static PacketReader reader(PacketReader.Role role, Version version) {
        PacketReader reader = new PacketReader(role, 1 << 20);
        if (role == PacketReader.Role.CLIENT) {
            reader.version(version);
        }
        return reader;
    }

    private static ByteBuf written(List<Packet> packets, Version version) {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
        for (Packet packet : packets) {
            int before = out.writerIndex();
            PacketWriter.write(packet, version, out);
            assertThat(out.writerIndex() - before).as("bytes of %s", packet)
                    .isEqualTo(PacketWriter.bytes(packet, version));
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource
    void what_is_written_is_read_back_and_written_again_the_same(Version version) {
        Seeds.forEach(seed -> {
            for (PacketReader.Role role : PacketReader.Role.values()) {
                List<Packet> packets = packets(seed, version, role);
                ByteBuf wire = written(packets, version);
                String hex = ByteBufUtil.hexDump(wire);
                PacketReader reader = reader(role, version);
                List<Packet> read = new ArrayList<>();
                for (Packet packet = reader.read(wire); packet != null; packet = reader.read(wire)) {
                    read.add(packet);
                }
                assertThat(read).isEqualTo(packets);
                assertThat(wire.isReadable()).isFalse();
                ByteBuf again = written(read, version);
                assertThat(ByteBufUtil.hexDump(again)).isEqualTo(hex);
                read.forEach(Seeds::release);
                assertThat(wire.refCnt()).isOne();
                wire.release();
                again.release();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void it_does_not_matter_where_the_stream_is_split__MQTT_4_2_1(Version version) {
        Seeds.forEach(seed -> {
            PacketReader.Role role = seed % 2 == 0 ? PacketReader.Role.SERVER : PacketReader.Role.CLIENT;
            List<Packet> packets = packets(seed, version, role);
            byte[] wire = ByteBufUtil.getBytes(Unpooled.wrappedBuffer(written(packets, version)));
            PacketReader reader = reader(role, version);
            List<Packet> read = new ArrayList<>();
            ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer();
            for (byte b : wire) {
                in.writeByte(b);
                int before = in.readerIndex();
                Packet packet = reader.read(in);
                if (packet == null) {
                    assertThat(in.readerIndex()).isEqualTo(before);
                } else {
                    read.add(packet);
                    assertThat(in.isReadable()).isFalse();
                }
            }
            assertThat(read).isEqualTo(packets);
            read.forEach(Seeds::release);
            assertThat(in.refCnt()).isOne();
            in.release();
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_publish_fanned_out_from_encoded_parts_has_the_same_bytes(Version version) {
        Seeds.forEach(seed -> {
            Packet.Publish p = new RandomPackets(new Random(seed), version).publish(true);
            byte[] topic = p.topic().getBytes(StandardCharsets.UTF_8);
            int payloadBytes = p.payload().readableBytes();
            ByteBuf whole = Unpooled.buffer();
            PacketWriter.write(p, version, whole);
            ByteBuf parts = Unpooled.buffer();
            PacketWriter.writePublish(parts, topic, p.qos(), p.duplicate(), p.retain(), p.packetId(), p.properties(),
                    p.payload(), version);
            ByteBuf arrays = Unpooled.buffer();
            PacketWriter.writePublish(arrays, topic, p.qos(), p.duplicate(), p.retain(), p.packetId(), p.properties(),
                    ByteBufUtil.getBytes(p.payload()), version);
            assertThat(parts).isEqualTo(whole);
            assertThat(arrays).isEqualTo(whole);
            assertThat(PacketWriter.publishBytes(topic.length, p.qos(), p.properties(), payloadBytes, version))
                    .isEqualTo(whole.readableBytes());
            assertThat(p.payload().readableBytes()).as("the payload is borrowed").isEqualTo(payloadBytes);
            assertThat(p.payload().refCnt()).isOne();
        });
    }
}
