package dev.gatehouse.doctor.explain;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// One TCP connection of a capture: who opened and ended it, and which TLS records or MQTT packets went each way.
///
/// Segments may come twice and in any order; where one is missing for good, that direction is no longer read.
final class Flow {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;
    /// So many SYN without an answer are a timeout.
    private static final int SYN_UNANSWERED = 2;

    private final int file;
    private final Ledger ledger;
    private final FlowDirection client;
    private final FlowDirection server;
    private final Exchange exchange = new Exchange();
    private final String target;
    private int syn;
    private boolean answered;
    private boolean ended;
    private boolean accepted;
    private @Nullable Line lastLine;

    Flow(int file, String host, int port, Ledger ledger, Ahead.Room room) {
        this.file = file;
        client = new FlowDirection(true, room);
        server = new FlowDirection(false, room);
        this.ledger = ledger;
        target = host + ' ' + port;
        TargetReader.add(new Line(file, 0, "", "", -1, false), host, Integer.toString(port), "", ledger);
    }

    void segment(long packet, double millis, boolean fromClient, int flags, int sequence, byte[] p, int from, int to) {
        String arrow = fromClient ? "client → server" : "server → client";
        Line line = new Line(file, packet, arrow, arrow + ", port " + target.substring(target.indexOf(' ') + 1), millis,
                false);
        lastLine = line;
        if ((flags & SYN) != 0) {
            if (fromClient) {
                syn++;
            } else {
                answered = true;
            }
            (fromClient ? client : server).expect(sequence + 1);
            return;
        }
        if (to > from) {
            answered |= !fromClient;
            FlowDirection direction = fromClient ? client : server;
            direction.bytes(sequence, p, from, to, seen -> tell(line, fromClient, seen));
        }
        if ((flags & RST) != 0 && !ended) {
            ended = true;
            said(!answered && !fromClient ? "connect-refused" : "connection-reset", line, arrow + ": reset");
        } else if ((flags & FIN) != 0 && !ended) {
            ended = true;
            closed(line, fromClient);
        }
    }

    private void closed(Line line, boolean byClient) {
        if (!byClient && exchange.isAnsweredOnce(server.family())) {
            ledger.add(new Observation.Captured(named(line, "server closes"), false, 23, 0, 0, "refusal"));
        } else if (!accepted) {
            said("connection-closed", line, byClient ? "the client closed" : "the server closed");
        }
    }

    private void tell(Line line, boolean fromClient, FlowDirection.Seen seen) {
        switch (seen) {
            case FlowDirection.Seen.TlsRecord(int type, int length, String words) -> {
                ledger.add(new Observation.Captured(named(line, words), fromClient, type, 0, length, ""));
                if (type == 22 && fromClient) {
                    said("tls-begun", line, words);
                } else if (type == 23) {
                    exchange.record(fromClient, length);
                }
            }
            case FlowDirection.Seen.Alert(int number, boolean readable) -> {
                if (readable && number != 0) {
                    AlertReader.alert(named(line, "TLS alert " + number), number,
                            fromClient ? Side.CLIENT : Side.SERVER, ledger);
                }
            }
            case FlowDirection.Seen.Hello(String serverName) when serverName.isEmpty() ->
                said("sni-not-sent", line, "ClientHello without a server name");
            case FlowDirection.Seen.Hello(String serverName) -> said("sni-sent", line, serverName);
            case FlowDirection.Seen.Connect(String words, boolean userName) -> {
                said("connect-sent", named(line, words), words);
                if (!userName) {
                    said("no-user-name-sent", named(line, words), words);
                }
            }
            case FlowDirection.Seen.Connack(int code, boolean _) when client.isTls() ->
                said("wrong-version-number", named(line, "unencrypted CONNACK " + code), "an answer without TLS");
            case FlowDirection.Seen.Connack(int code, boolean five) -> {
                accepted = code == 0;
                NumberReader.decoded(five && code > 0 ? "reason-5" : "connack-3", code, named(line, "CONNACK " + code),
                        ledger);
            }
            case FlowDirection.Seen.Plain(String words) -> {
                ledger.add(new Observation.Captured(named(line, words), fromClient, 0, 0, 0, "plain"));
                if (!fromClient && client.isTls()) {
                    said("wrong-version-number", named(line, words), words);
                }
            }
        }
    }

    private void said(String sign, Line line, String detail) {
        ledger.add(new Observation.Said(named(line, detail), Signs.named(sign), detail));
    }

    private static Line named(Line line, String words) {
        return line.shown().contains(": ")
                ? line
                : new Line(line.file(), line.number(), line.text(),
                        String.format(Locale.ROOT, "%s: %s", line.shown(), words),
                        line.millis(), false);
    }

    /// The capture is at its end, or the connection is no longer followed.
    void over() {
        if (!answered && syn >= SYN_UNANSWERED && lastLine != null && !ended) {
            said("connect-timeout", lastLine, syn + " SYN and no answer");
        }
    }
}
