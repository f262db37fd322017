package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// The properties of one packet, read and checked; then turned into the record of that packet.
///
/// - **Thread:** that of its [PacketReader], which uses one block for packet after packet.
/// - **Source:** MQTT 5 §2.2.2.
final class PropertyBlock {
    private static final int COUNT = Property.values().length;
    private static final long[] NO_NUMBERS = {};
    private static final @Nullable String[] NO_TEXTS = {};
    private static final @Nullable Bytes[] NO_BINARIES = {};

    /// By [Property#ordinal()]; made for the first packet that has properties, as most connections have none.
    private long[] numbers = NO_NUMBERS;
    private @Nullable String[] texts = NO_TEXTS;
    private @Nullable Bytes[] binaries = NO_BINARIES;
    private List<UserProperty> userProperties = List.of();
    private List<Integer> subscriptionIds = List.of();
    private long seen;

    /// Reads the property length and the properties.
    ///
    /// @param packetBit [PacketType#bit()] or [Property.Bits#WILL]
    /// @return whether there were any
    boolean read(PacketBody body, int packetBit) {
        clear();
        int bytes = body.variable();
        if (bytes == 0) {
            return false;
        }
        if (bytes > body.rest()) {
            throw body.violation(Violation.PROPERTIES_BEYOND_PACKET,
                    PacketBody.bytes(bytes) + " announced, " + body.rest() + " left");
        }
        if (numbers.length == 0) {
            numbers = new long[COUNT];
            texts = new String[COUNT];
            binaries = new Bytes[COUNT];
        }
        int packetEnd = body.limit(bytes);
        while (body.rest() > 0) {
            readOne(body, packetBit);
        }
        body.unlimit(packetEnd);
        return true;
    }

    private void clear() {
        if (seen != 0) {
            Arrays.fill(texts, null);
            Arrays.fill(binaries, null);
            userProperties = List.of();
            subscriptionIds = List.of();
            seen = 0;
        }
    }

    private void readOne(PacketBody body, int packetBit) {
        int id = body.variable();
        Property property = Property.of(id);
        if (property == null) {
            throw body.violation(Violation.PROPERTY_UNKNOWN, "identifier " + id);
        }
        if (!property.isAllowedIn(packetBit)) {
            throw body.violation(Violation.PROPERTY_NOT_ALLOWED,
                    property + (packetBit == Property.Bits.WILL ? " in the will" : ""));
        }
        if (has(property) && !property.isRepeatableIn(packetBit)) {
            throw body.violation(Violation.PROPERTY_DUPLICATE, property.toString());
        }
        seen |= 1L << property.ordinal();
        switch (property.form()) {
            case BOOLEAN, BYTE -> number(body, property, body.oneByte());
            case TWO_BYTES -> number(body, property, body.twoBytes());
            case FOUR_BYTES -> number(body, property, body.fourBytes());
            case VARIABLE -> subscriptionId(body, body.variable());
            case TEXT -> text(body, property, body.text());
            case BINARY -> binaries[property.ordinal()] = body.copyBinary();
            case PAIR -> {
                if (userProperties.isEmpty()) {
                    userProperties = new ArrayList<>();
                }
                userProperties.add(new UserProperty(body.text(), body.text()));
            }
        }
    }

    private void number(PacketBody body, Property property, long value) {
        Violation violation = rangeViolation(property, value);
        if (violation != null) {
            throw body.violation(violation, property + " is " + value);
        }
        numbers[property.ordinal()] = value;
    }

    private static @Nullable Violation rangeViolation(Property property, long value) {
        if (property.form() == Property.Form.BOOLEAN) {
            return value > 1 ? Violation.PROPERTY_NOT_BOOLEAN : null;
        }
        return switch (property) {
            case PAYLOAD_FORMAT -> value > 1 ? Violation.PAYLOAD_FORMAT_UNKNOWN : null;
            case MAXIMUM_QOS -> value > 1 ? Violation.MAXIMUM_QOS_INVALID : null;
            case RECEIVE_MAXIMUM -> value == 0 ? Violation.RECEIVE_MAXIMUM_ZERO : null;
            case MAXIMUM_PACKET_SIZE -> value == 0 ? Violation.MAXIMUM_PACKET_SIZE_ZERO : null;
            case TOPIC_ALIAS -> value == 0 ? Violation.TOPIC_ALIAS_ZERO : null;
            default -> null;
        };
    }

    private void subscriptionId(PacketBody body, int id) {
        if (id == 0) {
            throw body.violation(Violation.SUBSCRIPTION_ID_ZERO, "");
        }
        if (subscriptionIds.isEmpty()) {
            subscriptionIds = new ArrayList<>(2);
        }
        subscriptionIds.add(id);
    }

    private void text(PacketBody body, Property property, String text) {
        if (property == Property.RESPONSE_TOPIC && (text.isEmpty() || TopicName.hasWildcard(text))) {
            throw body.violation(Violation.RESPONSE_TOPIC_INVALID, TopicName.shown(text));
        }
        texts[property.ordinal()] = text;
    }

    boolean has(Property property) {
        return (seen & 1L << property.ordinal()) != 0;
    }

    long number(Property property, long absent) {
        return has(property) ? numbers[property.ordinal()] : absent;
    }

    @Nullable
    String text(Property property) {
        return has(property) ? texts[property.ordinal()] : null;
    }

    private @Nullable Bytes binary(Property property) {
        return has(property) ? binaries[property.ordinal()] : null;
    }

    List<UserProperty> userProperties() {
        return List.copyOf(userProperties);
    }

    /// 1 to 268 435 455, or 0 when there is none.
    int subscriptionId() {
        return subscriptionIds.isEmpty() ? 0 : subscriptionIds.getFirst();
    }

    @Nullable
    Bytes authenticationData(PacketBody body) {
        Bytes data = binary(Property.AUTHENTICATION_DATA);
        if (data != null && !has(Property.AUTHENTICATION_METHOD)) {
            throw body.violation(Violation.AUTHENTICATION_DATA_WITHOUT_METHOD, PacketBody.bytes(data.length()));
        }
        return data;
    }

    ConnectProperties connect(PacketBody body) {
        if (seen == 0) {
            return ConnectProperties.NONE;
        }
        return new ConnectProperties(number(Property.SESSION_EXPIRY, 0),
                (int) number(Property.RECEIVE_MAXIMUM, 65_535), number(Property.MAXIMUM_PACKET_SIZE, -1),
                (int) number(Property.TOPIC_ALIAS_MAXIMUM, 0), is(Property.REQUEST_RESPONSE_INFORMATION, false),
                is(Property.REQUEST_PROBLEM_INFORMATION, true), text(Property.AUTHENTICATION_METHOD),
                authenticationData(body), userProperties());
    }

    ConnackProperties connack(PacketBody body) {
        if (seen == 0) {
            return ConnackProperties.NONE;
        }
        return new ConnackProperties(number(Property.SESSION_EXPIRY, -1),
                (int) number(Property.RECEIVE_MAXIMUM, -1),
                has(Property.MAXIMUM_QOS) ? Qos.of((int) number(Property.MAXIMUM_QOS, 0)) : null,
                is(Property.RETAIN_AVAILABLE, true), number(Property.MAXIMUM_PACKET_SIZE, -1),
                text(Property.ASSIGNED_CLIENT_ID), (int) number(Property.TOPIC_ALIAS_MAXIMUM, 0),
                text(Property.REASON_STRING), userProperties(), is(Property.WILDCARD_SUBSCRIPTIONS, true),
                is(Property.SUBSCRIPTION_IDENTIFIERS, true), is(Property.SHARED_SUBSCRIPTIONS, true),
                (int) number(Property.SERVER_KEEP_ALIVE, -1), text(Property.RESPONSE_INFORMATION),
                text(Property.SERVER_REFERENCE), text(Property.AUTHENTICATION_METHOD), authenticationData(body));
    }

    /// Of a PUBLISH or of a will.
    PublishProperties publish() {
        if ((seen & ~(1L << Property.WILL_DELAY.ordinal())) == 0) {
            return PublishProperties.NONE;
        }
        return new PublishProperties((int) number(Property.TOPIC_ALIAS, 0), List.copyOf(subscriptionIds),
                (int) number(Property.PAYLOAD_FORMAT, -1), number(Property.MESSAGE_EXPIRY, -1),
                text(Property.RESPONSE_TOPIC), binary(Property.CORRELATION_DATA),
                text(Property.CONTENT_TYPE), userProperties());
    }

    private boolean is(Property property, boolean absent) {
        return number(property, absent ? 1 : 0) == 1;
    }
}
