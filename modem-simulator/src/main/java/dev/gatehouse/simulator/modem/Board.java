package dev.gatehouse.simulator.modem;

import java.time.Instant;
import java.util.Random;
import java.util.function.BooleanSupplier;

import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.line.Port;
import dev.gatehouse.simulator.net.Network;
import dev.gatehouse.simulator.time.Loop;

/// What every part of the modem shares.
final class Board {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Loop loop;
    private final Profile profile;
    private final Timing timing;
    private final Network network;
    private final Settings settings = new Settings();
    private final Output output;
    private final Faults faults;
    private final Random random;
    private final Transcript transcript;
    private final long startNanos;
    private final Port port;
    private BooleanSupplier flowControl = () -> false;
    private int boots;

    Board(Loop loop, Profile profile, Timing timing, Network network, Port port, Faults faults, long seed,
            Transcript transcript) {
        this.loop = loop;
        this.profile = profile;
        this.timing = timing;
        this.network = network;
        this.faults = faults;
        this.random = new Random(seed);
        this.transcript = transcript;
        this.startNanos = loop.nanos();
        this.port = port;
        this.output = new Output(this, port, settings, faults);
    }

    /// What was planned before does not happen.
    void rebooted() {
        boots++;
    }

    /// Once that time has passed, unless the modem reboots first.
    Loop.Timer after(long millis, Runnable task) {
        return afterNanos(millis * NANOS_PER_MILLI, task);
    }

    Loop.Timer afterNanos(long nanos, Runnable task) {
        int before = boots;
        return loop.after(nanos, () -> {
            if (before == boots) {
                task.run();
            }
        });
    }

    long millis() {
        return (loop.nanos() - startNanos) / NANOS_PER_MILLI;
    }

    Instant now() {
        return Instant.ofEpochMilli(loop.epochMillis());
    }

    void note(Transcript.Who who, String octets) {
        transcript.add(millis(), who, octets);
    }

    /// Of the serial port; 115200 when the port has none.
    int baud() {
        return port.baud() == 0 ? 115_200 : port.baud();
    }

    /// Who knows whether user and modem hold each other back by wire.
    void flowControl(BooleanSupplier isOn) {
        flowControl = isOn;
    }

    /// A user who sends too much waits: by wire, or because the line has no speed at which bytes could be lost.
    boolean holdsUserBack() {
        return port.baud() == 0 || flowControl.getAsBoolean();
    }

    /// The user may not send, or may again.
    void hold(boolean now) {
        port.hold(now);
    }

    void changeSpeed(int baud) {
        port.changeSpeed(baud);
        faults.speed(baud);
    }

    /// Something the person at the simulator should know.
    void note(String text) {
        note(Transcript.Who.NOTE, text);
    }

    Loop loop() {
        return loop;
    }

    Profile profile() {
        return profile;
    }

    Timing timing() {
        return timing;
    }

    Network network() {
        return network;
    }

    Settings settings() {
        return settings;
    }

    Output output() {
        return output;
    }

    Faults faults() {
        return faults;
    }

    Random random() {
        return random;
    }
}
