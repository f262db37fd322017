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
/// A session that lives in memory only holds everything here. A durable one has its queue in the journal: here is what is
/// in flight and the next few messages, the rest is read back in pages when its turn comes.
///
/// - **Thread:** the session's lane.
/// - **Invariant:** `inFlight <= receiveMaximum`; a packet id is `1 + sequence mod 65 535`, so that a repeated message
///   carries its first id, and the sequences in flight span at most 65 534.
/// - **Limits:** `messagesMax` and `bytesMax` for what waits or is in flight. Beyond them, in memory, expired messages make
///   room, and then the newest is dropped and counted; in the journal [#full] tells publishers to leave the session out.
/// - **Source:** MQTT 5 §4.3, §4.4, §4.9.
final class Outbound {
    private static final int IDS = 65_535;
    /// Sequences that what is in flight may span.
    static final int SPAN_MAX = IDS - 1;
    private static final int WINDOW_MIN = 8;
    /// Messages of a durable session held ready behind those in flight, and their bytes.
    private static final int READY_MAX = 256;
    private static final long READY_BYTES_MAX = 256 << 10;
    /// A page is asked for when fewer are ready.
    private static final int READY_MIN = 64;
    private static final @Nullable Delivery[] NOTHING = new Delivery[0];

    private final Session session;
    private final boolean durable;
    private final int messagesMax;
    private final long bytesMax;
    /// In order of sequence; all of them above what is in flight.
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>(0);
    private long waitingBytes;
    /// No waiting message expires before this.
    private long earliestExpiryMicros = Long.MAX_VALUE;
    private @Nullable Delivery[] window = NOTHING;
    /// Sequences from `base` to below `next` may be in flight; below `base` all is done.
    private long base;
    private long next;
    private long baseBytes;
    private int inFlight;
    private int receiveMaximum = IDS;

    /// Of a durable session: below this everything is in flight, waiting here, or done.
    private long readyTo;
    /// Of any session: the sequence after the last that is known to be queued.
    private long end;
    private long endBytes;
    /// Of a durable session: messages queued or in flight and their bytes, once `counted`.
    private long count;
    private long countBytes;
    private boolean counted = true;
    /// Sequences below this are in `count`.
    private long countedTo;
    /// Of a durable session: no message that is queued expires before this.
    private long earliestQueuedExpiryMicros = Long.MAX_VALUE;
    /// Of a durable session: what is queued below this was sent on some connection.
    private long sentTo;
    /// Whether the journal may have something from `readyTo` on.
    private boolean more;
    private boolean reading;
    /// Counts connections, so that a page for an earlier one is recognised.
    private int attachments;

    Outbound(Session session, boolean durable, int messagesMax, long bytesMax) {
        this.session = session;
        this.durable = durable;
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /// Goes on where the journal says that the session was.
    void resume(long recordedBase, long recordedBaseBytes, long recordedSentTo) {
        base = recordedBase;
        next = recordedBase;
        end = recordedBase;
        readyTo = recordedBase;
        baseBytes = recordedBaseBytes;
        endBytes = recordedBaseBytes;
        sentTo = recordedSentTo;
        more = true;
        counted = false;
        earliestQueuedExpiryMicros = 0;
    }

    /// Messages in memory that wait, not yet in flight.
    int waiting() {
        return waiting.size();
    }

    /// See [Effect.Acknowledged#base].
    long base() {
        return base;
    }

    /// See [Effect.Acknowledged#baseBytes].
    long baseBytes() {
        return baseBytes;
    }

    /// See [Effect.Detached#sentTo].
    long sentTo() {
        return sentTo;
    }

    /// Whether further messages would have to wait.
    boolean backlogged() {
        return !waiting.isEmpty() || more || inFlight >= receiveMaximum;
    }

    /// Whether a durable session has as much queued as it may have.
    boolean full() {
        // until the queue was read to its end, what it spans stands for what it holds
        return (counted ? count : end - base) >= messagesMax
                || (counted ? countBytes : endBytes - baseBytes) >= bytesMax;
    }

    private void removed(Delivery delivery) {
        count--;
        countBytes -= delivery.weight();
    }

    /// A connection has come: everything unacknowledged is sent once more, in order, up to the receive maximum
    /// [MQTT-4.4.0-1].
    ///
    /// @param clientsMaximum 1 to 65 535
    void attached(int clientsMaximum, Link link) {
        receiveMaximum = clientsMaximum;
        attachments++;
        pump(link);
    }

    /// The connection is gone. What a durable session has not finished is read back for the next one.
    void detached() {
        if (!durable) {
            return;
        }
        sentTo = Math.max(sentTo, next);
        waiting.clear();
        waitingBytes = 0;
        window = NOTHING;
        inFlight = 0;
        next = base;
        readyTo = base;
        more = more || end > base;
        reading = false;
        attachments++;
    }

    /// Queues a message of a session that lives in memory only, and sends it if it can be sent.
    ///
    /// @param link null while there is no connection
    /// @return false when the limits do not allow it
    boolean offer(Message message, Effect.Receiver how, @Nullable Link link) {
        return offer(Delivery.volatileAt(end, message, how), link);
    }

    /// The same for a message that the journal has for the sake of the other members of a shared subscription.
    boolean offer(Queued entry, @Nullable Link link) {
        return offer(Delivery.sharedAt(end, entry), link);
    }

    private boolean offer(Delivery delivery, @Nullable Link link) {
        Message message = delivery.message();
        boolean startNow = link != null && waiting.isEmpty() && mayStart(end, link);
        if (full(message, startNow) && !(dropExpired() && !full(message, startNow))) {
            return false;
        }
        end++;
        if (link != null && startNow) {
            start(delivery, link);
        } else {
            message.atRest();
            hold(delivery);
        }
        return true;
    }

    private boolean full(Message message, boolean startNow) {
        return !startNow && waiting.size() >= messagesMax || waitingBytes + message.weight() > bytesMax;
    }

    private void hold(Delivery delivery) {
        waiting.add(delivery);
        waitingBytes += delivery.weight();
        earliestExpiryMicros = Math.min(earliestExpiryMicros, delivery.message().expiresAtMicros());
    }

    /// @return false when there was certainly none
    private boolean dropExpired() {
        long now = session.lane().nowMicros();
        if (now < earliestExpiryMicros) {
            return false;
        }
        earliestExpiryMicros = Long.MAX_VALUE;
        waiting.removeIf(delivery -> {
            Message message = delivery.message();
            if (message.expired(now)) {
                waitingBytes -= delivery.weight();
                session.expired();
                session.done(delivery, base, baseBytes);
                return true;
            }
            earliestExpiryMicros = Math.min(earliestExpiryMicros, message.expiresAtMicros());
            return false;
        });
        return true;
    }

    /// Whether nobody has read, or is reading, this message from the journal.
    boolean isNew(Queued entry) {
        return entry.sequence() >= readyTo && !reading;
    }

    /// The journal has put a message into the queue of a durable session. It comes in order of sequence.
    ///
    /// @param link null while there is no connection
    void queued(Queued entry, @Nullable Link link) {
        if (entry.sequence() >= end) {
            sentTo = Math.min(sentTo, entry.sequence()); // it is new, whatever had this sequence before a crash
        }
        if (entry.sequence() >= countedTo) {
            count++;
            countBytes += entry.message().weight();
            countedTo = entry.sequence() + 1;
        }
        earliestQueuedExpiryMicros = Math.min(earliestQueuedExpiryMicros, entry.message().expiresAtMicros());
        end = Math.max(end, entry.sequence() + 1);
        endBytes = Math.max(endBytes, entry.endBytes());
        if (entry.sequence() < readyTo) {
            return; // a page had it
        }
        if (link == null || more || waiting.size() >= READY_MAX || waitingBytes >= READY_BYTES_MAX) {
            more = true;
            return;
        }
        readyTo = entry.sequence() + 1;
        Delivery delivery = Delivery.of(entry);
        if (waiting.isEmpty() && mayStart(entry.sequence(), link)) {
            start(delivery, link);
        } else {
            hold(delivery);
        }
    }

    /// No message in the queue of a durable session expires before this; 0 = not known.
    long earliestQueuedExpiryMicros() {
        return earliestQueuedExpiryMicros;
    }

    /// The queue of a durable session whose client is away is going to be read for messages that have expired.
    void clearing() {
        earliestQueuedExpiryMicros = Long.MAX_VALUE;
    }

    /// It was not read to its end.
    void unknownExpiry() {
        earliestQueuedExpiryMicros = 0;
    }

    /// A message of that queue stays there. It expires if nobody was sent it yet.
    void stays(Queued entry) {
        if (mayExpire(entry)) {
            earliestQueuedExpiryMicros = Math.min(earliestQueuedExpiryMicros, entry.message().expiresAtMicros());
        }
    }

    /// Whether a message of that queue can expire: once it was sent it cannot.
    boolean mayExpire(Queued entry) {
        return entry.sequence() >= sentTo && !entry.received();
    }

    /// A message of that queue has expired.
    ///
    /// @param first whether nothing is left in front of it
    void cleared(Queued entry, boolean first) {
        session.expired();
        if (counted) {
            count--;
            countBytes -= entry.message().weight();
        }
        if (first) {
            base = entry.sequence() + 1;
            baseBytes = entry.endBytes();
            next = base;
            readyTo = base;
            end = Math.max(end, base);
            endBytes = Math.max(endBytes, baseBytes);
        }
        session.finished(entry);
    }

    /// That queue was read to its end.
    ///
    /// @param messages that stay, with so many bytes
    /// @param last the last message read; null when there was none
    void cleared(long messages, long bytes, @Nullable Queued last) {
        if (!counted) {
            long readTo = last == null ? base : last.sequence() + 1;
            long readBytes = last == null ? baseBytes : last.endBytes();
            counted(messages + Math.max(0, end - readTo), bytes + Math.max(0, endBytes - readBytes));
            countedTo = Math.max(countedTo, readTo);
        }
    }

    /// Sends what may be sent now, and asks for more when little is left.
    void pump(Link link) {
        for (Delivery first = waiting.peek(); first != null && mayStart(first.sequence(), link); first = waiting
                .peek()) {
            waiting.remove();
            waitingBytes -= first.weight();
            start(first, link);
        }
        if (more && !reading && waiting.size() < READY_MIN && waitingBytes < READY_BYTES_MAX
                && inFlight < receiveMaximum) {
            reading = true;
            int attachment = attachments;
            long known = end;
            session.read(readyTo, page -> {
                if (attachment == attachments) {
                    read(page, known);
                }
            });
        }
    }

    /// @param known `end` when the page was asked for: what the last page lacks below it is done
    private void read(Shard.Page page, long known) {
        reading = false;
        if (page.failure() != null) {
            session.unreadable(page.failure());
            return;
        }
        for (Queued entry : page.entries()) {
            readyTo = entry.sequence() + 1;
            end = Math.max(end, readyTo);
            endBytes = Math.max(endBytes, entry.endBytes());
            hold(Delivery.of(entry));
        }
        readyTo = page.more() ? readyTo : Math.max(readyTo, known);
        more = page.more() || readyTo < end;
        if (!more && !counted) {
            counted((long) waiting.size() + inFlight, waitingBytes + inFlightBytes());
        }
        session.pump();
    }

    private void counted(long messages, long bytes) {
        counted = true;
        countedTo = Math.max(end, readyTo);
        count = messages;
        countBytes = bytes;
    }

    private long inFlightBytes() {
        long bytes = 0;
        for (long sequence = base; sequence < next; sequence++) {
            Delivery delivery = at(sequence);
            bytes += delivery == null ? 0 : delivery.weight();
        }
        return bytes;
    }

    /// PUBACK: the message is done.
    ///
    /// @return false when no QoS 1 message with this id is in flight
    boolean acknowledged(int packetId) {
        Delivery delivery = inFlight(packetId);
        if (delivery == null || delivery.qos() != Qos.AT_LEAST_ONCE) {
            return false;
        }
        done(delivery);
        return true;
    }

    /// What a PUBREC came to.
    enum Receipt {
        /// PUBREL is due.
        TAKEN,
        /// The client refused the message: it is done [MQTT-4.4.0-2].
        REFUSED,
        /// Its PUBLISH is going to be repeated on this connection; the client will answer that.
        EARLY,
        /// No QoS 2 message with this id is open.
        UNKNOWN
    }

    /// PUBREC.
    Receipt received(int packetId, boolean error) {
        Delivery delivery = inFlight(packetId);
        if (delivery == null) {
            long sequence = sequenceOf(packetId);
            return sequence >= next && sequence < sentTo ? Receipt.EARLY : Receipt.UNKNOWN;
        }
        if (delivery.qos() != Qos.EXACTLY_ONCE) {
            return Receipt.UNKNOWN;
        }
        if (error) {
            done(delivery);
            return Receipt.REFUSED;
        }
        delivery.received = true;
        return Receipt.TAKEN;
    }

    /// PUBCOMP: the message is done.
    ///
    /// @return false when no PUBREL with this id is unanswered
    boolean completed(int packetId) {
        Delivery delivery = inFlight(packetId);
        if (delivery == null || !delivery.received) {
            return false;
        }
        done(delivery);
        return true;
    }

    /// A session that lives in memory only ends: what came through shared subscriptions and was not received by this
    /// client goes to the other members (MQTT 5 §4.8.2); a QoS 2 message whose sending began does not [MQTT-4.8.2-5].
    ///
    /// @return them, without those that the journal gives back
    List<Delivery> drain() {
        List<Delivery> orphans = new ArrayList<>();
        for (long sequence = base; sequence < next; sequence++) {
            Delivery delivery = at(sequence);
            if (delivery == null || delivery.shared() == null) {
                continue;
            }
            if (delivery.qos() == Qos.EXACTLY_ONCE) {
                session.done(delivery, base, baseBytes);
            } else if (!delivery.journaled()) {
                orphans.add(delivery);
            }
        }
        for (Delivery delivery : waiting) {
            if (delivery.shared() != null && !delivery.journaled()) {
                orphans.add(delivery);
            }
        }
        waiting.clear();
        waitingBytes = 0;
        base = next;
        inFlight = 0;
        window = NOTHING;
        return orphans;
    }

    private boolean mayStart(long sequence, Link link) {
        return inFlight < receiveMaximum && (inFlight == 0 || sequence - base < SPAN_MAX) && !link.congested();
    }

    private void start(Delivery delivery, Link link) {
        long sequence = delivery.sequence();
        long now = delivery.needsClock() ? session.lane().nowMicros() : 0;
        boolean again = sequence < sentTo;
        if (delivery.received) {
            link.send(new Packet.Pubrel(idOf(sequence), ReasonCode.SUCCESS));
        } else if (!again && delivery.message().expired(now)) {
            session.expired();
            skip(delivery);
            return;
        } else if (!link.publish(delivery.message(), delivery.qos(), again, delivery.retain(), idOf(sequence),
                properties(delivery, now))) {
            session.tooLarge();
            skip(delivery);
            return;
        } else {
            session.sent();
        }
        if (inFlight == 0) {
            base = sequence;
            next = sequence;
        }
        reach(sequence);
        window[slot(sequence)] = delivery;
        next = sequence + 1;
        inFlight++;
        if (durable || delivery.shared() == null) {
            delivery.letGo();
        } else {
            delivery.message().atRest();
        }
    }

    /// A message that is never sent: its place in the queue is done with.
    private void skip(Delivery delivery) {
        if (inFlight > 0) {
            reach(delivery.sequence());
        }
        next = delivery.sequence() + 1;
        if (inFlight == 0) {
            base = next;
            baseBytes = delivery.endBytes();
        }
        removed(delivery);
        session.done(delivery, base, baseBytes);
    }

    private static PublishProperties properties(Delivery delivery, long nowMicros) {
        PublishProperties properties = delivery.message().propertiesAt(nowMicros);
        return delivery.subscriptionIds().isEmpty() ? properties : properties.forHop(0, delivery.subscriptionIds());
    }

    private void done(Delivery delivery) {
        long sequence = delivery.sequence();
        window[slot(sequence)] = null;
        inFlight--;
        if (sequence == base) {
            baseBytes = delivery.endBytes();
        }
        while (base < next && at(base) == null) {
            base++;
        }
        if (base == next) {
            baseBytes = Math.max(baseBytes, delivery.endBytes());
            if (window.length > WINDOW_MIN * 8) {
                window = NOTHING;
            }
        }
        removed(delivery);
        session.done(delivery, base, baseBytes);
    }

    /// Makes room in the window for everything from `base` to this sequence.
    private void reach(long to) {
        if (to - base < window.length) {
            return;
        }
        int length = Math.max(WINDOW_MIN, window.length);
        while (to - base >= length) {
            length *= 2;
        }
        @Nullable
        Delivery[] larger = new Delivery[length];
        for (long sequence = base; sequence < next; sequence++) {
            larger[(int) (sequence & (larger.length - 1))] = at(sequence);
        }
        window = larger;
    }

    private @Nullable Delivery at(long sequence) {
        return window.length == 0 ? null : window[slot(sequence)];
    }

    private int slot(long sequence) {
        return (int) (sequence & (window.length - 1));
    }

    private static int idOf(long sequence) {
        return 1 + (int) (sequence % IDS);
    }

    private @Nullable Delivery inFlight(int packetId) {
        long sequence = sequenceOf(packetId);
        return sequence < base || sequence >= next ? null : at(sequence);
    }

    /// The first sequence from `base` on with this packet id; -1 when there is no such id.
    long sequenceOf(int packetId) {
        return packetId < 1 || packetId > IDS
                ? -1
                : base + Math.floorMod(packetId - 1 - base % IDS, (long) IDS);
    }
}
