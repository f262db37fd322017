package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Version;

/// A client that keeps to the protocol: resends after a reconnect, acknowledges in order, recognises what it has. It
/// writes down what it published and what it got.
final class SimClient {
    private static final int PUBLISH_IDS = 24;
    private static final long NEVER_SECONDS = 0xFFFF_FFFFL;

    private final SimWorld world;
    private final Simulation simulation;
    private final SimTenant home;
    private final String clientId;
    private final Version version;
    private final boolean keeps;
    private final @Nullable String group;
    private Tenant tenant;
    private Lane lane;
    /// The session has to be there up to this moment; -1 = need not.
    private long keptUntilMicros = -1;
    /// And has to be gone from this moment on.
    private long goneFromMicros;
    /// What CONNECT asked for last.
    private long expirySeconds;
    /// CONNACK said that nothing is there, and nothing was to stay: then nothing is ever found, whatever was refused.
    private boolean leavesNothing;
    /// When the connection was over, in batches of the journal.
    private long leftAtTurn;
    /// Whether the batch that says so may be one that failed.
    private boolean leftUnrecorded;
    private @Nullable Connection connection;
    private @Nullable RecordingLink link;
    /// Whether CONNECT was answered.
    private boolean greeted;
    private int handled;
    private int lastId;
    private int lastPublishId;
    private int published;
    private final List<SimWill> wills = new ArrayList<>();

    // As publisher: what is not acknowledged, in the order of publishing.
    private final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();
    private final List<Outgoing> accepted = new ArrayList<>();

    // As subscriber.
    private final Map<String, Held> held = new HashMap<>();
    private final Map<Integer, String> requested = new HashMap<>();
    /// SUBSCRIBE without SUBACK on this connection.
    private final Set<Integer> subscribing = new HashSet<>();
    private final Set<Integer> receivedIds = new HashSet<>();
    private final List<Got> got = new ArrayList<>();
    private final ArrayDeque<Packet> answers = new ArrayDeque<>();

    /// A filter that was granted and not given up since `since`.
    record Held(TopicFilter filter, Qos qos, long since) {}

    /// A message as the application got it, in the order of arrival.
    record Got(String topic, String payload, Qos qos, boolean retain) {}

    /// A message that this client published.
    static final class Outgoing {
        final String topic;
        final String payload;
        final Qos qos;
        final boolean retain;
        final long expirySeconds;
        final long at;
        final SimClient from;
        boolean received;
        boolean accepted;
        /// When the client read that it was.
        long acceptedAt = Long.MAX_VALUE;
        /// It was sent behind a SUBSCRIBE without SUBACK, which may wait, and then what comes behind it does.
        boolean mayWait;

        Outgoing(SimClient from, String topic, String payload, Qos qos, boolean retain, long expirySeconds, long at) {
            this.from = from;
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
            this.retain = retain;
            this.expirySeconds = expirySeconds;
            this.at = at;
        }
    }

    /// @param keeps whether its session outlives its connections as a rule
    /// @param group the shared subscription that is all that it subscribes to; null = it takes ordinary ones
    SimClient(SimWorld world, SimTenant home, String clientId, Version version, boolean keeps,
            @Nullable String group) {
        this.world = world;
        this.simulation = world.simulation();
        this.home = home;
        this.clientId = clientId;
        this.version = version;
        this.keeps = keeps;
        this.group = group;
        this.tenant = world.tenant(home.name());
        this.lane = tenant.laneOf(clientId);
    }

    /// The broker is another one: the connection is gone.
    void restarted() {
        long now = simulation.nowMicros();
        tenant = world.tenant(home.name());
        lane = tenant.laneOf(clientId);
        boolean recorded = connection == null && world.turns() > leftAtTurn && !leftUnrecorded;
        for (SimWill will : wills) {
            will.restarted(recorded, now, expirySeconds, world.step());
        }
        if (connection != null) {
            left(expirySeconds, expirySeconds);
        } else if (!recorded) {
            goneFromMicros = Math.max(goneFromMicros, after(expirySeconds));
            leftAtTurn = world.turns();
            leftUnrecorded = false;
        }
    }

    /// A batch of the journal was refused.
    void journalFailed() {
        leftUnrecorded |= connection == null;
        wills.forEach(SimWill::journalFailed);
    }

    /// The connection is over, on whichever side; the session lives on for at least and at most so long.
    private void left(long leastSeconds, long mostSeconds) {
        connection = null;
        keptUntilMicros = leastSeconds == 0 ? -1 : after(leastSeconds);
        goneFromMicros = after(mostSeconds);
        leftAtTurn = world.turns();
        leftUnrecorded = false;
    }

    private long after(long seconds) {
        return seconds == NEVER_SECONDS ? Long.MAX_VALUE : simulation.nowMicros() + seconds * 1_000_000;
    }

    SimTenant simTenant() {
        return home;
    }

    String clientId() {
        return clientId;
    }

    Version version() {
        return version;
    }

    @Nullable
    String group() {
        return group;
    }

    /// In the order of its CONNECTs.
    List<SimWill> wills() {
        return wills;
    }

    SimWill nextWill(Qos qos, boolean retain, long delaySeconds) {
        return new SimWill("w/" + clientId, home.name() + " " + clientId + " will " + wills.size(), qos, retain,
                delaySeconds);
    }

    @Override
    public String toString() {
        return home.name() + "/" + clientId;
    }

    boolean connected() {
        return connection != null;
    }

    /// Whether a subscription that still holds was there before this step.
    boolean subscribedSince(String topic, Qos atLeast, long at) {
        return held.values().stream().anyMatch(
                one -> one.filter().shareName() == null && one.qos().compareTo(atLeast) >= 0
                        && one.since() < at && one.filter().matches(topic));
    }

    List<Got> got() {
        return got;
    }

    /// What the broker took responsibility for.
    List<Outgoing> accepted() {
        return accepted;
    }

    /// Whether it was a member of its shared subscription before this step and still is.
    boolean sharesSince(long at) {
        Held one = group == null ? null : held.get(group);
        return one != null && one.since() < at;
    }

    /// Takes up or makes the session; an open connection is taken over.
    void connect() {
        SimWill will = world.will(this);
        Connects how = world.how(version, keeps, group != null && world.restarts()).with(will == null
                ? null
                : Connects.will(will.topic, will.payload, will.qos, will.retain, will.delaySeconds));
        RecordingLink fresh = new RecordingLink(toString());
        handled = 0;
        greeted = false;
        answers.clear();
        link = fresh;
        if (connection != null) {
            takenOver();
        }
        long now = simulation.nowMicros();
        simulation.on(lane, () -> connection = Connection.open(tenant, lane, fresh, how.packet(clientId),
                new Admission.As(clientId, false), Grants.ALL));
        while (fresh.sent().isEmpty() && world.progress()) {
            // the journal takes its time
        }
        handled = 1;
        greeted = true;
        requested.clear();
        subscribing.clear();
        boolean present = fresh.sent().getFirst() instanceof RecordingLink.Sent.Other(Packet.Connack connack)
                && connack.sessionPresent();
        boolean ended = how.cleanStart() || !present;
        wills.forEach(earlier -> earlier.resumed(ended, now, world.step()));
        long expiry = version.hasProperties()
                ? how.expirySeconds()
                : how.cleanStart() ? 0 : NEVER_SECONDS;
        if (fresh.sent().getFirst() instanceof RecordingLink.Sent.Refused refused) {
            refused(refused, how.cleanStart(), expiry);
            return;
        }
        expirySeconds = expiry;
        require(present || how.cleanStart() || now >= keptUntilMicros, "the session is still there");
        require(!present || !leavesNothing, "the earlier session is back");
        leavesNothing = !present && expirySeconds == 0;
        require(!present || !how.cleanStart() && (now < goneFromMicros || world.failed()), "the session is gone");
        keptUntilMicros = expirySeconds > 0 ? Long.MAX_VALUE : -1;
        goneFromMicros = Long.MAX_VALUE;
        if (will != null) {
            wills.add(will);
            home.wills().put(will.payload, will);
        }
        if (!present) {
            forget();
            return;
        }
        for (Map.Entry<Integer, Outgoing> entry : List.copyOf(outgoing.entrySet())) {
            if (entry.getValue().received) {
                release(entry.getKey());
            } else {
                send(entry.getKey(), entry.getValue(), true);
            }
        }
    }

    private void takenOver() {
        for (SimWill will : wills) {
            will.left(simulation.nowMicros(), expirySeconds, world.step());
        }
        if (expirySeconds == 0) {
            left(0, 0);
        }
    }

    /// A new session owes nothing to the old one.
    private void forget() {
        if (group != null) {
            home.memberLost(group);
        }
        outgoing.clear();
        held.clear();
        receivedIds.clear();
        got.clear();
    }

    /// The journal could not record the CONNECT.
    private void refused(RecordingLink.Sent.Refused refused, boolean clean, long expiry) {
        require(world.failed() && refused.ending() == Ending.JOURNAL_FAILED, refused.toString());
        long kept = clean || keptUntilMicros < 0 || expiry == 0 ? -1 : Math.min(keptUntilMicros, after(expiry));
        left(0, NEVER_SECONDS);
        keptUntilMicros = kept;
        wills.forEach(SimWill::maybeUnknown);
        if (clean) {
            forget();
        }
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(this + ": " + what);
        }
    }

    /// The wire breaks.
    void drop() {
        Connection open = connection;
        if (open != null) {
            simulation.on(lane, open::closed);
            dropped();
        }
    }

    /// Notices that the broker has ended the connection.
    void look() {
        if (connection != null && greeted && link != null && link.isOver()) {
            RecordingLink.Sent last = link.sent().getLast();
            require(world.failed() && last instanceof RecordingLink.Sent.Ended(Ending ending, _, _)
                    && ending == Ending.JOURNAL_FAILED, last.toString());
            dropped();
        }
    }

    private void dropped() {
        wills.forEach(will -> will.left(simulation.nowMicros(), expirySeconds, world.step()));
        left(expirySeconds, expirySeconds);
    }

    /// @param withWill whether the will is to be published all the same (MQTT 5)
    /// @param seconds a session expiry that replaces that of CONNECT (MQTT 5); -1 = none
    void disconnect(boolean withWill, long seconds) {
        boolean speaks = version.hasProperties();
        boolean last = speaks && withWill;
        long changed = speaks && expirySeconds > 0 && seconds >= 0 ? seconds : -1;
        long then = changed >= 0 ? changed : expirySeconds;
        boolean mayBeHeld = !requested.isEmpty();
        Connection open = connection;
        send(new Packet.Disconnect(last ? ReasonCode.DISCONNECT_WITH_WILL : ReasonCode.SUCCESS, changed, null, null,
                List.of()));
        if (open != null) {
            simulation.on(lane, open::closed);
        }
        for (SimWill will : wills) {
            if (!last) {
                will.discarded();
            } else if (mayBeHeld && changed >= 0) {
                will.maybeUnknown();
            } else {
                will.left(simulation.nowMicros(), then, world.step());
            }
        }
        left(mayBeHeld ? Math.min(then, expirySeconds) : then, mayBeHeld ? Math.max(then, expirySeconds) : then);
    }

    private void send(Packet packet) {
        Connection open = connection;
        if (open != null) {
            simulation.on(lane, () -> open.receive(packet));
        }
    }

    /// The promise begins with SUBACK; see [#read].
    void subscribe(String filter, Qos qos) {
        int id = nextId();
        requested.put(id, filter);
        subscribing.add(id);
        send(new Packet.Subscribe(id, 0, List.of(), List.of(
                new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND_IF_NEW))));
    }

    void unsubscribe(String filter) {
        requested.values().removeIf(filter::equals);
        held.remove(filter);
        send(new Packet.Unsubscribe(nextId(), List.of(), List.of(filter)));
    }

    /// @param expires seconds; -1 = never
    void publish(String topic, Qos qos, boolean retain, boolean empty, long expires) {
        published++;
        long now = world.step();
        String payload = empty
                ? ""
                : home.name() + " " + clientId + " " + published + " " + now + " " + qos.level()
                        + (expires < 0 ? " stays" : " expires");
        Outgoing message = new Outgoing(this, topic, payload, qos, retain, expires, now);
        int id = qos == Qos.AT_MOST_ONCE ? 0 : freeId();
        if (id != 0) {
            outgoing.put(id, message);
        }
        send(id, message, false);
    }

    private void send(int id, Outgoing message, boolean duplicate) {
        message.mayWait |= !subscribing.isEmpty();
        if (message.retain) {
            home.retained().sent(message);
        }
        send(new Packet.Publish(message.topic, message.qos, duplicate, message.retain, id,
                PublishProperties.NONE.withMessageExpiry(message.expirySeconds),
                Unpooled.copiedBuffer(message.payload, StandardCharsets.UTF_8)));
    }

    private void release(int id) {
        send(new Packet.Pubrel(id, ReasonCode.SUCCESS));
    }

    /// Few, so that they are used again soon.
    private int freeId() {
        do {
            lastPublishId = lastPublishId % PUBLISH_IDS + 1;
        } while (outgoing.containsKey(lastPublishId));
        return lastPublishId;
    }

    /// Of what is no PUBLISH.
    private int nextId() {
        lastId = lastId % 60_000 + 1;
        return 1_000 + lastId;
    }

    int unacknowledged() {
        return outgoing.size();
    }

    void congest(boolean reading) {
        RecordingLink open = link;
        Connection on = connection;
        if (open != null && on != null) {
            open.congest(reading);
            if (!reading) {
                simulation.on(lane, on::writable);
            }
        }
    }

    /// Reads the next packet that has come; false when there is none.
    boolean read() {
        RecordingLink open = link;
        if (connection == null || open == null || handled >= open.sent().size()) {
            return false;
        }
        switch (open.sent().get(handled++)) {
            case RecordingLink.Sent.Publish publish -> got(publish);
            case RecordingLink.Sent.Other(Packet packet) -> handle(packet);
            case RecordingLink.Sent.Refused refused -> throw new AssertionError(this + ": " + refused);
            case RecordingLink.Sent.Ended _ -> look();
        }
        return true;
    }

    private void got(RecordingLink.Sent.Publish publish) {
        boolean fresh = publish.qos() != Qos.EXACTLY_ONCE || receivedIds.add(publish.packetId());
        if (fresh) {
            check(publish);
            got.add(new Got(publish.topic(), publish.payload(), publish.qos(), publish.retain()));
        }
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> answers.add(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS));
            case EXACTLY_ONCE -> answers.add(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS));
        }
    }

    private void check(RecordingLink.Sent.Publish publish) {
        String payload = publish.payload();
        require(payload.isEmpty() || payload.startsWith(home.name() + " "), "foreign: " + publish);
        SimWill will = payload.contains(" will ") ? home.wills().get(payload) : null;
        if (will != null) {
            will.came(simulation.nowMicros(), toString());
        }
        boolean mustNotExpire = publish.duplicate() || !payload.endsWith(" expires");
        require(mustNotExpire || publish.properties().messageExpirySeconds() > 0, "expired: " + publish);
        if (group != null) {
            home.got(group).add(payload);
        }
    }

    private void handle(Packet packet) {
        switch (packet) {
            case Packet.Suback suback -> {
                subscribing.remove(suback.packetId());
                String filter = requested.remove(suback.packetId());
                if (filter != null) {
                    Qos qos = Qos.of(suback.reasons().getFirst().code());
                    held.putIfAbsent(filter, new Held(TopicFilter.parse(filter), qos, world.step()));
                }
            }
            case Packet.Puback puback -> {
                Outgoing message = outgoing.remove(puback.packetId());
                if (!refused(puback)) {
                    accept(message, puback);
                }
            }
            case Packet.Pubrec pubrec -> {
                Outgoing message = outgoing.get(pubrec.packetId());
                if (refused(pubrec)) {
                    outgoing.remove(pubrec.packetId());
                    return;
                }
                if (message != null && !message.received) {
                    message.received = true;
                    accept(message, pubrec);
                }
                release(pubrec.packetId());
            }
            case Packet.Pubcomp pubcomp -> outgoing.remove(pubcomp.packetId());
            case Packet.Pubrel pubrel -> {
                receivedIds.remove(pubrel.packetId());
                answers.add(new Packet.Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS));
            }
            default -> {
            }
        }
    }

    /// Whether the journal could not record what the client sent: then nothing is promised.
    private boolean refused(Packet.Acknowledgement by) {
        return world.failed() && by.reason() == ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
    }

    private void accept(@Nullable Outgoing message, Packet.Acknowledgement by) {
        if (message == null || by.reason().isError()) {
            throw new AssertionError(clientId + ": unexpected " + by);
        }
        accepted.add(message);
        message.accepted = true;
        message.acceptedAt = world.step();
    }

    /// Sends the next acknowledgement that is due; false when there is none.
    boolean answer() {
        Packet next = answers.poll();
        if (next == null || connection == null) {
            return false;
        }
        send(next);
        return true;
    }
}
