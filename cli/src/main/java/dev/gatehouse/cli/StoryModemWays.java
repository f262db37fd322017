package dev.gatehouse.cli;

import dev.gatehouse.client.MqttClient;

/// The two ways in in which the modem does more: its TLS, its MQTT.
final class StoryModemWays {
    private StoryModemWays() {}

    static void play(Story story, StoryService service, StoryDevice device, MqttClient office) {}
}
