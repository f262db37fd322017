package dev.gatehouse.broker;

import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

/// Where the effects of a group of tenants become durable: the seam under which the journal lies.
///
/// Every promise to a client that rests on an effect (PUBACK, PUBREC, PUBCOMP, SUBACK, CONNACK of a durable session)
/// waits for [Commit#durable]. What touches no durable session, no will and no retained message never comes here.
///
/// Effects have one order. In that order they become durable, queues are numbered, and everybody is told.
public interface Shard {
    /// Records an effect.
    ///
    /// @param lane the calling lane; `done` is called on it, never before this returns
    /// @param done null: nobody waits, and it may be recorded a little later together with others
    void commit(Effect effect, Lane lane, @Nullable Commit done);

    /// Reads what waits for a session, after all effects that the lane has handed in before.
    ///
    /// @param from the first sequence
    /// @param reader called on the lane
    void read(long session, long from, Lane lane, Consumer<Page> reader);

    /// Names the one who is told, and brings up what is recorded. Call once, before anything else.
    void open(Listener listener, Recovery recovery);

    /// A part of a queue, in order.
    ///
    /// @param more whether something follows it
    /// @param failure why it could not be read; null when it could
    record Page(List<Queued> entries, boolean more, @Nullable String failure) {}

    /// What the shard made of an effect.
    interface Commit {
        /// The effect survives whatever happens to the process.
        void durable();

        /// The effect could not be recorded: no promise may be given.
        void failed(String why);
    }

    /// Is told what durable effects did, in their order.
    interface Listener {
        /// The lane of a session; null when it is gone. Any thread.
        @Nullable
        Lane laneOf(long session);

        /// A message was put into a session's queue.
        ///
        /// @param lane the calling one: the session's, or any when the session is gone
        void queued(String tenant, Queued entry, Lane lane);

        /// A session is gone.
        ///
        /// @param left what came to it through shared subscriptions and is still in its queue
        /// @param lane the calling one: the session's
        void ended(long session, List<Queued> left, Lane lane);

        /// A message became its topic's retained one, or removed it. On the shard's thread, before anybody is told of
        /// the message otherwise.
        void retained(String tenant, Message message);
    }

    /// Takes what is recorded, once, at the start: sessions first, then retained messages and orphans.
    interface Recovery {
        void session(StoredSession session);

        void retained(String tenant, Message message);

        /// A message that came through a shared subscription, in the queue of a session that is gone.
        void orphan(String tenant, Queued entry);
    }

    /// A session as it is recorded.
    ///
    /// @param connected whether its client was connected when the process ended
    /// @param detachedMicros when the client left; 0 when it was connected
    /// @param willDueMicros when the will is due; -1 when there is none, 0 when the client was connected
    /// @param sentTo what is queued below this sequence was sent at least once, or may have been
    /// @param releases packet ids of QoS 2 messages from the client that wait for PUBREL
    /// @param base the first sequence that is not acknowledged
    /// @param baseBytes [Queued#endBytes] before `base`
    record StoredSession(long number, String tenant, String clientId, @Nullable String userName, long expirySeconds,
            boolean connected, long detachedMicros, long willDueMicros, @Nullable Will will, long sentTo, long base,
            long baseBytes, List<StoredSubscription> subscriptions, List<Integer> releases) {}

    /// A subscription as it is recorded; see [Effect.Subscribed].
    record StoredSubscription(TopicFilter filter, int options, int id) {}
}
