package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;
import dev.gatehouse.mqtt.Packet;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;

/// What one client publishes: topic aliases, permission, the receive maximum it was told, and the answers that are owed.
///
/// - **Thread:** the lane of its session.
/// - **Invariant:** `unanswered` is the number of its QoS 1 and 2 messages without PUBACK or PUBCOMP on this connection.
/// - **Source:** MQTT 5 §3.3.2.3.4, §4.3, §4.9.
final class Inbound {
    static final String NOT_UTF8 = "the payload format indicator says UTF-8, and the payload is not";

    private static final @Nullable String[] NO_ALIASES = {};
    private static final byte[] NO_BYTES = {};

    private final Connection connection;
    private final Session session;
    private final Grants grants;
    private final boolean hasProperties;
    private @Nullable String[] aliases = NO_ALIASES;
    private int unanswered;
    /// The last topic that was permitted, also as it goes on the wire: most clients publish to the same one again.
    private String permitted = "";
    private byte[] permittedUtf8 = NO_BYTES;

    /// @param hasProperties whether the client speaks MQTT 5, where acknowledgements can say no
    Inbound(Connection connection, Session session, Grants grants, boolean hasProperties) {
        this.connection = connection;
        this.session = session;
        this.grants = grants;
        this.hasProperties = hasProperties;
    }

    private Tenant tenant() {
        return session.tenant();
    }

    private Link link() {
        return connection.link();
    }

    private void end(Ending ending, ReasonCode reason, String detail) {
        connection.end(ending, reason, detail);
    }

    /// Handles a PUBLISH; borrows its payload.
    void publish(Packet.Publish packet) {
        tenant().counters(session.lane()).received++;
        String topic = topicOf(packet);
        if (topic == null) {
            return;
        }
        if (!isOffered(packet) || packet.qos() != Qos.AT_MOST_ONCE && !mayHaveAnother(packet)) {
            return;
        }
        if (!topic.equals(permitted)) {
            String why = whyNotPublish(topic, grants, tenant().limits());
            if (why != null) {
                refusePublish(packet, topic, ReasonCode.NOT_AUTHORIZED, why);
                return;
            }
            permitted = topic;
            permittedUtf8 = topic.getBytes(StandardCharsets.UTF_8);
        }
        if (!isAsItSays(packet)) {
            refusePublish(packet, topic, ReasonCode.PAYLOAD_FORMAT_INVALID, NOT_UTF8);
            return;
        }
        if (packet.qos() == Qos.EXACTLY_ONCE) {
            if (session.receivedIds().has(packet.packetId())) {
                if (!waitsForJournal(packet.packetId())) {
                    link().send(new Packet.Pubrec(packet.packetId(), ReasonCode.SUCCESS));
                }
                return;
            }
            session.receivedIds().add(packet.packetId());
        }
        Message message = Message.passing(topic, permittedUtf8, packet.qos(), packet.retain(), packet.properties(),
                session.clientId(), session.lane(), packet.payload());
        if (packet.qos() != Qos.AT_MOST_ONCE) {
            unanswered++;
        }
        tenant().publish(session.lane(), message, connection, packet.packetId());
        message.passed();
    }

    /// Whether a payload that is said to be text is well-formed UTF-8 (MQTT 5 §3.3.2.3.2). Most say nothing.
    private static boolean isAsItSays(Packet.Publish packet) {
        return packet.properties().payloadFormat() != 1
                || ByteBufUtil.isText(packet.payload(), StandardCharsets.UTF_8);
    }

    /// The topic name, with the alias resolved; null when the alias is wrong and the connection ended.
    private @Nullable String topicOf(Packet.Publish packet) {
        int alias = packet.properties().topicAlias();
        if (alias == 0) {
            return packet.topic();
        }
        int most = tenant().limits().topicAliasMaximum();
        if (alias > most) {
            end(Ending.TOPIC_ALIAS_INVALID, ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " is above the maximum of " + most + " [MQTT-3.3.2-9]");
            return null;
        }
        if (!packet.topic().isEmpty()) {
            aliases = aliases.length == 0 ? new String[most + 1] : aliases;
            aliases[alias] = packet.topic();
            return packet.topic();
        }
        String topic = aliases.length == 0 ? null : aliases[alias];
        if (topic == null) {
            end(Ending.TOPIC_ALIAS_INVALID, ReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + " was never set on this connection");
        }
        return topic;
    }

    /// Whether the tenant has what the message asks for; the client was told in CONNACK [MQTT-3.2.2-11], [MQTT-3.2.2-14].
    private boolean isOffered(Packet.Publish packet) {
        TenantLimits.Features features = tenant().limits().features();
        if (packet.qos().compareTo(features.qosMax()) > 0) {
            end(Ending.QOS_NOT_SUPPORTED, ReasonCode.QOS_NOT_SUPPORTED, "QoS " + packet.qos().level()
                    + ", the highest that the tenant allows is " + features.qosMax().level());
            return false;
        }
        if (packet.retain() && !features.retain()) {
            end(Ending.RETAIN_NOT_SUPPORTED, ReasonCode.RETAIN_NOT_SUPPORTED,
                    "RETAIN is set, and the tenant has no retained messages");
            return false;
        }
        return true;
    }

    /// Why nothing may be published under a topic; null when it may.
    static @Nullable String whyNotPublish(String topic, Grants grants, TenantLimits limits) {
        if (SystemTopics.reserved(topic)) {
            return "only the broker publishes under this topic";
        }
        if (!grants.mayPublish(topic)) {
            return "publishing to this topic is not permitted";
        }
        int levels = 1;
        for (int at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) {
            levels++;
        }
        return levels <= limits.topicLevelsMax()
                ? null
                : "the topic has " + levels + " levels, the limit is " + limits.topicLevelsMax();
    }

    /// Whether the client keeps to the Receive Maximum it was told [MQTT-3.3.4-7]. What an earlier connection left open
    /// does not count: each connection starts with the full quota (MQTT 5 §4.9).
    private boolean mayHaveAnother(Packet.Publish packet) {
        boolean repeated = packet.qos() == Qos.EXACTLY_ONCE && session.receivedIds().has(packet.packetId());
        int most = hasProperties ? tenant().limits().receiveMaximum() : 65_535;
        if (repeated || unanswered < most) {
            return true;
        }
        end(Ending.RECEIVE_MAXIMUM_EXCEEDED, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                "more than " + most + " QoS 1 and 2 messages unacknowledged [MQTT-3.3.4-7]");
        return false;
    }

    /// MQTT 5 says no in PUBACK and PUBREC, and drops a QoS 0 message. MQTT 3 has no such answer: the connection ends, an
    /// acknowledgement would be a lie [MQTT-3.3.5-2].
    private void refusePublish(Packet.Publish packet, String topic, ReasonCode reason, String why) {
        link().note(new Fact.PublishRefused(topic, reason.code(), why));
        if (!hasProperties) {
            end(Ending.PUBLISH_NOT_PERMITTED, ReasonCode.NOT_AUTHORIZED, "topic " + topic);
            return;
        }
        switch (packet.qos()) {
            case AT_MOST_ONCE -> {
            }
            case AT_LEAST_ONCE -> link().send(new Packet.Puback(packet.packetId(), reason,
                    connection.problem(why), List.of()));
            case EXACTLY_ONCE -> link().send(new Packet.Pubrec(packet.packetId(), reason,
                    connection.problem(why), List.of()));
        }
    }

    /// What became of a QoS 1 or 2 message: the promise can be given, or cannot.
    void published(Qos qos, int packetId, ReasonCode reason, @Nullable String why) {
        if (qos == Qos.AT_MOST_ONCE) {
            return;
        }
        if (qos == Qos.AT_LEAST_ONCE || reason.isError()) {
            unanswered--; // with QoS 2 the place is held until PUBCOMP
        }
        if (qos == Qos.EXACTLY_ONCE && reason.isError()) {
            session.receivedIds().refused(packetId);
        }
        if (connection.isOver()) {
            return;
        }
        if (reason.isError()) {
            link().note(new Fact.PublishRefused("", reason.code(), why == null ? reason.name() : why));
            if (!hasProperties) {
                end(reason == ReasonCode.QUOTA_EXCEEDED ? Ending.TENANT_QUOTA_EXCEEDED : Ending.JOURNAL_FAILED, reason,
                        why == null ? "" : why);
                return;
            }
        }
        String text = why == null ? null : connection.problem(why);
        link().send(qos == Qos.AT_LEAST_ONCE
                ? new Packet.Puback(packetId, reason, text, List.of())
                : new Packet.Pubrec(packetId, reason, text, List.of()));
    }

    /// Handles a PUBREL.
    void released(Packet.Pubrel pubrel) {
        ReceivedIds.Release release = session.receivedIds().release(pubrel.packetId());
        Packet.Pubcomp pubcomp = new Packet.Pubcomp(pubrel.packetId(), release == ReceivedIds.Release.UNKNOWN
                ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                : ReasonCode.SUCCESS);
        if (release == ReceivedIds.Release.TO_BE_RECORDED) {
            tenant().commit(session.lane(), new Effect.Released(session.number(), pubrel.packetId()),
                    connection.promised(() -> complete(pubcomp)));
        } else {
            complete(pubcomp);
        }
    }

    private void complete(Packet.Pubcomp pubcomp) {
        unanswered = Math.max(0, unanswered - 1);
        link().send(pubcomp);
    }

    private boolean waitsForJournal(int packetId) {
        for (Publication publication : tenant().publications(session.lane(), session.clientId())) {
            if (publication.from() == connection && publication.packetId() == packetId
                    && publication.message().qos() == Qos.EXACTLY_ONCE) {
                return true;
            }
        }
        return false;
    }
}
