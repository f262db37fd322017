package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.Timing;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.Patience;
import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;

/// A simulated modem and the driver that is connected to it by TCP.
record Rig(Simulator simulator, Modem modem) implements AutoCloseable {
    /// The name under which this computer can be reached through the modem.
    static final String HOST = "peer.mq.test";
    private static final Duration ONLINE = Duration.ofSeconds(20);

    /// What suits a simulated modem that never takes its time, and tests that do not want to wait.
    static ModemSettings impatient() {
        Patience patience = new Patience(Duration.ofMillis(400), Duration.ofMillis(200), Duration.ofMillis(40),
                Duration.ofMillis(300), Duration.ofSeconds(2), Duration.ofSeconds(10));
        return ModemSettings.usual().withTiming(new Timing(patience, Duration.ofSeconds(10), Duration.ofSeconds(5),
                Duration.ofSeconds(10), Duration.ofSeconds(3), Duration.ofSeconds(3), Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(150)));
    }

    /// @param faults in the form of `--fault`; they strike from the moment when the modem is online
    static Rig online(SimulatorOptions options, ModemSettings settings, List<String> faults) throws IOException {
        Simulator simulator = Simulator.start(options.withName(HOST, "127.0.0.1"));
        try {
            Modem modem = Modem.open(Line.of("tcp:127.0.0.1:" + simulator.port(), 115_200, false), settings);
            modem.awaitOnline(ONLINE);
            faults.forEach(simulator::fault);
            return new Rig(simulator, modem);
        } catch (IOException | RuntimeException e) {
            simulator.close();
            throw e;
        }
    }

    static Rig online() throws IOException {
        return online(SimulatorOptions.fast(), impatient(), List.of());
    }

    @Override
    public void close() {
        modem.close();
        simulator.close();
    }
}
