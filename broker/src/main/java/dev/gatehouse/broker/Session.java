package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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
    private final Tenant tenant;
    private final Lane lane;
    private final String clientId;
    private final @Nullable String userName;
    private final Map<String, Subscription> subscriptions = new HashMap<>(4);
    private final Outbound outbound;
    private final BitSet receivedIds = new BitSet(0);
    private volatile long expirySeconds;
    private volatile boolean connected;
    private volatile boolean backlogged;
    private volatile boolean ended;
    private @Nullable Connection connection;
    /// The same once CONNACK was sent: nothing may go out before [MQTT-3.2.0-1].
    private @Nullable Connection greeted;
    private boolean recorded;
    private @Nullable ArrayDeque<RetainedCopy> retainedCopies;
    private @Nullable Will will;
    private Lane.@Nullable Pending willDue;
    private Lane.@Nullable Pending expiry;
    private long lastTakeoverMicros;
    private int takeovers;

    Session(Tenant tenant, Lane lane, String clientId, @Nullable String userName) {
        this.tenant = tenant;
        this.lane = lane;
        this.clientId = clientId;
        this.userName = userName;
        this.outbound = new Outbound(tenant.limits().queueMessagesMax(), tenant.limits().queueBytesMax());
    }

    /// A retained QoS 0 message that waits for a slow reader.
    private record RetainedCopy(Message message, List<Integer> subscriptionIds) {}

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

    Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    Outbound outbound() {
        return outbound;
    }

    /// Packet ids of QoS 2 messages that came in and wait for PUBREL.
    BitSet receivedIds() {
        return receivedIds;
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

    /// Whether it is gone: what still arrives for it is not for anybody. Any thread.
    boolean ended() {
        return ended;
    }

    /// Whether the journal knows of it.
    boolean recorded() {
        return recorded;
    }

    void expirySeconds(long seconds) {
        expirySeconds = seconds;
    }

    /// Counts takeovers that follow each other quickly: two devices that share one client id throw each other out.
    ///
    /// @return how many in a row came less than ten seconds after the one before
    int countTakeover(long nowMicros) {
        takeovers = nowMicros - lastTakeoverMicros < 10_000_000 ? takeovers + 1 : 1;
        lastTakeoverMicros = nowMicros;
        return takeovers;
    }

    /// Goes on counting where an ended session of the same client id stopped.
    void continueCountOf(Session before) {
        takeovers = before.takeovers;
        lastTakeoverMicros = before.lastTakeoverMicros;
    }

    /// Attaches a connection: cancels the end of the session and the will of the earlier connection. Nothing is sent to
    /// it before [#greeted].
    void attach(Connection opened, @Nullable Will newWill, long newExpirySeconds) {
        lane.assertHere();
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
        if (willDue != null) {
            willDue.cancel();
            willDue = null;
        }
        connection = opened;
        will = newWill;
        expirySeconds = newExpirySeconds;
        if (persistent()) {
            recorded = true;
        } else if (recorded) {
            recorded = false;
            tenant.commit(lane, new Effect.Ended(tenant.name(), clientId));
        }
    }

    /// CONNACK was sent: what waits goes out.
    ///
    /// @param receiveMaximum what may be in flight to this client, 1 to 65 535
    void greeted(Connection opened, int receiveMaximum) {
        greeted = opened;
        connected = true;
        outbound.attached(receiveMaximum, opened.link(), this);
        backlogged = outbound.backlogged();
    }

    /// Lets what waits go out. After acknowledgements, and when a slow reader caught up.
    void pump() {
        Connection open = greeted;
        if (open != null) {
            outbound.pump(open.link(), this);
            backlogged = outbound.backlogged();
            sendRetainedCopies(open);
        }
    }

    /// What was replaced while it waited is left out: the newer message went to this client as it came.
    private void sendRetainedCopies(Connection open) {
        ArrayDeque<RetainedCopy> copies = retainedCopies;
        while (copies != null && !open.link().congested()) {
            RetainedCopy copy = copies.remove();
            retainedCopies = copies.isEmpty() ? null : copies;
            copies = retainedCopies;
            if (tenant.retained().holds(copy.message())) {
                open.publishAtMostOnce(copy.message(), true, copy.subscriptionIds());
            }
        }
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
        retainedCopies = null;
        outbound.detached();
        Will last = will;
        will = discardWill ? null : last;
        if (!persistent()) {
            end();
            return;
        }
        tenant.commit(lane, new Effect.Detached(tenant.name(), clientId, expiresAtMicros(), will != null));
        if (last != null && !discardWill) {
            willAfter(Math.min(last.delaySeconds(), expirySeconds));
        }
        if (expirySeconds != Long.MAX_VALUE && expirySeconds < 0xFFFF_FFFFL) {
            expiry = lane.after(expirySeconds * 1_000_000, this::end);
        }
    }

    private long expiresAtMicros() {
        return expirySeconds >= 0xFFFF_FFFFL ? Long.MAX_VALUE : lane.nowMicros() + expirySeconds * 1_000_000;
    }

    private void willAfter(long seconds) {
        if (seconds == 0) {
            publishWill();
        } else {
            willDue = lane.after(seconds * 1_000_000, this::publishWill);
        }
    }

    private void publishWill() {
        Will due = will;
        will = null;
        willDue = null;
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
        if (expiry != null) {
            expiry.cancel();
        }
        if (willDue != null) {
            willDue.cancel();
        }
        for (Subscription subscription : subscriptions.values()) {
            tenant.unsubscribed(subscription); // before the will: it is not for the session that ends
        }
        subscriptions.clear();
        publishWill();
        tenant.ended(this);
        for (Delivery orphan : outbound.drain()) {
            tenant.redistribute(lane, orphan);
        }
    }

    /// Adds or replaces a subscription.
    ///
    /// @return the one that it replaces; null when the filter is new
    @Nullable
    Subscription subscribe(Subscription subscription) {
        Subscription before = subscriptions.put(subscription.filter().asSent(), subscription);
        tenant.subscribed(subscription);
        return before;
    }

    /// Removes a subscription.
    ///
    /// @return false when there was none with this filter
    boolean unsubscribe(TopicFilter filter) {
        Subscription removed = subscriptions.remove(filter.asSent());
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

    /// Takes a message that matched.
    void deliver(Message message, Target matched) {
        Target target = matched.forMessage(message);
        if (target == null) {
            return;
        }
        if (ended) {
            if (target.group() != null) {
                tenant.redistribute(lane, new Delivery(message, target.qos(), false, List.of(), target.group()));
            }
            return;
        }
        deliver(message, Qos.min(message.qos(), target.qos()), message.retain() && target.retainAsPublished(),
                target.ids(), target.group());
    }

    /// Sends a message, or lets it wait.
    ///
    /// @param retain the flag as the client gets it
    void deliver(Message message, Qos qos, boolean retain, List<Integer> subscriptionIds,
            @Nullable SharedGroup group) {
        Connection open = greeted;
        if (qos == Qos.AT_MOST_ONCE) {
            if (open == null) {
                return;
            }
            if (retainedCopies != null) {
                sendRetainedCopies(open);
            }
            open.publishAtMostOnce(message, retain, subscriptionIds);
            return;
        }
        outbound.offer(new Delivery(message, qos, retain, subscriptionIds, group), open == null ? null : open.link(),
                this);
        backlogged = outbound.backlogged();
    }

    /// A message was acknowledged for good.
    void acknowledged(long sequence) {
        if (persistent()) {
            tenant.commit(lane, new Effect.Acknowledged(tenant.name(), clientId, sequence));
        }
    }

    /// A PUBLISH went out.
    void sent() {
        tenant.counters(lane).sent.increment();
    }

    /// The queue is full.
    void droppedFromFullQueue(Delivery delivery) {
        tenant.counters(lane).droppedQueueFull++;
        Connection open = connection;
        if (open != null) {
            open.droppedFromFullQueue();
        }
    }

    /// Its expiry passed before it could be sent.
    void expired(Delivery delivery) {
        tenant.counters(lane).droppedExpired++;
    }

    /// It does not fit the client's maximum packet size [MQTT-3.1.2-25].
    void tooLarge(Delivery delivery) {
        Connection open = connection;
        if (open != null) {
            open.droppedTooLarge();
        }
    }

    /// PUBREL for a QoS 2 message of this client.
    ///
    /// @return false when the id is unknown
    boolean release(int packetId) {
        if (!receivedIds.get(packetId)) {
            return false;
        }
        receivedIds.clear(packetId);
        return true;
    }

    /// The retained messages for a new subscription, lowest topic first. What does not fit into the output of a slow
    /// reader waits; QoS 1 and 2 within the limits of the queue.
    void sendRetained(Subscription subscription) {
        Connection open = greeted;
        if (open == null) {
            return;
        }
        long upTo = tenant.retained().order();
        subscription.retainedSeen(upTo);
        List<Message> found = new ArrayList<>(tenant.retained().matching(subscription.filter(), upTo,
                lane.nowMicros()));
        found.sort((a, b) -> a.topic().compareTo(b.topic()));
        List<Integer> ids = subscription.id() == 0 ? List.of() : List.of(subscription.id());
        for (Message message : found) {
            if (subscription.noLocal() && clientId.equals(message.publisher())) {
                continue;
            }
            Qos qos = Qos.min(message.qos(), subscription.qos());
            if (qos != Qos.AT_MOST_ONCE) {
                deliver(message, qos, true, ids, null);
                continue;
            }
            ArrayDeque<RetainedCopy> copies = retainedCopies;
            if (copies == null) {
                copies = new ArrayDeque<>();
                retainedCopies = copies;
            }
            if (copies.size() < tenant.limits().queueMessagesMax()) {
                copies.add(new RetainedCopy(message, ids));
            } else {
                tenant.counters(lane).droppedQueueFull++;
            }
        }
        sendRetainedCopies(open);
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
