package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.mqtt.TopicFilter;

/// The retained messages of one tenant, one per topic, as a tree of levels.
///
/// - **Thread:** any lane reads without a lock; changes take the tree's lock.
/// - **Invariant:** a message whose place is not above [#order()] can be read; with [Message#retainedAs()] a
///   subscriber that reads while somebody publishes gets the message once, as retained or live.
/// - **Source:** MQTT 5 §3.3.1.3.
final class RetainedTree {
    private final Node root = new Node();
    private final int messagesMax;
    private final long bytesMax;
    private final Consumer<Message> expired;
    private volatile long order;
    private volatile int messages;
    private volatile long bytes;
    /// No retained message expires before this.
    private long earliestExpiryMicros = Long.MAX_VALUE;

    /// @param expired is told what was forgotten because its expiry passed, on the thread that noticed
    RetainedTree(int messagesMax, long bytesMax, Consumer<Message> expired) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        this.expired = expired;
    }

    /// Why a message cannot be retained.
    enum Refusal {
        TOO_MANY, TOO_LARGE
    }

    /// The place of the latest change.
    long order() {
        return order;
    }

    /// Number of retained messages.
    int messages() {
        return messages;
    }

    /// Whether this very message is still its topic's.
    boolean holds(Message message) {
        Node node = find(message.topic());
        return node != null && node.message == message;
    }

    /// Bytes of topic, payload and properties.
    long bytes() {
        return bytes;
    }

    /// Stores a message at rest, or removes its topic's when the payload is empty [MQTT-3.3.1-6]. What [#refusal] let
    /// through is taken, also when another message has come in between.
    synchronized void put(Message message) {
        if (message.payloadBytes() == 0) {
            remove(message.topic());
        } else {
            store(message);
        }
    }

    /// Why the message cannot be retained; null when there is room for it. Expired messages make room.
    synchronized @Nullable Refusal refusal(Message message, long nowMicros) {
        if (message.payloadBytes() == 0) {
            return null;
        }
        Refusal refusal = refusal(message);
        if (refusal != null && nowMicros >= earliestExpiryMicros) {
            removeExpired(nowMicros);
            refusal = refusal(message);
        }
        return refusal;
    }

    private @Nullable Refusal refusal(Message message) {
        Node node = find(message.topic());
        Message before = node == null ? null : node.message;
        if (before == null && messages >= messagesMax) {
            return Refusal.TOO_MANY;
        }
        long freed = before == null ? 0 : before.weight();
        return bytes - freed + message.weight() > bytesMax ? Refusal.TOO_LARGE : null;
    }

    private void removeExpired(long nowMicros) {
        List<Message> all = new ArrayList<>(messages);
        collectAll(root, all);
        earliestExpiryMicros = Long.MAX_VALUE;
        for (Message message : all) {
            if (message.expired(nowMicros)) {
                remove(message.topic());
                expired.accept(message);
            } else {
                earliestExpiryMicros = Math.min(earliestExpiryMicros, message.expiresAtMicros());
            }
        }
    }

    private synchronized void store(Message message) {
        Node node = find(message.topic());
        Message before = node == null ? null : node.message;
        long freed = before == null ? 0 : before.weight();
        Node place = node == null ? make(message.topic()) : node;
        message.retainedAs(order + 1);
        place.message = message;
        messages += before == null ? 1 : 0;
        bytes += message.weight() - freed;
        earliestExpiryMicros = Math.min(earliestExpiryMicros, message.expiresAtMicros());
        order++;
    }

    private synchronized void remove(String topic) {
        List<String> levels = List.of(topic.split("/", -1));
        Node[] path = new Node[levels.size() + 1];
        path[0] = root;
        for (int i = 0; i < levels.size(); i++) {
            Node child = path[i].children.get(levels.get(i));
            if (child == null) {
                return;
            }
            path[i + 1] = child;
        }
        Message before = path[levels.size()].message;
        if (before == null) {
            return;
        }
        path[levels.size()].message = null;
        messages--;
        bytes -= before.weight();
        order++;
        for (int i = levels.size(); i > 0 && path[i].message == null && path[i].children.isEmpty(); i--) {
            path[i - 1].children.remove(levels.get(i - 1));
        }
    }

    /// The retained messages that match, up to a place in the order. Expired ones are removed on the way.
    List<Message> matching(TopicFilter filter, long upTo, long nowMicros) {
        List<Message> found = new ArrayList<>();
        collect(root, filter.levels(), 0, found);
        List<Message> valid = new ArrayList<>(found.size());
        for (Message message : found) {
            if (message.expired(nowMicros)) {
                removeIfSame(message);
            } else if (message.retainedAs() <= upTo) {
                valid.add(message);
            }
        }
        return valid;
    }

    private synchronized void removeIfSame(Message late) {
        Node node = find(late.topic());
        if (node != null && node.message == late) {
            remove(late.topic());
            expired.accept(late);
        }
    }

    private void collect(Node node, List<String> levels, int depth, List<Message> found) {
        if (depth == levels.size()) {
            node.addMessage(found);
            return;
        }
        String level = levels.get(depth);
        switch (level) {
            case "#" -> {
                if (depth > 0) {
                    node.addMessage(found);
                }
                for (Map.Entry<String, Node> child : node.children.entrySet()) {
                    if (depth > 0 || !child.getKey().startsWith("$")) {
                        collectAll(child.getValue(), found);
                    }
                }
            }
            case "+" -> {
                for (Map.Entry<String, Node> child : node.children.entrySet()) {
                    if (depth > 0 || !child.getKey().startsWith("$")) {
                        collect(child.getValue(), levels, depth + 1, found);
                    }
                }
            }
            default -> {
                Node child = node.children.get(level);
                if (child != null) {
                    collect(child, levels, depth + 1, found);
                }
            }
        }
    }

    private void collectAll(Node node, List<Message> found) {
        node.addMessage(found);
        for (Node child : node.children.values()) {
            collectAll(child, found);
        }
    }

    private @Nullable Node find(String topic) {
        Node node = root;
        for (String level : topic.split("/", -1)) {
            Node child = node.children.get(level);
            if (child == null) {
                return null;
            }
            node = child;
        }
        return node;
    }

    private Node make(String topic) {
        Node node = root;
        for (String level : topic.split("/", -1)) {
            node = node.children.computeIfAbsent(level, _ -> new Node());
        }
        return node;
    }

    /// One level of the tree.
    private static final class Node {
        private final Map<String, Node> children = new ConcurrentHashMap<>(2);
        private volatile @Nullable Message message;

        void addMessage(List<Message> found) {
            Message here = message;
            if (here != null) {
                found.add(here);
            }
        }
    }
}
