package dev.gatehouse.mqtt;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/// Writes fields and properties, or only counts their bytes.
///
/// Every method appends to `out` and returns the number of bytes; with `out` null it returns the same number and
/// writes nothing, so that a size can never differ from what is written. Absent properties take no bytes.
final class PropertyWriter {
    private PropertyWriter() {}

    static int variable(@Nullable ByteBuf out, int value) {
        if (value < 0 || value > 268_435_455) {
            throw new IllegalArgumentException(value + " does not fit into a variable byte integer");
        }
        int bytes = 1;
        int rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            if (out != null) {
                out.writeByte((rest & 0x7F) | 0x80);
            }
            bytes++;
        }
        if (out != null) {
            out.writeByte(rest);
        }
        return bytes;
    }

    static int text(@Nullable ByteBuf out, String text) {
        int bytes = ByteBufUtil.utf8Bytes(text);
        counted(out, bytes);
        if (out != null) {
            ByteBufUtil.reserveAndWriteUtf8(out, text, bytes);
        }
        return 2 + bytes;
    }

    static int binary(@Nullable ByteBuf out, byte[] binary) {
        counted(out, binary.length);
        if (out != null) {
            out.writeBytes(binary);
        }
        return 2 + binary.length;
    }

    private static void counted(@Nullable ByteBuf out, int bytes) {
        if (bytes > 65_535) {
            throw new IllegalArgumentException("a field of " + bytes + " bytes; 65535 fit");
        }
        if (out != null) {
            out.writeShort(bytes);
        }
    }

    static int connect(@Nullable ByteBuf out, ConnectProperties p) {
        int bytes = 0;
        bytes += number(out, Property.SESSION_EXPIRY, p.sessionExpirySeconds(), 0);
        bytes += number(out, Property.RECEIVE_MAXIMUM, p.receiveMaximum(), 65_535);
        bytes += number(out, Property.MAXIMUM_PACKET_SIZE, p.maximumPacketSize(), -1);
        bytes += number(out, Property.TOPIC_ALIAS_MAXIMUM, p.topicAliasMaximum(), 0);
        bytes += flag(out, Property.REQUEST_RESPONSE_INFORMATION, p.requestResponseInformation(), false);
        bytes += flag(out, Property.REQUEST_PROBLEM_INFORMATION, p.requestProblemInformation(), true);
        bytes += text(out, Property.AUTHENTICATION_METHOD, p.authenticationMethod());
        bytes += binary(out, Property.AUTHENTICATION_DATA, p.authenticationData());
        bytes += userProperties(out, p.userProperties());
        return bytes;
    }

    static int connack(@Nullable ByteBuf out, ConnackProperties p) {
        int bytes = 0;
        bytes += number(out, Property.SESSION_EXPIRY, p.sessionExpirySeconds(), -1);
        bytes += number(out, Property.RECEIVE_MAXIMUM, p.receiveMaximum(), -1);
        Qos maximumQos = p.maximumQos();
        if (maximumQos != null && maximumQos != Qos.EXACTLY_ONCE) { // 2 is said by absence only (§3.2.2.3.4)
            bytes += number(out, Property.MAXIMUM_QOS, maximumQos.level(), -1);
        }
        bytes += flag(out, Property.RETAIN_AVAILABLE, p.retainAvailable(), true);
        bytes += number(out, Property.MAXIMUM_PACKET_SIZE, p.maximumPacketSize(), -1);
        bytes += text(out, Property.ASSIGNED_CLIENT_ID, p.assignedClientId());
        bytes += number(out, Property.TOPIC_ALIAS_MAXIMUM, p.topicAliasMaximum(), 0);
        bytes += text(out, Property.REASON_STRING, p.reasonString());
        bytes += userProperties(out, p.userProperties());
        bytes += flag(out, Property.WILDCARD_SUBSCRIPTIONS, p.wildcardSubscriptions(), true);
        bytes += flag(out, Property.SUBSCRIPTION_IDENTIFIERS, p.subscriptionIdentifiers(), true);
        bytes += flag(out, Property.SHARED_SUBSCRIPTIONS, p.sharedSubscriptions(), true);
        bytes += number(out, Property.SERVER_KEEP_ALIVE, p.serverKeepAliveSeconds(), -1);
        bytes += text(out, Property.RESPONSE_INFORMATION, p.responseInformation());
        bytes += text(out, Property.SERVER_REFERENCE, p.serverReference());
        bytes += text(out, Property.AUTHENTICATION_METHOD, p.authenticationMethod());
        bytes += binary(out, Property.AUTHENTICATION_DATA, p.authenticationData());
        return bytes;
    }

    static int will(@Nullable ByteBuf out, Will will) {
        return number(out, Property.WILL_DELAY, will.delaySeconds(), 0) + publish(out, will.properties());
    }

    static int publish(@Nullable ByteBuf out, PublishProperties p) {
        int bytes = 0;
        bytes += number(out, Property.PAYLOAD_FORMAT, p.payloadFormat(), -1);
        bytes += number(out, Property.MESSAGE_EXPIRY, p.messageExpirySeconds(), -1);
        bytes += number(out, Property.TOPIC_ALIAS, p.topicAlias(), 0);
        bytes += text(out, Property.RESPONSE_TOPIC, p.responseTopic());
        bytes += binary(out, Property.CORRELATION_DATA, p.correlationData());
        bytes += userProperties(out, p.userProperties());
        for (int i = 0; i < p.subscriptionIds().size(); i++) { // no iterator: this runs once per delivery
            bytes += number(out, Property.SUBSCRIPTION_ID, p.subscriptionIds().get(i), 0);
        }
        bytes += text(out, Property.CONTENT_TYPE, p.contentType());
        return bytes;
    }

    static int subscribe(@Nullable ByteBuf out, Packet.Subscribe p) {
        return number(out, Property.SUBSCRIPTION_ID, p.subscriptionId(), 0)
                + userProperties(out, p.userProperties());
    }

    static int answer(@Nullable ByteBuf out, @Nullable String reasonString, List<UserProperty> userProperties) {
        return text(out, Property.REASON_STRING, reasonString) + userProperties(out, userProperties);
    }

    static int disconnect(@Nullable ByteBuf out, Packet.Disconnect p) {
        return number(out, Property.SESSION_EXPIRY, p.sessionExpirySeconds(), -1)
                + answer(out, p.reasonString(), p.userProperties())
                + text(out, Property.SERVER_REFERENCE, p.serverReference());
    }

    static int auth(@Nullable ByteBuf out, Packet.Auth p) {
        return text(out, Property.AUTHENTICATION_METHOD, p.method())
                + binary(out, Property.AUTHENTICATION_DATA, p.data())
                + answer(out, p.reasonString(), p.userProperties());
    }

    static int userProperties(@Nullable ByteBuf out, List<UserProperty> userProperties) {
        int bytes = 0;
        for (int i = 0; i < userProperties.size(); i++) {
            UserProperty property = userProperties.get(i);
            bytes += id(out, Property.USER_PROPERTY) + text(out, property.name()) + text(out, property.value());
        }
        return bytes;
    }

    private static int id(@Nullable ByteBuf out, Property property) {
        if (out != null) {
            out.writeByte(property.id());
        }
        return 1;
    }

    private static int flag(@Nullable ByteBuf out, Property property, boolean value, boolean absent) {
        return number(out, property, value ? 1 : 0, absent ? 1 : 0);
    }

    private static int number(@Nullable ByteBuf out, Property property, long value, long absent) {
        if (value == absent) {
            return 0;
        }
        int idBytes = id(out, property);
        return idBytes + switch (property.form()) {
            case BOOLEAN, BYTE -> {
                if (out != null) {
                    out.writeByte((int) value);
                }
                yield 1;
            }
            case TWO_BYTES -> {
                if (out != null) {
                    out.writeShort((int) value);
                }
                yield 2;
            }
            case FOUR_BYTES -> {
                if (out != null) {
                    out.writeInt((int) value);
                }
                yield 4;
            }
            case VARIABLE -> variable(out, (int) value);
            case TEXT, BINARY, PAIR -> throw new AssertionError(property);
        };
    }

    private static int text(@Nullable ByteBuf out, Property property, @Nullable String text) {
        return text == null ? 0 : id(out, property) + text(out, text);
    }

    private static int binary(@Nullable ByteBuf out, Property property, @Nullable Bytes binary) {
        return binary == null ? 0 : id(out, property) + binary(out, binary.shared());
    }
}
