package dev.gatehouse.simulator.modem;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Satellites: a receiver that finds itself at Greenwich as soon as it is on.
final class Positioning {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("ddMMuu", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HHmmss'.00'", Locale.ROOT);
    private static final String DEGREES = "51.4779000,N,0.0015000,W";
    private static final String MINUTES = "5128.674000,N,00000.090000,W";

    private final Board board;
    private final ModemClock clock;
    private boolean on;

    Positioning(Board board, ModemClock clock, Commands commands) {
        this.board = board;
        this.clock = clock;
        if (board.profile().isA76xx()) {
            commands.on("+CGNSSPWR", "+CGNSSPWR: (0,1)", this::power);
            commands.accepted("+CGNSSTST", "+CGNSSPORTSWITCH", "+CGNSSIPR", "+CGPSNMEARATE", "+CGNSSNMEA");
            for (String start : new String[]{"+CGPSCOLD", "+CGPSWARM", "+CGPSHOT"}) {
                commands.on(start, this::restart);
            }
            commands.on("+CAGPS", call -> {
                requireOn();
                call.ok(() -> board.after(board.timing().netOpenMillis(),
                        () -> board.output().result("+AGPS: success.")));
            });
        } else {
            commands.on("+CGPS", "+CGPS: (0,1),(1-3)", this::switched);
            commands.accepted("+CGPSAUTO", "+CGPSNMEA", "+CGPSNMEARATE", "+CGPSXE", "+CGPSURL");
        }
        commands.on("+CGNSSMODE", "+CGNSSMODE: (1-15)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+CGNSSMODE: 3");
            }
            call.ok();
        });
        commands.on("+CGNSSINFO", call -> call.line("+CGNSSINFO: " + information()).ok());
        commands.on("+CGPSINFO", call -> call.line("+CGPSINFO: " + (on
                ? MINUTES + "," + DATE.format(time()) + "," + TIME.format(time()) + ",45.0,0.0,"
                : ",,,,,,,,")).ok());
        commands.on("+CLBS", "+CLBS: (1-4),(1)", call -> call.ok(() -> board.after(board.timing().netOpenMillis(),
                () -> board.output().result("+CLBS: 0,51.477900,-0.001500,550"))));
    }

    void rebooted() {
        on = false;
    }

    private void requireOn() {
        if (!on) {
            throw new Rejected();
        }
    }

    private void power(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CGNSSPWR: " + (on ? 1 : 0) + ",0,0").ok();
            return;
        }
        boolean wanted = call.arguments().number(0, 0, 1) == 1;
        boolean was = on;
        on = wanted;
        call.ok(wanted && !was
                ? () -> board.after(board.timing().netOpenMillis(),
                        () -> board.output().result("+CGNSSPWR: READY!"))
                : () -> {});
    }

    private void switched(Call call) {
        if (!call.is(Command.Kind.SET)) {
            call.line("+CGPS: " + (on ? "1,1" : "0,1")).ok();
            return;
        }
        boolean wanted = call.arguments().number(0, 0, 1) == 1;
        if (wanted == on) {
            throw new Rejected();
        }
        on = wanted;
        call.ok(wanted ? () -> {} : () -> board.output().result("+CGPS: 0"));
    }

    private void restart(Call call) {
        requireOn();
        call.ok();
    }

    private LocalDateTime time() {
        return LocalDateTime.ofInstant(clock.now(), ZoneOffset.UTC);
    }

    /// Fix, satellites, place, date, time, height, speed, course and three dilutions.
    private String information() {
        boolean a76xx = board.profile().isA76xx();
        if (!on) {
            return a76xx ? ",,,,,,,," : ",,,,,,,,,,,,,,,";
        }
        return (a76xx ? "3,09,02,05,00," + DEGREES : "2,09,05,02," + MINUTES) + "," + DATE.format(time()) + ","
                + TIME.format(time()) + ",45.0,0.0,,1.4,1.0,1.0";
    }
}
