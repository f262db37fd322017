package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.TopicFilter;

/// The topic filters of one tenant as a tree of levels.
///
/// - **Thread:** any lane matches without a lock; changes take the tree's lock, one at a time.
/// - **Invariant:** a change is visible to every match that begins after the change returned.
/// - **Source:** MQTT 5 §4.7.
final class SubscriptionTree {
    private static final Subscription[] NONE = new Subscription[0];
    private static final SharedGroup[] NO_GROUPS = new SharedGroup[0];

    private final Node root = new Node();
    private volatile long version;

    /// Grows with every change: what was matched at an older version may be out of date.
    long version() {
        return version;
    }

    /// Adds a subscription, in the place of the same session's earlier one with the same filter [MQTT-3.8.4-3].
    synchronized void add(Subscription subscription) {
        TopicFilter filter = subscription.filter();
        Node node = root;
        for (String level : filter.levels()) {
            node = node.childOrNew(level);
        }
        String shareName = filter.shareName();
        if (shareName == null) {
            node.subscriptions = with(node.subscriptions, subscription);
        } else {
            SharedGroup group = node.group(shareName);
            if (group == null) {
                SharedGroup[] longer = Arrays.copyOf(node.groups, node.groups.length + 1);
                longer[node.groups.length] = new SharedGroup(subscription);
                node.groups = longer;
            } else {
                group.members(with(group.members(), subscription));
            }
        }
        version++;
    }

    /// Removes a session's subscription to exactly this filter; nothing happens when there is none.
    synchronized void remove(Session session, TopicFilter filter) {
        List<String> levels = filter.levels();
        Node[] path = new Node[levels.size() + 1];
        path[0] = root;
        for (int i = 0; i < levels.size(); i++) {
            Node child = path[i].child(levels.get(i));
            if (child == null) {
                return;
            }
            path[i + 1] = child;
        }
        Node node = path[levels.size()];
        String shareName = filter.shareName();
        if (shareName == null) {
            node.subscriptions = without(node.subscriptions, session);
        } else {
            SharedGroup group = node.group(shareName);
            if (group == null) {
                return;
            }
            group.members(without(group.members(), session));
            if (group.members().length == 0) {
                List<SharedGroup> left = new ArrayList<>(List.of(node.groups));
                left.remove(group);
                node.groups = left.toArray(NO_GROUPS);
            }
        }
        for (int i = levels.size(); i > 0 && path[i].isEmpty(); i--) {
            path[i - 1].drop(levels.get(i - 1));
        }
        version++;
    }

    /// The members of a shared subscription; null when there are none.
    @Nullable
    SharedGroup group(TopicFilter shared) {
        Node node = root;
        for (String level : shared.levels()) {
            Node child = node.child(level);
            if (child == null) {
                return null;
            }
            node = child;
        }
        String shareName = shared.shareName();
        return shareName == null ? null : node.group(shareName);
    }

    /// Whether nothing is left of any subscription.
    boolean isEmpty() {
        return root.isEmpty();
    }

    /// Everybody who gets what is published under this topic.
    ///
    /// @param lanes number of lanes, for grouping
    Matches match(String topic, int lanes) {
        long at = version;
        List<Subscription> found = new ArrayList<>(4);
        List<SharedGroup> groups = new ArrayList<>(0);
        boolean wildcards = topic.charAt(0) != '$'; // which the first level's do not match [MQTT-4.7.2-1]
        Node[] here = {root};
        int count = 1;
        for (int from = 0; from >= 0 && count > 0;) {
            int slash = topic.indexOf('/', from);
            String level = null;
            Node[] next = new Node[2 * count];
            int reached = 0;
            for (int i = 0; i < count; i++) {
                Node node = here[i];
                Node all = wildcards ? node.rest : null;
                if (all != null) {
                    all.collect(found, groups);
                }
                Node any = wildcards ? node.any : null;
                if (any != null) {
                    next[reached++] = any;
                }
                Map<String, Node> children = node.children;
                if (children != null) {
                    level = level == null ? topic.substring(from, slash < 0 ? topic.length() : slash) : level;
                    Node named = children.get(level);
                    if (named != null) {
                        next[reached++] = named;
                    }
                }
            }
            here = next;
            count = reached;
            wildcards = true;
            from = slash < 0 ? -1 : slash + 1;
        }
        for (int i = 0; i < count; i++) {
            here[i].collect(found, groups);
            Node all = here[i].rest;
            if (all != null) {
                all.collect(found, groups);
            }
        }
        return Matches.of(at, found, groups, lanes);
    }

    private static Subscription[] with(Subscription[] before, Subscription added) {
        for (int i = 0; i < before.length; i++) {
            if (before[i].session() == added.session()) {
                Subscription[] replaced = before.clone();
                replaced[i] = added;
                return replaced;
            }
        }
        Subscription[] longer = Arrays.copyOf(before, before.length + 1);
        longer[before.length] = added;
        return longer;
    }

    private static Subscription[] without(Subscription[] before, Session session) {
        for (int i = 0; i < before.length; i++) {
            if (before[i].session() == session) {
                if (before.length == 1) {
                    return NONE;
                }
                Subscription[] shorter = new Subscription[before.length - 1];
                System.arraycopy(before, 0, shorter, 0, i);
                System.arraycopy(before, i + 1, shorter, i, before.length - i - 1);
                return shorter;
            }
        }
        return before;
    }

    /// One level of the tree. Written under the tree's lock, read by anybody.
    private static final class Node {
        private volatile @Nullable Map<String, Node> children;
        private volatile @Nullable Node any;
        private volatile @Nullable Node rest;
        private volatile Subscription[] subscriptions = NONE;
        private volatile SharedGroup[] groups = NO_GROUPS;

        @Nullable
        Node named(String level) {
            Map<String, Node> map = children;
            return map == null ? null : map.get(level);
        }

        @Nullable
        Node child(String level) {
            return switch (level) {
                case "+" -> any;
                case "#" -> rest;
                default -> named(level);
            };
        }

        Node childOrNew(String level) {
            Node known = child(level);
            if (known != null) {
                return known;
            }
            Node made = new Node();
            switch (level) {
                case "+" -> any = made;
                case "#" -> rest = made;
                default -> {
                    Map<String, Node> map = children;
                    if (map == null) {
                        map = new ConcurrentHashMap<>(4);
                        children = map;
                    }
                    map.put(level, made);
                }
            }
            return made;
        }

        void drop(String level) {
            switch (level) {
                case "+" -> any = null;
                case "#" -> rest = null;
                default -> {
                    Map<String, Node> map = children;
                    if (map != null) {
                        map.remove(level);
                        if (map.isEmpty()) {
                            children = null;
                        }
                    }
                }
            }
        }

        boolean isEmpty() {
            return children == null && any == null && rest == null && subscriptions.length == 0 && groups.length == 0;
        }

        @Nullable
        SharedGroup group(String shareName) {
            for (SharedGroup group : groups) {
                if (shareName.equals(group.filter().shareName())) {
                    return group;
                }
            }
            return null;
        }

        void collect(List<Subscription> found, List<SharedGroup> foundGroups) {
            for (Subscription subscription : subscriptions) {
                found.add(subscription);
            }
            for (SharedGroup group : groups) {
                foundGroups.add(group);
            }
        }
    }
}
