package dev.gatehouse.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.client.TlsOptions;
import dev.gatehouse.client.Transport;
import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.at.EspTrace;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.mqtt.Bytes;
import dev.gatehouse.mqtt.PublishProperties;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.ReasonCode;
import dev.gatehouse.mqtt.Version;

/// The device of the story: a microcontroller behind an A7670, with the modem's whole dialogue as its verbose log.
final class StoryDevice implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ID = "ESP32_5A0C7E"; // what esp-mqtt makes up, in its shape

    private final StringBuilder log = new StringBuilder(); // guarded by the trace, as its writer is
    private final EspTrace trace = new EspTrace(log, InstantSource.system());
    private final Modem modem;

    /// Opens the modem and waits for the network.
    ///
    /// @param device as in `--device`
    StoryDevice(String device) throws ModemException {
        modem = Modem.open(Line.of(device, 115_200, false), ModemSettings.usual().withTrace(trace));
        try {
            modem.awaitOnline(PATIENCE);
        } catch (ModemException e) {
            modem.close();
            throw e;
        }
    }

    Modem modem() {
        return modem;
    }

    /// The log since it was last taken.
    String takeLog() {
        synchronized (trace) {
            String taken = log.toString();
            log.setLength(0);
            return taken;
        }
    }

    /// Connects with MQTT 3.1.1 over TLS 1.2 on the device, and says what came of it in the log.
    ///
    /// @param serverName what the ClientHello says; null for the thread's client, which says nothing
    MqttClient connect(StoryService service, @Nullable String serverName, String user)
            throws CommandFault, IOException {
        TlsOptions tls = new TlsOptions(service.trusting(), serverName, serverName, List.of("TLSv1.2"), List.of());
        Deadline deadline = Deadline.in(PATIENCE);
        Transport transport = new Dialer(modem.socketFactory(), tls, null).dial(
                InetSocketAddress.createUnresolved(StoryService.HOST, service.port()), deadline);
        trace.note("Transport connected to mqtts://" + StoryService.HOST + ":" + service.port());
        try {
            return MqttClient.connect(transport, ConnectOptions.of(Version.MQTT_3_1_1, ID).as(user, service.password()),
                    deadline);
        } catch (IOException e) {
            trace.note("Connection refused, not authorized"); // as esp-mqtt prints return code 5
            throw e;
        }
    }

    /// Publishes one measurement and says goodbye.
    static void publish(MqttClient client, String topic, String payload) throws IOException, InterruptedException {
        client.publish(topic, Bytes.copyOf(payload.getBytes(StandardCharsets.UTF_8)), Qos.AT_LEAST_ONCE, false,
                PublishProperties.NONE, Deadline.in(PATIENCE));
        client.disconnect(ReasonCode.SUCCESS, Deadline.in(PATIENCE));
    }

    @Override
    public void close() {
        modem.close();
    }
}
