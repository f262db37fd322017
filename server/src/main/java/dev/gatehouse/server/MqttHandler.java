package dev.gatehouse.server;

import java.io.IOException;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Connection;
import dev.gatehouse.broker.Link;
import dev.gatehouse.broker.Message;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;
import dev.gatehouse.server.access.TenantEntry;

/// The last handler of a connection: bytes to packets and back.
///
/// state      event                 next      what happens
/// Arriving   a packet              Arriving  [Arrival] has it, from CONNECT to CONNACK
/// Arriving   accepted              Open      [Connection#open] on the session's lane
/// Arriving   refused               Closed    CONNACK with an error, or nothing
/// Open       a packet              Open      [Connection#receive]
/// any        the wire is gone      Closed
///
/// - **Thread:** the channel's event loop, from Open on that of the session's lane.
/// - **Buffers:** input is read in place, payloads are slices of it; what a packet lacks is kept for the next read. Output
///   is collected and written once per turn of the loop.
final class MqttHandler extends ChannelInboundHandlerAdapter implements Link {
    /// A client that has read nothing for this long is given up: its messages wait in the session, not in the socket.
    private static final long STUCK_NANOS = 60_000_000_000L;
    private static final Fact ACCEPTED = new Fact.ConnackSent(0, ReasonCode.SUCCESS.name());

    private final Wire wire;
    private final PacketReader reader;
    private State state;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf input;
    private @Nullable Output output;
    private @Nullable EnhancedAuthentication enhanced;
    private @Nullable String serverReference;
    private boolean mute;
    private boolean flushing;
    private boolean paused;
    private boolean inPackets;
    private long lastReadNanos = System.nanoTime();
    private long stuckSinceNanos;
    private int place = -1;

    /// Where the connection stands.
    private sealed interface State {
        record Arriving(Arrival arrival) implements State {}

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
        this.state = new State.Arriving(new Arrival(wire, this));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        output = new Output(ctx, wire.traffic());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    Output output() {
        Output made = output;
        if (made == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return made;
    }

    ChannelHandlerContext context() {
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
        input = before == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), before, bytes);
        readPackets();
    }

    /// Handles what came, as far as that may be done now. When handling a packet leads here again, the outer call goes on.
    private void readPackets() {
        ByteBuf bytes = input;
        if (bytes == null || inPackets) {
            return;
        }
        inPackets = true;
        try {
            while (mayRead()) {
                Packet packet = reader.read(bytes);
                if (packet == null) {
                    break;
                }
                wire.received(packet);
                handle(packet);
            }
        } catch (ProtocolViolation violation) {
            violated(violation);
        } finally {
            inPackets = false;
        }
        ByteBuf rest = input;
        if (rest != null && (!rest.isReadable() || state instanceof State.Closed)) {
            rest.release();
            input = null;
        } else if (rest != null && rest.refCnt() == 1) {
            rest.discardReadBytes(); // else a stream that is always cut inside a packet would grow it for ever
        }
        if (state instanceof State.Arriving(Arrival arrival)) {
            arrival.begun();
        }
    }

    private boolean mayRead() {
        return !paused && switch (state) {
            case State.Arriving(Arrival arrival) -> arrival.takesPackets();
            case State.Open _ -> true;
            case State.Closed _ -> false;
        };
    }

    private void handle(Packet packet) {
        switch (state) {
            case State.Arriving(Arrival arrival) -> arrival.receive(packet);
            case State.Open(Connection connection, _) -> {
                EnhancedAuthentication how = enhanced;
                if (how != null && packet instanceof Packet.Auth auth) {
                    how.received(auth, connection);
                } else {
                    connection.receive(packet);
                }
            }
            case State.Closed _ -> throw new AssertionError("nothing is read from a connection that is over");
        }
    }

    private void violated(ProtocolViolation violation) {
        Version spoken = violation.version() == null ? Version.MQTT_3_1_1 : violation.version();
        var type = violation.packetType();
        wire.note(new Fact.PacketRefused(type == null ? null : type.toString(), violation.clause(spoken),
                violation.violation().sentence() + (violation.detail().isEmpty() ? "" : ": " + violation.detail())));
        switch (state) {
            case State.Open(Connection connection, _) -> connection.violated(violation);
            case State.Arriving(Arrival arrival) -> arrival.violated(violation);
            case State.Closed _ -> {
            }
        }
    }

    /// Whether the session is not open yet, and the connection not over.
    boolean isArriving() {
        return state instanceof State.Arriving;
    }

    /// Whether there is the beginning of a packet.
    boolean hasInput() {
        return input != null;
    }

    /// From now on CONNACK has what the client is owed, and AUTH goes there.
    void authenticates(EnhancedAuthentication how) {
        enhanced = how;
    }

    /// The session is open.
    void opened(Connection connection, NettyLane lane) {
        if (state instanceof State.Closed) {
            return;
        }
        state = new State.Open(connection, lane);
        wire.opened();
        lane.add(this);
        lastReadNanos = System.nanoTime();
        readPackets();
        context().channel().config().setAutoRead(!paused);
    }

    /// Ends the connection without a word in MQTT.
    void closeSilently(Ending ending, Fact.Ended.How how, String detail) {
        state = new State.Closed();
        wire.close(ending, how, detail);
    }

    /// Ends the connection with this CONNACK.
    void closeWith(Packet.Connack refusal, Ending ending, String detail) {
        if (state instanceof State.Closed) {
            return;
        }
        send(refusal);
        state = new State.Closed();
        flushOutput();
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
    }

    /// The time for CONNECT has passed.
    ///
    /// @return false when that is for somebody else to handle
    boolean late() {
        if (state instanceof State.Arriving(Arrival arrival)) {
            arrival.late();
        }
        return true;
    }

    // --------------------------------------------------------------------------------------------------------- Link

    @Override
    public void send(Packet given) {
        EnhancedAuthentication how = enhanced;
        Packet packet = how != null && given instanceof Packet.Connack accepting ? how.complete(accepting) : given;
        if (!output().add(packet)) {
            tooLargeForTheClient(packet);
            return;
        }
        if (packet instanceof Packet.Connack connack) {
            wire.note(connack.reason() == ReasonCode.SUCCESS
                    ? ACCEPTED
                    : new Fact.ConnackSent(output().version() == Version.MQTT_5
                            ? connack.reason().code()
                            : connack.reason().connectReturnCode(), connack.reason().name()));
        }
        flushLater();
    }

    /// An answer that has to be given cannot be. Not at once: whoever sends has more to do on this connection first.
    private void tooLargeForTheClient(Packet packet) {
        mute = mute || packet instanceof Packet.Connack; // no DISCONNECT without CONNACK [MQTT-3.14.0-1]
        if (!(packet instanceof Packet.Disconnect) && !(state instanceof State.Closed)) {
            wire.note(new Fact.MessageDropped(Wire.name(packet.getClass())
                    + " is larger than the client's maximum packet size", 1));
            context().executor().execute(
                    () -> disconnect(Ending.CLIENT_PACKET_SIZE_TOO_SMALL, ReasonCode.PACKET_TOO_LARGE));
        }
    }

    @Override
    public boolean publish(Message message, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties) {
        boolean fits = output().add(message, qos, duplicate, retain, packetId, properties);
        if (fits) {
            flushLater();
        }
        return fits;
    }

    private void flushLater() {
        if (flushing) {
            return;
        }
        flushing = true;
        if (state instanceof State.Open(_, NettyLane lane)) {
            lane.flushLater(this);
        } else {
            context().executor().execute(this::flushOutput);
        }
    }

    /// Hands to the socket what this turn collected.
    void flushOutput() {
        flushing = false;
        output().flush();
        if (state instanceof State.Open(_, NettyLane lane)) {
            output().countWaiting(lane);
        }
    }

    @Override
    public void reading(boolean wanted) {
        paused = !wanted;
        lastReadNanos = System.nanoTime(); // what it sent meanwhile was not looked at
        context().channel().config().setAutoRead(wanted);
        if (wanted && input != null) {
            context().executor().execute(this::readPackets);
        }
    }

    @Override
    public boolean congested() {
        return output().congested();
    }

    @Override
    public boolean full() {
        return state instanceof State.Open(_, NettyLane lane) ? output().isFull(lane) : congested();
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
        closeWith(new Packet.Connack(false, reason, ConnackProperties.because(Refusals.text(ending, wire.attempt()))),
                ending, detail);
    }

    /// Sends the client away, if its session is open.
    void sendAway() {
        Drain.Reference away = wire.house().drain().reference(wire.tenant());
        if (away != null && state instanceof State.Open(Connection connection, _)) {
            serverReference = away.server();
            connection.end(Ending.DRAINING, away.disconnectReason(), away.words());
        }
    }

    @Override
    public void end(Ending ending, @Nullable ReasonCode reason, String detail) {
        if (state instanceof State.Closed) {
            return;
        }
        boolean clientsOwn = ending.isNormal() || ending == Ending.CLIENT_REPORTED_ERROR;
        if (reason != null && !mute && output().version() == Version.MQTT_5) {
            send(new Packet.Disconnect(reason, -1, Refusals.text(ending, wire.attempt()), serverReference,
                    List.of()));
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

    /// Where its lane has it among its connections; -1 = nowhere.
    int place() {
        return place;
    }

    void place(int among) {
        place = among;
    }

    /// Looks whether the client has been silent for one and a half keep alive periods [MQTT-3.1.2-22], or has not read
    /// for as long as a connection may be stuck.
    void checkSilence(long nowNanos) {
        if (!(state instanceof State.Open(Connection connection, NettyLane lane))) {
            return;
        }
        output().countWaiting(lane);
        long silentMillis = (nowNanos - lastReadNanos) / 1_000_000;
        if (!paused && connection.keepAliveSeconds() > 0 && silentMillis > connection.keepAliveSeconds() * 1_500L) {
            connection.silent(silentMillis);
        } else if (stuckSinceNanos != 0 && nowNanos - stuckSinceNanos > STUCK_NANOS) {
            connection.end(Ending.WRITE_TIMEOUT, ReasonCode.UNSPECIFIED_ERROR,
                    "the client has not read for " + STUCK_NANOS / 1_000_000_000 + " s");
        }
    }

    /// Ends the connection from this side, if it is open.
    void disconnect(Ending ending, ReasonCode reason) {
        if (state instanceof State.Open(Connection connection, _)) {
            connection.end(ending, reason, "");
        } else if (!(state instanceof State.Closed)) {
            closeSilently(ending, Fact.Ended.How.SERVER_CLOSE, "");
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
        } else if (cause instanceof DecoderException) {
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
            case State.Arriving(Arrival arrival) -> arrival.whenLeft();
            case State.Open _ -> how == Fact.Ended.How.RESET ? Ending.NETWORK_RESET : Ending.CLIENT_CLOSED;
            case State.Closed _ -> Ending.CLIENT_CLOSED;
        };
        gone(); // first, since the broker may have something to add to the trail
        wire.over(ending, by, how, "");
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
            output().leave(lane);
        }
    }

    private void release() {
        if (input != null) {
            input.release();
            input = null;
        }
        output().release();
    }
}
