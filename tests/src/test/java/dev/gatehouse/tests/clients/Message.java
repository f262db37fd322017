package dev.gatehouse.tests.clients;

/// One application message, as published or as received.
///
/// @param payload text, because every client can print that
/// @param qos 0, 1 or 2: asked for when published, granted when received
/// @param retain the RETAIN flag (MQTT 5 §3.3.1.3)
public record Message(String topic, String payload, int qos, boolean retain) {
    public Message {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos " + qos);
        }
    }

    /// A message that is not retained.
    public static Message of(String topic, String payload, int qos) {
        return new Message(topic, payload, qos, false);
    }

    /// A message that stays as the topic's retained one.
    public static Message retained(String topic, String payload, int qos) {
        return new Message(topic, payload, qos, true);
    }
}
