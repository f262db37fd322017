package dev.gatehouse.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;

import dev.gatehouse.client.ConnectOptions;
import dev.gatehouse.client.Deadline;
import dev.gatehouse.client.Dialer;
import dev.gatehouse.client.MqttClient;
import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemMqtt;
import dev.gatehouse.modem.ModemTls;
import dev.gatehouse.modem.Secret;
import dev.gatehouse.mqtt.Version;

/// The two ways in in which the modem does more: its TLS, its MQTT.
final class StoryModemWays {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CA = "gatehouse.pem";

    private StoryModemWays() {}

    static void play(Story story, StoryService service, StoryDevice device, MqttClient office)
            throws CommandFault, IOException, InterruptedException {
        Modem modem = device.modem();
        modem.certificates().store(CA, Files.readAllBytes(service.caFile()));
        ModemTls tls = ModemTls.checking(CA);

        story.heading("Second way in: TLS in the modem");
        story.say(
                "AT+CCERTDOWN stores the certificate authority in the modem; AT+CSSLCFG=\"enableSNI\",0,1 has it send the "
                        + "server name, which it does not by default.");
        Deadline deadline = Deadline.in(PATIENCE);
        MqttClient client = MqttClient.connect(new Dialer(modem.tlsSocketFactory(tls), null, null)
                .dial(InetSocketAddress.createUnresolved(StoryService.HOST, service.port()), deadline),
                ConnectOptions.of(Version.MQTT_3_1_1, "meter-2").as(StoryService.USER, service.password()), deadline);
        StoryDevice.publish(client, "meter/2", "21.6");
        story.arrived(office, "meter/2", "21.6");

        story.heading("Third way in: MQTT in the modem");
        story.say("AT+CMQTTCONNECT and its siblings: the device sends a topic and a payload, the modem does the rest.");
        ModemMqtt.Options options = ModemMqtt.Options.of(StoryService.HOST, service.port(), "meter-3")
                .withUser(StoryService.USER,
                        new Secret(new String(service.password().reveal(), StandardCharsets.UTF_8)))
                .withTls(tls);
        try (ModemMqtt mqtt = modem.mqtt(options)) {
            mqtt.publish("meter/3", "21.7".getBytes(StandardCharsets.UTF_8), 1, false);
        }
        story.arrived(office, "meter/3", "21.7");
    }
}
