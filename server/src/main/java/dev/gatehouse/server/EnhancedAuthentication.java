package dev.gatehouse.server;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.Connection;
import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.ConnackProperties;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.server.access.ScramExchange;

/// The exchange of AUTH packets on one connection: the first one before CONNACK, and every later one by which the client
/// authenticates again while its session is open (MQTT 5 §4.12).
///
/// - **Thread:** the channel's event loop; the server's side of SCRAM is a few hashes.
final class EnhancedAuthentication {
    private final Wire wire;
    private final MqttHandler link;
    private final String method;
    private Bytes last = Bytes.EMPTY;
    private @Nullable String user;
    private boolean open;
    private @Nullable ScramExchange again;

    EnhancedAuthentication(Wire wire, MqttHandler link, String method) {
        this.wire = wire;
        this.link = link;
        this.method = method;
    }

    /// What refuses an AUTH packet within the first exchange; null when it may go on [MQTT-4.12.0-3], [MQTT-4.12.0-5].
    @Nullable
    String whyNot(Packet.Auth auth) {
        if (!method.equals(auth.method())) {
            return "AUTH has another authentication method than CONNECT [MQTT-4.12.0-5]";
        }
        return auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION
                ? null
                : "AUTH has to continue the exchange (0x18) [MQTT-4.12.0-3]";
    }

    void challenge(Bytes data) {
        send(ReasonCode.CONTINUE_AUTHENTICATION, data);
    }

    private void send(ReasonCode reason, Bytes data) {
        link.send(new Packet.Auth(reason, method, data, null, List.of()));
    }

    /// The client proved who it is.
    ///
    /// @param proof for CONNACK
    void succeeded(String name, Bytes proof) {
        user = name;
        last = proof;
    }

    /// The CONNACK that lets in, with the method and the server's own proof [MQTT-4.12.0-5].
    Packet.Connack complete(Packet.Connack connack) {
        if (connack.reason() != ReasonCode.SUCCESS) {
            return connack;
        }
        open = true;
        ConnackProperties p = connack.properties();
        return new Packet.Connack(connack.sessionPresent(), connack.reason(),
                new ConnackProperties(p.sessionExpirySeconds(), p.receiveMaximum(), p.maximumQos(),
                        p.retainAvailable(), p.maximumPacketSize(), p.assignedClientId(), p.topicAliasMaximum(),
                        p.reasonString(), p.userProperties(), p.wildcardSubscriptions(), p.subscriptionIdentifiers(),
                        p.sharedSubscriptions(), p.serverKeepAliveSeconds(), p.responseInformation(),
                        p.serverReference(), method, last));
    }

    /// An AUTH packet on an open connection. Messages flow on meanwhile.
    void received(Packet.Auth auth, Connection connection) {
        ScramExchange running = again;
        boolean begins = auth.reason() == ReasonCode.REAUTHENTICATE;
        boolean inTurn = begins
                ? running == null
                : auth.reason() == ReasonCode.CONTINUE_AUTHENTICATION
                        && running != null;
        if (!open || !method.equals(auth.method()) || !inTurn) { // [MQTT-4.12.1-1]
            connection.end(Ending.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR,
                    "AUTH with another method, or not in its turn [MQTT-4.12.1-1]");
            return;
        }
        if (running == null) {
            running = wire.house().scram().begin(wire.tenant(), user);
            again = running;
            wire.note(new Fact.AuthenticationBegun(method, true));
            expect(running, connection);
        }
        Bytes data = auth.data();
        switch (running.next(data == null ? Bytes.EMPTY : data)) {
            case ScramExchange.Step.Challenge(Bytes challenge) -> challenge(challenge);
            case ScramExchange.Step.Accepted accepted -> {
                again = null;
                wire.note(new Fact.Authenticated(Fact.Authenticated.How.SCRAM));
                send(ReasonCode.SUCCESS, accepted.data());
            }
            case ScramExchange.Step.Refused(ScramExchange.Why why, String name) -> {
                again = null;
                connection.end(ending(wire, why, name), ReasonCode.NOT_AUTHORIZED, ""); // [MQTT-4.12.1-2]
            }
        }
    }

    private void expect(ScramExchange exchange, Connection connection) {
        long most = wire.house().configuration().connectTimeoutMillis();
        wire.channel().eventLoop().schedule(() -> {
            if (again == exchange) {
                again = null;
                connection.end(Ending.AUTH_EXCHANGE_TIMEOUT, ReasonCode.NOT_AUTHORIZED, "after " + most + " ms");
            }
        }, most, TimeUnit.MILLISECONDS);
    }

    /// What a failed exchange ends the connection with; the trail has the truth.
    static Ending ending(Wire wire, ScramExchange.Why why, String user) {
        wire.note(new Fact.AuthenticationFailed(switch (why) {
            case UNKNOWN_USER -> Fact.AuthenticationFailed.Why.UNKNOWN_USER;
            case NO_KEYS -> Fact.AuthenticationFailed.Why.NO_SCRAM_KEYS;
            case WRONG_PASSWORD, OTHER_USER -> Fact.AuthenticationFailed.Why.WRONG_PASSWORD;
            case MALFORMED -> Fact.AuthenticationFailed.Why.EXCHANGE_MALFORMED;
        }, why == ScramExchange.Why.OTHER_USER ? user + ", which is another user than CONNECT's" : user));
        return switch (why) {
            case UNKNOWN_USER -> Ending.UNKNOWN_USER;
            case NO_KEYS -> Ending.SCRAM_KEYS_MISSING;
            case WRONG_PASSWORD, OTHER_USER -> Ending.WRONG_PASSWORD;
            case MALFORMED -> Ending.AUTH_EXCHANGE_MALFORMED;
        };
    }
}
