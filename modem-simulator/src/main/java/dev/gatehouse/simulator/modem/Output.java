package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;

import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.fault.Piece;
import dev.gatehouse.simulator.fault.Piece.Kind;
import dev.gatehouse.simulator.line.Port;

/// What the modem says: answers whole, and nothing unasked for between a command with a payload and its result.
final class Output {
    private final Port port;
    private final Settings settings;
    private final Faults faults;
    private final Board board;
    private final List<List<Piece>> held = new ArrayList<>();
    private boolean holding;
    private boolean mute;

    Output(Board board, Port port, Settings settings, Faults faults) {
        this.board = board;
        this.port = port;
        this.settings = settings;
        this.faults = faults;
    }

    /// Nothing is said while the modem is off.
    void mute(boolean now) {
        mute = now;
        held.clear();
        holding = false;
    }

    void say(Kind kind, String octets) {
        say(List.of(new Piece(kind, octets)));
    }

    /// In one go.
    void say(List<Piece> pieces) {
        if (!mute) {
            faults.send(pieces);
        }
    }

    /// The end of the line: what faults have left of it.
    void send(String octets) {
        if (!octets.isEmpty()) {
            board.note(Transcript.Who.MODEM, octets);
            port.send(octets);
        }
    }

    /// The result of a command that has had its `OK`.
    void result(String line) {
        say(Kind.RESULT, settings.text(line));
    }

    /// Something nobody asked for. Waits while there is a payload.
    void urc(String line) {
        urc(List.of(new Piece(Kind.URC, settings.text(line))));
    }

    /// The same in pieces, with line ends and all: counted bytes are a piece of their own.
    void urc(List<Piece> pieces) {
        if (mute) {
            return;
        }
        if (holding) {
            held.add(pieces);
        } else {
            say(pieces);
        }
    }

    /// Something nobody asked for with counted bytes.
    ///
    /// @param head with all its line ends
    void urc(String head, String counted) {
        urc(List.of(new Piece(Kind.URC, head), new Piece(Kind.DATA, counted), new Piece(Kind.URC, "\r\n")));
    }

    /// The result of a command that has had its `OK`, with counted bytes right after the line.
    void result(String line, String counted) {
        say(List.of(new Piece(Kind.RESULT, settings.text(line)), new Piece(Kind.DATA, counted)));
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        List<List<Piece>> now = List.copyOf(held);
        held.clear();
        now.forEach(this::urc);
    }

    /// How many bytes have been said and not sent.
    int unsentBytes() {
        return port.unsentBytes();
    }
}
