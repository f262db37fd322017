package dev.gatehouse.tests.clients;

import java.util.List;
import java.util.Set;

/// One MQTT client that others wrote. Its `toString` is what a test report calls it.
public interface ClientDriver {
    /// Skips the running test, with the reason, where this client is not installed.
    void assumeInstalled();

    Set<Transport> transports();

    /// Of 3, 4 and 5.
    Set<Integer> protocolLevels();

    /// Connects, publishes in this order, waits for every acknowledgement, disconnects. Refusals are an [Outcome].
    Outcome publish(Connect how, List<Message> messages);

    /// Connects and subscribes; returns when the SUBACK is in. An [AssertionError] when the broker refuses.
    Subscriber subscribe(Connect how, String topicFilter, int qos);

    /// Connects and disconnects.
    default Outcome connect(Connect how) {
        return publish(how, List.of());
    }

    /// Every client there is a driver for.
    static List<ClientDriver> all() {
        return List.of(new Mosquitto(), ScriptedClient.pahoPython(), ScriptedClient.mqttJs(), new HiveMq(),
                new PahoJava());
    }
}
