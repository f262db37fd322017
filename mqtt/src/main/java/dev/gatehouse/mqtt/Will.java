package dev.gatehouse.mqtt;

/// The message that the server publishes when a connection ends without DISCONNECT, MQTT 5 §3.1.2.5.
///
/// @param topic a topic name, already checked
/// @param payload at most 65 535 bytes
/// @param delaySeconds 0 to 4 294 967 295 (§3.1.3.2.2); 0 in MQTT 3
/// @param properties of the message to publish; no topic alias, no subscription identifier
public record Will(String topic, Bytes payload, Qos qos, boolean retain, long delaySeconds,
        PublishProperties properties) {}
