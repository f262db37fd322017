package dev.gatehouse.simulator.modem;

import dev.gatehouse.simulator.fault.Fault;
import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.line.Port;
import dev.gatehouse.simulator.net.Network;
import dev.gatehouse.simulator.time.Loop;

/// The modem as a whole: its parts, its power, and what a person can do to it. On the loop only.
public final class Modem {
    private final Board board;
    private final Interpreter interpreter;
    private final Basics basics;
    private final Cellular cellular;
    private final ModemClock clock;
    private final Sockets sockets;
    private final DataMode dataMode;
    private final Transfers transfers;
    private final TlsContexts tlsContexts;
    private final TlsSessions tlsSessions;
    private final MqttClients mqtt;
    private final HttpService http;
    private final Messages messages;
    private final Positioning positioning;
    private final Faults faults;
    private boolean on = true;

    public Modem(Loop loop, Profile profile, Timing timing, Identity identity, Network network, Port port,
            Faults faults, long seed, Transcript transcript) {
        board = new Board(loop, profile, timing, network, port, faults, seed, transcript);
        Commands commands = new Commands();
        interpreter = new Interpreter(board, commands);
        basics = new Basics(board, identity, new Basics.Power() {
            @Override
            public void reboot() {
                Modem.this.reboot();
            }

            @Override
            public void off() {
                powerOff();
            }
        }, commands);
        cellular = new Cellular(board, identity, commands);
        clock = new ModemClock(board, cellular, commands);
        sockets = new Sockets(board, cellular, commands);
        dataMode = new DataMode(board, interpreter, commands);
        transfers = new Transfers(board, sockets, dataMode, commands);
        new Names(board, cellular, commands);
        tlsContexts = new TlsContexts(board, new Files(board, commands), clock, commands);
        tlsSessions = new TlsSessions(board, cellular, tlsContexts, dataMode, commands);
        mqtt = new MqttClients(board, cellular, tlsContexts, commands);
        http = new HttpService(board, cellular, tlsContexts, commands);
        messages = new Messages(board, cellular, commands);
        positioning = new Positioning(board, clock, commands);
        board.flowControl(basics::hasFlowControl);
        cellular.onLoss(this::bearerLost);
        cellular.onReset(this::reboot);
        this.faults = faults;
        faults.speed(port.baud());
        faults.connect(board.output()::send, this::happen, board::note, basics::hasFlowControl);
    }

    /// Bytes from the user.
    ///
    /// @param octets characters 0 to 255
    public void input(String octets) {
        String heard = faults.receive(octets);
        if (!heard.isEmpty()) {
            board.note(Transcript.Who.USER, heard);
            interpreter.input(heard);
        }
    }

    private void bearerLost() {
        sockets.networkLost();
        tlsSessions.networkLost();
        mqtt.networkLost();
    }

    /// As by `AT+CRESET`, or by a voltage that was too low for a moment: all that was set is forgotten.
    public void reboot() {
        board.rebooted();
        board.output().mute(true);
        interpreter.off();
        on = false;
        faults.rebooted();
        basics.rebooted();
        cellular.rebooted();
        sockets.rebooted();
        clock.rebooted();
        dataMode.rebooted();
        transfers.rebooted();
        tlsContexts.rebooted();
        tlsSessions.rebooted();
        mqtt.rebooted();
        http.rebooted();
        messages.rebooted();
        positioning.rebooted();
        board.after(board.timing().bootMillis(), this::booted);
    }

    private void booted() {
        int step = board.timing().bootLineMillis();
        on = true;
        board.output().mute(false);
        interpreter.on();
        board.output().urc(board.profile().banner());
        board.after(step, () -> board.output().urc(cellular.isSimPresent()
                ? "+CPIN: " + cellular.pinState()
                : "+CPIN: SIM REMOVED"));
        board.after(2L * step, () -> {
            if (cellular.simReady()) {
                board.output().urc("SMS DONE");
            }
        });
        board.after(board.timing().registrationMillis(), () -> {
            clock.found();
            cellular.registered();
            if (cellular.hasService()) {
                board.output().urc("+CGEV: EPS PDN ACT 1");
            }
        });
        board.after(3L * step, () -> board.output().urc("PB DONE"));
    }

    /// As by `AT+CPOF`: silence, until [#powerOn].
    public void powerOff() {
        reboot();
        board.rebooted();
    }

    /// The power key.
    public void powerOn() {
        if (!on) {
            reboot();
        }
    }

    /// The modem is on and has booted.
    public boolean isOn() {
        return on;
    }

    /// What happens to it, on purpose.
    private void happen(Fault.Event event) {
        switch (event) {
            case Fault.Reboot _ -> reboot();
            case Fault.PowerOff _ -> powerOff();
            case Fault.Silence _,Fault.BaudMismatch _ -> {
                // Those are the line's.
            }
            case Fault.NetworkLost lost -> {
                cellular.packetService(false, false);
                later(lost.millis(), () -> cellular.packetService(true, false));
            }
            case Fault.PdpLost lost -> {
                cellular.packetService(false, true);
                sockets.deaf(true);
                // Connections that were open stay dead: the bearer that comes back has another address.
                later(lost.millis(), () -> cellular.packetService(true, true));
            }
            case Fault.SimRemoved removed -> {
                cellular.simPresent(false);
                later(removed.millis(), () -> {
                    cellular.simPresent(true);
                    board.after(board.timing().registrationMillis(), cellular::registered);
                });
            }
            case Fault.Registration registration -> {
                cellular.registration(registration.stat());
                later(registration.millis(), () -> cellular.registration(Cellular.HOME));
            }
            case Fault.Signal signal -> cellular.signal(signal.rssi());
            case Fault.Close close -> sockets.cut(close.link(), close.cause());
            case Fault.HalfOpen half -> sockets.halfOpen(half.link());
            case Fault.Urc urc -> board.output().urc(urc.text());
            case Fault.Sms sms -> {
                messages.arrived("+10005550100", "hello");
                interpreter.block(sms.millis());
            }
            case Fault.Clock year -> clock.lost(year.year());
            case Fault.MqttLost lost -> mqtt.lost(lost.client(), lost.cause());
            case Fault.MqttNoNet _ -> mqtt.noNetwork();
            case Fault.CchStop _ -> tlsSessions.networkLost();
        }
    }

    private void later(int millis, Runnable task) {
        if (millis > 0) {
            board.after(millis, task);
        }
    }

    /// The operator gives packet data back, the SIM is put in, the power key is pressed: all is well again.
    public void restore() {
        sockets.deaf(false);
        if (!cellular.isSimPresent()) {
            cellular.simPresent(true);
        }
        cellular.packetService(true, false);
        powerOn();
    }
}
