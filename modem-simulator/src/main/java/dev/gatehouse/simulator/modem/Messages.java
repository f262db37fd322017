package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Short messages, in text mode: what is sent goes nowhere, what comes is what the fault `sms` brings.
final class Messages {
    private static final int STORED_MAX = 50;
    private static final int TEXT_BYTES_MAX = 160;
    private static final int PDU_BYTES_MAX = 400;
    private static final Set<String> CHARACTERS = Set.of("IRA", "GSM", "UCS2", "HEX");
    private static final String TIME = "26/11/28,12:00:00+00";

    private final Board board;
    private final Cellular cellular;
    private final Map<Integer, Message> stored = new TreeMap<>();
    private boolean textMode;
    private String characters = "IRA";
    private String notification = "2,1,0,0,0";
    private int reference;

    private static final class Message {
        private final String from;
        private final String text;
        private boolean read;

        private Message(String from, String text) {
            this.from = from;
            this.text = text;
        }

        private String status() {
            return read ? "REC READ" : "REC UNREAD";
        }
    }

    Messages(Board board, Cellular cellular, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        commands.on("+CMGF", "+CMGF: (0,1)", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CMGF: " + (textMode ? 1 : 0)).ok();
                case SET -> {
                    textMode = call.arguments().number(0, 0, 1) == 1;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CSCS", "+CSCS: (\"IRA\",\"GSM\",\"UCS2\",\"HEX\")", call -> {
            switch (call.kind()) {
                case READ -> call.line("+CSCS: \"" + characters + "\"").ok();
                case SET -> {
                    String wanted = call.arguments().text(0);
                    if (!CHARACTERS.contains(wanted)) {
                        throw new Rejected();
                    }
                    characters = wanted;
                    call.ok();
                }
                case EXECUTE, TEST -> call.ok();
            }
        });
        commands.on("+CNMI", "+CNMI: (0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+CNMI: " + notification);
            } else if (call.is(Command.Kind.SET)) {
                notification = call.command().text();
            }
            call.ok();
        });
        commands.on("+CPMS", "+CPMS: (\"ME\",\"SM\"),(\"ME\",\"SM\"),(\"ME\",\"SM\")", call -> {
            String place = stored.size() + "," + STORED_MAX;
            call.line("+CPMS: " + (call.is(Command.Kind.READ)
                    ? "\"ME\"," + place + ",\"ME\"," + place + ",\"ME\"," + place
                    : place + "," + place + "," + place)).ok();
        });
        commands.on("+CSCA", call -> {
            if (call.is(Command.Kind.READ)) {
                call.line("+CSCA: \"+10005550199\",145");
            }
            call.ok();
        });
        commands.on("+CMGS", this::send);
        commands.on("+CMGL", "+CMGL: \"REC UNREAD\",\"REC READ\",\"STO UNSENT\",\"STO SENT\",\"ALL\"", this::list);
        commands.on("+CMGR", this::read);
        commands.on("+CMGD", call -> {
            if (call.arguments().number(1, 0, 4, 0) > 0) {
                stored.clear();
            } else {
                stored.remove(call.arguments().number(0, 0, STORED_MAX - 1));
            }
            call.ok();
        });
        commands.on("+CUSD", "+CUSD: (0-2)", call -> call.ok(call.is(Command.Kind.SET) && call.arguments().has(1)
                ? () -> board.after(board.timing().netOpenMillis(),
                        () -> board.output().result("+CUSD: 0,\"Gatehouse\",15"))
                : () -> {}));
        commands.accepted("+CSMP", "+CGSMS", "+CSMS", "+CSDH", "+CMGW");
    }

    void rebooted() {
        textMode = false;
        characters = "IRA";
        notification = "2,1,0,0,0";
    }

    /// The network has one for the modem.
    void arrived(String from, String text) {
        int index = 0;
        while (stored.containsKey(index)) {
            index++;
        }
        if (index < STORED_MAX) {
            stored.put(index, new Message(from, text));
            board.output().urc("+CMTI: \"ME\"," + index);
        } else {
            board.output().urc("+SMS FULL");
        }
    }

    private void send(Call call) {
        if (!call.is(Command.Kind.SET) || call.arguments().text(0).isEmpty()) {
            throw new Rejected();
        }
        call.message(textMode ? TEXT_BYTES_MAX : PDU_BYTES_MAX, text -> {
            if (!cellular.hasCoverage()) {
                call.line("+CMS ERROR: no network service").error();
                return;
            }
            board.note("a short message to " + call.arguments().text(0) + ": " + text);
            call.line("+CMGS: " + reference++ % 256).ok();
        }, call::ok);
    }

    private void list(Call call) {
        String wanted = call.arguments().text(0);
        List<String> lines = new ArrayList<>();
        stored.forEach((index, message) -> {
            if (!textMode || wanted.isEmpty() && !message.read || wanted.equals("ALL")
                    || wanted.equals(message.status())) {
                lines.add("+CMGL: " + index + ",\"" + message.status() + "\",\"" + message.from + "\",,\"" + TIME
                        + "\"");
                lines.add(message.text);
                message.read = true;
            }
        });
        if (!lines.isEmpty()) {
            call.block(lines);
        }
        call.ok();
    }

    private void read(Call call) {
        Message message = stored.get(call.arguments().number(0, 0, STORED_MAX - 1));
        if (message != null) {
            call.block(List.of("+CMGR: \"" + message.status() + "\",\"" + message.from + "\",,\"" + TIME + "\"",
                    message.text));
            message.read = true;
        }
        call.ok();
    }
}
