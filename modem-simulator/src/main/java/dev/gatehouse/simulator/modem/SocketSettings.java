package dev.gatehouse.simulator.modem;

import java.util.List;
import java.util.function.BooleanSupplier;

/// How the socket service behaves: `AT+CIPMODE`, `AT+CIPCCFG`, `AT+CIPTIMEOUT` and the like. A reboot forgets it.
final class SocketSettings {
    private static final String CONFIGURATION = "10,0,0,1,0,0,500,0";
    private static final int MILLIS = 120_000;
    private static final int MILLIS_PER_MINUTE = 60_000;

    private final Board board;
    /// `AT+CIPMODE`
    boolean transparent;
    private int openMillis = MILLIS;
    int connectMillis = MILLIS;
    int sendMillis = MILLIS;
    private String configuration = CONFIGURATION;
    boolean errorsAsText = true;
    boolean receiveHeader;
    /// `AT+CIPSENDMODE`
    boolean waitsForAcknowledgement;
    private String keepAlive = "0,2,9,1";
    /// After so long a connection that does not answer is given up; 0 for never.
    long keepAliveMillis;

    /// @param serviceIsOpen some things can be set before `AT+NETOPEN` only
    SocketSettings(Board board, BooleanSupplier serviceIsOpen, Commands commands) {
        this.board = board;
        commands.on("+CIPMODE", "+CIPMODE: (0-1)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CIPMODE: " + (transparent ? 1 : 0)).ok();
                case SET -> {
                    boolean wanted = call.arguments().number(0, 0, 1) == 1;
                    if (serviceIsOpen.getAsBoolean() && wanted != transparent) {
                        throw new Rejected();
                    }
                    transparent = wanted;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CIPTIMEOUT", "+CIPTIMEOUT: (3000-120000),(3000-120000),(3000-120000)", this::timeouts);
        commands.on("+CIPCCFG", "+CIPCCFG: (0-10),(0-1000),(0),(0-1),(0-1),(0),(500-120000),(0-1)", this::configure);
        commands.on("+CIPCFG", call -> {
            if (call.arguments().text(0).equalsIgnoreCase("DATAECHO") && call.arguments().has(1)) {
                this.board.settings().dataEcho = call.arguments().number(1, 0, 1) == 1;
            }
            call.ok();
        });
        commands.on("+CSOC", call -> call.block(List.of("\"Mss\",1500", "\"RecvWin\",64240", "\"Tcp srxt\",12",
                "\"Tcp rxt\",12", "\"DnsTmr\",10")).ok());
        commands.on("+CIPSENDMODE", "+CIPSENDMODE: (0-1)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CIPSENDMODE: " + (waitsForAcknowledgement ? 1 : 0)).ok();
                case SET -> {
                    waitsForAcknowledgement = call.arguments().number(0, 0, 1) == 1;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CTCPKA", "+CTCPKA: (0,1),(1-7200),(1-10),(1-7200)", this::keepAlive);
        commands.accepted("+CTCPFIN", "+CIPSTAT");
    }

    void reset() {
        transparent = false;
        openMillis = MILLIS;
        connectMillis = MILLIS;
        sendMillis = MILLIS;
        configuration = CONFIGURATION;
        errorsAsText = true;
        receiveHeader = false;
        waitsForAcknowledgement = false;
        keepAlive = "0,2,9,1";
        keepAliveMillis = 0;
    }

    private void timeouts(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CIPTIMEOUT: " + openMillis + "," + connectMillis + "," + sendMillis).ok();
            return;
        }
        int newOpen = call.arguments().number(0, 3000, MILLIS, openMillis);
        int newConnect = call.arguments().number(1, 3000, MILLIS, connectMillis);
        int newSend = call.arguments().number(2, 3000, MILLIS, sendMillis);
        openMillis = newOpen;
        connectMillis = newConnect;
        sendMillis = newSend;
        call.ok();
    }

    private void configure(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CIPCCFG: " + configuration).ok();
            return;
        }
        Arguments arguments = call.arguments();
        String[] values = configuration.split(",");
        for (int i = 0; i < Math.min(arguments.count(), values.length); i++) {
            if (arguments.has(i)) {
                values[i] = String.valueOf(arguments.number(i, 0, MILLIS));
            }
        }
        configuration = String.join(",", values);
        errorsAsText = values[3].equals("1");
        receiveHeader = values[4].equals("1");
        call.ok();
    }

    /// On or off, minutes of silence, attempts, minutes between them.
    private void keepAlive(Call call) {
        if (call.is(Command.Kind.READ)) {
            call.line("+CTCPKA: " + keepAlive).ok();
            return;
        }
        boolean on = call.arguments().number(0, 0, 1) == 1;
        int idle = call.arguments().number(1, 1, 7200, 2);
        int attempts = call.arguments().number(2, 1, 10, 9);
        int interval = call.arguments().number(3, 1, 7200, 1);
        keepAlive = (on ? 1 : 0) + "," + idle + "," + attempts + "," + interval;
        keepAliveMillis = on ? (long) (idle + attempts * interval) * MILLIS_PER_MINUTE : 0;
        call.ok();
    }
}
