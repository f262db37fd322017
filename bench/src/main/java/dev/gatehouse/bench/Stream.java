package dev.gatehouse.bench;

import java.nio.charset.StandardCharsets;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.Qos;

/// Messages whose order counts: those of one publisher to one topic at one QoS (MQTT 5 §4.6).
///
/// @param qos 1 or 2
record Stream(String publisher, String topic, Bytes topicUtf8, Qos qos) {
    Stream(String publisher, String topic, Qos qos) {
        this(publisher, topic, Bytes.takeOver(topic.getBytes(StandardCharsets.UTF_8)), qos);
    }

    @Override
    public String toString() {
        return publisher + " to " + topic + " at QoS " + qos.level();
    }
}
