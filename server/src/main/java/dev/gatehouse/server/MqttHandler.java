package dev.gatehouse.server;

import java.io.IOException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Admission;
import dev.gatehouse.broker.Connection;
import dev.gatehouse.broker.Grants;
import dev.gatehouse.broker.Link;
import dev.gatehouse.broker.Message;
import dev.gatehouse.broker.Tenant;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.PacketWriter;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.access.TenantEntry;

/// The last handler of a connection: bytes to packets and back, and the way from CONNECT to the broker.
///
/// state      event                 next      what happens
/// Waiting    CONNECT               Checking  reading stops, the tenant is found, credentials are verified
/// Waiting    any other packet      Closed    NOT_CONNECT_FIRST              [MQTT-3.1.0-1]
/// Checking   accepted              Open      the channel moves to its lane, [Connection#open], reading goes on
/// Checking   refused               Closed    CONNACK with an error
/// Open       a packet              Open      [Connection#receive]
/// any        the wire is gone      Closed
///
/// - **Thread:** the channel's event loop, from Open on that of the session's lane.
/// - **Buffers:** input is read in place, payloads are slices of it; what a packet lacks is kept for the next read. Output
///   is collected and written once per turn of the loop.
final class MqttHandler extends ChannelInboundHandlerAdapter implements Link {
    /// Output is handed to the socket when this much has been collected, without waiting for the end of the turn.
    private static final int OUTPUT_BYTES = 65_536;
    /// QoS 0 messages wait for a slow reader up to this many bytes, as long as the lane has room for them.
    private static final long WAITING_BYTES_MAX = 16L << 20;

    private final Wire wire;
    private final PacketReader reader;
    private State state = new State.Waiting();
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf input;
    private @Nullable ByteBuf output;
    private boolean flushing;
    private long waiting;
    private long lastReadNanos = System.nanoTime();
    private long stuckSinceNanos;
    private long packetBytesMax = Long.MAX_VALUE;
    private Version version = Version.MQTT_3_1_1;

    /// Where the connection stands.
    private sealed interface State {
        record Waiting() implements State {}

        record Checking(Packet.Connect connect) implements State {}

        record Open(Connection connection, NettyLane lane) implements State {}

        record Closed() implements State {}
    }

    MqttHandler(Wire wire) {
        this.wire = wire;
        TenantEntry tenant = wire.tenant();
        var limits = tenant == null
                ? wire.house().configuration().limits()
                : wire.house().configuration().limitsOf(tenant.name());
        this.reader = new PacketReader(PacketReader.Role.SERVER, limits.packetBytesMax());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return ctx;
    }

    // -------------------------------------------------------------------------------------------------------- input

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof ByteBuf bytes) || state instanceof State.Closed) {
            ReferenceCountUtil.release(message);
            return;
        }
        wire.traffic().bytesIn += bytes.readableBytes();
        lastReadNanos = System.nanoTime();
        ByteBuf before = input;
        if (before == null) {
            input = bytes;
        } else {
            ByteBuf joined = ctx.alloc().buffer(before.readableBytes() + bytes.readableBytes());
            joined.writeBytes(before).writeBytes(bytes);
            before.release();
            bytes.release();
            input = joined;
        }
        readPackets();
    }

    private void readPackets() {
        ByteBuf bytes = input;
        if (bytes == null) {
            return;
        }
        try {
            while (!(state instanceof State.Checking) && !(state instanceof State.Closed)) {
                Packet packet = reader.read(bytes);
                if (packet == null) {
                    break;
                }
                wire.received(packet);
                handle(packet);
            }
        } catch (ProtocolViolation violation) {
            violated(violation);
        }
        if (input != null && (!bytes.isReadable() || state instanceof State.Closed)) {
            bytes.release();
            input = null;
        }
        if (state instanceof State.Waiting) {
            wire.phase(Phase.CONNECT);
        }
    }

    private void handle(Packet packet) {
        switch (state) {
            case State.Waiting _ -> {
                switch (packet) {
                    case Packet.Connect connect -> check(connect);
                    case Packet.Publish publish -> {
                        publish.payload().release();
                        notFirst(publish);
                    }
                    default -> notFirst(packet);
                }
            }
            case State.Open(Connection connection, _) -> connection.receive(packet);
            case State.Checking _,State.Closed _ -> throw new AssertionError("nothing is read in " + state);
        }
    }

    private void notFirst(Packet packet) {
        wire.note(new Fact.PacketRefused(Wire.name(packet.getClass()),
                "MQTT-3.1.0-1", "the first packet is not CONNECT"));
        closeSilently(Ending.NOT_CONNECT_FIRST, "");
    }

    private void violated(ProtocolViolation violation) {
        Version spoken = violation.version() == null ? Version.MQTT_3_1_1 : violation.version();
        var type = violation.packetType();
        wire.note(new Fact.PacketRefused(type == null ? null : type.toString(), violation.clause(spoken),
                violation.violation().sentence() + (violation.detail().isEmpty() ? "" : ": " + violation.detail())));
        switch (state) {
            case State.Open(Connection connection, _) -> connection.violated(violation);
            case State.Waiting _,State.Checking _ -> violatedBeforeConnect(violation);
            case State.Closed _ -> {
            }
        }
    }

    /// MQTT 5 lets the server answer a bad CONNECT; MQTT 3.1.1 answers only a level that it does not support.
    private void violatedBeforeConnect(ProtocolViolation violation) {
        Ending ending = switch (violation.violation()) {
            case NOT_CONNECT_FIRST -> Ending.NOT_CONNECT_FIRST;
            case UNSUPPORTED_PROTOCOL_NAME, MQISDP_WITH_OTHER_LEVEL -> Ending.UNSUPPORTED_PROTOCOL_NAME;
            case UNSUPPORTED_VERSION -> Ending.UNSUPPORTED_PROTOCOL_LEVEL;
            case BRIDGE_BIT -> Ending.BRIDGE_BIT;
            case WILL_TOPIC_INVALID -> Ending.WILL_TOPIC_INVALID;
            case PACKET_TOO_LARGE -> Ending.PACKET_TOO_LARGE;
            default -> Ending.MALFORMED_CONNECT;
        };
        boolean answered = switch (ending) {
            case UNSUPPORTED_PROTOCOL_LEVEL, BRIDGE_BIT, UNSUPPORTED_PROTOCOL_NAME -> true;
            default -> violation.version() == Version.MQTT_5 && ending != Ending.NOT_CONNECT_FIRST;
        };
        if (answered) {
            version = violation.version() == Version.MQTT_5 ? Version.MQTT_5 : Version.MQTT_3_1_1;
            refuse(ending, violation.reason(), violation.violation().sentence());
        } else {
            closeSilently(ending, violation.violation().sentence());
        }
    }

    private void closeSilently(Ending ending, String detail) {
        state = new State.Closed();
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
    }

    // ------------------------------------------------------------------------------------------------------ CONNECT

    /// What the trail keeps of a CONNECT: everything but the password.
    static Fact fact(Packet.Connect connect) {
        var will = connect.will();
        long expiry = connect.version().hasProperties()
                ? connect.properties().sessionExpirySeconds()
                : connect.cleanStart() ? 0 : 0xFFFF_FFFFL;
        return new Fact.ConnectReceived(connect.version().toString().substring("MQTT ".length()), connect.clientId(),
                connect.userName(), connect.password() != null, connect.cleanStart(), connect.keepAliveSeconds(),
                will == null ? null : will.topic(), expiry);
    }

    private void check(Packet.Connect connect) {
        state = new State.Checking(connect);
        version = connect.version();
        if (connect.properties().maximumPacketSize() > 0) {
            packetBytesMax = connect.properties().maximumPacketSize();
        }
        wire.phase(Phase.AUTHENTICATION);
        wire.note(fact(connect));
        context().channel().config().setAutoRead(false);
        new Identification(wire, connect).decide().whenCompleteAsync((outcome, bug) -> {
            if (bug != null) {
                exceptionCaught(context(), bug);
            } else {
                decided(outcome);
            }
        }, context().executor());
    }

    private void decided(Identification.Outcome outcome) {
        if (!(state instanceof State.Checking)) {
            return;
        }
        switch (outcome) {
            case Identification.Outcome.Refused(Ending ending, ReasonCode reason, String detail) ->
                refuse(ending, reason, detail);
            case Identification.Outcome.Accepted(Tenant tenant, Packet.Connect as, Admission.As client, Grants grants) -> {
                wire.stopDeadline();
                NettyLane lane = (NettyLane) tenant.laneOf(client.clientId());
                moveTo(lane, () -> open(tenant, lane, as, client, grants));
            }
        }
    }

    /// Moves the channel to the event loop of its session's lane, where everything about it happens from now on.
    private void moveTo(NettyLane lane, Runnable then) {
        var channel = context().channel();
        if (lane.here()) {
            then.run();
            return;
        }
        channel.deregister().addListener(left -> {
            if (!left.isSuccess()) {
                wire.over(Ending.INTERNAL_ERROR, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE,
                        "the connection could not change its event loop");
                channel.close();
                return;
            }
            lane.loop().register(channel).addListener(arrived -> {
                if (arrived.isSuccess()) {
                    then.run();
                } else {
                    channel.close();
                }
            });
        });
    }

    private void open(Tenant tenant, NettyLane lane, Packet.Connect connect, Admission.As client,
            Grants grants) {
        if (!(state instanceof State.Checking)) {
            return;
        }
        if (!context().channel().isActive()) {
            left(Fact.Ended.By.CLIENT, Fact.Ended.How.FIN);
            return;
        }
        Connection connection = Connection.open(tenant, lane, this, connect, client, grants);
        if (connection == null || state instanceof State.Closed) {
            return;
        }
        state = new State.Open(connection, lane);
        wire.opened();
        lane.add(this);
        lastReadNanos = System.nanoTime();
        readPackets();
        context().channel().config().setAutoRead(true);
    }

    /// The time for CONNECT has passed.
    ///
    /// @return false when that is for somebody else to handle
    boolean late() {
        return switch (state) {
            case State.Waiting _ -> {
                closeAfterDeadline(input == null ? Ending.NO_CONNECT : Ending.CONNECT_INCOMPLETE);
                yield true;
            }
            case State.Checking _ -> {
                refuse(Ending.AUTHENTICATION_OVERLOADED, ReasonCode.SERVER_BUSY, "verification took too long");
                yield true;
            }
            case State.Open _,State.Closed _ -> true;
        };
    }

    private void closeAfterDeadline(Ending ending) {
        state = new State.Closed();
        wire.close(ending, Fact.Ended.How.TIMEOUT,
                "after " + wire.house().configuration().connectTimeoutMillis() + " ms");
    }

    // --------------------------------------------------------------------------------------------------------- Link

    @Override
    public void send(Packet packet) {
        Packet fitting = packetBytesMax == Long.MAX_VALUE
                ? packet
                : PacketWriter.trimmed(packet, version, packetBytesMax);
        int bytes = PacketWriter.bytes(fitting, version);
        PacketWriter.write(fitting, version, outputFor(bytes));
        if (packet instanceof Packet.Connack connack) {
            wire.note(new Fact.ConnackSent(version == Version.MQTT_5
                    ? connack.reason().code()
                    : connack.reason().connectReturnCode(), connack.reason().name()));
        }
        sent(packet.getClass(), bytes);
    }

    @Override
    public boolean publish(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        int bytes = PacketWriter.publishBytes(message.topicUtf8().length, qos, properties, message.payloadBytes(),
                version);
        if (bytes > packetBytesMax) {
            return false;
        }
        message.write(outputFor(bytes), qos, duplicate, retain, packetId, properties, version);
        sent(Packet.Publish.class, bytes);
        return true;
    }

    private ByteBuf outputFor(int bytes) {
        ByteBuf collected = output;
        if (collected != null && collected.readableBytes() + bytes > OUTPUT_BYTES) {
            context().write(collected);
            collected = null;
        }
        if (collected == null) {
            collected = context().alloc().buffer(Math.max(bytes, 256));
            output = collected;
        }
        return collected;
    }

    private void sent(Class<? extends Packet> packet, int bytes) {
        Wire.Traffic traffic = wire.traffic();
        traffic.bytesOut += bytes;
        traffic.packetsOut++;
        traffic.lastPacketOut = packet;
        if (!flushing && state instanceof State.Open(_, NettyLane lane)) {
            flushing = true;
            lane.flushLater(this);
        } else if (!flushing) {
            flushing = true;
            context().executor().execute(this::flushOutput);
        }
    }

    /// Hands to the socket what this turn collected.
    void flushOutput() {
        flushing = false;
        ByteBuf collected = output;
        if (collected == null) {
            return;
        }
        output = null;
        if (context().isRemoved()) {
            collected.release();
        } else {
            context().writeAndFlush(collected, context().voidPromise());
            countWaiting();
        }
    }

    /// Tells the lane how much of this connection's output the socket has not taken.
    private void countWaiting() {
        ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
        long now = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        if (now != waiting && state instanceof State.Open(_, NettyLane lane)) {
            lane.waiting(now - waiting);
            waiting = now;
        }
    }

    @Override
    public boolean congested() {
        ByteBuf collected = output;
        return !context().channel().isWritable() || collected != null && collected.readableBytes() >= OUTPUT_BYTES;
    }

    @Override
    public boolean full() {
        if (!congested()) {
            return false;
        }
        return waiting > WAITING_BYTES_MAX || !(state instanceof State.Open(_, NettyLane lane)) || lane.isFull();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        boolean writable = ctx.channel().isWritable();
        stuckSinceNanos = writable ? 0 : System.nanoTime();
        if (writable && state instanceof State.Open(Connection connection, _)) {
            connection.writable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void refuse(Ending ending, ReasonCode reason, String detail) {
        if (state instanceof State.Closed) {
            return;
        }
        send(new Packet.Connack(false, reason, ConnackProperties.because(Refusals.text(ending, wire.attempt()))));
        state = new State.Closed();
        flushOutput();
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
    }

    @Override
    public void end(Ending ending, @Nullable ReasonCode reason, String detail) {
        if (state instanceof State.Closed) {
            return;
        }
        boolean clientsOwn = ending.isNormal() || ending == Ending.CLIENT_REPORTED_ERROR;
        if (reason != null && version == Version.MQTT_5) {
            send(new Packet.Disconnect(reason, -1, Refusals.text(ending, wire.attempt()), null, java.util.List.of()));
            wire.note(new Fact.DisconnectSent(reason.code()));
        }
        leaveLane();
        state = new State.Closed();
        flushOutput();
        if (clientsOwn) {
            wire.over(ending, Fact.Ended.By.CLIENT, Fact.Ended.How.FIN, detail);
            context().close();
        } else {
            wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
        }
    }

    @Override
    public void note(Fact fact) {
        wire.note(fact);
    }

    @Override
    public String attempt() {
        return wire.attempt();
    }

    @Override
    public String remote() {
        return wire.remote();
    }

    // -------------------------------------------------------------------------------------------------------- ends

    /// Looks whether the client has been silent for one and a half keep alive periods [MQTT-3.1.2-22], or has not read
    /// for as long as a connection may be stuck.
    void checkSilence(long nowNanos) {
        if (!(state instanceof State.Open(Connection connection, _))) {
            return;
        }
        if (waiting > 0) {
            countWaiting();
        }
        long silentMillis = (nowNanos - lastReadNanos) / 1_000_000;
        if (connection.keepAliveSeconds() > 0 && silentMillis > connection.keepAliveSeconds() * 1_500L) {
            connection.silent(silentMillis);
        } else if (stuckSinceNanos != 0 && nowNanos - stuckSinceNanos > STUCK_NANOS) {
            connection.end(Ending.WRITE_TIMEOUT, ReasonCode.UNSPECIFIED_ERROR,
                    "the client has not read for " + STUCK_NANOS / 1_000_000_000 + " s");
        }
    }

    /// A client that has read nothing for this long is given up: its messages wait in the session, not in the socket.
    private static final long STUCK_NANOS = 60_000_000_000L;

    /// Ends the connection from this side, if it is open.
    void disconnect(Ending ending, ReasonCode reason) {
        if (state instanceof State.Open(Connection connection, _)) {
            connection.end(ending, reason, "");
        } else if (!(state instanceof State.Closed)) {
            closeSilently(ending, "");
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close && close.isSuccess()) {
            left(Fact.Ended.By.CLIENT, Fact.Ended.How.CLOSE_NOTIFY);
            ctx.close();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        left(Fact.Ended.By.CLIENT, Fact.Ended.How.FIN);
        release();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            left(Fact.Ended.By.NETWORK, Fact.Ended.How.RESET);
        } else if (cause instanceof io.netty.handler.codec.DecoderException) {
            // TLS after the handshake, or WebSocket: what came cannot be decrypted or unpacked.
            if (!wire.isOver()) {
                wire.note(new Fact.TlsFailed(
                        cause.getCause() == null ? "" : cause.getCause().getClass().getSimpleName()));
            }
            left(Fact.Ended.By.NETWORK, Fact.Ended.How.RESET);
        } else {
            Failures.ended(wire, cause);
            gone();
        }
        ctx.close();
    }

    /// The client went away without DISCONNECT.
    void left(Fact.Ended.By by, Fact.Ended.How how) {
        Ending ending = switch (state) {
            case State.Waiting _ -> input == null ? Ending.CLOSED_BEFORE_CONNECT : Ending.CLOSED_DURING_CONNECT;
            case State.Checking _ -> Ending.CLOSED_BEFORE_CONNACK;
            case State.Open _ -> how == Fact.Ended.How.RESET ? Ending.NETWORK_RESET : Ending.CLIENT_CLOSED;
            case State.Closed _ -> Ending.CLIENT_CLOSED;
        };
        wire.over(ending, by, how, "");
        gone();
    }

    /// Tells the broker, once, that the wire is gone.
    void gone() {
        State before = state;
        leaveLane();
        state = new State.Closed();
        if (before instanceof State.Open(Connection connection, _)) {
            connection.closed();
        }
    }

    private void leaveLane() {
        if (state instanceof State.Open(_, NettyLane lane)) {
            lane.remove(this);
            lane.waiting(-waiting);
            waiting = 0;
        }
    }

    private void release() {
        if (input != null) {
            input.release();
            input = null;
        }
        if (output != null) {
            output.release();
            output = null;
        }
    }
}
