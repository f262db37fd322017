package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MutationTest {
    private static final int MUTANTS_PER_SEED = 60;

    @ParameterizedTest
    @EnumSource
    void broken_bytes_cause_violations_and_nothing_else_and_no_leak(Version version) {
        Seeds.forEach(seed -> {
            Random random = new Random(seed);
            for (int i = 0; i < MUTANTS_PER_SEED; i++) {
                mutate(random, version, i % 2 == 0 ? PacketReader.Role.SERVER : PacketReader.Role.CLIENT);
            }
        });
    }

    private static void mutate(Random random, Version version, PacketReader.Role role) {
        RandomPackets packets = new RandomPackets(random, version);
        PacketReader reader = new PacketReader(role, 100_000);
        ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer();
        if (role == PacketReader.Role.SERVER) {
            PacketWriter.write(packets.connect(), version, in);
        } else {
            reader.version(version);
        }
        for (int i = 0; i < 3; i++) {
            PacketWriter.write(role == PacketReader.Role.SERVER ? packets.fromClient() : packets.fromServer(),
                    version, in);
        }
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            in.setByte(random.nextInt(in.writerIndex()), random.nextInt(256));
        }
        List<Packet> read = new ArrayList<>();
        try {
            for (Packet packet = reader.read(in); packet != null; packet = reader.read(in)) {
                read.add(packet);
            }
        } catch (ProtocolViolation violation) {
            assertThat(violation.getStackTrace()).isEmpty();
            assertThatThrownBy(() -> reader.read(in)).isSameAs(violation);
        }
        Version spoken = reader.version();
        for (Packet packet : read) { // what was let through is a packet that can be written
            assertThat(PacketWriter.bytes(packet, spoken == null ? version : spoken)).isPositive();
        }
        read.forEach(Seeds::release);
        assertThat(in.refCnt()).isOne();
        in.release();
    }
}
