package dev.gatehouse.mqtt;

/// A name and a value, MQTT 5 §3.1.2.11.8. The same name may appear more than once; order is kept.
///
/// @param name UTF-8, at most 65 535 bytes
/// @param value UTF-8, at most 65 535 bytes
public record UserProperty(String name, String value) {}
