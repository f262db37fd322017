package dev.gatehouse.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Will;

/// What one event changes of the state that must survive: the result of a decision, never a command that would have
/// to be decided again. Replaying effects needs no matching and no permissions.
public sealed interface Effect {
    /// The tenant that it concerns.
    String tenant();

    /// A message that persistent sessions get, or that is retained, or both: one effect whatever the fan-out.
    ///
    /// @param receivers client ids of the persistent sessions that get it
    /// @param retained whether it becomes its topic's retained message (or removes it, when the payload is empty)
    /// @param publisher client id of a persistent session that sent it with QoS 2, to remember `packetId`; else null
    /// @param packetId the publisher's packet id; 0 = nothing to remember
    record Published(String tenant, Message message, List<String> receivers, boolean retained,
            @Nullable String publisher, int packetId) implements Effect {}

    /// PUBREL came in: the packet id of a QoS 2 message is free again.
    record Released(String tenant, String clientId, int packetId) implements Effect {}

    /// A subscriber acknowledged a message for good: PUBACK, PUBCOMP, or an error.
    ///
    /// @param sequence of the session's outbound messages
    record Acknowledged(String tenant, String clientId, long sequence) implements Effect {}

    /// A subscriber sent PUBREC: from now on only PUBREL may be repeated.
    record Received(String tenant, String clientId, long sequence) implements Effect {}

    /// A persistent session was made or taken up again.
    ///
    /// @param sessionExpirySeconds 1 to 4 294 967 295; the largest means never
    record Opened(String tenant, String clientId, boolean fresh, long sessionExpirySeconds,
            @Nullable Will will) implements Effect {}

    /// A persistent session lost its connection.
    ///
    /// @param expiresAtMicros when it ends; [Long#MAX_VALUE] = never
    record Detached(String tenant, String clientId, long expiresAtMicros, boolean willPending) implements Effect {}

    /// A session is gone with all that it held.
    record Ended(String tenant, String clientId) implements Effect {}

    /// A persistent session subscribed, or changed a subscription.
    record Subscribed(String tenant, String clientId, TopicFilter filter, int options, int id) implements Effect {}

    /// A persistent session unsubscribed.
    record Unsubscribed(String tenant, String clientId, TopicFilter filter) implements Effect {}
}
