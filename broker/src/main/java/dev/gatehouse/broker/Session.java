package dev.gatehouse.broker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

/// What the broker remembers of one client id: subscriptions, messages under way, the will (MQTT 5 §4.1).
///
/// - **Thread:** its lane; only [#connected()], [#backlogged()] and [#persistent()] are read by others.
/// - **Life:** made by CONNECT, ended by Clean Start, by its expiry, or with its tenant.
final class Session {
    private static final VarHandle LEFT_OUT = leftOutHandle();

    private final Tenant tenant;
    private final Lane lane;
    private final String clientId;
    private final @Nullable String userName;
    /// Its number in the journal; 0 = it is not recorded there. Set before others can find the session.
    private long number;
    private final boolean durable;
    private Map<String, Subscription> subscriptions = Map.of(); // a map of its own from the first one on
    /// A session in memory has one from its first QoS 1 or 2 message on: most only publish.
    private @Nullable Outbound outbound;
    private @Nullable ReceivedIds receivedIds;
    /// Messages that publishers left out because the queue was full; counted, but not told to the client's trail yet.
    private volatile int leftOut;
    private volatile boolean full;
    private volatile long expirySeconds;
    private volatile boolean connected;
    private volatile boolean backlogged;
    private volatile boolean ended;
    private @Nullable Connection connection;
    /// The same once CONNACK was sent: nothing may go out before [MQTT-3.2.0-1].
    private @Nullable Connection greeted;
    /// Null while there are none, which is usual.
    private @Nullable RetainedCopies retainedCopies;
    private @Nullable Will will;
    /// Null while the client is there.
    private @Nullable Absence absence;
    private @Nullable Takeovers takeovers;

    /// @param number in the journal; 0 = not recorded there
    /// @param durable whether it outlives connections and the process; then it has a number
    Session(Tenant tenant, Lane lane, String clientId, @Nullable String userName, long number, boolean durable) {
        this.tenant = tenant;
        this.lane = lane;
        this.clientId = clientId;
        this.userName = userName;
        this.number = number;
        this.durable = durable;
        if (durable) {
            outbound();
        }
    }

    /// The session as it was recorded when the process ended. Its client is away.
    static Session resumed(Tenant tenant, Lane lane, Shard.StoredSession stored) {
        Session session = new Session(tenant, lane, stored.clientId(), stored.userName(), stored.number(),
                stored.expirySeconds() > 0);
        session.expirySeconds = stored.expirySeconds();
        session.will = stored.will();
        for (int packetId : stored.releases()) {
            session.receivedIds().add(packetId);
            session.receivedIds().record(packetId);
        }
        session.outbound().resume(stored.base(), stored.baseBytes(),
                Math.min(stored.sentTo(), stored.base() + Outbound.SPAN_MAX));
        session.absence = new Absence(session);
        return session;
    }

    /// What a stored session's client left behind goes on: its expiry, its will. After all sessions are there, since the
    /// will is published to them.
    void resumeTimers(Shard.StoredSession stored) {
        Absence away = absence;
        if (!durable) {
            end();
        } else if (away != null) {
            away.resume(stored);
        } // else it has ended: there is a newer one of the same client
    }

    private static VarHandle leftOutHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Session.class, "leftOut", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    Tenant tenant() {
        return tenant;
    }

    Lane lane() {
        return lane;
    }

    String clientId() {
        return clientId;
    }

    /// The user that made the session.
    @Nullable
    String userName() {
        return userName;
    }

    /// The connection attached to it; null while the client is away.
    @Nullable
    Connection connection() {
        return connection;
    }

    /// What is published when the client leaves without a word, or is due; null when there is nothing.
    @Nullable
    Will will() {
        return will;
    }

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /// What it still has to get.
    Outbound outbound() {
        Outbound made = outbound;
        if (made == null) {
            made = new Outbound(this, durable, tenant.limits().queueMessagesMax(), tenant.limits().queueBytesMax());
            outbound = made;
            Connection open = greeted;
            if (open != null) {
                made.attached(open.receiveMaximum(), open.link());
            }
        }
        return made;
    }

    /// Whether a connection is attached. Any thread.
    boolean connected() {
        return connected;
    }

    /// Whether further messages would have to wait. Any thread.
    boolean backlogged() {
        return backlogged;
    }

    /// Whether it outlives its connection. Any thread.
    boolean persistent() {
        return expirySeconds > 0;
    }

    /// Whether its QoS 1 and 2 messages come through the journal. Any thread; never changes.
    boolean durable() {
        return durable;
    }

    /// Whether it has as much queued as it may have: publishers leave it out. Any thread.
    boolean full() {
        return full;
    }

    /// A publisher has left it out. Any thread.
    void leftOut() {
        LEFT_OUT.getAndAdd(this, 1);
    }

    /// Whether it is gone: what still arrives for it is not for anybody. Any thread.
    boolean ended() {
        return ended;
    }

    /// Its number in the journal, 1 or more; 0 = the journal does not know of it.
    long number() {
        return number;
    }

    /// How long it outlives its connection, 0 to 4 294 967 295; the largest means for ever.
    long expirySeconds() {
        return expirySeconds;
    }

    void expirySeconds(long seconds) {
        expirySeconds = seconds;
    }

    /// How often its client id was taken over lately.
    Takeovers takeovers() {
        Takeovers counting = takeovers == null ? new Takeovers() : takeovers;
        takeovers = counting;
        return counting;
    }

    /// Goes on counting where an ended session of the same client id stopped.
    void continueCountOf(Session before) {
        takeovers = before.takeovers;
    }

    /// Attaches a connection: cancels the end of the session and the will of the earlier connection. Nothing is sent to
    /// it before [#greeted].
    void attach(Connection opened, @Nullable Will newWill, long newExpirySeconds) {
        lane.assertHere();
        endAbsence();
        connection = opened;
        will = newWill;
        expirySeconds = newExpirySeconds;
    }

    /// CONNACK was sent: what waits goes out.
    void greeted(Connection opened) {
        greeted = opened;
        connected = true;
        if (outbound != null) {
            outbound.attached(opened.receiveMaximum(), opened.link());
        }
        settle();
    }

    /// What others may see of the queue.
    private void settle() {
        Outbound queue = outbound;
        backlogged = queue != null && queue.backlogged();
        full = durable && queue != null && queue.full();
        Absence away = absence;
        if (queue != null && full && away != null) {
            away.full(queue);
        }
    }

    private void endAbsence() {
        Absence away = absence;
        if (away != null) {
            absence = null;
            away.over();
        }
    }

    /// Expired messages have left the queue.
    void cleared() {
        settle();
    }

    /// Lets what waits go out. After acknowledgements, and when a slow reader caught up.
    void pump() {
        Connection open = greeted;
        if (open != null) {
            if (outbound != null) {
                outbound.pump(open.link());
                settle();
            }
            sendRetainedCopies(open);
        }
    }

    private void sendRetainedCopies(Connection open) {
        RetainedCopies copies = retainedCopies;
        if (copies != null) {
            copies.send(open);
            keep(copies);
        }
    }

    private void keep(RetainedCopies copies) {
        retainedCopies = copies.isEmpty() ? null : copies;
    }

    /// Detaches the connection.
    ///
    /// @param discardWill DISCONNECT with reason 0x00 came [MQTT-3.14.4-3]
    void detach(Connection closed, boolean discardWill) {
        lane.assertHere();
        if (connection != closed) {
            return;
        }
        connection = null;
        greeted = null;
        connected = false;
        RetainedCopies copies = retainedCopies;
        if (copies != null) {
            copies.detached();
            keep(copies);
        }
        if (outbound != null) {
            outbound.detached();
        }
        if (discardWill) {
            will = null;
        }
        if (!persistent()) {
            end();
            return;
        }
        Absence away = new Absence(this);
        absence = away;
        settle();
        away.begin();
    }

    /// Tells a connection what publishers left out.
    void tellLeftOut(Connection open) {
        for (int missed = (int) LEFT_OUT.getAndSet(this, 0); missed > 0; missed--) {
            open.droppedFromFullQueue();
        }
    }

    /// The will is due.
    void publishWill() {
        Will due = will;
        will = null;
        if (due != null) {
            tenant.publishWill(this, due);
        }
    }

    /// Ends the session: its will is due now at the latest [MQTT-3.1.2-8]; subscriptions and queue are gone.
    void end() {
        lane.assertHere();
        if (ended) {
            return;
        }
        ended = true;
        endAbsence();
        for (Subscription subscription : subscriptions.values()) {
            tenant.unsubscribed(subscription); // before the will: it is not for the session that ends
        }
        subscriptions = Map.of();
        publishWill();
        List<Delivery> orphans = durable || outbound == null ? List.of() : outbound.drain();
        tenant.ended(this);
        for (Delivery orphan : orphans) {
            tenant.redistribute(lane, orphan.message(), orphan.shared());
        }
    }

    /// Adds or replaces a subscription.
    ///
    /// @return the one that it replaces; null when the filter is new
    @Nullable
    Subscription subscribe(Subscription subscription) {
        if (number == 0 && subscription.filter().shareName() != null) {
            number = tenant.record(this); // what it gets may be in the journal for the sake of the other members
        }
        if (subscriptions.isEmpty()) {
            subscriptions = new HashMap<>(4);
        }
        Subscription before = subscriptions.put(subscription.filter().asSent(), subscription);
        tenant.subscribed(subscription);
        return before;
    }

    /// Removes a subscription.
    ///
    /// @return false when there was none with this filter
    boolean unsubscribe(TopicFilter filter) {
        Subscription removed = subscriptions.isEmpty() ? null : subscriptions.remove(filter.asSent());
        if (removed == null) {
            return false;
        }
        tenant.unsubscribed(removed);
        return true;
    }

    /// Number of subscriptions.
    int subscriptionCount() {
        return subscriptions.size();
    }

    /// Whether there is a subscription with this filter.
    boolean subscribes(TopicFilter filter) {
        return subscriptions.containsKey(filter.asSent());
    }

    /// Takes a message that matched, unless it comes through the journal.
    void deliver(Message message, Target matched) {
        Target target = matched.forMessage(message);
        if (target == null || target.throughJournal(message)) {
            return;
        }
        if (ended) {
            tenant.redistribute(lane, message, target.shared());
            return;
        }
        if (target.qos(message) == Qos.AT_MOST_ONCE) {
            sendAtMostOnce(message, target.retain(message), target.ids());
        } else {
            offer(message, target.receiver(message));
        }
    }

    private void sendAtMostOnce(Message message, boolean retain, List<Integer> subscriptionIds) {
        Connection open = greeted;
        if (open == null) {
            return;
        }
        sendRetainedCopies(open);
        open.publishAtMostOnce(message, retain, subscriptionIds);
    }

    /// Puts a QoS 1 or 2 message into the queue, of a session that lives in memory only.
    void offer(Message message, Effect.Receiver how) {
        Connection open = greeted;
        if (!outbound().offer(message, how, open == null ? null : open.link())) {
            droppedFromFullQueue();
        }
        settle();
    }

    private void offer(Queued entry) {
        Connection open = greeted;
        if (!outbound().offer(entry, open == null ? null : open.link())) {
            droppedFromFullQueue();
            finished(entry);
        }
        settle();
    }

    private void droppedFromFullQueue() {
        tenant.counters(lane).droppedQueueFull++;
        Connection open = greeted;
        if (open != null) {
            open.droppedFromFullQueue();
        }
    }

    /// Takes a message that the journal has put into its queue.
    void queued(Queued entry) {
        if (!durable) {
            offer(entry);
            return;
        }
        boolean needless = isRetainedCopy(entry.message())
                ? !tenant.retained().holds(entry.message())
                : RetainedCopies.had(entry.message(), subscriptions.values());
        if (needless && outbound().isNew(entry)) {
            finished(entry);
            return;
        }
        Connection open = greeted;
        outbound().queued(entry, open == null ? null : open.link());
        settle();
    }

    private boolean isRetainedCopy(Message message) {
        RetainedCopies copies = retainedCopies;
        if (copies == null || !copies.arrived(message)) {
            return false;
        }
        keep(copies);
        return true;
    }

    /// Reads what is queued, from a sequence on.
    void read(long from, Consumer<Shard.Page> reader) {
        tenant.read(lane, number, from, reader);
    }

    /// What is queued cannot be read.
    void unreadable(String why) {
        disconnect(Ending.JOURNAL_FAILED, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, why);
    }

    /// A message of the queue is done with.
    ///
    /// @param base see [Effect.Acknowledged#base]
    void done(Delivery delivery, long base, long baseBytes) {
        if (delivery.journaled()) {
            tenant.commit(lane, new Effect.Acknowledged(number, delivery.queuedAs(), delivery.number(),
                    durable && delivery.received, durable ? base : 0, durable ? baseBytes : 0));
        }
    }

    /// A message of the queue is done with before it was sent.
    void finished(Queued entry) {
        tenant.commit(lane, new Effect.Acknowledged(number, entry.sequence(), entry.number(), false,
                durable ? outbound().base() : 0, durable ? outbound().baseBytes() : 0));
    }

    /// A PUBLISH went out.
    void sent() {
        tenant.counters(lane).sent++;
    }

    /// A message's expiry passed before it could be sent.
    void expired() {
        tenant.counters(lane).droppedExpired++;
    }

    /// A message does not fit the client's maximum packet size [MQTT-3.1.2-25].
    void tooLarge() {
        Connection open = connection;
        if (open != null) {
            open.droppedTooLarge();
        }
    }

    /// The QoS 2 messages that came from this client and wait for PUBREL.
    ReceivedIds receivedIds() {
        ReceivedIds ids = receivedIds;
        if (ids == null) {
            ids = new ReceivedIds();
            receivedIds = ids;
        }
        return ids;
    }

    /// The retained messages for a new subscription, if the client is still there.
    void sendRetained(Subscription subscription) {
        Connection open = greeted;
        if (open != null) {
            RetainedCopies copies = retainedCopies == null ? new RetainedCopies(this) : retainedCopies;
            copies.add(subscription);
            copies.send(open);
            keep(copies);
        }
    }

    /// Whether CONNECT asked for the same user as the one that made the session.
    boolean belongsTo(@Nullable String user) {
        return Objects.equals(userName, user);
    }

    @Override
    public String toString() {
        return tenant.name() + "/" + clientId;
    }

    /// Ends the connection, if there is one.
    void disconnect(Ending ending, ReasonCode reason, String detail) {
        Connection open = connection;
        if (open != null) {
            open.end(ending, reason, detail);
        }
    }
}
