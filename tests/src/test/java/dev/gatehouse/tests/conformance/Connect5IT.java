package dev.gatehouse.tests.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import dev.gatehouse.mqtt.ReasonCode;

/// CONNECT, MQTT 5 §3.1.
class Connect5IT {
    @RegisterExtension
    final Bench bench = new Bench();

    @Test
    void the_first_packet_is_CONNECT_or_the_connection_ends__MQTT_3_1_0_1() {
        bench.client().hex("c000").closed();
        bench.client().hex("3005 0001 61 00 62").closed();
        bench.client().hex("e000").closed();
    }

    @Test
    void a_second_CONNECT_is_a_protocol_error__MQTT_3_1_0_2() {
        Client client = bench.connected("twice");
        client.send(bench.as("twice").packet());
        client.disconnected(ReasonCode.PROTOCOL_ERROR);
    }
}
