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
import java.util.function.BooleanSupplier;

import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

/// A client that keeps to the protocol: resends after a reconnect, acknowledges in order, recognises what it has. It
/// writes down what it published and what it got.
final class SimClient {
    private final Simulation simulation;
    private Tenant tenant;
    private final String clientId;
    private final Connects how;
    private Lane lane;
    private final SimRetained retained;
    private final BooleanSupplier progress;
    /// The session has to be there up to this moment; -1 = need not.
    private long keptUntilMicros = -1;
    private @Nullable Connection connection;
    private @Nullable RecordingLink link;
    private int handled;
    private int lastId;
    private int published;

    // As publisher: what is not acknowledged, in the order of publishing.
    private final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();
    private final Set<Integer> unreleased = new HashSet<>();
    private final List<Outgoing> accepted = new ArrayList<>();

    // As subscriber.
    private final Map<String, Held> held = new HashMap<>();
    private final Map<Integer, String> requested = new HashMap<>();
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
        final long at;
        boolean received;
        boolean accepted;

        Outgoing(String topic, String payload, Qos qos, boolean retain, long at) {
            this.topic = topic;
            this.payload = payload;
            this.qos = qos;
            this.retain = retain;
            this.at = at;
        }
    }

    /// @param retained the model of the tenant's retained messages, shared by its clients
    /// @param progress lets something happen inside the broker; false when it rests
    SimClient(Simulation simulation, Tenant tenant, String clientId, Connects how, SimRetained retained,
            BooleanSupplier progress) {
        this.simulation = simulation;
        this.tenant = tenant;
        this.clientId = clientId;
        this.how = how;
        this.lane = tenant.laneOf(clientId);
        this.retained = retained;
        this.progress = progress;
    }

    /// The broker is another one: the connection is gone.
    void restarted(Tenant anew) {
        tenant = anew;
        lane = anew.laneOf(clientId);
        left();
    }

    /// The connection is over, on whichever side.
    private void left() {
        if (connection != null) {
            connection = null;
            keptUntilMicros = keeps() ? simulation.nowMicros() + how.expirySeconds() * 1_000_000 : -1;
        }
    }

    private boolean keeps() {
        return how.expirySeconds() > 0;
    }

    Tenant tenant() {
        return tenant;
    }

    String clientId() {
        return clientId;
    }

    boolean connected() {
        return connection != null;
    }

    /// Whether a subscription that still holds was there before this step.
    boolean subscribedSince(String topic, Qos atLeast, long at) {
        return held.values().stream().anyMatch(
                one -> one.qos().compareTo(atLeast) >= 0 && one.since() < at && one.filter().matches(topic));
    }

    List<Got> got() {
        return got;
    }

    /// What the broker took responsibility for.
    List<Outgoing> accepted() {
        return accepted;
    }

    /// Takes up or makes the session; an open connection is taken over.
    void connect() {
        RecordingLink fresh = new RecordingLink(tenant.name() + "/" + clientId);
        handled = 0;
        answers.clear();
        link = fresh;
        simulation.on(lane, () -> connection = Connection.open(tenant, lane, fresh, how.packet(clientId),
                new Admission.As(clientId, false), Grants.ALL));
        while (fresh.sent().isEmpty() && progress.getAsBoolean()) {
            // the journal takes its time
        }
        Packet.Connack connack = (Packet.Connack) fresh.packets().getFirst();
        handled = 1;
        requested.clear();
        assertThat(connack.sessionPresent() || simulation.nowMicros() >= keptUntilMicros)
                .as("%s: the session is still there", clientId).isTrue();
        keptUntilMicros = keeps() ? Long.MAX_VALUE : -1;
        if (!connack.sessionPresent()) {
            outgoing.clear();
            unreleased.clear();
            held.clear();
            receivedIds.clear();
            got.clear(); // a new session owes nothing to the old one
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

    void drop() {
        Connection open = connection;
        if (open != null) {
            simulation.on(lane, open::closed);
        }
        left();
    }

    void disconnect() {
        send(new Packet.Disconnect(ReasonCode.SUCCESS));
        left();
    }

    private void send(Packet packet) {
        Connection open = connection;
        if (open != null) {
            simulation.on(lane, () -> open.receive(packet));
        }
    }

    /// The promise begins with SUBACK; see [#read].
    void subscribe(String filter, Qos qos) {
        int id = freeId();
        requested.put(id, filter);
        send(new Packet.Subscribe(id, 0, List.of(), List.of(
                new Packet.Subscribe.Request(filter, qos, false, false, Packet.RetainHandling.SEND_IF_NEW))));
    }

    void unsubscribe(String filter) {
        requested.values().removeIf(filter::equals);
        held.remove(filter);
        send(new Packet.Unsubscribe(freeId(), List.of(), List.of(filter)));
    }

    void publish(String topic, Qos qos, boolean retain, boolean empty, long now) {
        published++;
        String payload = empty
                ? ""
                : tenant.name() + " " + clientId + " " + published + " " + now
                        + " " + qos.level();
        Outgoing message = new Outgoing(topic, payload, qos, retain, now);
        int id = qos == Qos.AT_MOST_ONCE ? 0 : freeId();
        if (id != 0) {
            outgoing.put(id, message);
        }
        send(id, message, false);
    }

    private void send(int id, Outgoing message, boolean duplicate) {
        boolean known = message.qos == Qos.EXACTLY_ONCE && !unreleased.add(id);
        if (message.retain && !known) {
            retained.sent(message);
        }
        send(new Packet.Publish(message.topic, message.qos, duplicate, message.retain, id, PublishProperties.NONE,
                Unpooled.copiedBuffer(message.payload, StandardCharsets.UTF_8)));
    }

    private void release(int id) {
        unreleased.remove(id);
        send(new Packet.Pubrel(id, ReasonCode.SUCCESS));
    }

    private int freeId() {
        do {
            lastId = lastId % 65_535 + 1;
        } while (outgoing.containsKey(lastId));
        return lastId;
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
    ///
    /// @param now the step, from which on a subscription that is granted now counts
    boolean read(long now) {
        RecordingLink open = link;
        if (connection == null || open == null || handled >= open.sent().size()) {
            return false;
        }
        switch (open.sent().get(handled++)) {
            case RecordingLink.Sent.Publish publish -> got(publish);
            case RecordingLink.Sent.Other(Packet packet) -> handle(packet, now);
            case RecordingLink.Sent.Refused refused -> throw new AssertionError(clientId + ": " + refused);
            case RecordingLink.Sent.Ended ended -> throw new AssertionError(clientId + ": " + ended);
        }
        return true;
    }

    private void got(RecordingLink.Sent.Publish publish) {
        boolean fresh = publish.qos() != Qos.EXACTLY_ONCE || receivedIds.add(publish.packetId());
        if (fresh) {
            got.add(new Got(publish.topic(), publish.payload(), publish.qos(), publish.retain()));
        }
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> answers.add(new Packet.Puback(publish.packetId(), ReasonCode.SUCCESS));
            case EXACTLY_ONCE -> answers.add(new Packet.Pubrec(publish.packetId(), ReasonCode.SUCCESS));
        }
    }

    private void handle(Packet packet, long now) {
        switch (packet) {
            case Packet.Suback suback -> {
                String filter = requested.remove(suback.packetId());
                if (filter != null) {
                    Qos qos = Qos.of(suback.reasons().getFirst().code());
                    held.putIfAbsent(filter, new Held(TopicFilter.parse(filter), qos, now));
                }
            }
            case Packet.Puback puback -> accept(outgoing.remove(puback.packetId()), puback);
            case Packet.Pubrec pubrec -> {
                Outgoing message = outgoing.get(pubrec.packetId());
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

    private void accept(@Nullable Outgoing message, Packet.Acknowledgement by) {
        if (message == null || by.reason().isError()) {
            throw new AssertionError(clientId + ": unexpected " + by);
        }
        accepted.add(message);
        message.accepted = true;
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
