package dev.gatehouse.tests.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Stage;
import dev.gatehouse.doctor.Network;
import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

import dev.gatehouse.tests.doctor.Certificates.Wish;

/// The same probe, with a modem between it and the world.
class ThroughModemIT {
    @TestFactory
    Stream<DynamicTest> names_connections_and_tls_through_a_modem() throws Exception {
        Certificates root = Certificates.selfSigned(Wish.authority("Root"));
        Certificates server = root.sign(Wish.server("acme.mq.test"));
        try (Simulator simulator = Simulator.start(SimulatorOptions.fast().withName("acme.mq.test", "127.0.0.1"));
                Modem modem = Modem.open(Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false),
                        ModemSettings.usual());
                PretendBroker good = new PretendBroker(PretendBroker.encrypted(server.context("TLS"),
                        PretendBroker.mqtt((packet, _) -> PretendBroker.well(packet))));
                PretendBroker refusing = new PretendBroker(PretendBroker.refusing(4))) {
            modem.awaitOnline(Duration.ofSeconds(30));
            Network network = new Network(modem.socketFactory(), host -> resolve(modem, host), "a modem");
            List<Case> cases = List.of(
                    Case.of("a healthy broker with TLS", "mqtts://acme.mq.test:" + good.port())
                            .trusting(root.certificate()).healthy(),
                    Case.of("a wrong password", "mqtt://acme.mq.test:" + refusing.port()).as("eric", "wrong")
                            .fails(Stage.MQTT_AUTH, Cause.BAD_CREDENTIALS),
                    Case.of("a name that nobody knows", "mqtt://nowhere.mq.test").fails(Stage.DNS, Cause.DNS_FAILURE));
            // One after the other, and before the modem is closed: it has one line.
            List<Case.Outcome> outcomes = cases.stream().map(each -> each.through(network).run()).toList();
            return Stream.of(0, 1, 2).map(i -> DynamicTest.dynamicTest(cases.get(i).name(),
                    () -> cases.get(i).check(outcomes.get(i))));
        }
    }

    private static List<InetAddress> resolve(Modem modem, String host) throws UnknownHostException {
        try {
            return List.of(InetAddress.getByAddress(host, InetAddress.ofLiteral(modem.resolve(host)).getAddress()));
        } catch (IOException | IllegalArgumentException e) {
            throw new UnknownHostException(host + ": " + e.getMessage());
        }
    }
}
