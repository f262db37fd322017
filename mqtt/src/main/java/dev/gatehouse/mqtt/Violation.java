package dev.gatehouse.mqtt;

import static dev.gatehouse.mqtt.ReasonCode.MALFORMED_PACKET;
import static dev.gatehouse.mqtt.ReasonCode.PROTOCOL_ERROR;
import static dev.gatehouse.mqtt.ReasonCode.TOPIC_NAME_INVALID;
import static dev.gatehouse.mqtt.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

/// Every way in which a packet can break the specification: the reason to answer, the clause, a sentence.
///
/// A clause is the id of the normative statement, `MQTT-3.1.2-3`; where the standard says it in prose only, the
/// section, `§2.1.2`. The first is of MQTT 5, the second of MQTT 3.1.1, which also stands for MQTT 3.1.
public enum Violation {
    // The frame
    UNKNOWN_PACKET_TYPE(MALFORMED_PACKET, "§2.1.2", "§2.2.1", "this packet type does not exist in this version"), //
    WRONG_DIRECTION(PROTOCOL_ERROR, "§2.1.2", "§2.2.1", "this packet type travels in the other direction only"), //
    NOT_CONNECT_FIRST(PROTOCOL_ERROR, "MQTT-3.1.0-1", "the first packet is not CONNECT"), //
    SECOND_CONNECT(PROTOCOL_ERROR, "MQTT-3.1.0-2", "CONNECT was sent twice on one connection"), //
    FIXED_HEADER_FLAGS(MALFORMED_PACKET, "MQTT-2.1.3-1", "MQTT-2.2.2-2",
            "the flags of the fixed header are not those of this packet type"), //
    VARIABLE_BYTE_INTEGER_TOO_LONG(MALFORMED_PACKET, "§1.5.5", "§2.2.3",
            "a variable byte integer takes more than four bytes"), //
    VARIABLE_BYTE_INTEGER_NOT_SHORTEST(MALFORMED_PACKET, "MQTT-1.5.5-1", "§2.2.3",
            "a variable byte integer is not encoded in the shortest way"), //
    PACKET_TOO_LARGE(ReasonCode.PACKET_TOO_LARGE, "MQTT-3.2.2-15", "§2.2.3",
            "the packet is larger than the receiver accepts"), //
    FIELD_TRUNCATED(MALFORMED_PACKET, "MQTT-4.13.1-1", "MQTT-4.8.0-1",
            "a field is missing or reaches beyond the end of the packet or of its properties"), //
    TRAILING_BYTES(MALFORMED_PACKET, "MQTT-4.13.1-1", "MQTT-4.8.0-1", "bytes are left over behind the last field"), //
    STRING_NOT_UTF8(MALFORMED_PACKET, "MQTT-1.5.4-1", "MQTT-1.5.3-1", "a string is not well-formed UTF-8"), //
    STRING_CONTAINS_NULL(MALFORMED_PACKET, "MQTT-1.5.4-2", "MQTT-1.5.3-2", "a string contains U+0000"), //
    PACKET_ID_ZERO(MALFORMED_PACKET, "MQTT-2.2.1-3", "MQTT-2.3.1-1", "the packet identifier is 0"), //

    // CONNECT and CONNACK
    UNSUPPORTED_PROTOCOL_NAME(UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-1", "the protocol name is not MQTT"), //
    UNSUPPORTED_VERSION(UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-2", "this protocol level is not supported"), //
    MQTT_WITH_LEVEL_3(UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-2",
            "level 3 (MQTT 3.1) goes with the protocol name MQIsdp, not with MQTT"), //
    MQISDP_WITH_OTHER_LEVEL(UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-1",
            "the protocol name MQIsdp goes with level 3 (MQTT 3.1) only"), //
    BRIDGE_BIT(UNSUPPORTED_PROTOCOL_VERSION, "MQTT-3.1.2-2",
            "the protocol level has the bridge bit 0x80, which is not part of the standard"), //
    CONNECT_RESERVED_FLAG(MALFORMED_PACKET, "MQTT-3.1.2-3", "the reserved connect flag is set"), //
    WILL_QOS_WITHOUT_WILL(MALFORMED_PACKET, "MQTT-3.1.2-11", "MQTT-3.1.2-13", "there is a will QoS without a will"), //
    WILL_RETAIN_WITHOUT_WILL(MALFORMED_PACKET, "MQTT-3.1.2-13", "MQTT-3.1.2-15",
            "the will retain flag is set without a will"), //
    WILL_QOS_3(MALFORMED_PACKET, "MQTT-3.1.2-12", "MQTT-3.1.2-14", "the will QoS is 3"), //
    WILL_TOPIC_INVALID(TOPIC_NAME_INVALID, "MQTT-4.7.0-1", "MQTT-4.7.1-1",
            "the will topic is empty or contains a wildcard"), //
    PASSWORD_WITHOUT_USER_NAME(MALFORMED_PACKET, "§3.1.2.9", "MQTT-3.1.2-22",
            "there is a password without a user name, which only MQTT 5 allows"), //
    CONNACK_FLAGS(MALFORMED_PACKET, "MQTT-3.2.2-1", "§3.2.2.1", "reserved connect acknowledge flags are set"), //
    SESSION_PRESENT_WITH_ERROR(PROTOCOL_ERROR, "MQTT-3.2.2-6", "MQTT-3.2.2-4",
            "CONNACK refuses the connection and says that a session is present"), //
    CONNACK_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.2.2-8", "§3.2.2.3", "CONNACK does not have this reason code"), //

    // PUBLISH
    QOS_3(MALFORMED_PACKET, "MQTT-3.3.1-4", "both QoS bits are set"), //
    DUPLICATE_AT_QOS_0(MALFORMED_PACKET, "MQTT-3.3.1-2", "DUP is set at QoS 0"), //
    TOPIC_NAME_WILDCARD(MALFORMED_PACKET, "MQTT-3.3.2-2", "topic name contains a wildcard"), //
    TOPIC_NAME_EMPTY(PROTOCOL_ERROR, "MQTT-4.7.3-1", "topic name is empty and there is no topic alias"), //
    TOPIC_NAME_TOO_LONG(MALFORMED_PACKET, "MQTT-4.7.3-3", "topic name is longer than 65535 bytes"), //
    TOPIC_ALIAS_ZERO(ReasonCode.TOPIC_ALIAS_INVALID, "MQTT-3.3.2-8", "§2", "the topic alias is 0"), //
    RESPONSE_TOPIC_INVALID(PROTOCOL_ERROR, "MQTT-3.3.2-14", "§2", "the response topic is empty or has a wildcard"), //
    PAYLOAD_FORMAT_UNKNOWN(PROTOCOL_ERROR, "§3.3.2.3.2", "§2", "the payload format indicator is neither 0 nor 1"), //
    SUBSCRIPTION_ID_FROM_CLIENT(PROTOCOL_ERROR, "MQTT-3.3.4-6", "§2",
            "a client put a subscription identifier into PUBLISH"), //
    PUBACK_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.4.2-1", "§2", "PUBACK does not have this reason code"), //
    PUBREC_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.5.2-1", "§2", "PUBREC does not have this reason code"), //
    PUBREL_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.6.2-1", "§2", "PUBREL does not have this reason code"), //
    PUBCOMP_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.7.2-1", "§2", "PUBCOMP does not have this reason code"), //

    // SUBSCRIBE and UNSUBSCRIBE
    SUBSCRIBE_WITHOUT_FILTER(PROTOCOL_ERROR, "MQTT-3.8.3-2", "MQTT-3.8.3-3", "SUBSCRIBE has no topic filter"), //
    SUBSCRIPTION_OPTIONS_RESERVED(MALFORMED_PACKET, "MQTT-3.8.3-5", "MQTT-3.8.3-4",
            "reserved bits of the subscription options are set"), //
    SUBSCRIPTION_QOS_3(PROTOCOL_ERROR, "§3.8.3.1", "MQTT-3.8.3-4", "the requested QoS is 3"), //
    RETAIN_HANDLING_3(PROTOCOL_ERROR, "§3.8.3.1", "MQTT-3.8.3-4", "the retain handling is 3"), //
    NO_LOCAL_ON_SHARED(PROTOCOL_ERROR, "MQTT-3.8.3-4", "§4.7", "No Local is set on a shared subscription"), //
    SUBSCRIPTION_ID_ZERO(PROTOCOL_ERROR, "§3.8.2.1.2", "§2", "the subscription identifier is 0"), //
    UNSUBSCRIBE_WITHOUT_FILTER(PROTOCOL_ERROR, "MQTT-3.10.3-2", "UNSUBSCRIBE has no topic filter"), //
    ACKNOWLEDGEMENT_WITHOUT_REASON(MALFORMED_PACKET, "MQTT-3.8.4-6", "MQTT-3.8.4-5",
            "SUBACK or UNSUBACK has no reason code"), //
    SUBACK_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.9.3-2", "SUBACK does not have this reason code"), //
    UNSUBACK_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.11.3-2", "§3.11", "UNSUBACK does not have this reason code"), //
    TOPIC_FILTER_INVALID(ReasonCode.TOPIC_FILTER_INVALID, "MQTT-4.7.1-1", "MQTT-4.7.1-2",
            "the topic filter is empty, too long, or has a wildcard in the wrong place"), //
    SHARED_NAME_INVALID(ReasonCode.TOPIC_FILTER_INVALID, "MQTT-4.8.2-1", "§4.7",
            "a shared subscription is not of the form $share/name/filter"), //

    // DISCONNECT and AUTH
    DISCONNECT_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.14.2-1", "§3.14", "DISCONNECT does not have this reason code"), //
    SESSION_EXPIRY_FROM_SERVER(PROTOCOL_ERROR, "MQTT-3.14.2-2", "§3.14",
            "a server put a session expiry interval into DISCONNECT"), //
    AUTH_REASON_CODE(PROTOCOL_ERROR, "MQTT-3.15.2-1", "§2.2.1", "AUTH does not have this reason code"), //
    AUTHENTICATION_METHOD_MISSING(PROTOCOL_ERROR, "§3.15.2.2.2", "§2.2.1", "AUTH has no authentication method"), //
    AUTHENTICATION_DATA_WITHOUT_METHOD(PROTOCOL_ERROR, "§3.1.2.11.10", "§2.2.1",
            "there is authentication data without an authentication method"), //

    // Properties
    PROPERTIES_BEYOND_PACKET(MALFORMED_PACKET, "§2.2.2.1", "§2", "the property length reaches beyond the packet"), //
    PROPERTY_UNKNOWN(MALFORMED_PACKET, "§2.2.2.2", "§2", "there is no property with this identifier"), //
    PROPERTY_NOT_ALLOWED(MALFORMED_PACKET, "§2.2.2.2", "§2", "this property does not belong into this packet"), //
    PROPERTY_DUPLICATE(PROTOCOL_ERROR, "§2.2.2.2", "§2", "a property that may appear once appears twice"), //
    PROPERTY_NOT_BOOLEAN(PROTOCOL_ERROR, "§2.2.2.2", "§2", "a property that is 0 or 1 has another value"), //
    RECEIVE_MAXIMUM_ZERO(PROTOCOL_ERROR, "§3.1.2.11.3", "§2", "the receive maximum is 0"), //
    MAXIMUM_PACKET_SIZE_ZERO(PROTOCOL_ERROR, "§3.1.2.11.4", "§2", "the maximum packet size is 0"), //
    MAXIMUM_QOS_INVALID(PROTOCOL_ERROR, "§3.2.2.3.4", "§2", "the maximum QoS is neither 0 nor 1");

    private final ReasonCode reason;
    private final String clause5;
    private final String clause3;
    private final String sentence;

    Violation(ReasonCode reason, String clause, String sentence) {
        this(reason, clause, clause, sentence);
    }

    Violation(ReasonCode reason, String clause5, String clause3, String sentence) {
        this.reason = reason;
        this.clause5 = clause5;
        this.clause3 = clause3;
        this.sentence = sentence;
    }

    /// What to answer where the version and the moment allow an answer.
    public ReasonCode reason() {
        return reason;
    }

    /// The clause that is broken, in the numbering of this version: `MQTT-3.1.2-3` or `§2.1.2`.
    public String clause(Version version) {
        return version.hasProperties() ? clause5 : clause3;
    }

    /// One sentence for a person, without a capital and without a full stop.
    public String sentence() {
        return sentence;
    }
}
