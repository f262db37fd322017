package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// SIM, registration and packet data: everything between the modem and its operator.
final class Cellular {
    static final int HOME = 1;
    static final int SEARCHING = 2;
    private static final int PIN_TRIES = 3;
    private static final List<String> REGISTERS = List.of("+CREG", "+CGREG", "+CEREG");

    private final Board board;
    private final Identity identity;
    private final Map<String, Integer> reports = new LinkedHashMap<>();
    private final Map<Integer, String> contexts = new TreeMap<>();
    private boolean simPresent = true;
    private boolean pinGiven;
    private int pinTries = PIN_TRIES;
    private int registration = HOME;
    private int signal = 23;
    private int function = 1;
    /// `AT+COPS`: 2 is none.
    private int selection;
    private boolean attached = true;
    private boolean packetService = true;
    private Runnable lost = () -> {};
    private Runnable reboot = () -> {};

    Cellular(Board board, Identity identity, Commands commands) {
        this.board = board;
        this.identity = identity;
        contexts.put(1, "\"IP\",\"\"");
        REGISTERS.forEach(name -> reports.put(name, 0));
        sim(commands);
        registration(commands);
        packets(commands);
    }

    /// Called when packets do not pass any more.
    void onLoss(Runnable then) {
        lost = then;
    }

    /// Packets pass.
    boolean hasService() {
        return simReady() && packetService && attached && function == 1 && (registration == HOME || registration == 5);
    }

    boolean simReady() {
        return simPresent && (identity.pin().isEmpty() || pinGiven);
    }

    String address() {
        return identity.address();
    }

    // --- What the person at the simulator does --------------------------------------------------------------------

    void signal(int rssi) {
        signal = rssi;
    }

    void registration(int stat) {
        if (registration == stat) {
            return;
        }
        registration = stat;
        REGISTERS.forEach(this::report);
    }

    private void report(String register) {
        int mode = reports.getOrDefault(register, 0);
        if (mode > 0) {
            board.output().urc(register + ": " + registration + (mode > 1 ? cell(register) : ""));
        }
    }

    private static String cell(String register) {
        return register.equals("+CEREG") ? ",\"1A2B\",\"03C4D5E6\",7" : ",\"1A2B\",\"03C4D5E6\"";
    }

    void simPresent(boolean now) {
        simPresent = now;
        pinGiven = false;
        if (now) {
            board.output().urc("+CPIN: " + pinState());
        } else {
            board.output().urc("+CPIN: SIM REMOVED");
            registration(0);
            lost.run();
        }
    }

    /// The operator ends the packet service, or gives it back.
    ///
    /// @param quietly the modem's socket service is not told
    void packetService(boolean now, boolean quietly) {
        packetService = now;
        if (now) {
            registration(HOME);
            board.output().urc("+CGEV: EPS PDN ACT 1");
            return;
        }
        board.output().urc("+CGEV: NW PDN DEACT 1");
        if (quietly) {
            registration(SEARCHING);
        } else {
            board.output().urc("+CGEV: ME DETACH");
            lost.run();
        }
    }

    // --- Boot -----------------------------------------------------------------------------------------------------

    void rebooted() {
        REGISTERS.forEach(name -> reports.put(name, 0));
        registration = SEARCHING;
        pinGiven = false;
        attached = false;
        function = 1;
        selection = 0;
    }

    /// The line about the SIM that a boot has.
    String pinState() {
        return !simPresent ? "SIM REMOVED" : simReady() ? "READY" : pinTries > 0 ? "SIM PIN" : "SIM PUK";
    }

    boolean isSimPresent() {
        return simPresent;
    }

    /// The modem has found its network again.
    void registered() {
        if (simReady() && packetService && selection != 2) {
            attached = true;
            registration(HOME);
        }
    }

    // --- Commands -------------------------------------------------------------------------------------------------

    private void sim(Commands commands) {
        commands.on("+CPIN", call -> {
            if (!simPresent) {
                throw new Rejected(CmeError.NO_SIM);
            }
            int early = board.faults().simError();
            if (early > 0) {
                throw new Rejected(early);
            }
            switch (call.kind()) {
                case READ -> call.line("+CPIN: " + pinState()).ok();
                case SET -> enterPin(call);
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CIMI", call -> {
            requireSim();
            call.line(identity.imsi()).ok();
        });
        commands.on("+CICCID", call -> {
            requireSim();
            call.line("+ICCID: " + identity.iccid()).ok();
        });
        commands.on("+CCID", call -> {
            requireSim();
            call.line("+CCID: \"" + identity.iccid() + "\"").ok();
        });
        commands.on("+CSPN", call -> {
            requireSim();
            call.line("+CSPN: \"" + identity.operator() + "\",0").ok();
        });
        commands.on("+CNUM", call -> call.ok());
        commands.on("+SPIC", call -> call.line("+SPIC: 3,10,3,10").ok());
        commands.on("+CLCK", call -> call.line("+CLCK: " + (identity.pin().isEmpty() ? 0 : 1)).ok());
        commands.accepted("+UIMHOTSWAPON", "+UIMHOTSWAPLEVEL");
    }

    private void requireSim() {
        if (!simPresent) {
            throw new Rejected(CmeError.NO_SIM);
        }
        if (!simReady()) {
            throw new Rejected(pinTries > 0 ? CmeError.PIN_NEEDED : CmeError.PUK_NEEDED);
        }
    }

    private void enterPin(Call call) {
        if (simReady()) {
            throw new Rejected(CmeError.NOT_ALLOWED);
        }
        if (pinTries == 0) {
            throw new Rejected(CmeError.PUK_NEEDED);
        }
        if (!call.arguments().text(0).equals(identity.pin())) {
            pinTries--;
            throw new Rejected(CmeError.WRONG_PASSWORD);
        }
        pinTries = PIN_TRIES;
        pinGiven = true;
        call.ok(() -> {
            board.output().urc("+CPIN: READY");
            board.after(board.timing().registrationMillis(), this::registered);
        });
    }

    private void registration(Commands commands) {
        for (String name : REGISTERS) {
            commands.on(name, name + ": (0,1,2)", call -> {
                switch (call.kind()) {
                    case READ -> {
                        int mode = reports.getOrDefault(name, 0);
                        call.line(name + ": " + mode + "," + registration + (mode > 1 ? cell(name) : "")).ok();
                    }
                    case SET -> {
                        reports.put(name, call.arguments().number(0, 0, 2));
                        call.ok();
                    }
                    case EXECUTE, TEST -> call.ok();
                }
            });
        }
        commands.on("+CSQ", "+CSQ: (0-31,99),(0-7,99)", call -> call.line("+CSQ: " + signal + ",99").ok());
        commands.on("+COPS", "+COPS: (2,\"" + identity.operator() + "\",\"GH\",\"00101\",7),,(0,1,2,3,4),(0,1,2)",
                call -> {
                    switch (call.kind()) {
                        case READ -> call.line(hasCoverage()
                                ? "+COPS: " + selection + ",0,\"" + identity.operator() + "\",7"
                                : "+COPS: " + selection).ok();
                        case SET -> select(call);
                        case EXECUTE, TEST -> call.ok();
                    }
                });
        commands.on("+CPSI", call -> call.line(hasCoverage()
                ? "+CPSI: LTE,Online,001-01,0x1A2B,63232486,257,EUTRAN-BAND3,1650,5,5,-95,-869,-567,14"
                : "+CPSI: NO SERVICE,Online").ok());
        commands.on("+CNSMOD", call -> call.line("+CNSMOD: 0," + (hasCoverage() ? 8 : 0)).ok());
        commands.setting("+CNMP", 2, 71, 2);
        commands.setting("+CGEREP", 0, 2, 0);
        commands.accepted("+CNBP", "+CMNB", "+CEDRXS", "+CPSMS");
        commands.on("+CFUN", "+CFUN: (0,1,4,5,6,7),(0,1)", this::function);
    }

    /// By itself, or by hand to the only network there is, or not at all.
    private void select(Call call) {
        int wanted = call.arguments().number(0, 0, 4);
        if (wanted == 3) {
            call.ok();
            return;
        }
        boolean was = hasService();
        selection = wanted == 4 ? 1 : wanted;
        if (wanted == 2) {
            registration(0);
            call.ok(was ? lost : () -> {});
        } else {
            call.ok(() -> {
                if (!hasCoverage()) {
                    board.after(board.timing().registrationMillis(), this::registered);
                }
            });
        }
    }

    boolean hasCoverage() {
        return function == 1 && (registration == HOME || registration == 5);
    }

    void onReset(Runnable then) {
        reboot = then;
    }

    private void function(Call call) {
        if (!call.is(Command.Kind.SET)) {
            call.line("+CFUN: " + function).ok();
            return;
        }
        int wanted = call.arguments().number(0, 0, 7);
        boolean reset = call.arguments().number(1, 0, 1, 0) == 1;
        if (wanted == 6 || wanted == 1 && reset) {
            call.ok(reboot);
            return;
        }
        boolean was = hasService();
        function = wanted;
        if (wanted == 1) {
            call.ok(() -> board.after(board.timing().registrationMillis(), this::registered));
        } else {
            registration(0);
            call.ok(was ? lost : () -> {});
        }
    }

    private void packets(Commands commands) {
        commands.on("+CGATT", "+CGATT: (0,1)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CGATT: " + (attached && hasCoverage() ? 1 : 0)).ok();
                case SET -> attach(call);
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CGDCONT", "+CGDCONT: (1-15),\"IP\",,,(0-2),(0-4),(0-1),(0-3)", this::context);
        commands.on("+CGACT", "+CGACT: (0,1)", call -> {
            switch (call.kind()) {
                case READ -> call.block(contexts.keySet().stream()
                        .map(cid -> "+CGACT: " + cid + "," + (cid == 1 && hasService() ? 1 : 0)).toList()).ok();
                case SET -> {
                    int _ = call.arguments().number(0, 0, 1);
                    if (!hasCoverage()) {
                        throw new Rejected(CmeError.NO_NETWORK);
                    }
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CGPADDR", "+CGPADDR: (1)", call -> {
            if (call.is(Command.Kind.SET)) {
                int cid = call.arguments().number(0, 1, 15);
                call.line("+CGPADDR: " + cid + (cid == 1 && hasService() ? "," + address() : ",0.0.0.0")).ok();
            } else {
                call.line("+CGPADDR: 1" + (hasService() ? "," + address() : ",0.0.0.0")).ok();
            }
        });
        commands.on("+CGCONTRDP", call -> {
            if (hasService()) {
                call.line("+CGCONTRDP: 1,5,\"internet\",\"" + address() + "\",\"\",\"10.64.0.1\",\"10.64.0.2\"");
            }
            call.ok();
        });
        commands.accepted("+CGAUTH", "+CGSOCKCONT", "+CSOCKAUTH", "+CSOCKSETPN", "+CGQREQ", "+CGQMIN", "+CGCLASS",
                "+CGDATA");
    }

    private void attach(Call call) {
        boolean wanted = call.arguments().number(0, 0, 1) == 1;
        if (wanted && (!simReady() || !packetService)) {
            throw new Rejected(CmeError.NO_NETWORK);
        }
        boolean was = hasService();
        attached = wanted;
        if (wanted) {
            registration(HOME);
            call.ok();
        } else {
            call.ok(was ? lost : () -> {});
        }
    }

    private void context(Call call) {
        switch (call.kind()) {
            case READ -> {
                List<String> lines = new ArrayList<>();
                contexts.forEach((cid, what) -> lines.add("+CGDCONT: " + cid + "," + what + ",\""
                        + (cid == 1 && hasService() ? address() : "0.0.0.0") + "\",0,0,,,,"));
                call.block(lines).ok();
            }
            case SET -> {
                Arguments arguments = call.arguments();
                int cid = arguments.number(0, 1, 15);
                if (arguments.count() == 1) {
                    contexts.remove(cid);
                } else if (List.of("IP", "IPV6", "IPV4V6", "PPP").contains(arguments.text(1))) {
                    contexts.put(cid, "\"" + arguments.text(1) + "\",\"" + arguments.text(2, 0, 100) + "\"");
                } else {
                    throw new Rejected();
                }
                call.ok();
            }
            case EXECUTE, TEST -> call.ok();
        }
    }
}
