package dev.gatehouse.server.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import dev.gatehouse.broker.Grants;
import dev.gatehouse.mqtt.ProtocolViolation;
import dev.gatehouse.mqtt.TopicFilter;

/// The topics a client may publish to and the topic filters it may subscribe to. What no filter allows is forbidden.
///
/// - **`#` alone** allows every subscription, `$SYS/#` too, and publishing to every topic that does not start with `$`.
///   Every other filter means what it means in a subscription (MQTT 5 §4.7).
/// - **`%u` and `%c`** stand for the user name and the client id, as a whole level. They match nothing until
///   [#bind(String, String)] fills them in, and never match a name that contains `+`, `#` or `/` or starts with `$`:
///   such a name would widen the filter it is put into.
/// - Immutable; equal when made from the same filters and bound to the same names.
public final class Permissions implements Grants {
    /// Everything: for clients that present no credentials where none are asked for.
    public static final Permissions ALL = of(List.of("#"), List.of("#"));

    private static final String EVERYTHING = "#";

    private final List<String> publish;
    private final List<String> subscribe;
    private final List<TopicFilter> publishFilters;
    private final List<TopicFilter> subscribeFilters;
    private final List<List<String>> subscribeLevels;
    private final boolean publishAll;
    private final boolean subscribeAll;

    private Permissions(List<String> publish, List<String> subscribe, List<TopicFilter> publishFilters,
            List<TopicFilter> subscribeFilters) {
        this.publish = publish;
        this.subscribe = subscribe;
        this.publishFilters = publishFilters;
        this.subscribeFilters = subscribeFilters;
        subscribeLevels = subscribeFilters.stream().map(TopicFilter::levels).toList();
        publishAll = publish.contains(EVERYTHING);
        subscribeAll = subscribe.contains(EVERYTHING);
    }

    /// Permissions from filters as they are written in the configuration or in a command.
    ///
    /// @throws IllegalArgumentException if [#problemOf(String)] has an objection to one of them
    public static Permissions of(List<String> publish, List<String> subscribe) {
        return new Permissions(List.copyOf(publish), List.copyOf(subscribe), withoutPlaceholders(publish),
                withoutPlaceholders(subscribe));
    }

    /// What is wrong with a filter as a permission, as the end of a sentence.
    public static Optional<String> problemOf(String filter) {
        try {
            if (TopicFilter.parse(filter).shareName() != null) {
                return Optional.of("must not start with $share/: allow the topic filter that follows the share name");
            }
        } catch (ProtocolViolation violation) {
            return Optional.of("must be a topic filter: " + violation.getMessage());
        }
        for (String level : filter.split("/", -1)) {
            if ((level.contains("%u") || level.contains("%c")) && !isPlaceholder(level)) {
                return Optional.of("must have %u or %c alone between two slashes");
            }
        }
        return Optional.empty();
    }

    /// The same permissions with `%u` and `%c` filled in; itself if there are none.
    ///
    /// @param user empty for a client without one: then `%u` matches nothing
    public Permissions bind(String user, String clientId) {
        if (publishFilters.size() == publish.size() && subscribeFilters.size() == subscribe.size()) {
            return this;
        }
        return new Permissions(publish, subscribe, bound(publish, user, clientId), bound(subscribe, user, clientId));
    }

    /// May this client publish to the topic?
    ///
    /// @param topic a valid topic name, not empty
    @Override
    public boolean mayPublish(String topic) {
        if (publishAll && topic.charAt(0) != '$') {
            return true;
        }
        for (TopicFilter filter : publishFilters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    /// May this client have the subscription? Only if one filter allows everything that the subscription can match. Of
    /// a shared subscription the filter after the share name counts.
    @Override
    public boolean maySubscribe(TopicFilter subscription) {
        if (subscribeAll) {
            return true;
        }
        List<String> wanted = subscription.levels();
        for (List<String> allowed : subscribeLevels) {
            if (covers(allowed, wanted)) {
                return true;
            }
        }
        return false;
    }

    /// The publish filters as written, placeholders and all.
    public List<String> publish() {
        return publish;
    }

    /// The subscribe filters as written, placeholders and all.
    public List<String> subscribe() {
        return subscribe;
    }

    /// Does every topic that `wanted` matches also match `allowed`?
    static boolean covers(List<String> allowed, List<String> wanted) {
        return coversLevels(allowed, withoutEmptyParent(wanted));
    }

    /// `a/#` matches its parent `a` too. `#` and `/#` have none, because a topic has at least one character
    /// [MQTT-4.7.3-1]: they match the same as `+/#` and `/+/#`.
    private static List<String> withoutEmptyParent(List<String> levels) {
        if (levels.equals(List.of("#"))) {
            return List.of("+", "#");
        }
        return levels.equals(List.of("", "#")) ? List.of("", "+", "#") : levels;
    }

    private static boolean coversLevels(List<String> allowed, List<String> wanted) {
        boolean reserved = wanted.getFirst().startsWith("$");
        for (int i = 0; i < allowed.size(); i++) {
            String level = allowed.get(i);
            if (level.equals("#")) {
                return !(i == 0 && reserved);
            }
            if (i == wanted.size() || wanted.get(i).equals("#")) {
                return false;
            }
            boolean same = level.equals(wanted.get(i));
            boolean wildcard = level.equals("+") && !(i == 0 && reserved);
            if (!same && !wildcard) {
                return false;
            }
        }
        return allowed.size() == wanted.size();
    }

    private static List<TopicFilter> withoutPlaceholders(List<String> filters) {
        List<TopicFilter> parsed = new ArrayList<>();
        for (String filter : filters) {
            problemOf(filter).ifPresent(problem -> {
                throw new IllegalArgumentException("'" + filter + "' " + problem);
            });
            if (!hasPlaceholder(filter)) {
                parsed.add(TopicFilter.parse(filter));
            }
        }
        return List.copyOf(parsed);
    }

    private static List<TopicFilter> bound(List<String> filters, String user, String clientId) {
        List<TopicFilter> parsed = new ArrayList<>();
        for (String filter : filters) {
            boolean usable = (!hasLevel(filter, "%u") || fillsOneLevel(user))
                    && (!hasLevel(filter, "%c") || fillsOneLevel(clientId));
            if (usable) {
                boundFilter(filled(filter, user, clientId)).ifPresent(parsed::add);
            }
        }
        return List.copyOf(parsed);
    }

    private static Optional<TopicFilter> boundFilter(String filter) {
        try {
            return Optional.of(TopicFilter.parse(filter));
        } catch (ProtocolViolation tooLong) {
            return Optional.empty(); // no topic is long enough to match it
        }
    }

    private static String filled(String filter, String user, String clientId) {
        List<String> levels = new ArrayList<>();
        for (String level : filter.split("/", -1)) {
            levels.add(switch (level) {
                case "%u" -> user;
                case "%c" -> clientId;
                default -> level;
            });
        }
        return String.join("/", levels);
    }

    private static boolean fillsOneLevel(String name) {
        return !name.isEmpty() && name.charAt(0) != '$' && name.chars().noneMatch(c -> c == '+' || c == '#' || c == '/'
                || c == 0);
    }

    private static boolean hasPlaceholder(String filter) {
        return hasLevel(filter, "%u") || hasLevel(filter, "%c");
    }

    private static boolean hasLevel(String filter, String wanted) {
        for (String level : filter.split("/", -1)) {
            if (level.equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isPlaceholder(String level) {
        return level.equals("%u") || level.equals("%c");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Permissions that && publish.equals(that.publish) && subscribe.equals(that.subscribe)
                && publishFilters.equals(that.publishFilters) && subscribeFilters.equals(that.subscribeFilters);
    }

    @Override
    public int hashCode() {
        return publish.hashCode() * 31 + subscribe.hashCode();
    }

    @Override
    public String toString() {
        return "publish " + publish + ", subscribe " + subscribe;
    }
}
