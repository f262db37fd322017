package dev.gatehouse.simulator.modem;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The modem's clock: right when the network has told it, in 1970 or 1980 before.
final class ModemClock {
    private static final DateTimeFormatter SHAPE = DateTimeFormatter.ofPattern("uu/MM/dd,HH:mm:ss", Locale.ROOT);
    private static final int SECONDS_PER_QUARTER = 900;
    private static final int FIRST_YEAR = 1970;

    private final Board board;
    private Duration off = Duration.ZERO;
    private int quarters;
    private String ntpHost = "";
    private int ntpQuarters;
    /// `AT+CTZU`, which outlives a reboot.
    private boolean followsNetwork = true;
    /// `AT+CTZR`
    private int reports;

    ModemClock(Board board, Cellular cellular, Commands commands) {
        this.board = board;
        commands.on("+CTZU", "+CTZU: (0,1)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CTZU: " + (followsNetwork ? 1 : 0)).ok();
                case SET -> {
                    followsNetwork = call.arguments().number(0, 0, 1) == 1;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CTZR", "+CTZR: (0-2)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CTZR: " + reports).ok();
                case SET -> {
                    reports = call.arguments().number(0, 0, 2);
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CCLK", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CCLK: \"" + shown() + "\"").ok();
                case SET -> {
                    set(call.arguments().text(0, 17, 20));
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CNTP", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CNTP: \"" + ntpHost + "\"," + ntpQuarters).ok();
                case SET -> {
                    ntpHost = call.arguments().text(0, 0, 255);
                    ntpQuarters = call.arguments().number(1, -96, 96, 0);
                    call.ok();
                }
                case EXECUTE -> call.ok(() -> board.after(board.timing().netOpenMillis(), () -> {
                    boolean told = cellular.hasService() && !ntpHost.isEmpty();
                    if (told) {
                        off = Duration.ZERO;
                        quarters = ntpQuarters;
                    }
                    board.output().result("+CNTP: " + (told ? 0 : 1));
                }));
                case TEST -> call.ok();
            }
        });
    }

    Instant now() {
        return board.now().plus(off);
    }

    /// It starts in that year, for nobody has told it the time.
    void lost(int year) {
        off = Duration.between(board.now(), LocalDateTime.of(year, 1, 1, 0, 0).toInstant(ZoneOffset.UTC));
        quarters = 0;
    }

    void rebooted() {
        reports = 0;
        if (!followsNetwork) {
            lost(FIRST_YEAR);
        }
    }

    /// The network tells it the time.
    void found() {
        if (followsNetwork) {
            off = Duration.ZERO;
        }
        if (reports > 0) {
            board.output().urc("+CTZV: \"" + String.format(Locale.ROOT, "%+03d", quarters) + "\""
                    + (reports > 1 ? ",\"" + SHAPE.format(LocalDateTime.ofInstant(now(), ZoneOffset.UTC)) + "\"" : ""));
        }
    }

    private String shown() {
        LocalDateTime local = LocalDateTime.ofInstant(now().plusSeconds((long) quarters * SECONDS_PER_QUARTER),
                ZoneOffset.UTC);
        return SHAPE.format(local) + String.format(Locale.ROOT, "%+03d", quarters);
    }

    private void set(String text) {
        try {
            int zone = text.length() > 17 ? Integer.parseInt(text.substring(17)) : 0;
            LocalDateTime local = LocalDateTime.parse("20" + text.substring(0, 17),
                    DateTimeFormatter.ofPattern("uuuu/MM/dd,HH:mm:ss", Locale.ROOT));
            quarters = zone;
            off = Duration.between(board.now(),
                    local.toInstant(ZoneOffset.UTC).minusSeconds((long) zone * SECONDS_PER_QUARTER));
        } catch (DateTimeException | NumberFormatException none) {
            throw new Rejected();
        }
    }
}
