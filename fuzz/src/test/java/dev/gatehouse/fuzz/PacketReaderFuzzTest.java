package dev.gatehouse.fuzz;

import java.util.ArrayList;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Version;

class PacketReaderFuzzTest {
    private static final int PACKET_BYTES_MAX = 100_000;

    @FuzzTest(maxDuration = "20s")
    void a_server_reads_packets_or_finds_a_violation(byte[] stream) {
        read(new PacketReader(PacketReader.Role.SERVER, PACKET_BYTES_MAX), stream);
    }

    @FuzzTest(maxDuration = "20s")
    void a_client_reads_packets_or_finds_a_violation(byte[] stream) {
        for (Version version : Version.values()) {
            PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, PACKET_BYTES_MAX);
            reader.version(version);
            read(reader, stream);
        }
    }

    /// Only a violation may be thrown, no buffer may leak, and what was read must be what its own bytes say.
    private static void read(PacketReader reader, byte[] stream) {
        ByteBuf in = Unpooled.wrappedBuffer(stream);
        List<Packet> packets = new ArrayList<>();
        try {
            for (Packet packet = reader.read(in); packet != null; packet = reader.read(in)) {
                packets.add(packet);
            }
        } catch (ProtocolViolation expected) {
            require(expected.reason().isError(), expected.violation().sentence());
        }
        for (Packet packet : packets) {
            Version version = reader.version();
            if (version != null) {
                requireSameAfterWriting(packet, version);
            }
            if (packet instanceof Packet.Publish publish) {
                publish.payload().release();
            }
        }
        require(in.refCnt() == 1, "the input is held " + in.refCnt() + " times");
        in.release();
    }

    private static void requireSameAfterWriting(Packet packet, Version version) {
        ByteBuf out = Unpooled.buffer();
        PacketWriter.write(packet, version, out);
        require(out.readableBytes() == PacketWriter.bytes(packet, version), "size of " + packet);
        boolean fromClient = packet instanceof Packet.Connect || packet instanceof Packet.Subscribe
                || packet instanceof Packet.Unsubscribe || packet instanceof Packet.Pingreq;
        boolean fromServer = packet instanceof Packet.Connack || packet instanceof Packet.Suback
                || packet instanceof Packet.Unsuback || packet instanceof Packet.Pingresp;
        if (fromClient || fromServer) {
            PacketReader again = new PacketReader(fromClient ? PacketReader.Role.SERVER : PacketReader.Role.CLIENT,
                    2 * PACKET_BYTES_MAX);
            if (!(packet instanceof Packet.Connect)) {
                again.version(version);
            }
            require(packet.equals(again.read(out)), "read again: " + packet);
        }
        out.release();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
