package dev.gatehouse.simulator;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.modem.Identity;
import dev.gatehouse.simulator.modem.Profile;
import dev.gatehouse.simulator.modem.Timing;
import dev.gatehouse.simulator.modem.Transcript;
import dev.gatehouse.simulator.net.Radio;

/// How to start a [Simulator].
///
/// @param profile which modem
/// @param cable what to reach it by
/// @param baud the serial port's speed; 0 for none
/// @param strictBaud a terminal with another speed hears and says noise
/// @param radio the air
/// @param timing how long things take
/// @param identity IMEI, SIM, operator, PIN
/// @param names addresses by host name, asked before the computer is
/// @param faults each in the form of `--fault`
/// @param seed of everything that is left to chance
/// @param boots it boots, and says so, when it is started; else it has been on for long
/// @param listener told what is said, on the simulator's thread
public record SimulatorOptions(Profile profile, Wiring cable, int baud, boolean strictBaud, Radio radio, Timing timing,
        Identity identity, Map<String, String> names, List<String> faults, long seed, boolean boots,
        Consumer<Transcript.Entry> listener) {

    /// What a user reaches the modem by.
    public sealed interface Wiring {
        /// @param port of the loopback interface; 0 for one that the system picks
        record Tcp(int port) implements Wiring {}

        /// @param link a symbolic link to make to the terminal; null for none
        record Pty(@Nullable Path link) implements Wiring {}
    }

    public SimulatorOptions {
        if (baud < 0) {
            throw new IllegalArgumentException("the speed is 0 (none) or a number of bits per second, not " + baud);
        }
        names = Map.copyOf(names);
        faults = List.copyOf(faults);
    }

    /// For tests: an A7670E on a TCP port, without speed, latency or waiting.
    public static SimulatorOptions fast() {
        return new SimulatorOptions(Profile.A7670E, new Wiring.Tcp(0), 0, false, Radio.NONE, Timing.fast(),
                Identity.USUAL, Map.of(), List.of(), 1, false, _ -> {});
    }

    /// As on a desk: 115200 baud, LTE, and an answer after milliseconds.
    public static SimulatorOptions real() {
        return new SimulatorOptions(Profile.A7670E, new Wiring.Tcp(0), 115_200, false, Radio.LTE, Timing.real(),
                Identity.USUAL, Map.of(), List.of(), 1, false, _ -> {});
    }

    public SimulatorOptions with(Profile newProfile) {
        return new SimulatorOptions(newProfile, cable, baud, strictBaud, radio, timing, identity, names, faults, seed,
                boots, listener);
    }

    public SimulatorOptions with(Wiring newCable) {
        return new SimulatorOptions(profile, newCable, baud, strictBaud, radio, timing, identity, names, faults, seed,
                boots, listener);
    }

    public SimulatorOptions with(Radio newRadio) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, newRadio, timing, identity, names, faults, seed,
                boots, listener);
    }

    public SimulatorOptions with(Timing newTiming) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, newTiming, identity, names, faults, seed,
                boots, listener);
    }

    public SimulatorOptions with(Identity newIdentity) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, newIdentity, names, faults, seed,
                boots, listener);
    }

    /// @param newBaud 0 for no speed at all
    public SimulatorOptions withBaud(int newBaud, boolean strict) {
        return new SimulatorOptions(profile, cable, newBaud, strict, radio, timing, identity, names, faults, seed,
                boots, listener);
    }

    /// One more name; its address, or another name.
    public SimulatorOptions withName(String host, String address) {
        Map<String, String> more = new HashMap<>(names);
        more.put(host.toLowerCase(Locale.ROOT), address);
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, identity, more, faults, seed,
                boots, listener);
    }

    /// @param newFaults each in the form of `--fault`
    public SimulatorOptions withFaults(List<String> newFaults) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, identity, names, newFaults, seed,
                boots, listener);
    }

    public SimulatorOptions withSeed(long newSeed) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, identity, names, faults, newSeed,
                boots, listener);
    }

    /// It boots when it is started.
    public SimulatorOptions withBoot() {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, identity, names, faults, seed,
                true, listener);
    }

    public SimulatorOptions withListener(Consumer<Transcript.Entry> newListener) {
        return new SimulatorOptions(profile, cable, baud, strictBaud, radio, timing, identity, names, faults, seed,
                boots, newListener);
    }
}
