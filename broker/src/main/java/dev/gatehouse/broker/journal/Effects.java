package dev.gatehouse.broker.journal;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Effect;

/// Effects as bytes, for a log that carries them from one process to another.
///
/// An effect is the version of its shape (1 byte), its type (1 byte), and its fields in the order of the record: numbers
/// big end first, texts behind their length, messages and wills as the journal's records have them. Nothing follows.
///
/// - **Threads:** any.
/// - **Errors:** [JournalFault] for a version or a type that this program does not know, and for whatever cannot be read.
public final class Effects {
    /// The one version of every effect so far.
    static final int VERSION = 1;

    private static final int PUBLISHED = 1;
    private static final int MOVED = 2;
    private static final int RELEASED = 3;
    private static final int ACKNOWLEDGED = 4;
    private static final int RECEIVED = 5;
    private static final int OPENED = 6;
    private static final int DETACHED = 7;
    private static final int WILL_FULFILLED = 8;
    private static final int ENDED = 9;
    private static final int SUBSCRIBED = 10;
    private static final int UNSUBSCRIBED = 11;
    private static final int RETAINED_EXPIRED = 12;
    private static final int FORGOTTEN = 13;

    /// Bytes of the smallest receiver: session, flags, number of subscription identifiers.
    private static final int RECEIVER_BYTES_MIN = 11;

    private Effects() {}

    /// The effect as bytes. A message in it must be at rest, or its publisher's call not yet over.
    public static byte[] bytes(Effect effect) {
        ByteBuf out = Unpooled.buffer(64);
        out.writeByte(VERSION);
        switch (effect) {
            case Effect.Published published -> write(out.writeByte(PUBLISHED), published);
            case Effect.Moved moved -> write(out.writeByte(MOVED), moved);
            case Effect.Released(long session, int packetId) ->
                out.writeByte(RELEASED).writeLong(session).writeShort(packetId);
            case Effect.Acknowledged(long session, long sequence, long number, boolean received, long base, long baseBytes) ->
                out.writeByte(ACKNOWLEDGED).writeLong(session).writeLong(sequence).writeLong(number)
                        .writeBoolean(received).writeLong(base).writeLong(baseBytes);
            case Effect.Received(long session, long sequence) ->
                out.writeByte(RECEIVED).writeLong(session).writeLong(sequence);
            case Effect.Opened opened -> write(out.writeByte(OPENED), opened);
            case Effect.Detached(long session, long atMicros, long expirySeconds, long willDueMicros, long sentTo) ->
                out.writeByte(DETACHED).writeLong(session).writeLong(atMicros).writeLong(expirySeconds)
                        .writeLong(willDueMicros).writeLong(sentTo);
            case Effect.WillFulfilled(long session) -> out.writeByte(WILL_FULFILLED).writeLong(session);
            case Effect.Ended(long session) -> out.writeByte(ENDED).writeLong(session);
            case Effect.Subscribed subscribed -> {
                out.writeByte(SUBSCRIBED).writeLong(subscribed.session());
                Records.writeText(out, subscribed.filter().asSent());
                out.writeByte(subscribed.options()).writeInt(subscribed.id());
            }
            case Effect.Unsubscribed unsubscribed -> {
                out.writeByte(UNSUBSCRIBED).writeLong(unsubscribed.session());
                Records.writeText(out, unsubscribed.filter().asSent());
            }
            case Effect.RetainedExpired expired -> {
                out.writeByte(RETAINED_EXPIRED);
                Records.writeText(out, expired.tenant());
                Records.writeText(out, expired.topic());
                out.writeLong(expired.atMicros());
            }
            case Effect.Forgotten(String tenant) -> Records.writeText(out.writeByte(FORGOTTEN), tenant);
        }
        return Records.bytes(out);
    }

    private static void write(ByteBuf out, Effect.Published published) {
        Records.writeText(out, published.tenant());
        Records.write(out, published.message());
        out.writeInt(published.receivers().size());
        for (Effect.Receiver receiver : published.receivers()) {
            write(out, receiver);
        }
        out.writeBoolean(published.retained()).writeLong(published.publisher()).writeShort(published.packetId())
                .writeLong(published.willOf());
    }

    private static void write(ByteBuf out, Effect.Moved moved) {
        Records.writeText(out, moved.tenant());
        out.writeLong(moved.from()).writeLong(moved.sequence()).writeLong(moved.number());
        Records.write(out, moved.message());
        Effect.Receiver to = moved.to();
        out.writeBoolean(to != null);
        if (to != null) {
            write(out, to);
        }
    }

    private static void write(ByteBuf out, Effect.Opened opened) {
        out.writeLong(opened.session());
        Records.writeText(out, opened.tenant());
        Records.writeText(out, opened.clientId());
        Records.writeText(out, opened.userName());
        out.writeBoolean(opened.fresh()).writeLong(opened.expirySeconds()).writeBoolean(opened.will() != null);
        if (opened.will() != null) {
            Records.write(out, opened.will());
        }
    }

    private static void write(ByteBuf out, Effect.Receiver receiver) {
        out.writeLong(receiver.session());
        Records.write(out, receiver, 0);
    }

    /// The effect that these bytes are.
    public static Effect effect(byte[] bytes) {
        try {
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw unknown("of version " + version + "; this program knows version " + VERSION);
            }
            Effect effect = read(in.readUnsignedByte(), in);
            if (in.isReadable()) {
                throw damaged(null);
            }
            return effect;
        } catch (IndexOutOfBoundsException | IllegalArgumentException beyond) {
            throw damaged(beyond);
        }
    }

    private static Effect read(int type, ByteBuf in) {
        return switch (type) {
            case PUBLISHED -> new Effect.Published(Records.text(in), Records.message(in), receivers(in), bool(in),
                    in.readLong(), in.readUnsignedShort(), in.readLong());
            case MOVED -> new Effect.Moved(Records.text(in), in.readLong(), in.readLong(), in.readLong(),
                    Records.message(in), bool(in) ? receiver(in) : null);
            case RELEASED -> new Effect.Released(in.readLong(), in.readUnsignedShort());
            case ACKNOWLEDGED -> new Effect.Acknowledged(in.readLong(), in.readLong(), in.readLong(), bool(in),
                    in.readLong(), in.readLong());
            case RECEIVED -> new Effect.Received(in.readLong(), in.readLong());
            case OPENED -> new Effect.Opened(in.readLong(), Records.text(in), Records.text(in),
                    Records.textOrNull(in), bool(in), in.readLong(), bool(in) ? Records.will(in) : null);
            case DETACHED -> new Effect.Detached(in.readLong(), in.readLong(), in.readLong(), in.readLong(),
                    in.readLong());
            case WILL_FULFILLED -> new Effect.WillFulfilled(in.readLong());
            case ENDED -> new Effect.Ended(in.readLong());
            case SUBSCRIBED -> new Effect.Subscribed(in.readLong(), Records.filter(Records.text(in)),
                    in.readUnsignedByte(), in.readInt());
            case UNSUBSCRIBED -> new Effect.Unsubscribed(in.readLong(), Records.filter(Records.text(in)));
            case RETAINED_EXPIRED -> new Effect.RetainedExpired(Records.text(in), Records.text(in), in.readLong());
            case FORGOTTEN -> new Effect.Forgotten(Records.text(in));
            default -> throw unknown("of type " + type + "; this program knows types " + PUBLISHED + " to "
                    + FORGOTTEN);
        };
    }

    private static List<Effect.Receiver> receivers(ByteBuf in) {
        int count = in.readInt();
        if (count < 0 || count > in.readableBytes() / RECEIVER_BYTES_MIN) {
            throw damaged(null);
        }
        List<Effect.Receiver> receivers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            receivers.add(receiver(in));
        }
        return receivers;
    }

    private static Effect.Receiver receiver(ByteBuf in) {
        long session = in.readLong();
        return Records.receiver(in, session);
    }

    private static boolean bool(ByteBuf in) {
        int value = in.readUnsignedByte();
        if (value > 1) {
            throw damaged(null);
        }
        return value == 1;
    }

    private static JournalFault unknown(String what) {
        return new JournalFault("The log has an effect " + what + ". Run the version of Gatehouse that wrote it on this"
                + " machine too, or a newer one.", null);
    }

    private static JournalFault damaged(@Nullable Exception cause) {
        return new JournalFault("An effect in the log cannot be read: it is damaged, or was not written by Gatehouse."
                + " Restore the log from a replica or a backup.", cause);
    }
}
