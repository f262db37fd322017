package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;

/// Host names and ping.
final class Names {
    private static final int HOST_BYTES_MAX = 254;
    private static final int DNS_FAILED = 10;

    private final Board board;
    private final Cellular cellular;

    Names(Board board, Cellular cellular, Commands commands) {
        this.board = board;
        this.cellular = cellular;
        commands.on("+CDNSGIP", "+CDNSGIP: (1-254)", this::lookUp);
        commands.accepted("+CDNSCFG", "+CDNSGHNAME");
        commands.on("+CPING", this::ping);
    }

    private void lookUp(Call call) {
        String host = call.arguments().text(0, 1, HOST_BYTES_MAX);
        if (!cellular.hasService()) {
            call.line("+CDNSGIP: 0," + DNS_FAILED).error();
            return;
        }
        board.faults().lookUp((millis, error) -> board.after(millis, () -> {
            if (error != 0) {
                call.line("+CDNSGIP: 0," + DNS_FAILED).error();
            } else {
                board.network().resolve(host, addresses -> answer(call, host, addresses));
            }
        }));
    }

    private static void answer(Call call, String host, List<String> addresses) {
        List<String> four = addresses.stream().filter(address -> address.indexOf(':') < 0).toList();
        if (four.isEmpty()) {
            call.line("+CDNSGIP: 0," + DNS_FAILED).error();
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("+CDNSGIP: 1,\"" + host + "\",\"" + four.getFirst() + "\"");
        four.stream().skip(1).forEach(address -> lines.add("+CDNSGIP: 2,\"" + host + "\",\"" + address + "\""));
        call.block(lines).ok();
    }

    /// Answered by the table of names alone: a program without privileges cannot send ICMP.
    private void ping(Call call) {
        String host = call.arguments().text(0, 1, HOST_BYTES_MAX);
        int count = call.arguments().number(2, 1, 100, 4);
        int bytes = call.arguments().number(3, 4, 188, 64);
        call.ok(() -> {
            long start = board.millis();
            board.network().resolve(host, addresses -> {
                long millis = Math.max(1, board.millis() - start);
                if (addresses.isEmpty() || !cellular.hasService()) {
                    board.output().result("+CPING: 3," + count + ",0," + count + ",0,0,0");
                    return;
                }
                for (int i = 0; i < count; i++) {
                    board.output().result("+CPING: 1," + addresses.getFirst() + "," + bytes + "," + millis + ",255");
                }
                board.output().result("+CPING: 3," + count + "," + count + ",0," + millis + "," + millis + ","
                        + millis);
            });
        });
    }
}
