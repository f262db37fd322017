package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Shown;

/// Reads the bytes that a log shows in hex as if they had been captured: both directions of each connection.
final class WireReplay {
    /// What a dump lost or garbled looks like anything but this.
    private static final Pattern CERTAINLY_PLAIN = Pattern.compile("HTTP/1\\.[01] .*|SSH-2\\.0.*|220[ -].*");

    private final List<Observation> observations = new ArrayList<>();
    private final Ahead.Room room = new Ahead.Room();
    private FlowDirection client = new FlowDirection(true, room);
    private FlowDirection server = new FlowDirection(false, room);
    private Exchange exchange = new Exchange();
    private boolean shaken;
    private boolean closed;
    private @Nullable Line answer;

    private WireReplay() {}

    static WireReplay of(List<Wire.Event> events) {
        var replay = new WireReplay();
        events.forEach(replay::next);
        if (replay.answer != null && !replay.closed) {
            replay.said("connack-unreadable", replay.answer, "an answer as long as a CONNACK");
        }
        return replay;
    }

    /// What the bytes say.
    List<Observation> observations() {
        return observations;
    }

    /// Of the last connection, by its ServerHello; null when the log does not show that.
    @Nullable
    CipherFamily family() {
        return server.family();
    }

    private void next(Wire.Event event) {
        switch (event) {
            case Wire.Sent sent -> {
                if (sent.begins()) {
                    begin();
                }
                bytes(sent.line(), true, sent.hex());
            }
            case Wire.Read read -> {
                bytes(read.line(), false, read.hex());
                if (exchange.isAnsweredOnce(server.family())) {
                    answer = read.line();
                }
            }
            case Wire.Closed(Line line, boolean byRemote) -> {
                if (byRemote && !closed && exchange.isAnsweredOnce(server.family())) {
                    observations.add(new Observation.Captured(line, false, 23, 0, 0, "refusal"));
                }
                closed = true;
            }
            case Wire.CloseCommand _,Wire.Accepted _,Wire.Notified _,Wire.Waiting _ -> {
                // no bytes
            }
        }
    }

    private void begin() {
        client = new FlowDirection(true, room);
        server = new FlowDirection(false, room);
        exchange = new Exchange();
        shaken = false;
        closed = false;
        answer = null;
    }

    private void bytes(Line line, boolean fromClient, String hex) {
        (fromClient ? client : server).more(HexFormat.of().parseHex(hex), seen -> tell(line, fromClient, seen));
    }

    private void tell(Line line, boolean fromClient, FlowDirection.Seen seen) {
        switch (seen) {
            case FlowDirection.Seen.TlsRecord(int type, int length, String _) -> {
                if (type == 23) {
                    if (fromClient && !shaken) {
                        shaken = true;
                        said("tls-done", line, "data follows the handshake");
                    }
                    exchange.record(fromClient, length);
                }
            }
            case FlowDirection.Seen.Alert(int number, boolean readable) -> {
                if (readable && number != 0) {
                    observations.add(new Observation.Alert(line, number, fromClient ? Side.CLIENT : Side.SERVER));
                }
            }
            case FlowDirection.Seen.Hello(String serverName) -> {
                said("tls-begun", line, "ClientHello");
                said(serverName.isEmpty() ? "sni-not-sent" : "sni-sent", line, Shown.text(serverName, 80));
            }
            case FlowDirection.Seen.Connect(String words, boolean userName) -> {
                said("connect-sent", line, words);
                if (!userName) {
                    said("no-user-name-sent", line, words);
                }
            }
            case FlowDirection.Seen.Connack(int code, boolean five) -> {
                if (!client.isTls()) {
                    Codes.of(five && code > 0 ? "reason-5" : "connack-3", code).ifPresent(meaning -> {
                        observations.add(new Observation.Decoded(line, meaning));
                        Sign sign = meaning.sign();
                        if (sign != null) {
                            observations.add(new Observation.Said(line, sign, "CONNACK " + code));
                        }
                    });
                }
            }
            case FlowDirection.Seen.Plain(String words) -> {
                if (!fromClient && client.isTls()
                        && CERTAINLY_PLAIN.matcher(words.replace("unencrypted: ", "")).matches()) {
                    said("wrong-version-number", line, words);
                }
            }
        }
    }

    private void said(String sign, Line line, String detail) {
        observations.add(new Observation.Said(line, Signs.named(sign), detail));
    }
}
