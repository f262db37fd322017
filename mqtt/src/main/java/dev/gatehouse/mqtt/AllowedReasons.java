package dev.gatehouse.mqtt;

import java.util.Collections;
import java.util.EnumSet;

import static dev.gatehouse.mqtt.ReasonCode.*;

/// Which reason codes stand in which packet of MQTT 5, and what is broken by any other.
enum AllowedReasons {
    CONNACK(Violation.CONNACK_REASON_CODE, EnumSet.of(SUCCESS, UNSPECIFIED_ERROR, MALFORMED_PACKET, PROTOCOL_ERROR,
            IMPLEMENTATION_SPECIFIC_ERROR, UNSUPPORTED_PROTOCOL_VERSION, CLIENT_IDENTIFIER_NOT_VALID,
            BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, SERVER_UNAVAILABLE, SERVER_BUSY, BANNED,
            BAD_AUTHENTICATION_METHOD, TOPIC_NAME_INVALID, PACKET_TOO_LARGE, QUOTA_EXCEEDED, PAYLOAD_FORMAT_INVALID,
            RETAIN_NOT_SUPPORTED, QOS_NOT_SUPPORTED, USE_ANOTHER_SERVER, SERVER_MOVED, CONNECTION_RATE_EXCEEDED)), //
    PUBACK(Violation.PUBACK_REASON_CODE, received()), //
    PUBREC(Violation.PUBREC_REASON_CODE, received()), //
    PUBREL(Violation.PUBREL_REASON_CODE, EnumSet.of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND)), //
    PUBCOMP(Violation.PUBCOMP_REASON_CODE, EnumSet.of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND)), //
    SUBACK(Violation.SUBACK_REASON_CODE, EnumSet.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR,
            IMPLEMENTATION_SPECIFIC_ERROR, NOT_AUTHORIZED, TOPIC_FILTER_INVALID, PACKET_IDENTIFIER_IN_USE,
            QUOTA_EXCEEDED, SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
            WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED)), //
    UNSUBACK(Violation.UNSUBACK_REASON_CODE, EnumSet.of(SUCCESS, NO_SUBSCRIPTION_EXISTED, UNSPECIFIED_ERROR,
            IMPLEMENTATION_SPECIFIC_ERROR, NOT_AUTHORIZED, TOPIC_FILTER_INVALID, PACKET_IDENTIFIER_IN_USE)), //
    DISCONNECT(Violation.DISCONNECT_REASON_CODE, disconnecting()), //
    AUTH(Violation.AUTH_REASON_CODE, EnumSet.of(SUCCESS, CONTINUE_AUTHENTICATION, REAUTHENTICATE));

    private final Violation violation;
    /// One bit per ordinal.
    private final long reasons;

    AllowedReasons(Violation violation, EnumSet<ReasonCode> reasons) {
        this.violation = violation;
        long bits = 0;
        for (ReasonCode reason : reasons) {
            bits |= 1L << reason.ordinal();
        }
        this.reasons = bits;
    }

    private static EnumSet<ReasonCode> received() {
        return EnumSet.of(SUCCESS, NO_MATCHING_SUBSCRIBERS, UNSPECIFIED_ERROR, IMPLEMENTATION_SPECIFIC_ERROR,
                NOT_AUTHORIZED, TOPIC_NAME_INVALID, PACKET_IDENTIFIER_IN_USE, QUOTA_EXCEEDED, PAYLOAD_FORMAT_INVALID);
    }

    /// Of either side: who sends which is said in the standard's table, but in no normative statement.
    private static EnumSet<ReasonCode> disconnecting() {
        EnumSet<ReasonCode> reasons = EnumSet.range(RECEIVE_MAXIMUM_EXCEEDED, WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
        Collections.addAll(reasons, SUCCESS, DISCONNECT_WITH_WILL, UNSPECIFIED_ERROR, MALFORMED_PACKET,
                PROTOCOL_ERROR, IMPLEMENTATION_SPECIFIC_ERROR, NOT_AUTHORIZED, SERVER_BUSY, SERVER_SHUTTING_DOWN,
                KEEP_ALIVE_TIMEOUT, SESSION_TAKEN_OVER, TOPIC_FILTER_INVALID, TOPIC_NAME_INVALID);
        return reasons;
    }

    boolean contains(ReasonCode reason) {
        return (reasons & 1L << reason.ordinal()) != 0;
    }

    /// Reads one reason code.
    ReasonCode read(PacketBody body) {
        int code = body.oneByte();
        ReasonCode reason = ReasonCode.of(code);
        if (reason == null || !contains(reason)) {
            throw body.violation(violation, "0x%02X".formatted(code));
        }
        return reason;
    }
}
