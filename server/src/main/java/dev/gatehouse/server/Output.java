package dev.gatehouse.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Message;
import dev.gatehouse.broker.SharedFrame;
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
    private static final byte[] NO_TOPIC = {};

    private final ChannelHandlerContext context;
    private final Wire.Traffic traffic;
    private @Nullable ByteBuf collected;
    private Version version = Version.MQTT_3_1_1;
    private long packetBytesMax = Long.MAX_VALUE;
    private boolean problemInformation = true;
    private int aliasesMax;
    private @Nullable TopicAliases aliases;
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

    /// From now on without reason strings and user properties where the client does not want them [MQTT-3.1.2-29].
    void keepProblemsShort() {
        problemInformation = false;
    }

    /// From now on with topic aliases.
    ///
    /// @param most how many the client takes [MQTT-3.3.2-11] and the tenant allows; 0 = none
    void aliases(int most) {
        aliasesMax = most;
    }

    /// Adds a packet other than PUBLISH, without what does not fit the client's maximum packet size.
    ///
    /// @return false when not even the rest fits; nothing was added then [MQTT-3.1.2-24]
    boolean add(Packet packet) {
        Packet wanted = problemInformation ? packet : PacketWriter.withoutProblem(packet);
        Packet fitting = packetBytesMax == Long.MAX_VALUE
                ? wanted
                : PacketWriter.trimmed(wanted, version, packetBytesMax);
        int bytes = PacketWriter.bytes(fitting, version);
        if (bytes > packetBytesMax) {
            return false;
        }
        PacketWriter.write(fitting, version, roomFor(bytes));
        count(packet.getClass(), bytes);
        return true;
    }

    /// Adds a PUBLISH.
    ///
    /// @return false when it does not fit the client's maximum packet size; nothing was added then
    boolean add(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        if (aliasesMax > 0 && message.topicUtf8().length >= TopicAliases.TOPIC_BYTES_MIN
                && addWithAlias(message, qos, duplicate, retain, packetId, properties)) {
            return true;
        }
        SharedFrame frame = message.sharedFrame(qos, retain, properties, version);
        if (frame != null && frame.length() <= packetBytesMax) {
            frame.write(roomFor(frame.length()), duplicate, packetId);
            count(Packet.Publish.class, frame.length());
            return true;
        }
        int bytes = PacketWriter.publishBytes(message.topicUtf8().length, qos, properties, message.payloadBytes(),
                version);
        if (bytes > packetBytesMax) {
            return false;
        }
        message.write(roomFor(bytes), qos, duplicate, retain, packetId, properties, version);
        count(Packet.Publish.class, bytes);
        return true;
    }

    /// @return false when it has to go without: there is no alias for it, or it does not fit with the one it would set
    private boolean addWithAlias(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        TopicAliases known = aliases;
        if (known == null) {
            known = new TopicAliases(aliasesMax);
            aliases = known;
        }
        int set = known.find(message.topic());
        int alias = set == 0 ? known.offer() : set;
        if (alias == 0) {
            return false;
        }
        byte[] topicUtf8 = set == 0 ? message.topicUtf8() : NO_TOPIC;
        int bytes = PacketWriter.aliasedPublishBytes(topicUtf8.length, qos, properties, message.payloadBytes());
        if (bytes > packetBytesMax) {
            return false;
        }
        ByteBuf out = roomFor(bytes);
        PacketWriter.writeAliasedPublishHead(out, topicUtf8, qos, duplicate, retain, packetId, alias, properties,
                message.payloadBytes());
        message.writePayload(out);
        count(Packet.Publish.class, bytes);
        if (set == 0) {
            known.told(alias, message.topic());
        }
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

    /// Whether nothing more should be added at all. Within one turn of the loop more may come than may wait: the socket
    /// is offered what there is before somebody is called slow.
    boolean isFull(NettyLane lane) {
        if (!congested()) {
            return false;
        }
        countWaiting(lane);
        if (waiting <= WAITING_BYTES_MAX && !lane.isFull()) {
            return false;
        }
        flush();
        context.flush();
        countWaiting(lane);
        return waiting > WAITING_BYTES_MAX || lane.isFull();
    }

    void release() {
        if (collected != null) {
            collected.release();
            collected = null;
        }
    }
}
