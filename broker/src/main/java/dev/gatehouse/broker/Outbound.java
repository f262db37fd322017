package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// What one session still has to get: QoS 1 and 2 messages in flight, and those that wait behind them.
///
/// - **Thread:** the session's lane.
/// - **Invariant:** `inFlight <= receiveMaximum`; a packet id is `1 + sequence mod 65 535`, so that a repeated message
///   carries its first id, and at most 65 534 sequences are open at once.
/// - **Limits:** `messagesMax` for what waits, `bytesMax` for what waits or is in flight; beyond them expired messages
///   make room, and then the newest is dropped and counted.
/// - **Source:** MQTT 5 §4.3, §4.4, §4.9.
final class Outbound {
    private static final int IDS = 65_535;
    private static final int WINDOW_MIN = 8;
    private static final @Nullable Delivery[] NOTHING = new Delivery[0];

    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>(0);
    private final int messagesMax;
    private final long bytesMax;
    /// Weight of everything in `waiting` and `window`.
    private long heldBytes;
    /// No waiting message expires before this.
    private long earliestExpiryMicros = Long.MAX_VALUE;
    private @Nullable Delivery[] window = NOTHING;
    private long base;
    private long next;
    /// The first sequence that this connection has not sent yet; `next` when there is none.
    private long resend;
    private int inFlight;
    private int receiveMaximum = IDS;
    private long dropped;

    Outbound(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /// Messages waiting, not yet in flight.
    int waiting() {
        return waiting.size();
    }

    /// Messages dropped because of the limits, since the session began.
    long dropped() {
        return dropped;
    }

    /// Whether further messages would have to wait.
    boolean backlogged() {
        return !waiting.isEmpty() || resend < next || inFlight >= receiveMaximum;
    }

    /// A connection has come: everything unacknowledged is sent once more, in order, up to the receive maximum
    /// [MQTT-4.4.0-1].
    ///
    /// @param receiveMaximum of the client, 1 to 65 535
    void attached(int receiveMaximum, Link link, Session session) {
        this.receiveMaximum = receiveMaximum;
        resend = base;
        pump(link, session);
    }

    /// The connection is gone: nothing is in flight any more.
    void detached() {
        inFlight = 0;
        for (long sequence = base; sequence < next; sequence++) {
            Delivery delivery = at(sequence);
            if (delivery != null) {
                delivery.sent = false;
            }
        }
    }

    /// Sends a QoS 1 or 2 message, or lets it wait.
    ///
    /// @param link null while there is no connection
    void offer(Delivery delivery, @Nullable Link link, Session session) {
        boolean startNow = link != null && waiting.isEmpty() && mayStart(link);
        Message message = delivery.message();
        if (full(message, startNow) && !(dropExpired(session) && !full(message, startNow))) {
            dropped++;
            session.droppedFromFullQueue(delivery);
            return;
        }
        if (link != null && startNow) {
            start(delivery, link, session);
            return;
        }
        waiting.add(delivery);
        heldBytes += message.atRest().weight();
        earliestExpiryMicros = Math.min(earliestExpiryMicros, message.expiresAtMicros());
    }

    private boolean full(Message message, boolean startNow) {
        return !startNow && waiting.size() >= messagesMax || heldBytes + message.weight() > bytesMax;
    }

    /// @return false when there was certainly none
    private boolean dropExpired(Session session) {
        long now = session.lane().nowMicros();
        if (now < earliestExpiryMicros) {
            return false;
        }
        earliestExpiryMicros = Long.MAX_VALUE;
        waiting.removeIf(delivery -> {
            Message message = delivery.message();
            if (message.expired(now)) {
                heldBytes -= message.weight();
                session.expired(delivery);
                return true;
            }
            earliestExpiryMicros = Math.min(earliestExpiryMicros, message.expiresAtMicros());
            return false;
        });
        return true;
    }

    /// Sends what may be sent now: first what an earlier connection left unacknowledged, then what waits.
    void pump(Link link, Session session) {
        resend = Math.max(resend, base);
        while (resend < next && inFlight < receiveMaximum && !link.congested()) {
            Delivery delivery = at(resend);
            if (delivery != null && !delivery.sent) {
                repeat(delivery, resend, link, session);
            }
            resend = Math.max(resend + 1, base);
        }
        while (!waiting.isEmpty() && mayStart(link)) {
            Delivery delivery = waiting.remove();
            heldBytes -= delivery.message().weight();
            start(delivery, link, session);
        }
    }

    /// PUBACK: the message is done. It may answer what an earlier connection carried and this one has not repeated yet.
    ///
    /// @return false when no QoS 1 message with this id is open
    boolean acknowledged(int packetId, Session session) {
        long sequence = sequenceOf(packetId);
        Delivery delivery = sequence < 0 ? null : at(sequence);
        if (delivery == null || delivery.qos() != Qos.AT_LEAST_ONCE) {
            return false;
        }
        done(delivery, sequence, session);
        return true;
    }

    /// PUBREC.
    ///
    /// @param error the client refused the message: it is done [MQTT-4.4.0-2]
    /// @return its sequence; -1 when no QoS 2 message with this id is open
    long received(int packetId, boolean error, Session session) {
        long sequence = sequenceOf(packetId);
        Delivery delivery = sequence < 0 ? null : at(sequence);
        if (delivery == null || delivery.qos() != Qos.EXACTLY_ONCE) {
            return -1;
        }
        if (error) {
            done(delivery, sequence, session);
        } else {
            delivery.received = true;
            inFlight += delivery.sent ? 0 : 1;
            delivery.sent = true;
        }
        return sequence;
    }

    /// PUBCOMP: the message is done.
    ///
    /// @return false when no PUBREL with this id is unanswered
    boolean completed(int packetId, Session session) {
        long sequence = sequenceOf(packetId);
        Delivery delivery = sequence < 0 ? null : at(sequence);
        if (delivery == null || !delivery.received) {
            return false;
        }
        done(delivery, sequence, session);
        return true;
    }

    /// The session ends: what came through shared subscriptions and was not received by this client goes to the other
    /// members (MQTT 5 §4.8.2); a QoS 2 message whose sending began does not [MQTT-4.8.2-5].
    List<Delivery> drain() {
        List<Delivery> orphans = new ArrayList<>();
        for (long sequence = base; sequence < next; sequence++) {
            Delivery delivery = at(sequence);
            if (delivery != null && delivery.group() != null && delivery.qos() == Qos.AT_LEAST_ONCE) {
                orphans.add(delivery);
            }
        }
        for (Delivery delivery : waiting) {
            if (delivery.group() != null) {
                orphans.add(delivery);
            }
        }
        waiting.clear();
        heldBytes = 0;
        base = next;
        resend = next;
        inFlight = 0;
        window = NOTHING;
        return orphans;
    }

    private boolean mayStart(Link link) {
        return resend == next && inFlight < receiveMaximum && next - base < IDS - 1 && !link.congested();
    }

    private void start(Delivery delivery, Link link, Session session) {
        Message message = delivery.message();
        long now = session.lane().nowMicros();
        if (message.expired(now)) {
            session.expired(delivery);
            return;
        }
        long sequence = next;
        if (next - base == window.length) {
            grow();
        }
        if (!link.publish(message, delivery.qos(), false, delivery.retain(), idOf(sequence),
                properties(delivery, now))) {
            session.tooLarge(delivery);
            return;
        }
        heldBytes += message.atRest().weight();
        window[slot(sequence)] = delivery;
        next++;
        resend = next;
        delivery.sent = true;
        inFlight++;
        session.sent();
    }

    private void repeat(Delivery delivery, long sequence, Link link, Session session) {
        int packetId = idOf(sequence);
        delivery.sent = true;
        inFlight++;
        if (delivery.received) {
            link.send(new Packet.Pubrel(packetId, ReasonCode.SUCCESS));
            return;
        }
        if (!link.publish(delivery.message(), delivery.qos(), true, delivery.retain(), packetId,
                properties(delivery, session.lane().nowMicros()))) {
            session.tooLarge(delivery);
            done(delivery, sequence, session);
        }
    }

    private static PublishProperties properties(Delivery delivery, long nowMicros) {
        PublishProperties properties = delivery.message().propertiesAt(nowMicros);
        return delivery.subscriptionIds().isEmpty() ? properties : properties.forHop(0, delivery.subscriptionIds());
    }

    private void done(Delivery delivery, long sequence, Session session) {
        window[slot(sequence)] = null;
        heldBytes -= delivery.message().weight();
        inFlight -= delivery.sent ? 1 : 0;
        trim();
        session.acknowledged(sequence);
    }

    private void trim() {
        while (base < next && at(base) == null) {
            base++;
        }
        if (base == next && window.length > WINDOW_MIN * 8) {
            window = NOTHING;
        }
    }

    private void grow() {
        @Nullable
        Delivery[] larger = new Delivery[Math.max(WINDOW_MIN, window.length * 2)];
        for (long sequence = base; sequence < next; sequence++) {
            larger[(int) (sequence & (larger.length - 1))] = at(sequence);
        }
        window = larger;
    }

    private @Nullable Delivery at(long sequence) {
        return window[slot(sequence)];
    }

    private int slot(long sequence) {
        return (int) (sequence & (window.length - 1));
    }

    private static int idOf(long sequence) {
        return 1 + (int) (sequence % IDS);
    }

    /// The open sequence with this packet id, or -1.
    private long sequenceOf(int packetId) {
        if (packetId < 1 || packetId > IDS) {
            return -1;
        }
        long distance = Math.floorMod(packetId - 1 - base % IDS, (long) IDS);
        long sequence = base + distance;
        return sequence < next ? sequence : -1;
    }
}
