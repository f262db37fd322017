package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

/// One party and everything that is its own: sessions, subscriptions, retained messages. Nothing in here knows that
/// there are other tenants.
///
/// - **Threads:** sessions are split over the lanes by client id, each lane touches its own part; subscriptions and
///   retained messages are shared and read without a lock.
public final class Tenant {
    private final String name;
    private final TenantLimits limits;
    private final Broker broker;
    private final Part[] parts;
    private final SubscriptionTree subscriptions = new SubscriptionTree();
    private final RetainedTree retained;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicInteger subscriptionCount = new AtomicInteger();
    private final AtomicInteger systemSubscriptions = new AtomicInteger();
    private volatile boolean closed;

    Tenant(String name, TenantLimits limits, Broker broker) {
        this.name = name;
        this.limits = limits;
        this.broker = broker;
        this.retained = new RetainedTree(limits.retainedMessagesMax(), limits.retainedBytesMax(), this::expired);
        this.parts = new Part[broker.lanes().size()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new Part(this, broker.lanes().get(i));
        }
    }

    /// What one lane holds of the tenant. Touched by that lane only.
    private static final class Part {
        private final Map<String, Session> sessions = new HashMap<>(0);
        private final RememberedMatches matches;
        private final Publications publications;
        private final Endings endings;
        private final Counters counters = new Counters();

        Part(Tenant tenant, Lane lane) {
            matches = new RememberedMatches(tenant.subscriptions, tenant.broker.lanes().size());
            publications = new Publications(tenant, lane);
            endings = new Endings(tenant, lane);
        }
    }

    /// The tenant's name: a DNS label.
    public String name() {
        return name;
    }

    /// What it may use.
    public TenantLimits limits() {
        return limits;
    }

    /// Clients connected now.
    public int connectionCount() {
        return connections.get();
    }

    /// Sessions now, of connected clients and of those that are away.
    public int sessionCount() {
        return sessions.get();
    }

    /// Subscriptions now.
    public int subscriptionCount() {
        return subscriptionCount.get();
    }

    /// Retained messages now.
    public int retainedCount() {
        return retained.messages();
    }

    /// PUBLISH packets received from clients.
    public long messagesReceived() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.counters.received;
        }
        return sum;
    }

    /// PUBLISH packets sent to clients.
    public long messagesSent() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.counters.sent;
        }
        return sum;
    }

    /// Messages that a client did not get: too slow, queue full, expired, or larger than the client takes.
    public long messagesDropped() {
        long sum = 0;
        for (Part part : parts) {
            sum += part.counters.dropped();
        }
        return sum;
    }

    /// The lane to which a client id belongs for as long as the process lives.
    public Lane laneOf(String clientId) {
        int hash = (name.hashCode() * 31 + clientId.hashCode()) * 0x9E37_79B9;
        return broker.lanes().get(Math.floorMod(hash ^ hash >>> 16, parts.length));
    }

    /// Whether it was removed: nobody comes in any more. Any thread.
    boolean closed() {
        return closed;
    }

    RetainedTree retained() {
        return retained;
    }

    Counters counters(Lane lane) {
        return parts[lane.index()].counters;
    }

    @Nullable
    Session session(Lane lane, String clientId) {
        lane.assertHere();
        return parts[lane.index()].sessions.get(clientId);
    }

    /// Counts a connection in.
    ///
    /// @return false when the tenant has as many as it may have
    boolean connectionOpened() {
        if (connections.incrementAndGet() > limits.connectionsMax()) {
            connections.decrementAndGet();
            return false;
        }
        return true;
    }

    void connectionClosed() {
        connections.decrementAndGet();
    }

    /// Makes a session.
    ///
    /// @param durable whether it outlives its connection
    /// @param willing whether it begins with a will, which outlives the process
    /// @return null when the tenant has as many as it may have
    @Nullable
    Session open(Lane lane, String clientId, @Nullable String userName, boolean durable, boolean willing) {
        lane.assertHere();
        if (sessions.incrementAndGet() > limits.sessionsMax()) {
            sessions.decrementAndGet();
            return null;
        }
        Session session = new Session(this, lane, clientId, userName, durable || willing ? broker.nextSession() : 0,
                durable);
        add(session);
        return session;
    }

    private void add(Session session) {
        parts[session.lane().index()].sessions.put(session.clientId(), session);
        if (session.number() != 0) {
            broker.add(session.number(), session);
        }
    }

    /// Takes up a session that was recorded.
    Session resume(Shard.StoredSession stored) {
        Lane lane = laneOf(stored.clientId());
        Session older = session(lane, stored.clientId());
        if (older != null) {
            older.end(); // its end could not be recorded
        }
        Session session = Session.resumed(this, lane, stored);
        sessions.incrementAndGet();
        add(session);
        for (Shard.StoredSubscription each : stored.subscriptions()) {
            Subscription subscription = Subscription.stored(session, each);
            session.subscribe(subscription);
            countSubscription(subscription);
        }
        return session;
    }

    /// A session that lives in memory only is going to have messages in the journal.
    ///
    /// @return its number there
    long record(Session session) {
        long number = broker.nextSession();
        broker.add(number, session);
        commit(session.lane(), new Effect.Opened(number, name, session.clientId(), session.userName(), true, 0, null));
        return number;
    }

    /// A session ended itself.
    void ended(Session session) {
        sessions.decrementAndGet();
        Part part = parts[session.lane().index()];
        String clientId = session.clientId();
        part.sessions.remove(clientId, session);
        if (session.number() != 0) {
            part.endings.ended(clientId, session.number());
        }
    }

    /// The sessions that ended, and of which the journal does not know yet that they have.
    Endings endings(Lane lane) {
        return parts[lane.index()].endings;
    }

    void subscribed(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void unsubscribed(Subscription subscription) {
        subscriptions.remove(subscription.session(), subscription.filter());
        subscriptionCount.decrementAndGet();
        if (SystemTopics.concerns(subscription.filter())) {
            systemSubscriptions.decrementAndGet();
        }
    }

    /// A filter was added that the session did not have.
    void countSubscription(Subscription subscription) {
        subscriptionCount.incrementAndGet();
        if (SystemTopics.concerns(subscription.filter())) {
            systemSubscriptions.incrementAndGet();
        }
    }

    /// Publishes a message: finds who gets it, stores it if it is to be retained, and delivers.
    ///
    /// @param from told when the promise to the publisher can be given; null: nobody waits
    /// @param packetId the publisher's; 0 with QoS 0
    void publish(Lane lane, Message message, @Nullable Connection from, int packetId) {
        publish(lane, message, from, packetId, 0);
    }

    private void publish(Lane lane, Message message, @Nullable Connection from, int packetId, long willOf) {
        lane.assertHere();
        if (message.retain()) {
            RetainedTree.Refusal refusal = retained.refusal(message, lane.nowMicros());
            if (refusal != null) {
                published(from, message, packetId, ReasonCode.QUOTA_EXCEEDED, sentence(refusal));
                fulfilled(lane, willOf);
                return;
            }
        }
        Matches matches = matches(lane, message.topic());
        Target[] chosen = chosen(matches.groups());
        List<Effect.Receiver> receivers = message.qos() == Qos.AT_MOST_ONCE
                ? List.of()
                : receivers(lane, message, matches, chosen);
        boolean recorded = message.retain() || !receivers.isEmpty();
        if (!recorded) {
            fulfilled(lane, willOf);
        }
        Publications publications = parts[lane.index()].publications;
        ArrayDeque<Publication> earlier = publications.of(message.publisher());
        if (!recorded && earlier.isEmpty()) {
            deliver(lane, message, matches, chosen);
            published(from, message, packetId, outcome(matches), null);
            return;
        }
        if (!recorded && message.qos() == Qos.AT_MOST_ONCE && earlier.size() >= limits.queueMessagesMax()) {
            counters(lane).droppedQueueFull++;
            return;
        }
        Publication publication = new Publication(publications, message, matches, chosen, from, packetId);
        message.atRest();
        if (from != null) {
            from.undecided(message.weight());
        }
        if (recorded) {
            long publisher = from != null && message.qos() == Qos.EXACTLY_ONCE ? from.recording(packetId) : 0;
            commit(lane, new Effect.Published(name, message, receivers, message.retain(), publisher,
                    publisher == 0 ? 0 : packetId, willOf), publication);
        } else {
            publication.unrecorded();
        }
        publications.lineUp(publication);
    }

    private void fulfilled(Lane lane, long willOf) {
        if (willOf != 0) {
            commit(lane, new Effect.WillFulfilled(willOf));
        }
    }

    /// The durable sessions that get the message, less those whose queue is full.
    private List<Effect.Receiver> receivers(Lane lane, Message message, Matches matches, Target[] chosen) {
        if (!matches.durable() && !durable(chosen)) {
            return List.of();
        }
        List<Effect.Receiver> receivers = new ArrayList<>();
        for (int i = 0; i < parts.length; i++) {
            addDurable(lane, matches.onLane(i), message, receivers);
        }
        addDurable(lane, chosen, message, receivers);
        return receivers;
    }

    private void addDurable(Lane lane, Target[] targets, Message message, List<Effect.Receiver> receivers) {
        for (Target matched : targets) {
            Target target = matched.durable() ? matched.forMessage(message) : null;
            if (target == null || !target.durable()) {
                continue;
            }
            if (target.session().full()) {
                counters(lane).droppedQueueFull++;
                target.session().leftOut();
            } else {
                receivers.add(target.receiver(message));
            }
        }
    }

    /// Puts a message into the queue of one durable session: a retained message for a new subscription.
    ///
    /// @return false when the queue is full and the message is left out
    boolean queue(Lane lane, Message message, Effect.Receiver how, Session session) {
        if (session.full()) {
            counters(lane).droppedQueueFull++;
            session.leftOut();
            return false;
        }
        commit(lane, new Effect.Published(name, message, List.of(how), false, 0, 0, 0));
        return true;
    }

    /// Reads what is queued for a session.
    void read(Lane lane, long session, long from, Consumer<Shard.Page> reader) {
        broker.shard().read(session, from, lane, reader);
    }

    /// See [Publications#of].
    ArrayDeque<Publication> publications(Lane lane, String publisher) {
        return parts[lane.index()].publications.of(publisher);
    }

    /// Delivers and answers what the journal has decided. Whoever subscribed to a retained message in the meantime gets it
    /// live, since it was not there yet to be sent as retained; durable sessions have theirs from the journal.
    void finish(Lane lane, Publication publication) {
        Message message = publication.message();
        Connection from = publication.from();
        if (from != null) {
            from.decided(message.weight());
        }
        String failure = publication.failure();
        if (failure != null) {
            published(from, message, publication.packetId(), ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, failure);
            return;
        }
        Matches matches = message.retain()
                ? matches(lane, message.topic()) // who subscribed meanwhile could not see it yet
                : publication.matches();
        deliver(lane, message, matches, publication.chosen());
        published(from, message, publication.packetId(), outcome(matches), null);
    }

    /// The journal has recorded a message as its topic's retained one.
    void retain(Message message) {
        retained.put(message);
    }

    private void expired(Message message) {
        Lane lane = broker.lanes().getFirst(); // any: nobody waits for it
        commit(lane, new Effect.RetainedExpired(name, message.topic(), message.expiresAtMicros()));
    }

    private static ReasonCode outcome(Matches matches) {
        return matches.isEmpty() ? ReasonCode.NO_MATCHING_SUBSCRIBERS : ReasonCode.SUCCESS;
    }

    private String sentence(RetainedTree.Refusal refusal) {
        return refusal == RetainedTree.Refusal.TOO_MANY
                ? "the tenant has as many retained messages as it may have: " + limits.retainedMessagesMax()
                : "the tenant's retained messages take as many bytes as they may: " + limits.retainedBytesMax();
    }

    private static boolean durable(Target[] targets) {
        for (Target target : targets) {
            if (target.durable()) {
                return true;
            }
        }
        return false;
    }

    private static void published(@Nullable Connection from, Message message, int packetId, ReasonCode reason,
            @Nullable String why) {
        if (from != null) {
            from.published(message.qos(), packetId, reason, why);
        }
    }

    private Matches matches(Lane lane, String topic) {
        return parts[lane.index()].matches.of(topic);
    }

    private static Target[] chosen(SharedGroup[] groups) {
        if (groups.length == 0) {
            return Matches.NOBODY;
        }
        List<Target> chosen = new ArrayList<>(groups.length);
        for (SharedGroup group : groups) {
            Subscription member = group.choose();
            if (member != null) {
                chosen.add(Target.of(group, member));
            }
        }
        return chosen.toArray(Target[]::new);
    }

    private void deliver(Lane lane, Message message, Matches matches, Target[] chosen) {
        for (int i = 0; i < parts.length; i++) {
            Target[] targets = matches.onLane(i);
            if (targets.length > 0 && i != lane.index()) {
                message.atRest();
                lane.handOver(broker.lanes().get(i), message, targets);
            }
        }
        for (Target target : chosen) {
            handTo(lane, message, target);
        }
        deliver(message, matches.onLane(lane.index()));
    }

    private static void handTo(Lane lane, Message message, Target target) {
        Lane home = target.session().lane();
        if (home.index() == lane.index()) {
            target.session().deliver(message, target);
        } else {
            message.atRest();
            lane.handOver(home, message, new Target[]{target});
        }
    }

    /// Delivers to sessions of the calling lane.
    static void deliver(Message message, Target[] targets) {
        if (targets.length > 1) {
            message.forMany();
        }
        for (Target target : targets) {
            target.session().deliver(message, target);
        }
    }

    /// Gives a shared subscription's message to another member, since the one that had it is gone. That one lived in
    /// memory only, or the message has not reached it.
    ///
    /// @param shared null: it came through an ordinary subscription and is for nobody else
    void redistribute(Lane lane, Message message, @Nullable TopicFilter shared) {
        Target target = shared == null ? null : anotherMember(shared);
        if (target == null) {
            return;
        }
        if (target.throughJournal(message)) {
            commit(lane, new Effect.Published(name, message.atRest(), List.of(target.receiver(message)), false, 0, 0,
                    0));
        } else {
            handTo(lane, message, target);
        }
    }

    /// The same for what is in the queue of a durable session that is gone: the journal takes it out of there.
    ///
    /// @param begun whether its sending to the session that is gone has begun
    void redistribute(Lane lane, Queued entry, boolean begun) {
        long from = entry.receiver().session();
        TopicFilter shared = entry.receiver().shared();
        boolean nobodyElses = begun && entry.receiver().qos() == Qos.EXACTLY_ONCE; // [MQTT-4.8.2-5]
        Target target = shared == null || nobodyElses ? null : anotherMember(shared);
        Message message = entry.message();
        boolean journaled = target != null && target.throughJournal(message);
        commit(lane, new Effect.Moved(name, from, entry.sequence(), entry.number(), message,
                target != null && journaled ? target.receiver(message) : null));
        if (target != null && !journaled) {
            handTo(lane, message, target);
        }
    }

    private @Nullable Target anotherMember(TopicFilter shared) {
        SharedGroup group = subscriptions.group(shared);
        Subscription member = group == null ? null : group.choose();
        return group == null || member == null ? null : Target.of(group, member);
    }

    void publishWill(Session session, Will will) {
        publish(session.lane(), Message.of(will.topic(), will.qos(), will.retain(), will.properties(),
                session.clientId(), session.lane().nowMicros(), will.payload().shared()), null, 0, session.number());
    }

    /// Records an effect that no client waits for.
    void commit(Lane lane, Effect effect) {
        broker.shard().commit(effect, lane, null);
    }

    /// Records an effect before a promise is given.
    void commit(Lane lane, Effect effect, Shard.Commit done) {
        broker.shard().commit(effect, lane, done);
    }

    /// Publishes the tenant's own figures under `$SYS`, if somebody listens. Call now and then, from any thread.
    public void publishSystemTopics(String version) {
        if (systemSubscriptions.get() == 0) {
            return;
        }
        Lane lane = broker.lanes().getFirst();
        lane.run(() -> {
            for (Message message : SystemTopics.of(this, version, lane.nowMicros())) {
                publish(lane, message, null, 0);
            }
        });
    }

    /// Ends all connections that a user has, but not the sessions: what waits in them waits on.
    public void disconnectUser(String userName, Ending ending) {
        eachSession(session -> {
            if (Objects.equals(session.userName(), userName)) {
                session.disconnect(ending, ReasonCode.ADMINISTRATIVE_ACTION, "user " + userName);
            }
        });
    }

    /// Ends all connections that a user has, and the sessions.
    public void removeUser(String userName, Ending ending) {
        eachSession(session -> {
            if (Objects.equals(session.userName(), userName)) {
                session.disconnect(ending, ReasonCode.ADMINISTRATIVE_ACTION, "user " + userName);
                session.end();
            }
        });
    }

    /// Visits every session, each on its lane.
    private void eachSession(Consumer<Session> visit) {
        for (Lane lane : broker.lanes()) {
            lane.run(() -> List.copyOf(parts[lane.index()].sessions.values()).forEach(visit));
        }
    }

    void close(Ending ending) {
        closed = true;
        eachSession(session -> {
            session.disconnect(ending, ReasonCode.ADMINISTRATIVE_ACTION, "tenant " + name);
            session.end();
        });
        commit(broker.lanes().getFirst(), new Effect.Forgotten(name));
    }
}
