package dev.gatehouse.mqtt;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// A valid topic filter, with the name of the share where it is one of a shared subscription (MQTT 5 §4.7, §4.8.2).
///
/// Two are equal when they were sent with the same characters: nothing is normalised [MQTT-4.7.3-4].
public final class TopicFilter {
    private static final String SHARE_PREFIX = "$share/";

    private final String asSent;
    private final String filter;
    private final @Nullable String shareName;

    private TopicFilter(String asSent, String filter, @Nullable String shareName) {
        this.asSent = asSent;
        this.filter = filter;
        this.shareName = shareName;
    }

    /// Checks and takes apart what a client sent in SUBSCRIBE or UNSUBSCRIBE.
    ///
    /// @throws ProtocolViolation [Violation#TOPIC_FILTER_INVALID] or [Violation#SHARED_NAME_INVALID]
    public static TopicFilter parse(String asSent) {
        if (TopicName.isTooLong(asSent)) {
            throw invalid("longer than " + TopicName.BYTES_MAX + " bytes", "");
        }
        if (asSent.indexOf('\0') >= 0 || TopicName.hasLoneSurrogate(asSent)) {
            throw invalid("it contains U+0000 or half a surrogate pair", asSent);
        }
        if (!isShared(asSent)) {
            checkFilter(asSent, asSent);
            return new TopicFilter(asSent, asSent, null);
        }
        int slash = asSent.indexOf('/', SHARE_PREFIX.length());
        String name = asSent.substring(SHARE_PREFIX.length(), slash < 0 ? asSent.length() : slash);
        if (name.isEmpty()) {
            throw unshareable("the share name is empty", asSent);
        }
        if (TopicName.hasWildcard(name)) {
            throw unshareable("the share name contains a wildcard", asSent);
        }
        if (slash < 0 || slash + 1 == asSent.length()) {
            throw unshareable("no topic filter follows the share name", asSent);
        }
        String filter = asSent.substring(slash + 1);
        checkFilter(filter, asSent);
        return new TopicFilter(asSent, filter, name);
    }

    static boolean isShared(String asSent) {
        return asSent.startsWith(SHARE_PREFIX);
    }

    private static void checkFilter(String filter, String asSent) {
        if (filter.isEmpty()) {
            throw invalid("it is empty", asSent);
        }
        for (int i = 0; i < filter.length(); i++) {
            char c = filter.charAt(i);
            boolean startsLevel = i == 0 || filter.charAt(i - 1) == '/';
            boolean last = i + 1 == filter.length();
            if (c == '#' && !(startsLevel && last)) {
                throw invalid("# must fill the last level", asSent);
            }
            if (c == '+' && !(startsLevel && (last || filter.charAt(i + 1) == '/'))) {
                throw invalid("+ must fill a whole level", asSent);
            }
        }
    }

    private static ProtocolViolation invalid(String why, String asSent) {
        return new ProtocolViolation(Violation.TOPIC_FILTER_INVALID,
                asSent.isEmpty() ? why : why + ", in " + TopicName.shown(asSent));
    }

    private static ProtocolViolation unshareable(String why, String asSent) {
        return new ProtocolViolation(Violation.SHARED_NAME_INVALID, why + ", in " + TopicName.shown(asSent));
    }

    /// The filter without `$share/name/`.
    public String filter() {
        return filter;
    }

    /// Whether it can match more than one topic name: has a level `+` or `#`.
    public boolean hasWildcards() {
        return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
    }

    /// The name between `$share/` and the filter; null when the subscription is not shared.
    public @Nullable String shareName() {
        return shareName;
    }

    /// Character by character what the client sent.
    public String asSent() {
        return asSent;
    }

    /// Whether a message published to this topic name belongs to this filter; does not allocate.
    public boolean matches(String topicName) {
        int filterEnd = filter.length();
        int topicEnd = topicName.length();
        if (topicEnd > 0 && topicName.charAt(0) == '$' && filter.charAt(0) != '$') {
            return false; // only a wildcard could match, and it must not [MQTT-4.7.2-1]
        }
        int f = 0;
        int t = 0;
        while (true) { // once per level; f and t stand at the start of one
            char first = f < filterEnd ? filter.charAt(f) : '/';
            if (first == '#') {
                return true;
            }
            if (first == '+') {
                f++;
                while (t < topicEnd && topicName.charAt(t) != '/') {
                    t++;
                }
            } else {
                while (f < filterEnd && t < topicEnd && filter.charAt(f) != '/'
                        && filter.charAt(f) == topicName.charAt(t)) {
                    f++;
                    t++;
                }
            }
            if (t == topicEnd) {
                return f == filterEnd || restIsHash(f); // "sport/#" also matches "sport"
            }
            if (f == filterEnd || filter.charAt(f) != '/' || topicName.charAt(t) != '/') {
                return false;
            }
            f++;
            t++;
        }
    }

    private boolean restIsHash(int f) {
        return f + 2 == filter.length() && filter.charAt(f) == '/' && filter.charAt(f + 1) == '#';
    }

    /// The levels of [#filter()], in order, empty ones too: at least one.
    public List<String> levels() {
        List<String> levels = new ArrayList<>();
        int start = 0;
        for (int slash; (slash = filter.indexOf('/', start)) >= 0; start = slash + 1) {
            levels.add(filter.substring(start, slash));
        }
        levels.add(filter.substring(start));
        return List.copyOf(levels);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TopicFilter that && asSent.equals(that.asSent);
    }

    @Override
    public int hashCode() {
        return asSent.hashCode();
    }

    @Override
    public String toString() {
        return asSent;
    }
}
