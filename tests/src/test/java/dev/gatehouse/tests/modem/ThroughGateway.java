package dev.gatehouse.tests.modem;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.gateway.Endpoint;
import dev.gatehouse.modem.gateway.Forward;
import dev.gatehouse.modem.gateway.Gateway;
import dev.gatehouse.modem.gateway.GatewayEvent;
import dev.gatehouse.modem.gateway.GatewayOptions;
import dev.gatehouse.modem.gateway.ModemUplink;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

import static org.assertj.core.api.Assertions.assertThat;

/// A simulated modem, and a gateway before it: SOCKS, and a forward to a port of this computer.
///
/// @param events what the gateway had to say
record ThroughGateway(Simulator simulator, ModemUplink uplink, Gateway gateway, Queue<GatewayEvent> events)
        implements
            AutoCloseable {
    /// @param faults they strike from the moment when the modem is online
    /// @param port where the forward leads
    static ThroughGateway with(long seed, List<String> faults, int port) throws Exception {
        Simulator simulator = Simulator.start(SimulatorOptions.fast().withSeed(seed).withName(Rig.HOST,
                "127.0.0.1"));
        Queue<GatewayEvent> events = new ConcurrentLinkedQueue<>();
        ModemUplink uplink = ModemUplink.start(() -> Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false),
                Rig.impatient(), events::add);
        Gateway gateway = Gateway.start(GatewayOptions.usual().listening(List.of(Endpoint.parse("0")),
                List.of(Forward.parse("0:" + Rig.HOST + ":" + port))),
                uplink, events::add);
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!uplink.state().ready()) {
            assertThat(System.nanoTime()).as(uplink.state().words()).isLessThan(deadline);
            Thread.sleep(2);
        }
        faults.forEach(simulator::fault);
        return new ThroughGateway(simulator, uplink, gateway, events);
    }

    /// What happened, for whoever looks for the reason of a failure.
    String said() {
        StringBuilder said = new StringBuilder();
        events.forEach(event -> said.append("\n  ").append(event.text()));
        return said + Trials.dialogue(simulator);
    }

    int forward() {
        return gateway.forwards().getFirst().port();
    }

    int socks() {
        return gateway.socks().getFirst().port();
    }

    @Override
    public void close() {
        gateway.close();
        uplink.close();
        simulator.close();
    }
}
