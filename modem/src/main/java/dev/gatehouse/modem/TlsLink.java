package dev.gatehouse.modem;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Awaited;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trouble;

/// A connection whose TLS the modem does: `+CCHOPEN`, `+CCHSEND`, `+CCHRECV`, `+CCHCLOSE`.
///
/// Some firmware freezes when asked for more than it has, so it is always asked first how much that is.
///
/// **Source:** A76XX AT command manual V1.09, chapter 19.
final class TlsLink extends Link {
    private static final int PIECE_BYTES_MAX = 2048;
    private static final Duration HANG_UP = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_MILLIS = 10;
    private static final Pattern WAITING = Pattern.compile("\\+CCHRECV: ?LEN,(\\d+),(\\d+)");

    private final TlsLinks links;
    private final AtEngine engine;
    private final Timing timing;
    /// How many bytes the modem has for certain; used by the pump only.
    private int waiting;

    TlsLink(int number, TlsLinks links, AtEngine engine, Timing timing, Runnable wakePump) {
        super(number, INBOX_BYTES_MAX, wakePump);
        this.links = links;
        this.engine = engine;
        this.timing = timing;
    }

    @Override
    int pieceBytesMax() {
        return PIECE_BYTES_MAX;
    }

    @Override
    void fetch() throws ModemException {
        boolean peerHadClosed = beginFetch();
        if (waiting == 0) {
            waiting = askWaiting();
        }
        if (waiting == 0) {
            if (peerHadClosed && !isAnnounced()) {
                drained();
            }
            return;
        }
        int ask = Math.min(PIECE_BYTES_MAX, Math.min(waiting, inbox.room()));
        Answer answer = engine.execute(Command.of("AT+CCHRECV=" + number + "," + ask)
                .finishes("\\+CCHRECV: ?" + number + ",\\d+").within(timing.transfer()));
        byte[] data = answer.data();
        if (!answer.ok() || data.length == 0 || data.length > ask || !answer.dataTrusted()) {
            engine.distrust();
            throw new ModemException(Trouble.BYTES_LOST, "of " + ask + " bytes the modem had: " + answer);
        }
        waiting = Math.max(0, waiting - data.length);
        links.table().countReceived(data.length);
        if (!inbox.add(data)) {
            throw new ModemException(Trouble.BUSY, "no room for what was fetched");
        }
        announced();
    }

    private int askWaiting() throws ModemException {
        Answer answer = engine
                .execute(Command.of("AT+CCHRECV?").answers("\\+CCHRECV: ?LEN,\\d+,\\d+").within(timing.transfer()));
        Matcher lengths = WAITING.matcher(answer.lines().isEmpty() ? "" : answer.lines().getFirst());
        if (!answer.ok() || !lengths.matches()) {
            throw new ModemException(Trouble.REFUSED, "asking what has come was answered with " + answer);
        }
        return Integer.parseInt(lengths.group(1 + number));
    }

    @Override
    void ask() {
        // Fetching asks first anyway.
        announced();
    }

    @Override
    void sendPiece(byte[] piece) throws IOException {
        for (int attempt = 1;; attempt++) {
            try (Awaited sent = engine.expect("\\+CCHSEND: ?" + number + ",\\d+")) {
                Answer answer = engine.execute(Command.of("AT+CCHSEND=" + number + "," + piece.length).payload(piece)
                        .within(timing.transfer()));
                if (answer.ok()) {
                    if (links.reportsSends()) {
                        taken(sent.await(timing.send()));
                    }
                    links.table().countSent(piece.length);
                    return;
                }
                // There is no code that says "busy": a refusal is that, until it is the fifth.
                if (state() != State.OPEN || attempt == ATTEMPTS) {
                    throw new ModemException(Trouble.TLS_FAILED, "sending was answered with " + answer.failure());
                }
            }
            pause(PAUSE_MILLIS << attempt);
        }
    }

    private static void taken(String result) throws ModemException {
        if (!result.endsWith(",0")) {
            throw new ModemException(Trouble.SEND_INCOMPLETE, Codes.tls(TlsLinks.code(result)));
        }
    }

    @Override
    void hangUp() throws ModemException {
        try (Awaited closed = engine.expect("\\+CCHCLOSE: ?" + number + ",\\d+")) {
            if (engine.execute(Command.of("AT+CCHCLOSE=" + number)).ok()) {
                closed.await(HANG_UP);
            }
        }
    }
}
