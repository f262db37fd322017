package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.Set;

/// The commands of every modem: echo, result codes, identity, speed, power.
final class Basics {
    private static final Set<Integer> SPEEDS = Set.of(0, 300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 57_600,
            115_200, 230_400, 460_800, 921_600, 1_842_000, 3_000_000, 3_200_000, 3_686_400);

    private final Board board;
    private final Settings settings;
    private final Identity identity;
    private final Power power;
    private int flowOut;
    private int flowIn;
    private int speed;
    /// The speed after a reboot.
    private int savedSpeed;

    /// What the power commands do.
    interface Power {
        void reboot();

        void off();
    }

    Basics(Board board, Identity identity, Power power, Commands commands) {
        this.board = board;
        this.settings = board.settings();
        this.identity = identity;
        this.power = power;
        this.speed = board.baud();
        this.savedSpeed = speed;
        results(commands);
        identity(commands);
        serial(commands);
        power(commands);
        rest(commands);
    }

    /// The user and the modem hold each other back by wire: nothing is lost.
    boolean hasFlowControl() {
        return flowOut == 2 && flowIn == 2;
    }

    void rebooted() {
        flowOut = 0;
        flowIn = 0;
        if (speed != savedSpeed) {
            speed = savedSpeed;
            board.changeSpeed(savedSpeed);
        }
        settings.echo = true;
        settings.verbose = true;
        settings.quiet = false;
        settings.errorLevel = 2;
        settings.dataEcho = true;
    }

    private void results(Commands commands) {
        commands.on("E", call -> {
            boolean on = flag(call);
            if (!board.faults().ignores("E")) {
                settings.echo = on;
            }
            call.ok();
        });
        commands.on("V", call -> {
            boolean on = flag(call);
            if (!board.faults().ignores("V") && !board.profile().hasWordsOnly()) {
                settings.verbose = on;
            }
            call.ok();
        });
        commands.on("Q", call -> {
            boolean on = flag(call);
            if (!board.faults().ignores("Q")) {
                settings.quiet = on;
            }
            call.ok();
        });
        commands.on("+CMEE", "+CMEE: (0,1,2)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CMEE: " + settings.errorLevel).ok();
                case SET -> {
                    int level = call.arguments().number(0, 0, 2);
                    if (!board.faults().ignores("CMEE")) {
                        settings.errorLevel = level;
                    }
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("Z", this::defaults);
        commands.on("&F", this::defaults);
        commands.accepted("&W", "&C", "&D", "&S", "X", "L", "M", "H", "S0", "S3", "S4", "S5", "S6", "S7", "S8", "S10");
    }

    private void defaults(Call call) {
        settings.verbose = true;
        settings.quiet = false;
        settings.errorLevel = 2;
        if (call.command().name().equals("&F")) {
            settings.echo = true;
        }
        call.ok();
    }

    private static boolean flag(Call call) {
        return call.is(Command.Kind.SET) && call.arguments().number(0, 0, 1) == 1;
    }

    private void identity(Commands commands) {
        Profile profile = board.profile();
        List<String> about = List.of("Manufacturer: INCORPORATED", "Model: " + profile.model(),
                "Revision: " + profile.revision(), "IMEI: " + identity.imei());
        commands.on("I", call -> call.block(List.of(about.get(0), about.get(1), about.get(2), about.get(3),
                "+GCAP: +CGSM,+FCLASS,+DS")).ok());
        commands.on("+SIMCOMATI", call -> call.block(about).ok());
        for (String name : List.of("+CGMI", "+GMI")) {
            commands.on(name, call -> call.line("INCORPORATED").ok());
        }
        for (String name : List.of("+CGMM", "+GMM")) {
            commands.on(name, call -> call.line(profile.model()).ok());
        }
        for (String name : List.of("+CGMR", "+GMR")) {
            commands.on(name, call -> call.line("+CGMR: " + profile.revision()).ok());
        }
        for (String name : List.of("+CGSN", "+GSN")) {
            commands.on(name, call -> call.line(identity.imei()).ok());
        }
        commands.on("+GCAP", call -> call.line("+GCAP: +CGSM,+FCLASS,+DS").ok());
        commands.on("+CSUB", call -> call.line("+CSUB: V01").ok());
    }

    private void serial(Commands commands) {
        for (String name : List.of("+IPR", "+IPREX")) {
            commands.on(name, name + ": (0,300,600,1200,2400,4800,9600,19200,38400,57600,115200,230400,460800,921600,"
                    + "1842000,3686400)", call -> {
                        switch (call.kind()) {
                            case READ -> call.line(name + ": " + speed).ok();
                            case SET -> changeSpeed(call);
                            case EXECUTE, TEST -> call.ok();
                        }
                    });
        }
        commands.on("+IFC", "+IFC: (0,2),(0,2)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+IFC: " + flowOut + "," + flowIn).ok();
                case SET -> {
                    int out = call.arguments().number(0, 0, 2);
                    int in = call.arguments().number(1, 0, 2, out);
                    if (out == 1 || in == 1) {
                        throw new Rejected();
                    }
                    flowOut = out;
                    flowIn = in;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+ICF", "+ICF: (1-6),(0-3)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+ICF: 3,3");
            }
            call.ok();
        });
        commands.setting("+CATR", 0, 7, 0);
        commands.setting("+CSCLK", 0, 2, 0);
        commands.accepted("+CURCD");
        commands.on("+CMUX", "+CMUX: (0),(0),(1-8),(1-1500)", call -> {
            board.note("the simulator has no CMUX");
            throw new Rejected();
        });
    }

    private void changeSpeed(Call call) {
        int wanted = call.arguments().anyNumber(0);
        if (!SPEEDS.contains(wanted)) {
            throw new Rejected();
        }
        if (call.command().name().equals("+IPREX") && wanted != 0) {
            savedSpeed = wanted;
        }
        call.ok(() -> {
            if (wanted != 0) {
                speed = wanted;
                board.after(board.timing().speedMillis(), () -> board.changeSpeed(wanted));
            }
        });
    }

    private void power(Commands commands) {
        commands.on("+CRESET", call -> call.ok(power::reboot));
        commands.on("+CPOF", call -> call.ok(power::off));
        commands.on("+CPOWD", call -> call.end("NORMAL POWER DOWN", power::off));
    }

    private void rest(Commands commands) {
        commands.on("+CBC", call -> call.line("+CBC: 3.928V").ok());
        commands.on("+CPMUTEMP", call -> call.line("+CPMUTEMP: 31").ok());
        commands.on("+CADC", call -> call.line("+CADC: 1200").ok());
        commands.setting("+CLVL", 0, 5, 2);
        commands.setting("+CSDVC", 1, 3, 1);
        commands.accepted("+CLIP", "+CGDRT", "+CGSETV", "+CVAUXS", "+CREC", "+CHUP", "+CLCC", "+CCFC");
        commands.on("D", call -> {
            board.note("the simulator has no calls and no PPP: ATD" + call.command().text());
            call.end("NO CARRIER", () -> {});
        });
    }
}
