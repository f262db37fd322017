package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.gatehouse.mqtt.Version.MQTT_3_1;
import static dev.gatehouse.mqtt.Version.MQTT_3_1_1;
import static dev.gatehouse.mqtt.Version.MQTT_5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/// Every violation, provoked by bytes.
class ViolationTest {
    private static final int PACKET_BYTES_MAX = 200;

    /// @param version null before CONNECT
    /// @param hex the packet; blanks are for reading
    record Case(Violation violation, String clause, PacketReader.Role role, @Nullable Version version, String hex) {
        @Override
        public String toString() {
            return violation + " " + (version == null ? "" : version) + " " + hex;
        }
    }

    private static Case first(Violation violation, String clause, String hex) {
        return new Case(violation, clause, PacketReader.Role.SERVER, null, hex);
    }

    private static Case client(Violation violation, Version version, String clause, String hex) {
        return new Case(violation, clause, PacketReader.Role.SERVER, version, hex);
    }

    private static Case server(Violation violation, Version version, String clause, String hex) {
        return new Case(violation, clause, PacketReader.Role.CLIENT, version, hex);
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        cases.addAll(frames());
        cases.addAll(connects());
        cases.addAll(publishes());
        cases.addAll(acknowledgements());
        cases.addAll(subscriptions());
        cases.addAll(properties());
        return cases;
    }

    private static List<Case> frames() {
        return List.of(client(Violation.UNKNOWN_PACKET_TYPE, MQTT_5, "§2.1.2", "00 00"),
                client(Violation.UNKNOWN_PACKET_TYPE, MQTT_3_1_1, "§2.2.1", "f0 00"),
                server(Violation.UNKNOWN_PACKET_TYPE, MQTT_3_1_1, "§2.2.1", "e0 00"),
                client(Violation.WRONG_DIRECTION, MQTT_5, "§2.1.2", "d0 00"),
                client(Violation.WRONG_DIRECTION, MQTT_3_1_1, "§2.2.1", "20"),
                server(Violation.WRONG_DIRECTION, MQTT_5, "§2.1.2", "82"),
                first(Violation.NOT_CONNECT_FIRST, "MQTT-3.1.0-1", "c0 00"),
                first(Violation.NOT_CONNECT_FIRST, "MQTT-3.1.0-1", "00"),
                client(Violation.SECOND_CONNECT, MQTT_5, "MQTT-3.1.0-2", "10"),
                client(Violation.SECOND_CONNECT, MQTT_3_1, "MQTT-3.1.0-2", "10"),
                first(Violation.FIXED_HEADER_FLAGS, "MQTT-2.1.3-1", "16 03 01"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_5, "MQTT-2.1.3-1", "80"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_3_1_1, "MQTT-2.2.2-2", "8a"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_3_1, "MQTT-2.2.2-2", "86"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_5, "MQTT-2.1.3-1", "60"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_5, "MQTT-2.1.3-1", "e1"),
                client(Violation.FIXED_HEADER_FLAGS, MQTT_5, "MQTT-2.1.3-1", "42"),
                client(Violation.VARIABLE_BYTE_INTEGER_TOO_LONG, MQTT_5, "§1.5.5", "30 ff ff ff ff"),
                first(Violation.VARIABLE_BYTE_INTEGER_TOO_LONG, "§1.5.5", "10 80 80 80 80 01"),
                client(Violation.VARIABLE_BYTE_INTEGER_TOO_LONG, MQTT_5, "§1.5.5", "30 09 0001 61 8080808001 00"),
                client(Violation.VARIABLE_BYTE_INTEGER_NOT_SHORTEST, MQTT_5, "MQTT-1.5.5-1", "c0 80 00"),
                client(Violation.VARIABLE_BYTE_INTEGER_NOT_SHORTEST, MQTT_5, "MQTT-1.5.5-1", "30 05 0001 61 8000"),
                client(Violation.PACKET_TOO_LARGE, MQTT_5, "MQTT-3.2.2-15", "30 c6 01"),
                client(Violation.PACKET_TOO_LARGE, MQTT_3_1_1, "§2.2.3", "30 ff ff ff 7f"),
                first(Violation.PACKET_TOO_LARGE, "MQTT-3.2.2-15", "10 ff ff ff 7f"),
                client(Violation.FIELD_TRUNCATED, MQTT_5, "MQTT-4.13.1-1", "40 01 00"),
                client(Violation.FIELD_TRUNCATED, MQTT_3_1_1, "MQTT-4.8.0-1", "30 03 0002 61"),
                client(Violation.FIELD_TRUNCATED, MQTT_3_1_1, "MQTT-4.8.0-1", "82 05 0001 0001 61"),
                client(Violation.FIELD_TRUNCATED, MQTT_5, "MQTT-4.13.1-1", "30 05 0001 61 01 01"),
                client(Violation.FIELD_TRUNCATED, MQTT_5, "MQTT-4.13.1-1", "f0 01 18"),
                client(Violation.TRAILING_BYTES, MQTT_3_1_1, "MQTT-4.8.0-1", "40 03 0001 00"),
                client(Violation.TRAILING_BYTES, MQTT_5, "MQTT-4.13.1-1", "c0 01 00"),
                client(Violation.TRAILING_BYTES, MQTT_5, "MQTT-4.13.1-1", "e0 03 00 00 00"),
                client(Violation.TRAILING_BYTES, MQTT_3_1_1, "MQTT-4.8.0-1", "e0 01 00"),
                first(Violation.TRAILING_BYTES, "MQTT-4.8.0-1", "10 0d 0004 4d515454 04 02 0000 0000 00"),
                client(Violation.STRING_NOT_UTF8, MQTT_5, "MQTT-1.5.4-1", "30 06 0003 eda080 00"),
                client(Violation.STRING_NOT_UTF8, MQTT_3_1_1, "MQTT-1.5.3-1", "30 04 0002 c080"),
                client(Violation.STRING_NOT_UTF8, MQTT_3_1_1, "MQTT-1.5.3-1", "30 04 0002 61ff"),
                client(Violation.STRING_NOT_UTF8, MQTT_3_1_1, "MQTT-1.5.3-1", "82 06 0001 0001 c3 00"),
                client(Violation.STRING_CONTAINS_NULL, MQTT_5, "MQTT-1.5.4-2", "30 06 0003 610062 00"),
                client(Violation.STRING_CONTAINS_NULL, MQTT_3_1_1, "MQTT-1.5.3-2", "30 05 0003 c3a400"),
                client(Violation.PACKET_ID_ZERO, MQTT_5, "MQTT-2.2.1-3", "32 06 0001 61 0000 00"),
                client(Violation.PACKET_ID_ZERO, MQTT_3_1_1, "MQTT-2.3.1-1", "82 06 0000 0001 61 00"),
                client(Violation.PACKET_ID_ZERO, MQTT_3_1_1, "MQTT-2.3.1-1", "a2 05 0000 0001 61"),
                client(Violation.PACKET_ID_ZERO, MQTT_5, "MQTT-2.2.1-3", "40 02 0000"));
    }

    private static List<Case> connects() {
        return List.of(
                first(Violation.UNSUPPORTED_PROTOCOL_NAME, "MQTT-3.1.2-1", "10 0c 0004 6d717474 04 02 0000 0000"),
                first(Violation.UNSUPPORTED_PROTOCOL_NAME, "MQTT-3.1.2-1", "10 08 0000 04 02 0000 0000"),
                first(Violation.UNSUPPORTED_VERSION, "MQTT-3.1.2-2", "10 0c 0004 4d515454 06 02 0000 0000"),
                first(Violation.UNSUPPORTED_VERSION, "MQTT-3.1.2-2", "10 0c 0004 4d515454 86 02 0000 0000"),
                first(Violation.MQTT_WITH_LEVEL_3, "MQTT-3.1.2-2", "10 0c 0004 4d515454 03 02 0000 0000"),
                first(Violation.MQISDP_WITH_OTHER_LEVEL, "MQTT-3.1.2-1",
                        "10 0e 0006 4d5149736470 04 02 0000 0000"),
                first(Violation.BRIDGE_BIT, "MQTT-3.1.2-2", "10 0c 0004 4d515454 84 02 0000 0000"),
                first(Violation.BRIDGE_BIT, "MQTT-3.1.2-2", "10 0e 0006 4d5149736470 83 02 0000 0000"),
                first(Violation.CONNECT_RESERVED_FLAG, "MQTT-3.1.2-3", "10 0c 0004 4d515454 04 03 0000 0000"),
                first(Violation.WILL_QOS_WITHOUT_WILL, "MQTT-3.1.2-11", "10 0d 0004 4d515454 05 0a 0000 00 0000"),
                first(Violation.WILL_QOS_WITHOUT_WILL, "MQTT-3.1.2-13", "10 0c 0004 4d515454 04 0a 0000 0000"),
                first(Violation.WILL_RETAIN_WITHOUT_WILL, "MQTT-3.1.2-13", "10 0d 0004 4d515454 05 22 0000 00 0000"),
                first(Violation.WILL_RETAIN_WITHOUT_WILL, "MQTT-3.1.2-15", "10 0c 0004 4d515454 04 22 0000 0000"),
                first(Violation.WILL_QOS_3, "MQTT-3.1.2-12", "10 0d 0004 4d515454 05 1e 0000 00 0000"),
                first(Violation.WILL_QOS_3, "MQTT-3.1.2-14", "10 0c 0004 4d515454 04 1e 0000 0000"),
                first(Violation.WILL_TOPIC_INVALID, "MQTT-4.7.1-1", "10 11 0004 4d515454 04 06 0000 0000 0001 2b 0000"),
                first(Violation.WILL_TOPIC_INVALID, "MQTT-4.7.0-1",
                        "10 12 0004 4d515454 05 06 0000 00 0000 00 0000 0000"),
                first(Violation.PASSWORD_WITHOUT_USER_NAME, "MQTT-3.1.2-22",
                        "10 0f 0004 4d515454 04 42 0000 0000 0001 61"),
                first(Violation.FIELD_TRUNCATED, "MQTT-4.8.0-1", "10 0c 0004 4d515454 04 82 0000 0000"),
                server(Violation.CONNACK_FLAGS, MQTT_3_1_1, "§3.2.2.1", "20 02 02 00"),
                server(Violation.CONNACK_FLAGS, MQTT_5, "MQTT-3.2.2-1", "20 03 80 00 00"),
                server(Violation.SESSION_PRESENT_WITH_ERROR, MQTT_3_1_1, "MQTT-3.2.2-4", "20 02 01 05"),
                server(Violation.SESSION_PRESENT_WITH_ERROR, MQTT_5, "MQTT-3.2.2-6", "20 03 01 87 00"),
                server(Violation.CONNACK_REASON_CODE, MQTT_5, "MQTT-3.2.2-8", "20 03 00 01 00"),
                server(Violation.CONNACK_REASON_CODE, MQTT_3_1_1, "§3.2.2.3", "20 02 00 06"));
    }

    private static List<Case> publishes() {
        return List.of(client(Violation.QOS_3, MQTT_5, "MQTT-3.3.1-4", "36"),
                client(Violation.QOS_3, MQTT_3_1_1, "MQTT-3.3.1-4", "3f"),
                client(Violation.DUPLICATE_AT_QOS_0, MQTT_5, "MQTT-3.3.1-2", "38"),
                client(Violation.TOPIC_NAME_WILDCARD, MQTT_5, "MQTT-3.3.2-2", "30 06 0003 612f23 00"),
                client(Violation.TOPIC_NAME_WILDCARD, MQTT_3_1_1, "MQTT-3.3.2-2", "30 03 0001 2b"),
                client(Violation.TOPIC_NAME_EMPTY, MQTT_3_1_1, "MQTT-4.7.3-1", "30 02 0000"),
                client(Violation.TOPIC_NAME_EMPTY, MQTT_5, "MQTT-4.7.3-1", "30 03 0000 00"),
                client(Violation.TOPIC_ALIAS_ZERO, MQTT_5, "MQTT-3.3.2-8", "30 07 0001 61 03 230000"),
                client(Violation.RESPONSE_TOPIC_INVALID, MQTT_5, "MQTT-3.3.2-14", "30 08 0001 61 04 08 0001 23"),
                client(Violation.RESPONSE_TOPIC_INVALID, MQTT_5, "MQTT-3.3.2-14", "30 07 0001 61 03 08 0000"),
                client(Violation.PAYLOAD_FORMAT_UNKNOWN, MQTT_5, "§3.3.2.3.2", "30 06 0001 61 02 0102"),
                client(Violation.SUBSCRIPTION_ID_FROM_CLIENT, MQTT_5, "MQTT-3.3.4-6", "30 06 0001 61 02 0b01"));
    }

    private static List<Case> acknowledgements() {
        return List.of(client(Violation.PUBACK_REASON_CODE, MQTT_5, "MQTT-3.4.2-1", "40 03 0001 92"),
                client(Violation.PUBREC_REASON_CODE, MQTT_5, "MQTT-3.5.2-1", "50 03 0001 01"),
                client(Violation.PUBREL_REASON_CODE, MQTT_5, "MQTT-3.6.2-1", "62 03 0001 80"),
                client(Violation.PUBCOMP_REASON_CODE, MQTT_5, "MQTT-3.7.2-1", "70 04 0001 10 00"),
                server(Violation.SUBACK_REASON_CODE, MQTT_5, "MQTT-3.9.3-2", "90 04 0001 00 03"),
                server(Violation.SUBACK_REASON_CODE, MQTT_3_1_1, "MQTT-3.9.3-2", "90 03 0001 87"),
                server(Violation.UNSUBACK_REASON_CODE, MQTT_5, "MQTT-3.11.3-2", "b0 04 0001 00 01"),
                server(Violation.ACKNOWLEDGEMENT_WITHOUT_REASON, MQTT_5, "MQTT-3.8.4-6", "b0 03 0001 00"),
                server(Violation.ACKNOWLEDGEMENT_WITHOUT_REASON, MQTT_3_1_1, "MQTT-3.8.4-5", "90 02 0001"),
                client(Violation.DISCONNECT_REASON_CODE, MQTT_5, "MQTT-3.14.2-1", "e0 01 01"),
                server(Violation.SESSION_EXPIRY_FROM_SERVER, MQTT_5, "MQTT-3.14.2-2", "e0 07 8b 05 1100000001"),
                client(Violation.AUTH_REASON_CODE, MQTT_5, "MQTT-3.15.2-1", "f0 02 80 00"),
                client(Violation.AUTHENTICATION_METHOD_MISSING, MQTT_5, "§3.15.2.2.2", "f0 02 18 00"),
                client(Violation.AUTHENTICATION_METHOD_MISSING, MQTT_5, "§3.15.2.2.2", "f0 06 18 04 16 0001 00"),
                first(Violation.AUTHENTICATION_DATA_WITHOUT_METHOD, "§3.1.2.11.10",
                        "10 11 0004 4d515454 05 02 0000 04 16 0001 00 0000"));
    }

    private static List<Case> subscriptions() {
        return List.of(client(Violation.SUBSCRIBE_WITHOUT_FILTER, MQTT_5, "MQTT-3.8.3-2", "82 03 0001 00"),
                client(Violation.SUBSCRIBE_WITHOUT_FILTER, MQTT_3_1_1, "MQTT-3.8.3-3", "82 02 0001"),
                client(Violation.SUBSCRIPTION_OPTIONS_RESERVED, MQTT_5, "MQTT-3.8.3-5", "82 07 0001 00 0001 61 40"),
                client(Violation.SUBSCRIPTION_OPTIONS_RESERVED, MQTT_3_1_1, "MQTT-3.8.3-4", "82 06 0001 0001 61 04"),
                client(Violation.SUBSCRIPTION_QOS_3, MQTT_5, "§3.8.3.1", "82 07 0001 00 0001 61 03"),
                client(Violation.SUBSCRIPTION_QOS_3, MQTT_3_1_1, "MQTT-3.8.3-4", "82 06 0001 0001 61 03"),
                client(Violation.RETAIN_HANDLING_3, MQTT_5, "§3.8.3.1", "82 07 0001 00 0001 61 30"),
                client(Violation.NO_LOCAL_ON_SHARED, MQTT_5, "MQTT-3.8.3-4",
                        "82 10 0001 00 000a 2473686172652f672f61 04"),
                client(Violation.SUBSCRIPTION_ID_ZERO, MQTT_5, "§3.8.2.1.2", "82 09 0001 02 0b00 0001 61 00"),
                client(Violation.UNSUBSCRIBE_WITHOUT_FILTER, MQTT_5, "MQTT-3.10.3-2", "a2 03 0001 00"),
                client(Violation.UNSUBSCRIBE_WITHOUT_FILTER, MQTT_3_1_1, "MQTT-3.10.3-2", "a2 02 0001"));
    }

    private static List<Case> properties() {
        return List.of(client(Violation.PROPERTIES_BEYOND_PACKET, MQTT_5, "§2.2.2.1", "30 04 0001 61 01"),
                client(Violation.PROPERTY_UNKNOWN, MQTT_5, "§2.2.2.2", "30 06 0001 61 02 0400"),
                client(Violation.PROPERTY_UNKNOWN, MQTT_5, "§2.2.2.2", "30 07 0001 61 03 ff7f00"),
                client(Violation.PROPERTY_NOT_ALLOWED, MQTT_5, "§2.2.2.2", "30 06 0001 61 02 2400"),
                first(Violation.PROPERTY_NOT_ALLOWED, "§2.2.2.2",
                        "10 16 0004 4d515454 05 06 0000 00 0000 03 230001 0001 61 0000"),
                client(Violation.PROPERTY_DUPLICATE, MQTT_5, "§2.2.2.2", "30 08 0001 61 04 01000100"),
                client(Violation.PROPERTY_DUPLICATE, MQTT_5, "§2.2.2.2", "82 0b 0001 04 0b010b02 0001 61 00"),
                first(Violation.PROPERTY_NOT_BOOLEAN, "§2.2.2.2", "10 0f 0004 4d515454 05 02 0000 02 1702 0000"),
                first(Violation.RECEIVE_MAXIMUM_ZERO, "§3.1.2.11.3", "10 10 0004 4d515454 05 02 0000 03 210000 0000"),
                first(Violation.MAXIMUM_PACKET_SIZE_ZERO, "§3.1.2.11.4",
                        "10 12 0004 4d515454 05 02 0000 05 2700000000 0000"),
                server(Violation.MAXIMUM_QOS_INVALID, MQTT_5, "§3.2.2.3.4", "20 05 00 00 02 2402"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void is_found_and_named(Case provoked) {
        PacketReader reader = new PacketReader(provoked.role(), PACKET_BYTES_MAX);
        if (provoked.version() != null) {
            reader.version(provoked.version());
        }
        ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer();
        in.writeBytes(HexFormat.of().parseHex(provoked.hex().replace(" ", "")));
        ProtocolViolation thrown = catchThrowableOfType(ProtocolViolation.class, () -> reader.read(in));
        assertThat(thrown).as("a violation").isNotNull();
        assertThat(thrown.violation()).as(thrown.getMessage()).isEqualTo(provoked.violation());
        assertThat(thrown.reason()).isEqualTo(provoked.violation().reason());
        assertThat(thrown.reason().isError()).isTrue();
        assertThat(thrown).hasMessageContaining("[" + provoked.clause() + "]");
        assertThat(thrown.getStackTrace()).isEmpty();
        Version version = thrown.version();
        assertThat(thrown.clause(version == null ? MQTT_5 : version)).isEqualTo(provoked.clause());
        assertThat(in.refCnt()).isOne();
        in.release();
    }

    @Test
    void each_one_has_a_case_that_provokes_it() {
        Set<Violation> provoked = EnumSet.noneOf(Violation.class);
        cases().forEach(c -> provoked.add(c.violation()));
        // These three cannot be in a packet that is framed correctly: TopicFilterTest provokes them.
        provoked.addAll(Set.of(Violation.TOPIC_FILTER_INVALID, Violation.SHARED_NAME_INVALID,
                Violation.TOPIC_NAME_TOO_LONG));
        assertThat(provoked).containsExactlyInAnyOrder(Violation.values());
    }

    @Test
    void an_unknown_protocol_name_is_not_repeated_because_nobody_knows_what_it_is() {
        PacketReader reader = new PacketReader(PacketReader.Role.SERVER, PACKET_BYTES_MAX);
        ByteBuf in = PooledByteBufAllocator.DEFAULT.buffer();
        in.writeBytes(HexFormat.of().parseHex("100e0006736563726574040200000000"));
        assertThat(catchThrowableOfType(ProtocolViolation.class, () -> reader.read(in)).getMessage())
                .isEqualTo("CONNECT: the protocol name is not MQTT [MQTT-3.1.2-1]: it has 6 characters");
        in.release();
    }
}
