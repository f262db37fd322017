package dev.gatehouse.mqtt;

import java.util.List;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One MQTT control packet (MQTT 5 §2.1.2), already checked against its version's rules.
///
/// The same records serve MQTT 3.1, 3.1.1 and 5: what a version cannot say has its neutral value (no reason string,
/// [ReasonCode#SUCCESS], no properties).
public sealed interface Packet {

    /// CONNECT, MQTT 5 §3.1.
    ///
    /// @param clientId at most 65 535 bytes of UTF-8; empty asks for an assigned one (§3.1.3.1)
    /// @param cleanStart Clean Start of MQTT 5, CleanSession of MQTT 3
    /// @param keepAliveSeconds 0 to 65 535; 0 means none (§3.1.2.10)
    /// @param properties in MQTT 3 [ConnectProperties#NONE]
    record Connect(Version version, String clientId, boolean cleanStart, int keepAliveSeconds, @Nullable Will will,
            @Nullable String userName, @Nullable Secret password, ConnectProperties properties) implements Packet {}

    /// CONNACK, MQTT 5 §3.2. In MQTT 3 the reason is mapped to and from the five return codes.
    ///
    /// @param sessionPresent never with an error [MQTT-3.2.2-6]
    record Connack(boolean sessionPresent, ReasonCode reason, ConnackProperties properties) implements Packet {}

    /// PUBLISH, MQTT 5 §3.3.
    ///
    /// @param topic a topic name without wildcards; empty only with a topic alias
    /// @param packetId 1 to 65 535; 0 exactly when `qos` is [Qos#AT_MOST_ONCE] (§2.2.1)
    /// @param payload **owned**: whoever holds this record releases it, once
    record Publish(String topic, Qos qos, boolean duplicate, boolean retain, int packetId,
            PublishProperties properties, ByteBuf payload) implements Packet {}

    /// PUBACK, PUBREC, PUBREL and PUBCOMP: they differ in name only.
    sealed interface Acknowledgement extends Packet {
        /// 1 to 65 535.
        int packetId();

        /// Why; [ReasonCode#SUCCESS] in MQTT 3.
        ReasonCode reason();

        /// Null when absent.
        @Nullable
        String reasonString();

        /// In the order in which they came.
        List<UserProperty> userProperties();
    }

    /// PUBACK, MQTT 5 §3.4.
    record Puback(int packetId, ReasonCode reason, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Acknowledgement {
        /// Without reason string and user properties.
        public Puback(int packetId, ReasonCode reason) {
            this(packetId, reason, null, List.of());
        }
    }

    /// PUBREC, MQTT 5 §3.5.
    record Pubrec(int packetId, ReasonCode reason, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Acknowledgement {
        /// Without reason string and user properties.
        public Pubrec(int packetId, ReasonCode reason) {
            this(packetId, reason, null, List.of());
        }
    }

    /// PUBREL, MQTT 5 §3.6.
    record Pubrel(int packetId, ReasonCode reason, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Acknowledgement {
        /// Without reason string and user properties.
        public Pubrel(int packetId, ReasonCode reason) {
            this(packetId, reason, null, List.of());
        }
    }

    /// PUBCOMP, MQTT 5 §3.7.
    record Pubcomp(int packetId, ReasonCode reason, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Acknowledgement {
        /// Without reason string and user properties.
        public Pubcomp(int packetId, ReasonCode reason) {
            this(packetId, reason, null, List.of());
        }
    }

    /// SUBSCRIBE, MQTT 5 §3.8.
    ///
    /// @param packetId 1 to 65 535
    /// @param subscriptionId 1 to 268 435 455; 0 = absent (§3.8.2.1.2)
    /// @param requests at least one
    record Subscribe(int packetId, int subscriptionId, List<UserProperty> userProperties,
            List<Request> requests) implements Packet {

        /// One topic filter of a SUBSCRIBE with its options, MQTT 5 §3.8.3.1.
        ///
        /// @param filter as sent: may be an invalid topic filter; see [TopicFilter#parse]
        /// @param retainHandling [MQTT-3.3.1-9] to [MQTT-3.3.1-11]
        public record Request(String filter, Qos qos, boolean noLocal, boolean retainAsPublished,
                RetainHandling retainHandling) {}
    }

    /// What happens with retained messages at SUBSCRIBE, MQTT 5 §3.8.3.1. The ordinal is the number on the wire.
    enum RetainHandling {
        SEND, SEND_IF_NEW, DO_NOT_SEND
    }

    /// SUBACK, MQTT 5 §3.9.
    ///
    /// @param reasons one per topic filter, in its order [MQTT-3.9.3-1]
    record Suback(int packetId, List<ReasonCode> reasons, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Packet {}

    /// UNSUBSCRIBE, MQTT 5 §3.10.
    ///
    /// @param filters at least one, as sent
    record Unsubscribe(int packetId, List<UserProperty> userProperties, List<String> filters) implements Packet {}

    /// UNSUBACK, MQTT 5 §3.11. MQTT 3 has no reasons on the wire.
    record Unsuback(int packetId, List<ReasonCode> reasons, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Packet {}

    /// PINGREQ, MQTT 5 §3.12.
    record Pingreq() implements Packet {}

    /// PINGRESP, MQTT 5 §3.13.
    record Pingresp() implements Packet {}

    /// DISCONNECT, MQTT 5 §3.14. In MQTT 3 only from client to server, and without a reason.
    ///
    /// @param sessionExpirySeconds 0 to 4 294 967 295; -1 = absent (§3.14.2.2.2)
    record Disconnect(ReasonCode reason, long sessionExpirySeconds, @Nullable String reasonString,
            @Nullable String serverReference, List<UserProperty> userProperties) implements Packet {
        /// With nothing but a reason.
        public Disconnect(ReasonCode reason) {
            this(reason, -1, null, null, List.of());
        }
    }

    /// AUTH, MQTT 5 §3.15.
    record Auth(ReasonCode reason, @Nullable String method, @Nullable Bytes data, @Nullable String reasonString,
            List<UserProperty> userProperties) implements Packet {}
}
