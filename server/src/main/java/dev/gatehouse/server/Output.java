package dev.gatehouse.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Message;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// What goes out on one connection: packets are encoded at once, collected, and written once per turn of the loop.
///
/// - **Thread:** the channel's event loop.
/// - **Limits:** [#congested()] from the channel's high water mark on; [#isFull] when a slow reader has as much waiting as
///   one connection, or its whole lane, may have.
final class Output {
    /// Handed to the socket when this much has been collected, without waiting for the end of the turn.
    private static final int COLLECTED_BYTES_MAX = 65_536;
    /// QoS 0 messages wait for a slow reader up to this many bytes, as long as the lane has room for them.
    private static final long WAITING_BYTES_MAX = 16L << 20;
    private static final int FIRST_BYTES = 256;

    private final ChannelHandlerContext context;
    private final Wire.Traffic traffic;
    private @Nullable ByteBuf collected;
    private Version version = Version.MQTT_3_1_1;
    private long packetBytesMax = Long.MAX_VALUE;
    private long waiting;

    Output(ChannelHandlerContext context, Wire.Traffic traffic) {
        this.context = context;
        this.traffic = traffic;
    }

    Version version() {
        return version;
    }

    /// From now on as this client understands it.
    ///
    /// @param bytesMax the largest packet that the client takes; [Long#MAX_VALUE] = any
    void speak(Version spoken, long bytesMax) {
        version = spoken;
        packetBytesMax = bytesMax;
    }

    /// Adds a packet other than PUBLISH, without what does not fit the client's maximum packet size.
    void add(Packet packet) {
        Packet fitting = packetBytesMax == Long.MAX_VALUE
                ? packet
                : PacketWriter.trimmed(packet, version, packetBytesMax);
        int bytes = PacketWriter.bytes(fitting, version);
        PacketWriter.write(fitting, version, roomFor(bytes));
        count(packet.getClass(), bytes);
    }

    /// Adds a PUBLISH.
    ///
    /// @return false when it does not fit the client's maximum packet size; nothing was added then
    boolean add(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        int bytes = PacketWriter.publishBytes(message.topicUtf8().length, qos, properties, message.payloadBytes(),
                version);
        if (bytes > packetBytesMax) {
            return false;
        }
        message.write(roomFor(bytes), qos, duplicate, retain, packetId, properties, version);
        count(Packet.Publish.class, bytes);
        return true;
    }

    private ByteBuf roomFor(int bytes) {
        ByteBuf buffer = collected;
        if (buffer != null && buffer.readableBytes() + bytes > COLLECTED_BYTES_MAX) {
            context.write(buffer, context.voidPromise());
            buffer = null;
        }
        if (buffer == null) {
            buffer = context.alloc().buffer(Math.max(bytes, FIRST_BYTES));
            collected = buffer;
        }
        return buffer;
    }

    private void count(Class<? extends Packet> packet, int bytes) {
        traffic.bytesOut += bytes;
        traffic.packetsOut++;
        traffic.lastPacketOut = packet;
    }

    /// Hands to the socket what was collected.
    void flush() {
        ByteBuf buffer = collected;
        if (buffer == null) {
            return;
        }
        collected = null;
        if (context.isRemoved()) {
            buffer.release();
        } else {
            context.writeAndFlush(buffer, context.voidPromise());
        }
    }

    /// Tells the lane how much of this connection's output the socket has not taken.
    void countWaiting(NettyLane lane) {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        waitingIs(buffer == null ? 0 : buffer.totalPendingWriteBytes(), lane);
    }

    /// The connection leaves its lane, and nothing waits there for it any more.
    void leave(NettyLane lane) {
        waitingIs(0, lane);
    }

    private void waitingIs(long now, NettyLane lane) {
        if (now != waiting) {
            lane.waiting(now - waiting);
            waiting = now;
        }
    }

    /// Whether messages that can wait elsewhere should do so.
    boolean congested() {
        ByteBuf buffer = collected;
        return !context.channel().isWritable() || buffer != null && buffer.readableBytes() >= COLLECTED_BYTES_MAX;
    }

    /// Whether nothing more should be added at all.
    boolean isFull(NettyLane lane) {
        return congested() && (waiting > WAITING_BYTES_MAX || lane.isFull());
    }

    void release() {
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }
}
