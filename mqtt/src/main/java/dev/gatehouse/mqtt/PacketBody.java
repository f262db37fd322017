package dev.gatehouse.mqtt;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// The bytes behind one fixed header, read field by field; never reads beyond their end.
///
/// - **Thread:** that of its [PacketReader], which has one and uses it for packet after packet.
/// - **Errors:** [ProtocolViolation], naming the packet.
/// - **Source:** MQTT 5 §1.5.
final class PacketBody {
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private int end;
    private @Nullable PacketType type;
    private @Nullable Version version;

    /// Starts on the next `bytes` bytes of the input, all of which are there.
    void open(ByteBuf input, int bytes, PacketType packetType, @Nullable Version spoken) {
        in = input;
        end = input.readerIndex() + bytes;
        type = packetType;
        version = spoken;
    }

    /// Lets go of the input.
    void close() {
        in = Unpooled.EMPTY_BUFFER;
        end = 0;
    }

    /// Told by CONNECT in its midst.
    void version(Version spoken) {
        version = spoken;
    }

    /// Bytes left, of the packet or of the part that [#limit(int)] leaves.
    int rest() {
        return end - in.readerIndex();
    }

    /// Ends the body after `bytes` more bytes, which are there.
    ///
    /// @return where it ended before, for [#unlimit(int)]
    int limit(int bytes) {
        int before = end;
        end = in.readerIndex() + bytes;
        return before;
    }

    void unlimit(int before) {
        end = before;
    }

    int oneByte() {
        need(1);
        return in.readUnsignedByte();
    }

    int twoBytes() {
        need(2);
        return in.readUnsignedShort();
    }

    long fourBytes() {
        need(4);
        return in.readUnsignedInt();
    }

    /// 0 to 268 435 455, in at most four bytes and never more than needed [MQTT-1.5.5-1].
    int variable() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int b = oneByte();
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                if (b == 0 && shift > 0) {
                    throw violation(Violation.VARIABLE_BYTE_INTEGER_NOT_SHORTEST, "value " + value);
                }
                return value;
            }
        }
        throw violation(Violation.VARIABLE_BYTE_INTEGER_TOO_LONG, "");
    }

    /// 1 to 65 535.
    int packetId() {
        int id = twoBytes();
        if (id == 0) {
            throw violation(Violation.PACKET_ID_ZERO, "");
        }
        return id;
    }

    /// A length and so many bytes, copied.
    Bytes copyBinary() {
        byte[] bytes = new byte[counted()];
        in.readBytes(bytes);
        return Bytes.takeOver(bytes);
    }

    /// A length and so many bytes of a password, copied.
    Secret copySecret() {
        byte[] bytes = new byte[counted()];
        in.readBytes(bytes);
        return Secret.copyOf(bytes);
    }

    /// A string, strictly checked.
    String text() {
        int bytes = counted();
        int start = in.readerIndex();
        int plain = Utf8.plainBytes(in, start, bytes);
        String text;
        if (plain == bytes) {
            text = in.toString(start, bytes, StandardCharsets.US_ASCII);
        } else {
            Violation violation = Utf8.violation(in, start + plain, bytes - plain);
            if (violation != null) {
                throw violation(violation, "in a string of " + bytes + " bytes");
            }
            text = in.toString(start, bytes, StandardCharsets.UTF_8);
        }
        in.skipBytes(bytes);
        return text;
    }

    /// A topic name, or an empty string; the same `String` as before if it was among the last few.
    String topicName(RecentTopics recent) {
        int bytes = counted();
        String known = recent.find(in, in.readerIndex(), bytes);
        if (known != null) {
            in.skipBytes(bytes);
            return known;
        }
        in.readerIndex(in.readerIndex() - 2);
        String topic = text();
        if (TopicName.hasWildcard(topic)) {
            throw violation(Violation.TOPIC_NAME_WILDCARD, TopicName.shown(topic));
        }
        recent.add(topic, in, in.readerIndex() - bytes, bytes);
        return topic;
    }

    /// Everything that is left, as a retained slice: the caller owns it.
    ByteBuf sliceRest() {
        int bytes = rest();
        return bytes == 0 ? Unpooled.EMPTY_BUFFER : in.readRetainedSlice(bytes);
    }

    /// Requires that nothing is left.
    void finish() {
        if (rest() > 0) {
            throw violation(Violation.TRAILING_BYTES, bytes(rest()));
        }
    }

    ProtocolViolation violation(Violation violation, String detail) {
        return new ProtocolViolation(violation, detail, type, version);
    }

    static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    private int counted() {
        int bytes = twoBytes();
        need(bytes);
        return bytes;
    }

    private void need(int bytes) {
        if (bytes > end - in.readerIndex()) {
            throw violation(Violation.FIELD_TRUNCATED, bytes(bytes) + " needed, " + rest() + " left");
        }
    }
}
