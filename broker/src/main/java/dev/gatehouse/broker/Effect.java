package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

/// What one event changes of the state that must survive: the result of a decision, never a command that would have
/// to be decided again. Applying effects needs no matching and no permissions.
///
/// A session is named by its number: 1 or more, given once and never again.
public sealed interface Effect {
    /// A message that sessions get, or that is retained, or both: one effect whatever the fan-out.
    ///
    /// @param receivers the durable sessions that get it; each gives it the next sequence of its queue
    /// @param retained whether it becomes its topic's retained message (or removes it, when the payload is empty)
    /// @param publisher the durable session that sent it with QoS 2, to remember `packetId`; 0 = none
    /// @param packetId the publisher's packet id; 0 = nothing to remember
    /// @param willOf the session whose will it is, which is fulfilled by it; 0 = it is no will
    record Published(String tenant, Message message, List<Receiver> receivers, boolean retained, long publisher,
            int packetId, long willOf) implements Effect {}

    /// One session that gets a message, and how.
    ///
    /// @param qos [Qos#AT_LEAST_ONCE] or [Qos#EXACTLY_ONCE]
    /// @param retain the RETAIN flag that it will carry
    /// @param subscriptionIds of the subscriptions that matched
    /// @param shared the shared subscription through which it comes; null = an ordinary one
    record Receiver(long session, Qos qos, boolean retain, List<Integer> subscriptionIds,
            @Nullable TopicFilter shared) {}

    /// A message leaves the queue of an ended session for that of another member of its shared subscription; for
    /// nobody's, when there is no member left.
    ///
    /// @param number the message's number when it is in other queues too; 0 = it is only in this one
    record Moved(String tenant, long from, long sequence, long number, Message message,
            @Nullable Receiver to) implements Effect {}

    /// PUBREL came in: the packet id of a QoS 2 message is free again.
    record Released(long session, int packetId) implements Effect {}

    /// A subscriber is done with a message: PUBACK, PUBCOMP, an error, or it can never be delivered.
    ///
    /// @param number the message's number when it is in other queues too; 0 = it is only in this one
    /// @param received whether [Received] was recorded for it
    /// @param base everything below this sequence is done
    /// @param baseBytes [Queued#endBytes] of what is done in one piece
    record Acknowledged(long session, long sequence, long number, boolean received, long base,
            long baseBytes) implements Effect {}

    /// A subscriber sent PUBREC: from now on only PUBREL may be repeated.
    record Received(long session, long sequence) implements Effect {}

    /// A session was made or taken up again; its client is connected.
    ///
    /// @param userName the user that made the session
    /// @param fresh whether it was made
    /// @param expirySeconds 1 to 4 294 967 295, the largest means never; 0 = it ends with its connection and is recorded
    ///        for the sake of its will only
    record Opened(long session, String tenant, String clientId, @Nullable String userName, boolean fresh,
            long expirySeconds, @Nullable Will will) implements Effect {}

    /// A session lost its connection.
    ///
    /// @param atMicros when
    /// @param expirySeconds counted from `atMicros`; 4 294 967 295 = never
    /// @param willDueMicros when its will is due; -1 = it has none any more
    /// @param sentTo what is queued below this sequence was sent at least once
    record Detached(long session, long atMicros, long expirySeconds, long willDueMicros, long sentTo)
            implements
                Effect {}

    /// The will was published without anything that had to be recorded.
    record WillFulfilled(long session) implements Effect {}

    /// A session is gone with all that it held, except what came to it through shared subscriptions: that stays until
    /// it is [Moved].
    record Ended(long session) implements Effect {}

    /// A session subscribed, or changed a subscription.
    ///
    /// @param options the options byte of MQTT 5 §3.8.3.1 less Retain Handling
    /// @param id subscription identifier, 1 to 268 435 455; 0 = none
    record Subscribed(long session, TopicFilter filter, int options, int id) implements Effect {}

    /// A session unsubscribed.
    record Unsubscribed(long session, TopicFilter filter) implements Effect {}

    /// A topic's retained message is forgotten, if its expiry passed before `atMicros`.
    record RetainedExpired(String tenant, String topic, long atMicros) implements Effect {}

    /// A tenant was removed: its retained messages are gone. Its sessions end one by one.
    record Forgotten(String tenant) implements Effect {}
}
