package dev.gatehouse.bench.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FramesTest {
    /// PUBACK, PINGRESP, and a PUBLISH whose length takes two bytes.
    private static ByteBuffer threePackets() {
        ByteBuffer publish = Packets.Template.of(Version.MQTT_3_1_1, "a/b", Qos.AT_LEAST_ONCE, 200, 7).bytes();
        return ByteBuffer.allocate(4 + 2 + publish.capacity()).put(new byte[]{0x40, 2, 1, 2, (byte) 0xd0, 0})
                .put(publish.duplicate()).flip();
    }

    private static int read(ByteBuffer bytes, int from, int limit, List<String> packets) throws BenchFault {
        return Frames.read(bytes, from, limit, (first, _, start, end) -> packets.add(first + " of " + (end - start)));
    }

    @Test
    void a_stream_split_at_every_byte_gives_the_same_packets__MQTT_2_1() throws BenchFault {
        ByteBuffer bytes = threePackets();
        List<String> whole = new ArrayList<>();
        assertThat(read(bytes, 0, bytes.limit(), whole)).isEqualTo(bytes.limit());
        assertThat(whole).containsExactly("64 of 2", "208 of 0", "50 of 207");
        for (int split = 0; split <= bytes.limit(); split++) {
            List<String> packets = new ArrayList<>();
            int at = read(bytes, 0, split, packets);
            assertThat(at).isLessThanOrEqualTo(split);
            assertThat(read(bytes, at, bytes.limit(), packets)).isEqualTo(bytes.limit());
            assertThat(packets).as("split at " + split).isEqualTo(whole);
        }
    }

    @Test
    void a_length_of_five_bytes_is_a_fault__MQTT_1_5_5() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[]{0x30, -1, -1, -1, -1, 1});
        assertThatThrownBy(() -> read(bytes, 0, bytes.limit(), new ArrayList<>())).isInstanceOf(BenchFault.class);
    }

    @Test
    void a_template_says_where_packet_id_topic_and_payload_are() {
        for (Version version : List.of(Version.MQTT_3_1_1, Version.MQTT_5)) {
            for (Qos qos : Qos.values()) {
                Packets.Template template = Packets.Template.of(version, "load/3/000000", qos, 64, 3);
                ByteBuffer bytes = template.bytes();
                assertThat(bytes.getInt(template.payloadAt() + Payload.STREAM)).isEqualTo(3);
                assertThat(template.size() - template.payloadAt()).isEqualTo(64);
                assertThat(bytes.get(template.topicEnd() - 1)).isEqualTo((byte) '0');
                assertThat(bytes.get(template.topicEnd() - 7)).isEqualTo((byte) '/');
                if (qos != Qos.AT_MOST_ONCE) {
                    assertThat(bytes.getShort(template.packetIdAt())).isEqualTo((short) 1);
                }
            }
        }
    }
}
