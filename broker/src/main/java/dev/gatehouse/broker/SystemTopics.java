package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// The figures that a tenant finds under `$SYS`: its own, nobody else's. The names are those that MQTT users know.
final class SystemTopics {
    private static final String ROOT = "$SYS";

    private SystemTopics() {}

    /// Whether a filter can match a topic under `$SYS`.
    static boolean concerns(TopicFilter filter) {
        return filter.levels().getFirst().equals(ROOT);
    }

    /// Whether a client tries to publish where only the broker does.
    static boolean reserved(String topic) {
        return topic.startsWith("$SYS/") || topic.equals(ROOT) || topic.startsWith("$share/");
    }

    /// One message per figure.
    static List<Message> of(Tenant tenant, String version, long nowMicros) {
        List<Message> messages = new ArrayList<>();
        add(messages, "version", "Gatehouse " + version, nowMicros);
        add(messages, "clients/connected", tenant.connectionCount(), nowMicros);
        add(messages, "clients/disconnected", Math.max(0, tenant.sessionCount() - tenant.connectionCount()), nowMicros);
        add(messages, "clients/total", tenant.sessionCount(), nowMicros);
        add(messages, "subscriptions/count", tenant.subscriptionCount(), nowMicros);
        add(messages, "retained messages/count", tenant.retainedCount(), nowMicros);
        add(messages, "publish/messages/received", tenant.messagesReceived(), nowMicros);
        add(messages, "publish/messages/sent", tenant.messagesSent(), nowMicros);
        add(messages, "publish/messages/dropped", tenant.messagesDropped(), nowMicros);
        return messages;
    }

    private static void add(List<Message> messages, String topic, long value, long nowMicros) {
        add(messages, topic, Long.toString(value), nowMicros);
    }

    private static void add(List<Message> messages, String topic, String value, long nowMicros) {
        messages.add(Message.of(ROOT + "/broker/" + topic, Qos.AT_MOST_ONCE, false, PublishProperties.NONE, null,
                nowMicros, value.getBytes(StandardCharsets.UTF_8)));
    }
}
