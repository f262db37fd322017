package dev.gatehouse.modem;

import java.io.IOException;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// A TCP connection of the modem's: `+CIPOPEN`, `+CIPSEND`, `+CIPRXGET`, `+CIPCLOSE`.
///
/// **Source:** A76XX AT command manual V1.09, chapter 15.
final class TcpLink extends Link {
    private static final int PIECE_BYTES_MAX = 1500;
    private static final int HEX_BYTES_MAX = 750;
    private static final Pattern READ = Pattern.compile("\\+CIPRXGET: ?[23],\\d,(?<read>\\d+),(?<rest>\\d+)");
    private static final Pattern SENT = Pattern.compile("\\+CIPSEND: ?\\d,(?<asked>-?\\d+),(?<taken>-?\\d+)");
    private static final Pattern LEFT = Pattern.compile("\\+CIPRXGET: ?4,\\d,(?<rest>\\d+)");
    private static final int DOUBTS_MAX = 5;
    private static final long PAUSE_MILLIS_MAX = 250;

    private final TcpLinks links;
    private final AtEngine engine;
    private final Receive receive;
    private final Timing timing;

    /// How many bytes the modem said it still has; used by the pump only.
    private int owed;
    private int doubts;
    private int questions;

    TcpLink(int number, TcpLinks links, AtEngine engine, Receive receive, Timing timing, Runnable wakePump) {
        super(number, receive == Receive.PUSH ? PUSHED_BYTES_MAX : INBOX_BYTES_MAX, wakePump);
        this.links = links;
        this.engine = engine;
        this.receive = receive;
        this.timing = timing;
    }

    @Override
    int pieceBytesMax() {
        return PIECE_BYTES_MAX;
    }

    // ---- receiving, by the pump ----

    @Override
    void fetch() throws ModemException {
        boolean peerHadClosed = beginFetch();
        if (receive == Receive.PUSH) {
            // All that came before the message that the peer closed was pushed before it.
            drained();
            return;
        }
        boolean hex = receive == Receive.FETCH_HEX;
        int ask = Math.min(inbox.room(), hex ? HEX_BYTES_MAX : PIECE_BYTES_MAX);
        Command command = Command.of("AT+CIPRXGET=" + (hex ? 3 : 2) + "," + number + "," + ask)
                .within(timing.transfer());
        Answer answer = engine.execute(hex
                ? command.answers("\\+CIPRXGET: ?3," + number + ",\\d+,\\d+|[0-9A-Fa-f]+")
                : command);
        if (answer.ok()) {
            fetched(answer, hex, ask, peerHadClosed);
        } else {
            notFetched(answer.failure(), peerHadClosed);
        }
    }

    private void fetched(Answer answer, boolean hex, int asked, boolean peerHadClosed) throws ModemException {
        Matcher header = answer.lines().isEmpty() ? null : READ.matcher(answer.lines().getFirst());
        if (header == null || !header.matches()) {
            engine.distrust();
            throw new ModemException(Trouble.BYTES_LOST, "the answer to a read has no data");
        }
        int read = Integer.parseInt(header.group("read"));
        int rest = Integer.parseInt(header.group("rest"));
        byte[] data;
        try {
            data = hex
                    ? HexFormat.of().parseHex(String.join("", answer.lines().subList(1, answer.lines().size())))
                    : answer.data();
        } catch (IllegalArgumentException e) {
            engine.distrust();
            throw new ModemException(Trouble.BYTES_LOST, "a digit is missing", e);
        }
        if (data.length != read || read > asked || !answer.dataTrusted()) {
            engine.distrust();
            throw new ModemException(Trouble.BYTES_LOST, "of " + read + " bytes that were announced");
        }
        doubts = 0;
        owed = rest;
        links.table().countReceived(read);
        if (!inbox.add(data)) {
            throw new ModemException(Trouble.BUSY, "no room for what was fetched");
        }
        if (rest > 0 || read > 0 && peerHadClosed) {
            announced();
        } else if (peerHadClosed && !isAnnounced()) {
            drainedForCertain();
        }
    }

    /// End of stream, where it is true: not while the modem still counts bytes that a read did not find, and not when it
    /// has started anew without a word and so has lost what it had received.
    private void drainedForCertain() throws ModemException {
        if (isSomethingWaiting()) {
            askedInVain();
            announced();
            return;
        }
        requireNotStartedAnew();
        drained();
    }

    private void requireNotStartedAnew() throws ModemException {
        if (links.hasStartedAnew()) {
            links.doubt();
            throw new ModemException(Trouble.REBOOTED, "what it had received for this connection is gone");
        }
    }

    private void askedInVain() throws ModemException {
        if (++doubts >= DOUBTS_MAX) {
            throw new ModemException(Trouble.BYTES_LOST, "the modem counts bytes and gives none");
        }
    }

    private void notFetched(String failure, boolean peerHadClosed) throws ModemException {
        String why = Codes.ipError(failure.replaceFirst("\\+IP ERROR: ?", ""));
        boolean empty = why.equalsIgnoreCase("No data");
        // Some firmwares give no reason; then only repetition tells nothing from something.
        boolean unexplained = failure.equals("ERROR") && doubts + 1 < DOUBTS_MAX;
        if (!empty && !unexplained) {
            throw new ModemException(Trouble.CLOSED_BY_MODEM,
                    (owed > 0 ? owed + " bytes that it had received are gone: " : "") + why);
        }
        if (owed > 0 && !isAnnounced()) {
            stillOwed();
        }
        if (unexplained) {
            askedInVain();
            if (peerHadClosed) {
                announced();
            }
        } else if (peerHadClosed && !isAnnounced()) {
            drainedForCertain();
        }
    }

    /// A read told of bytes that the next one did not find. Modems are wrong there at times, so they are asked to count.
    private void stillOwed() throws ModemException {
        if (isSomethingWaiting()) {
            askedInVain();
            announced();
            return;
        }
        requireNotStartedAnew();
        owed = 0;
    }

    @Override
    void ask() throws ModemException {
        boolean peerHadClosed = beginFetch();
        if (peerHadClosed) {
            announced();
            return;
        }
        if (receive != Receive.PUSH && isSomethingWaiting()) {
            announced();
            return;
        }
        questions++;
        if (questions % 2 == 0) {
            links.lookForClosed();
        }
    }

    private boolean isSomethingWaiting() throws ModemException {
        Answer answer = engine.execute(Command.of("AT+CIPRXGET=4," + number)
                .answers("\\+CIPRXGET: ?4," + number + ",\\d+").within(timing.transfer()));
        Matcher left = answer.lines().isEmpty() ? null : LEFT.matcher(answer.lines().getFirst());
        return left != null && left.matches() && !left.group("rest").equals("0");
    }

    // ---- sending, by whoever writes ----

    @Override
    void sendPiece(byte[] piece) throws IOException {
        long deadline = System.nanoTime() + timing.send().toNanos();
        long pauseMillis = 20;
        while (true) {
            try (Awaited sent = engine.expect("\\+CIPSEND: ?" + number + ",-?\\d+,-?\\d+")) {
                Answer answer = engine.execute(Command.of("AT+CIPSEND=" + number + "," + piece.length).payload(piece)
                        .within(timing.transfer()));
                if (answer.ok()) {
                    taken(sent.await(timing.send()), piece.length);
                    links.table().countSent(piece.length);
                    return;
                }
                refused(answer.failure(), deadline);
            }
            pause(pauseMillis);
            pauseMillis = Math.min(PAUSE_MILLIS_MAX, 2 * pauseMillis);
        }
    }

    private void taken(String result, int bytes) throws ModemException {
        Matcher sent = SENT.matcher(result);
        if (!sent.matches() || !sent.group("taken").equals(String.valueOf(bytes))) {
            throw new ModemException(Trouble.SEND_INCOMPLETE, result);
        }
    }

    /// Returns when the modem is busy and there is still time to try again.
    private void refused(String failure, long deadline) throws IOException {
        switch (failure.replaceFirst("\\+CIPERROR: ?", "")) {
            case "8" -> {
                if (System.nanoTime() > deadline) {
                    throw new ModemException(Trouble.TIMEOUT, "the modem stayed busy: the peer takes no data");
                }
            }
            case "2" -> {
                links.doubt();
                throw new ModemException(Trouble.NETWORK_LOST, Codes.socket(2));
            }
            case "4" -> {
                // Closed, and the message about it comes later or got lost: what was received can still be fetched.
                peerClosed(null);
                throw new SocketException("Broken pipe: the peer closed the connection");
            }
            case String other -> throw new ModemException(Trouble.REFUSED, "sending was answered with " + other);
        }
    }

    // ---- closing ----

    @Override
    void hangUp() throws ModemException {
        links.hangUp(number);
    }
}
