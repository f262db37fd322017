package dev.gatehouse.client;

import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;

/// A message as it arrived.
///
/// @param retain it was kept by the server for whoever subscribes later
/// @param duplicate it may have come before
public record Message(String topic, Bytes payload, Qos qos, boolean retain, boolean duplicate,
        PublishProperties properties) {}
