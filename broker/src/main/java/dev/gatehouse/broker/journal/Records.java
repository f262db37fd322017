package dev.gatehouse.broker.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Effect;
import dev.gatehouse.broker.Message;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.mqtt.Will;

/// The records that the journal keeps, as bytes. Each begins with the version of its shape.
///
/// A message is kept as a PUBLISH of MQTT 5 behind a few fields of our own: the one encoding of all its properties that
/// exists anyway.
///
/// - **Errors:** [JournalFault] when a record has a version that this program does not know, or cannot be read.
final class Records {
    /// The one version of every record so far.
    static final int VERSION = 1;

    private static final int SHARED = 8;
    private static final int REFERENCE = 16;
    private static final int RETAIN = 4;

    private Records() {}

    /// What of a session never changes.
    record Identity(String tenant, String clientId, @Nullable String userName) {}

    /// What of a session changes with each connection; see [Effect.Detached].
    record State(boolean connected, long detachedMicros, long expirySeconds, long willDueMicros, long sentTo) {}

    /// How far a session has acknowledged; see [Effect.Acknowledged].
    record Cursor(long base, long baseBytes) {}

    /// A place in a queue: with the message, or with the number under which it is kept.
    ///
    /// @param tenant given when the message came through a shared subscription; else empty
    record Place(long endBytes, String tenant, Effect.Receiver receiver, long number, @Nullable Message message) {}

    static byte[] of(Identity identity) {
        ByteBuf out = start(64);
        writeText(out, identity.tenant());
        writeText(out, identity.clientId());
        writeText(out, identity.userName());
        return bytes(out);
    }

    static Identity identity(byte[] value) {
        return read(value, in -> new Identity(text(in), text(in), textOrNull(in)));
    }

    static byte[] of(State state) {
        return bytes(start(34).writeBoolean(state.connected).writeLong(state.detachedMicros)
                .writeLong(state.expirySeconds).writeLong(state.willDueMicros).writeLong(state.sentTo));
    }

    static State state(byte[] value) {
        return read(value,
                in -> new State(in.readBoolean(), in.readLong(), in.readLong(), in.readLong(), in.readLong()));
    }

    static byte[] of(Cursor cursor) {
        return bytes(start(17).writeLong(cursor.base).writeLong(cursor.baseBytes));
    }

    static Cursor cursor(byte[] value) {
        return read(value, in -> new Cursor(in.readLong(), in.readLong()));
    }

    static byte[] subscription(int options, int id) {
        return bytes(start(6).writeByte(options).writeInt(id));
    }

    static int options(byte[] value) {
        return read(value, ByteBuf::readByte);
    }

    static int subscriptionId(byte[] value) {
        return read(value, in -> in.skipBytes(1).readInt());
    }

    static byte[] references(int count) {
        return bytes(start(5).writeInt(count));
    }

    static int references(byte[] value) {
        return read(value, ByteBuf::readInt);
    }

    static byte[] of(Will will) {
        ByteBuf out = start(128);
        write(out, will);
        return bytes(out);
    }

    static void write(ByteBuf out, Will will) {
        out.writeLong(will.delaySeconds());
        writePublish(out, Message.of(will.topic(), will.qos(), will.retain(), will.properties(), null, 0,
                will.payload().shared()));
    }

    static Will will(byte[] value) {
        return read(value, in -> will(in));
    }

    static Will will(ByteBuf in) {
        long delay = in.readLong();
        Packet.Publish publish = publish(in);
        return new Will(publish.topic(), Bytes.takeOver(ByteBufUtil.getBytes(publish.payload())), publish.qos(),
                publish.retain(), delay, publish.properties());
    }

    static byte[] of(Message message) {
        ByteBuf out = start(64 + message.weight());
        write(out, message);
        return bytes(out);
    }

    static Message message(byte[] value) {
        return read(value, in -> message(in));
    }

    /// @param number under which the message is kept; 0 = it stands in the record itself
    static byte[] place(String tenant, Effect.Receiver receiver, long endBytes, long number, Message message) {
        ByteBuf out = start(64 + (number == 0 ? message.weight() : 0));
        write(out, receiver, number == 0 ? 0 : REFERENCE);
        if (receiver.shared() != null) {
            writeText(out, tenant);
        }
        out.writeLong(endBytes);
        if (number == 0) {
            write(out, message);
        } else {
            out.writeLong(number);
        }
        return bytes(out);
    }

    static Place place(long session, byte[] value) {
        return read(value, in -> place(session, in));
    }

    private static Place place(long session, ByteBuf in) {
        int flags = in.getByte(in.readerIndex());
        Effect.Receiver receiver = receiver(in, session);
        String tenant = receiver.shared() == null ? "" : text(in);
        long endBytes = in.readLong();
        return (flags & REFERENCE) != 0
                ? new Place(endBytes, tenant, receiver, in.readLong(), null)
                : new Place(endBytes, tenant, receiver, 0, message(in));
    }

    /// The [Place#endBytes] of a place, without the rest.
    static long endBytes(long session, byte[] value) {
        return read(value, in -> {
            if (receiver(in, session).shared() != null) {
                text(in);
            }
            return in.readLong();
        });
    }

    static void write(ByteBuf out, Effect.Receiver receiver, int flags) {
        TopicFilter shared = receiver.shared();
        List<Integer> ids = receiver.subscriptionIds();
        out.writeByte(receiver.qos().level() | (receiver.retain() ? RETAIN : 0) | (shared == null ? 0 : SHARED)
                | flags);
        out.writeShort(ids.size());
        for (int id : ids) {
            out.writeInt(id);
        }
        if (shared != null) {
            writeText(out, shared.asSent());
        }
    }

    static Effect.Receiver receiver(ByteBuf in, long session) {
        int flags = in.readByte();
        int count = in.readUnsignedShort();
        List<Integer> ids = count == 0 ? List.of() : new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(in.readInt());
        }
        TopicFilter shared = (flags & SHARED) == 0 ? null : filter(text(in));
        return new Effect.Receiver(session, Qos.of(flags & 3), (flags & RETAIN) != 0, ids, shared);
    }

    static TopicFilter filter(String text) {
        try {
            return TopicFilter.parse(text);
        } catch (ProtocolViolation violation) {
            throw damaged(violation);
        }
    }

    static void write(ByteBuf out, Message message) {
        out.writeLong(message.expiresAtMicros());
        writeText(out, message.publisher());
        writePublish(out, message);
    }

    static Message message(ByteBuf in) {
        long expires = in.readLong();
        String publisher = textOrNull(in);
        Packet.Publish publish = publish(in);
        return Message.stored(publish.topic(), publish.qos(), publish.retain(), publish.properties(), publisher,
                expires, ByteBufUtil.getBytes(publish.payload()));
    }

    private static void writePublish(ByteBuf out, Message message) {
        message.write(out, message.qos(), false, message.retain(), message.qos() == Qos.AT_MOST_ONCE ? 0 : 1,
                message.properties(), Version.MQTT_5);
    }

    private static Packet.Publish publish(ByteBuf in) {
        PacketReader reader = new PacketReader(PacketReader.Role.CLIENT, Integer.MAX_VALUE);
        reader.version(Version.MQTT_5);
        try {
            if (reader.read(in) instanceof Packet.Publish publish) {
                return publish;
            }
        } catch (ProtocolViolation violation) {
            throw damaged(violation);
        }
        throw damaged(null);
    }

    private static JournalFault damaged(@Nullable Exception cause) {
        return new JournalFault("A record of the journal cannot be read: the data folder is damaged. Restore it from a"
                + " backup, or choose another folder with --data.", cause);
    }

    static void writeText(ByteBuf out, @Nullable String text) {
        if (text == null) {
            out.writeInt(-1);
        } else {
            int at = out.writerIndex();
            out.writeInt(0);
            out.setInt(at, ByteBufUtil.writeUtf8(out, text));
        }
    }

    static @Nullable String textOrNull(ByteBuf in) {
        int length = in.readInt();
        return length < 0 ? null : in.readString(length, StandardCharsets.UTF_8);
    }

    static String text(ByteBuf in) {
        String text = textOrNull(in);
        if (text == null) {
            throw damaged(null);
        }
        return text;
    }

    private static ByteBuf start(int bytes) {
        return Unpooled.buffer(bytes).writeByte(VERSION);
    }

    static byte[] bytes(ByteBuf out) {
        return out.readableBytes() == out.capacity() && out.arrayOffset() == 0
                ? out.array()
                : ByteBufUtil.getBytes(out);
    }

    /// What a record says, whatever its bytes are: nothing but [JournalFault] comes out of a damaged one.
    private static <T> T read(byte[] value, Function<ByteBuf, T> how) {
        try {
            return how.apply(open(value));
        } catch (IndexOutOfBoundsException | IllegalArgumentException beyond) {
            throw damaged(beyond);
        }
    }

    private static ByteBuf open(byte[] value) {
        ByteBuf in = Unpooled.wrappedBuffer(value);
        int version = in.isReadable() ? in.readUnsignedByte() : 0;
        if (version == VERSION) {
            return in;
        }
        throw version == 0
                ? damaged(null)
                : new JournalFault("The journal has a record of version " + version + "; this program knows version "
                        + VERSION + ". Run the version of Gatehouse that wrote it, or choose another folder with"
                        + " --data.", null);
    }
}
