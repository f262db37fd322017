package dev.gatehouse.simulator.modem;

import java.util.List;

import dev.gatehouse.simulator.fault.Catalogue;
import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.line.Port;

/// A modem on paper: its line is two strings, its network a [PaperNetwork], its time a [ManualLoop].
final class Desk {
    private static final int MILLIS = 500;

    final ManualLoop loop = new ManualLoop();
    final PaperNetwork network = new PaperNetwork(loop);
    final Transcript transcript = new Transcript(_ -> {});
    final Faults faults = new Faults(loop);
    final Modem modem;
    private final StringBuilder heard = new StringBuilder();
    /// 0 for a line without a speed.
    int baud;
    /// The modem has told its user to wait.
    boolean held;

    Desk(Profile profile) {
        this(profile, Identity.USUAL);
    }

    Desk(Profile profile, Identity identity) {
        Port port = new Port() {
            @Override
            public void send(String octets) {
                heard.append(octets);
            }

            @Override
            public int unsentBytes() {
                return 0;
            }

            @Override
            public void hold(boolean now) {
                held = now;
            }

            @Override
            public int baud() {
                return baud;
            }

            @Override
            public void changeSpeed(int newBaud) {
                baud = newBaud;
            }

            @Override
            public void close() {}
        };
        modem = new Modem(loop, profile, Timing.fast(), identity, network, port, faults, 1, transcript);
    }

    /// A modem without echo, in manual mode, with its network open.
    static Desk online() {
        Desk desk = new Desk(Profile.A7670E);
        for (String command : List.of("ATE0", "AT+CIPRXGET=1", "AT+NETOPEN")) {
            String _ = desk.answer(command);
        }
        return desk;
    }

    void type(String octets) {
        modem.input(octets);
        loop.pass(MILLIS);
    }

    /// What was said since this was last asked.
    String heard() {
        loop.pass(MILLIS);
        String all = heard.toString();
        heard.setLength(0);
        return all;
    }

    String answer(String command) {
        type(command + "\r");
        return heard();
    }

    void fault(String text) {
        faults.arm(Catalogue.parse(text, 1));
        loop.pass(1);
    }
}
