package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// One client's connection from the moment it is authenticated: what it sends, and what it gets.
///
/// - **Thread:** the lane of its session.
/// - **Life:** [#open] answers CONNECT; then [#receive] for each packet; [#closed] once, when the wire is gone.
/// - **Source:** MQTT 5 §3, §4.
public final class Connection {
    private static final int UNDECIDED_MAX = 1_024;
    private static final long UNDECIDED_BYTES_MAX = 4 << 20;

    private final Link link;
    private final Version version;
    private final Grants grants;
    private final Session session;
    /// Made when it publishes.
    private @Nullable Inbound inbound;
    private final Counters counters;
    private final int keepAliveSeconds;
    private final int receiveMaximum;
    private final boolean expires;
    private final boolean wantsProblems;
    /// Made with the first message that this client does not get.
    private @Nullable Losses losses;
    private boolean greeted;
    private boolean over;
    /// What this client has handed in and the journal has not decided about.
    private int undecided;
    private long undecidedBytes;
    private boolean outran;
    /// Whether the link was told that nothing is to be read.
    private boolean paused;
    /// What came before it can be handled; null while there is nothing, which is usual.
    private @Nullable ArrayDeque<Packet> held;

    Connection(Session session, Link link, Terms terms, Grants grants) {
        this.link = link;
        this.version = terms.connect().version();
        this.grants = grants;
        this.session = session;
        this.counters = session.tenant().counters(session.lane());
        this.keepAliveSeconds = terms.keepAliveSeconds();
        this.receiveMaximum = terms.receiveMaximum();
        this.expires = terms.connect().properties().sessionExpirySeconds() != 0;
        this.wantsProblems = terms.connect().properties().requestProblemInformation();
    }

    /// Lets an authenticated client in, or refuses it over the link.
    ///
    /// @param client what [Admission] said
    /// @return null when it was refused
    public static @Nullable Connection open(Tenant tenant, Lane lane, Link link, Packet.Connect connect,
            Admission.As client, Grants grants) {
        lane.assertHere();
        return new Opening(tenant, lane, link, connect, client).open(grants);
    }

    /// The journal is given something of this client's that it waits for. A client that is faster than the journal is not
    /// read any more: what it sends stays in its own socket.
    ///
    /// @param bytes held until the journal has decided
    void undecided(int bytes) {
        undecided++;
        undecidedBytes += bytes;
        if (undecided >= UNDECIDED_MAX || undecidedBytes >= UNDECIDED_BYTES_MAX) {
            outran = true;
            readOrNot();
        }
    }

    /// The journal has decided about something of this client's.
    void decided(int bytes) {
        undecided--;
        undecidedBytes -= bytes;
        if (outran && undecided <= UNDECIDED_MAX / 2 && undecidedBytes <= UNDECIDED_BYTES_MAX / 2) {
            outran = false;
            readOrNot();
        }
    }

    /// Tells the link whether to read on, if that has changed.
    void readOrNot() {
        boolean wanted = greeted && !outran && held == null;
        if (wanted == paused && !over) {
            paused = !wanted;
            link.reading(wanted);
        }
    }

    /// All that this client published before is delivered.
    void caughtUp() {
        handleHeld();
    }

    private void handleHeld() {
        ArrayDeque<Packet> first = held;
        while (first != null && !over && !hasToWait(first.element())) {
            Packet next = first.remove();
            held = first.isEmpty() ? null : first;
            handle(next);
            first = held;
        }
        readOrNot();
    }

    /// Before CONNACK everything has to wait. A subscription waits for what its own client published before: it is to see
    /// that as retained, not as it comes.
    private boolean hasToWait(Packet packet) {
        return !greeted
                || packet instanceof Packet.Subscribe
                        && !tenant().publications(session.lane(), session.clientId()).isEmpty();
    }

    /// Sends CONNACK, what waits in the session, and handles what came too early.
    void welcome(Packet.Connack connack) {
        if (over) {
            return;
        }
        link.send(connack);
        greeted = true;
        session.greeted(this);
        handleHeld();
    }

    /// The session's number, under which the journal is going to remember a QoS 2 packet id; 0 = it need not.
    long recording(int packetId) {
        if (!session.durable()) {
            return 0;
        }
        session.receivedIds().record(packetId);
        return session.number();
    }

    private Inbound inbound() {
        Inbound made = inbound;
        if (made == null) {
            made = new Inbound(this, session, grants, version.hasProperties());
            inbound = made;
        }
        return made;
    }

    private Tenant tenant() {
        return session.tenant();
    }

    Link link() {
        return link;
    }

    /// What may be in flight to this client, 1 to 65 535.
    int receiveMaximum() {
        return receiveMaximum;
    }

    /// Whether it has ended: nothing is sent any more.
    boolean isOver() {
        return over;
    }

    /// The keep alive that counts, in seconds; 0 = none. The server closes after one and a half times that.
    public int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /// The client id in use.
    public String clientId() {
        return session.clientId();
    }

    /// Handles a packet. A PUBLISH's payload is taken over.
    public void receive(Packet packet) {
        if (over) {
            if (packet instanceof Packet.Publish publish) {
                publish.payload().release();
            }
            return;
        }
        if (held != null || hasToWait(packet)) {
            held = held == null ? new ArrayDeque<>() : held;
            held.add(packet);
            readOrNot();
        } else {
            handle(packet);
        }
    }

    private void handle(Packet packet) {
        switch (packet) {
            case Packet.Publish publish -> {
                try {
                    inbound().publish(publish);
                } finally {
                    publish.payload().release();
                }
            }
            case Packet.Puback puback -> {
                if (session.outbound().acknowledged(puback.packetId())) {
                    session.pump();
                }
            }
            case Packet.Pubrec pubrec -> received(pubrec);
            case Packet.Pubrel pubrel -> inbound().released(pubrel);
            case Packet.Pubcomp pubcomp -> {
                if (session.outbound().completed(pubcomp.packetId())) {
                    session.pump();
                }
            }
            case Packet.Subscribe subscribe -> new Subscribing(this, session, grants).subscribe(subscribe);
            case Packet.Unsubscribe unsubscribe -> new Subscribing(this, session, grants).unsubscribe(unsubscribe);
            case Packet.Pingreq _ -> link.send(new Packet.Pingresp());
            case Packet.Disconnect disconnect -> disconnected(disconnect);
            case Packet.Connect _ -> end(Ending.SECOND_CONNECT, ReasonCode.PROTOCOL_ERROR,
                    "a second CONNECT on one connection [MQTT-3.1.0-2]");
            case Packet.Auth _ -> end(Ending.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR,
                    "AUTH without an authentication method in CONNECT [MQTT-4.12.0-7]");
            case Packet.Connack _,Packet.Suback _,Packet.Unsuback _,Packet.Pingresp _ ->
                throw new IllegalArgumentException("a server does not receive " + packet);
        }
    }

    /// A reason string, unless the client does not want any [MQTT-3.1.2-29].
    @Nullable
    String problem(String text) {
        return wantsProblems ? text : null;
    }

    /// What became of a QoS 1 or 2 message: the promise can be given, or cannot.
    void published(Qos qos, int packetId, ReasonCode reason, @Nullable String why) {
        inbound().published(qos, packetId, reason, why);
    }

    private void received(Packet.Pubrec pubrec) {
        switch (session.outbound().received(pubrec.packetId(), pubrec.reason().isError())) {
            case TAKEN -> {
                Packet.Pubrel pubrel = new Packet.Pubrel(pubrec.packetId(), ReasonCode.SUCCESS);
                if (session.durable()) {
                    tenant().commit(session.lane(), new Effect.Received(session.number(),
                            session.outbound().sequenceOf(pubrec.packetId())), promised(() -> link.send(pubrel)));
                } else {
                    link.send(pubrel);
                }
            }
            case REFUSED -> session.pump();
            case EARLY -> {
            }
            case UNKNOWN -> {
                if (!pubrec.reason().isError()) {
                    link.send(new Packet.Pubrel(pubrec.packetId(), ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
                }
            }
        }
    }

    /// Runs `promise` once the effect is durable; ends the connection if it cannot be.
    Shard.Commit promised(Runnable promise) {
        return promised(1, promise, () -> {});
    }

    /// Runs `promise` once all of these effects are durable; ends the connection if one cannot be.
    ///
    /// @param otherwise what to do when there is nobody left to give the promise to
    Shard.Commit promised(int effects, Runnable promise, Runnable otherwise) {
        undecided(0);
        return new Shard.Commit() {
            private int missing = effects;

            @Override
            public void durable() {
                missing--;
                if (missing == 0) {
                    decided(0);
                    (over ? otherwise : promise).run();
                }
            }

            @Override
            public void failed(String why) {
                end(Ending.JOURNAL_FAILED, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, why);
                otherwise.run();
            }
        };
    }

    private void disconnected(Packet.Disconnect packet) {
        link.note(new Fact.DisconnectReceived(packet.reason().code()));
        if (packet.sessionExpirySeconds() > 0 && !expires) {
            end(Ending.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR,
                    "DISCONNECT may not give an expiry to a session that had none (MQTT 5 §3.14.2.2.2)");
            return;
        }
        if (packet.sessionExpirySeconds() >= 0) {
            session.expirySeconds(Math.min(packet.sessionExpirySeconds(), tenant().limits().sessionExpirySecondsMax()));
        }
        close(packet.reason() == ReasonCode.SUCCESS);
        link.end(switch (packet.reason()) {
            case SUCCESS -> Ending.CLIENT_DISCONNECTED;
            case DISCONNECT_WITH_WILL -> Ending.CLIENT_DISCONNECTED_WITH_WILL;
            default -> Ending.CLIENT_REPORTED_ERROR;
        }, null, packet.reason() == ReasonCode.SUCCESS ? "" : packet.reason().name());
    }

    /// Sends a QoS 0 message, unless the client reads too slowly or does not take packets of this size.
    void publishAtMostOnce(Message message, boolean retain, List<Integer> subscriptionIds) {
        if (link.full()) {
            counters.droppedSlow++;
            dropped(Losses.Kind.SLOW);
            return;
        }
        long now = message.expires() ? session.lane().nowMicros() : 0;
        PublishProperties properties = message.propertiesAt(now);
        if (!subscriptionIds.isEmpty()) {
            properties = properties.forHop(0, subscriptionIds);
        }
        if (message.expired(now)) {
            counters.droppedExpired++;
        } else if (!link.publish(message, Qos.AT_MOST_ONCE, false, retain, 0, properties)) {
            droppedTooLarge();
        } else {
            counters.sent++;
        }
    }

    /// A message for this client was larger than it takes [MQTT-3.1.2-25].
    void droppedTooLarge() {
        counters.droppedTooLarge++;
        dropped(Losses.Kind.TOO_LARGE);
    }

    /// A message for this client found the queue of its session full.
    void droppedFromFullQueue() {
        dropped(Losses.Kind.QUEUE_FULL);
    }

    private void dropped(Losses.Kind kind) {
        Losses counting = losses == null ? new Losses() : losses;
        losses = counting;
        counting.add(kind, tenant().limits(), link);
    }

    /// The link takes output again after it was congested.
    public void writable() {
        if (!over) {
            session.pump();
        }
    }

    /// The client broke the rules of the protocol.
    public void violated(ProtocolViolation violation) {
        end(switch (violation.violation()) {
            case PACKET_TOO_LARGE -> Ending.PACKET_TOO_LARGE;
            case TOPIC_ALIAS_ZERO -> Ending.TOPIC_ALIAS_INVALID;
            case TOPIC_NAME_WILDCARD, TOPIC_NAME_EMPTY, TOPIC_NAME_TOO_LONG -> Ending.TOPIC_NAME_INVALID;
            default -> violation.reason() == ReasonCode.MALFORMED_PACKET
                    ? Ending.MALFORMED_PACKET
                    : Ending.PROTOCOL_ERROR;
        }, violation.reason(), String.valueOf(violation.getMessage()));
    }

    /// Nothing came for one and a half keep alive periods [MQTT-3.1.2-22].
    ///
    /// @param silentMillis how long it is since the last packet
    public void silent(long silentMillis) {
        link.note(new Fact.KeepAliveMissed(keepAliveSeconds, silentMillis));
        end(Ending.KEEP_ALIVE_MISSED, ReasonCode.KEEP_ALIVE_TIMEOUT, "silent for " + silentMillis + " ms");
    }

    /// Ends the connection from this side; the will is due.
    public void end(Ending ending, ReasonCode reason, String detail) {
        if (over) {
            return;
        }
        boolean canSay = greeted && version == Version.MQTT_5; // not before CONNACK [MQTT-3.14.0-1]
        close(false);
        link.end(ending, canSay ? reason : null, detail);
    }

    /// The wire is gone without DISCONNECT; the will is due. No effect after the connection ended otherwise.
    public void closed() {
        close(false);
    }

    /// Ends the connection without a word.
    ///
    /// @param discardWill whether the will is not due
    void close(boolean discardWill) {
        if (over) {
            return;
        }
        over = true;
        session.tellLeftOut(this);
        if (losses != null) {
            losses.noteRest(link);
        }
        boolean saidGoodbye = discardWill;
        for (Packet packet : held == null ? List.<Packet>of() : held) {
            if (packet instanceof Packet.Publish publish) {
                publish.payload().release();
            }
            saidGoodbye |= packet instanceof Packet.Disconnect disconnect && disconnect.reason() == ReasonCode.SUCCESS;
        }
        held = null;
        tenant().connectionClosed();
        session.detach(this, saidGoodbye);
    }
}
