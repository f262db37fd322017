package dev.gatehouse.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

import dev.gatehouse.broker.Admission;
import dev.gatehouse.broker.Connection;
import dev.gatehouse.broker.Grants;
import dev.gatehouse.broker.Tenant;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// The way of one client from CONNECT to the broker: who it is, whether it may come in, and on which lane it lives.
///
/// state      event                 next      what happens
/// Waiting    CONNECT               Checking  reading stops, the tenant is found, credentials are verified
/// Waiting    any other packet                closed, NOT_CONNECT_FIRST              [MQTT-3.1.0-1]
/// Checking   accepted                        the channel moves to its lane, [Connection#open], reading goes on
/// Checking   refused                         CONNACK with an error
/// Waiting    CONNECT with a method Proving   AUTH with a challenge, or as Checking  (MQTT 5 §4.12)
/// Proving    AUTH                  Proving   AUTH with a challenge, or as Checking
/// Proving    DISCONNECT                      closed
/// Proving    any other packet                CONNACK, PROTOCOL_ERROR                [MQTT-3.1.2-30]
///
/// - **Thread:** the channel's event loop.
/// - **Life:** until the session is open or the connection over; [MqttHandler#isArriving()] tells.
final class Arrival {
    private final Wire wire;
    private final MqttHandler link;
    private State state = new State.Waiting();

    private sealed interface State {
        record Waiting() implements State {}

        record Checking(Packet.Connect connect) implements State {}

        record Proving(Packet.Connect connect, Identification who, EnhancedAuthentication how) implements State {}
    }

    Arrival(Wire wire, MqttHandler link) {
        this.wire = wire;
        this.link = link;
    }

    /// Whether packets are read: not while credentials are verified.
    boolean takesPackets() {
        return !(state instanceof State.Checking);
    }

    private boolean isChecking() {
        return link.isArriving() && state instanceof State.Checking;
    }

    /// Something came, maybe less than a packet.
    void begun() {
        if (state instanceof State.Waiting) {
            wire.phase(Phase.CONNECT);
        }
    }

    /// Handles a packet.
    void receive(Packet packet) {
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
            case State.Checking _ -> throw new AssertionError("nothing is read while credentials are verified");
        }
    }

    private void notFirst(Packet packet) {
        wire.note(new Fact.PacketRefused(Wire.name(packet.getClass()),
                "MQTT-3.1.0-1", "the first packet is not CONNECT"));
        link.closeSilently(Ending.NOT_CONNECT_FIRST, Fact.Ended.How.SERVER_CLOSE, "");
    }

    /// The client broke the rules of the protocol, which is noted.
    void violated(ProtocolViolation violation) {
        switch (state) {
            case State.Waiting _,State.Checking _ -> violatedBeforeConnect(violation);
            case State.Proving _ -> {
                boolean malformed = violation.reason() == ReasonCode.MALFORMED_PACKET;
                link.refuse(malformed ? Ending.MALFORMED_PACKET : Ending.PROTOCOL_ERROR,
                        malformed ? ReasonCode.MALFORMED_PACKET : ReasonCode.PROTOCOL_ERROR,
                        violation.violation().sentence());
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
            link.output().speak(violation.version() == Version.MQTT_5 ? Version.MQTT_5 : Version.MQTT_3_1_1,
                    Long.MAX_VALUE);
            link.refuse(ending, violation.reason(), violation.violation().sentence());
        } else {
            link.closeSilently(ending, Fact.Ended.How.SERVER_CLOSE, violation.violation().sentence());
        }
    }

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
        link.output().speak(connect.version(), most > 0 ? most : Long.MAX_VALUE);
        if (!connect.properties().requestProblemInformation()) {
            link.output().keepProblemsShort();
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
        link.context().channel().config().setAutoRead(false);
        deciding.whenCompleteAsync((outcome, bug) -> {
            if (bug != null) {
                link.exceptionCaught(link.context(), bug);
            } else {
                decided(outcome);
            }
        }, link.context().executor());
    }

    private void prove(Packet.Connect connect, String method) {
        Identification who = new Identification(wire, connect);
        Identification.Outcome refused = who.begin(method);
        if (refused != null) {
            decided(refused);
            return;
        }
        EnhancedAuthentication how = new EnhancedAuthentication(wire, link, method);
        link.authenticates(how);
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
                    link.refuse(Ending.PROTOCOL_ERROR,
                            method ? ReasonCode.BAD_AUTHENTICATION_METHOD : ReasonCode.PROTOCOL_ERROR, why);
                }
            }
            case Packet.Disconnect disconnect -> {
                wire.note(new Fact.DisconnectReceived(disconnect.reason().code()));
                link.end(disconnect.reason() == ReasonCode.SUCCESS
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
        link.refuse(Ending.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR, "");
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
                link.context().channel().config().setAutoRead(false);
                decided(outcome);
            }
        }
    }

    /// The server sends its clients away.
    private void refuse(Drain.Reference away) {
        link.closeWith(new Packet.Connack(false, away.connackReason(),
                away.connack(Refusals.text(Ending.DRAINING, wire.attempt()))), Ending.DRAINING, away.words());
    }

    private void decided(Identification.Outcome outcome) {
        if (!isChecking()) {
            return;
        }
        switch (outcome) {
            case Identification.Outcome.Refused(Ending ending, ReasonCode reason, String detail) ->
                link.refuse(ending, reason, detail);
            case Identification.Outcome.Accepted(Tenant tenant, Packet.Connect as, Admission.As client, Grants grants) -> {
                wire.stopDeadline();
                link.output().aliases(Math.min(as.properties().topicAliasMaximum(),
                        wire.house().configuration().limitsOf(tenant.name()).topicAliasSentMaximum()));
                NettyLane lane = (NettyLane) tenant.laneOf(client.clientId());
                moveTo(lane, () -> open(tenant, lane, as, client, grants));
            }
        }
    }

    /// Moves the channel to the event loop of its session's lane, where everything about it happens from now on.
    private void moveTo(NettyLane lane, Runnable then) {
        var channel = link.context().channel();
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
        if (!isChecking()) {
            return;
        }
        if (!link.context().channel().isActive()) {
            link.left(Fact.Ended.By.CLIENT, Fact.Ended.How.FIN);
            return;
        }
        Drain.Reference away = wire.house().drain().reference(wire.tenant());
        if (away != null) { // it began while the client was on its way
            refuse(away);
            return;
        }
        Connection connection = Connection.open(tenant, lane, link, connect, client, grants);
        if (connection != null) {
            link.opened(connection, lane);
        }
    }

    /// The time for CONNECT has passed.
    void late() {
        switch (state) {
            case State.Waiting _ -> link.closeSilently(link.hasInput() ? Ending.CONNECT_INCOMPLETE : Ending.NO_CONNECT,
                    Fact.Ended.How.TIMEOUT, "after " + wire.house().configuration().connectTimeoutMillis() + " ms");
            case State.Checking _ ->
                link.refuse(Ending.AUTHENTICATION_OVERLOADED, ReasonCode.SERVER_BUSY, "verification took too long");
            case State.Proving _ -> link.refuse(Ending.AUTH_EXCHANGE_TIMEOUT, ReasonCode.NOT_AUTHORIZED, "after "
                    + wire.house().configuration().connectTimeoutMillis() + " ms");
        }
    }

    /// What it is when the client goes away now.
    Ending whenLeft() {
        return switch (state) {
            case State.Waiting _ -> link.hasInput() ? Ending.CLOSED_DURING_CONNECT : Ending.CLOSED_BEFORE_CONNECT;
            case State.Checking _,State.Proving _ -> Ending.CLOSED_BEFORE_CONNACK;
        };
    }
}
