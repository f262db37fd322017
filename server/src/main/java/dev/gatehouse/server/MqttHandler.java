package dev.gatehouse.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
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
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PacketReader;
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
/// Waiting    CONNECT with a method Proving   AUTH with a challenge, or as Checking  (MQTT 5 §4.12)
/// Proving    AUTH                  Proving   AUTH with a challenge, or as Checking
/// Proving    DISCONNECT            Closed
/// Proving    any other packet      Closed    CONNACK, PROTOCOL_ERROR        [MQTT-3.1.2-30]
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
    private State state = new State.Waiting();
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
        record Waiting() implements State {}

        record Checking(Packet.Connect connect) implements State {}

        record Proving(Packet.Connect connect, Identification who, EnhancedAuthentication how) implements State {}

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
        output = new Output(ctx, wire.traffic());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    private Output output() {
        Output made = output;
        if (made == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return made;
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
            while (!paused && !(state instanceof State.Checking) && !(state instanceof State.Closed)) {
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
            case State.Proving proving -> prove(proving, packet);
            case State.Open(Connection connection, _) -> {
                EnhancedAuthentication how = enhanced;
                if (how != null && packet instanceof Packet.Auth auth) {
                    how.received(auth, connection);
                } else {
                    connection.receive(packet);
                }
            }
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
            case State.Proving _ -> refuse(violation.reason() == ReasonCode.MALFORMED_PACKET
                    ? Ending.MALFORMED_PACKET
                    : Ending.PROTOCOL_ERROR,
                    violation.reason() == ReasonCode.MALFORMED_PACKET
                            ? ReasonCode.MALFORMED_PACKET
                            : ReasonCode.PROTOCOL_ERROR,
                    violation.violation().sentence());
            case State.Closed _ -> {
            }
        }
    }

    /// MQTT 5 lets the server answer a bad CONNECT; MQTT 3.1.1 answers only a level that it does not support.
    private void violatedBeforeConnect(ProtocolViolation violation) {
        Ending ending = switch (violation.violation()) {
            case NOT_CONNECT_FIRST -> Ending.NOT_CONNECT_FIRST;
            case UNSUPPORTED_PROTOCOL_NAME, MQISDP_WITH_OTHER_LEVEL -> Ending.UNSUPPORTED_PROTOCOL_NAME;
            case UNSUPPORTED_VERSION, MQTT_WITH_LEVEL_3 -> Ending.UNSUPPORTED_PROTOCOL_LEVEL;
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
            output().speak(violation.version() == Version.MQTT_5 ? Version.MQTT_5 : Version.MQTT_3_1_1,
                    Long.MAX_VALUE);
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
        return new Fact.ConnectReceived(number(connect.version()), connect.clientId(), connect.userName(),
                connect.password() != null, connect.cleanStart(), connect.keepAliveSeconds(),
                will == null ? null : will.topic(), expiry);
    }

    private static String number(Version version) {
        return switch (version) {
            case MQTT_3_1 -> "3.1";
            case MQTT_3_1_1 -> "3.1.1";
            case MQTT_5 -> "5";
        };
    }

    private void check(Packet.Connect connect) {
        state = new State.Checking(connect);
        long most = connect.properties().maximumPacketSize();
        output().speak(connect.version(), most > 0 ? most : Long.MAX_VALUE);
        if (!connect.properties().requestProblemInformation()) {
            output().keepProblemsShort();
        }
        wire.phase(Phase.AUTHENTICATION);
        wire.note(fact(connect));
        Drain.Reference away = wire.house().drain().reference(wire.tenant());
        if (away != null) {
            refuse(away);
            return;
        }
        String method = connect.properties().authenticationMethod();
        if (method != null) {
            prove(connect, method);
            return;
        }
        CompletableFuture<Identification.Outcome> deciding = new Identification(wire, connect).decide()
                .toCompletableFuture();
        if (deciding.state() == Future.State.SUCCESS) { // most: no password has to be hashed
            decided(deciding.resultNow());
            return;
        }
        context().channel().config().setAutoRead(false);
        deciding.whenCompleteAsync((outcome, bug) -> {
            if (bug != null) {
                exceptionCaught(context(), bug);
            } else {
                decided(outcome);
            }
        }, context().executor());
    }

    private void prove(Packet.Connect connect, String method) {
        Identification who = new Identification(wire, connect);
        Identification.Outcome refused = who.begin(method);
        if (refused != null) {
            decided(refused);
            return;
        }
        EnhancedAuthentication how = new EnhancedAuthentication(wire, this, method);
        enhanced = how;
        Bytes data = connect.properties().authenticationData();
        went(new State.Proving(connect, who, how), who.next(data == null ? Bytes.EMPTY : data));
    }

    /// Between CONNECT and CONNACK a client that authenticates may send AUTH and DISCONNECT only [MQTT-3.1.2-30].
    private void prove(State.Proving proving, Packet packet) {
        switch (packet) {
            case Packet.Auth auth -> {
                String why = proving.how().whyNot(auth);
                if (why == null) {
                    Bytes data = auth.data();
                    went(proving, proving.who().next(data == null ? Bytes.EMPTY : data));
                } else {
                    boolean method = auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION;
                    refuse(Ending.PROTOCOL_ERROR,
                            method ? ReasonCode.BAD_AUTHENTICATION_METHOD : ReasonCode.PROTOCOL_ERROR, why);
                }
            }
            case Packet.Disconnect disconnect -> {
                wire.note(new Fact.DisconnectReceived(disconnect.reason().code()));
                end(disconnect.reason() == ReasonCode.SUCCESS
                        ? Ending.CLIENT_DISCONNECTED
                        : Ending.CLIENT_REPORTED_ERROR, null, "before CONNACK");
            }
            case Packet.Publish publish -> {
                publish.payload().release();
                outOfTurn(publish);
            }
            default -> outOfTurn(packet);
        }
    }

    private void outOfTurn(Packet packet) {
        wire.note(new Fact.PacketRefused(Wire.name(packet.getClass()), "MQTT-3.1.2-30",
                "only AUTH and DISCONNECT may come before CONNACK"));
        refuse(Ending.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR, "");
    }

    private void went(State.Proving proving, Identification.Progress progress) {
        switch (progress) {
            case Identification.Progress.Challenge(Bytes challenge) -> {
                state = proving;
                proving.how().challenge(challenge);
            }
            case Identification.Progress.Over(Identification.Outcome outcome, Bytes last) -> {
                if (outcome instanceof Identification.Outcome.Accepted accepted) {
                    String user = accepted.connect().userName();
                    proving.how().succeeded(user == null ? "" : user, last);
                }
                state = new State.Checking(proving.connect());
                context().channel().config().setAutoRead(false);
                decided(outcome);
            }
        }
    }

    /// The server sends its clients away.
    private void refuse(Drain.Reference away) {
        if (state instanceof State.Closed) {
            return;
        }
        send(new Packet.Connack(false, away.connackReason(), away.connack(Refusals.text(Ending.DRAINING, attempt()))));
        state = new State.Closed();
        flushOutput();
        wire.close(Ending.DRAINING, Fact.Ended.How.SERVER_CLOSE, away.words());
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
                output().aliases(Math.min(as.properties().topicAliasMaximum(),
                        wire.house().configuration().limitsOf(tenant.name()).topicAliasSentMaximum()));
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
        channel.config().setAutoRead(false);
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
        Drain.Reference away = wire.house().drain().reference(wire.tenant());
        if (away != null) { // it began while the client was on its way
            refuse(away);
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
        context().channel().config().setAutoRead(!paused);
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
            case State.Proving _ -> {
                refuse(Ending.AUTH_EXCHANGE_TIMEOUT, ReasonCode.NOT_AUTHORIZED, "after "
                        + wire.house().configuration().connectTimeoutMillis() + " ms");
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
        if (state instanceof State.Closed) {
            return;
        }
        send(new Packet.Connack(false, reason, ConnackProperties.because(Refusals.text(ending, wire.attempt()))));
        state = new State.Closed();
        flushOutput();
        wire.close(ending, Fact.Ended.How.SERVER_CLOSE, detail);
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
            case State.Waiting _ -> input == null ? Ending.CLOSED_BEFORE_CONNECT : Ending.CLOSED_DURING_CONNECT;
            case State.Checking _,State.Proving _ -> Ending.CLOSED_BEFORE_CONNACK;
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
