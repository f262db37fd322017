package dev.gatehouse.mqtt;

import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/// The rules for topic names, MQTT 5 §4.7.
public final class TopicName {
    /// Bytes of UTF-8 that a topic name or filter has at most [MQTT-4.7.3-3].
    public static final int BYTES_MAX = 65_535;

    private TopicName() {}

    /// Requires a topic name that may be published to: not empty, no wildcard, no U+0000, well-formed, not too long.
    ///
    /// @throws ProtocolViolation naming the rule
    public static void check(String topic) {
        Violation violation = violation(topic);
        if (violation != null) {
            throw new ProtocolViolation(violation, topic.isEmpty() ? "" : "topic " + shown(topic));
        }
    }

    /// Whether [#check(String)] lets it pass.
    public static boolean isValid(String topic) {
        return violation(topic) == null;
    }

    static @Nullable Violation violation(String topic) {
        if (topic.isEmpty()) {
            return Violation.TOPIC_NAME_EMPTY;
        }
        if (hasWildcard(topic)) {
            return Violation.TOPIC_NAME_WILDCARD;
        }
        if (topic.indexOf('\0') >= 0) {
            return Violation.STRING_CONTAINS_NULL;
        }
        if (hasLoneSurrogate(topic)) {
            return Violation.STRING_NOT_UTF8;
        }
        return isTooLong(topic) ? Violation.TOPIC_NAME_TOO_LONG : null;
    }

    static boolean hasWildcard(String text) {
        return text.indexOf('+') >= 0 || text.indexOf('#') >= 0;
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    static boolean isTooLong(String text) {
        if (text.length() <= BYTES_MAX / 3) {
            return false; // a char takes three bytes at most
        }
        return ByteBufUtil.utf8Bytes(text) > BYTES_MAX;
    }

    /// A topic for an error message: quoted, without control characters, at most 80 characters.
    static String shown(String topic) {
        StringBuilder text = new StringBuilder("\"");
        topic.codePoints().limit(80).forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.append(topic.length() > 80 ? "…\"" : "\"").toString();
    }
}
