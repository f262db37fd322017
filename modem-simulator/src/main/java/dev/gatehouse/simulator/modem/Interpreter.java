package dev.gatehouse.simulator.modem;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

import dev.gatehouse.simulator.fault.Faults;
import dev.gatehouse.simulator.fault.Piece;
import dev.gatehouse.simulator.fault.Piece.Kind;

/// Reads what the user types: command lines, payloads, or a transparent stream.
///
/// ```
/// mode      input                next
/// Off       anything             Off        lost
/// Command   a line with AT       Busy       its commands run one after the other
/// Busy      anything             Busy       waits until the final code
/// Payload   the last byte of it  Busy
/// Text      Ctrl-Z or ESC        Busy
/// Stream    +++ with silence     Command
/// ```
final class Interpreter {
    private static final int LINE_BYTES_MAX = 3071;
    /// What waits to be looked at; more is lost, unless the user can be held back.
    private static final int INPUT_BYTES_MAX = 4096;
    private static final char CTRL_Z = 0x1A;
    private static final char ESC = 0x1B;
    private static final char ETX = 0x03;

    private final Board board;
    private final Commands commands;
    private final Settings settings;
    private final Output output;
    private final Faults faults;
    private final StringBuilder pending = new StringBuilder();
    private final StringBuilder line = new StringBuilder();
    private final Queue<Command> queue = new ArrayDeque<>();
    private final List<Piece> answer = new ArrayList<>();
    private Mode mode = Mode.COMMAND;
    private boolean afterReturn;
    private boolean blocked;
    private boolean holding;
    private String repeated = "";
    private int payloadBytes;
    private Consumer<String> payloadThen = _ -> {};
    private Runnable payloadCancelled = () -> {};
    private ToIntFunction<String> stream = String::length;
    private final StringBuilder payload = new StringBuilder();

    private enum Mode {
        OFF,
        COMMAND,
        BUSY,
        PAYLOAD,
        TEXT,
        STREAM
    }

    Interpreter(Board board, Commands commands) {
        this.board = board;
        this.commands = commands;
        this.settings = board.settings();
        this.output = board.output();
        this.faults = board.faults();
    }

    /// The modem is off, or boots: whatever is sent to it is lost.
    void off() {
        reset(Mode.OFF);
    }

    /// The modem listens.
    void on() {
        reset(Mode.COMMAND);
    }

    private void reset(Mode to) {
        mode = to;
        pending.setLength(0);
        line.setLength(0);
        payload.setLength(0);
        queue.clear();
        answer.clear();
        afterReturn = false;
        blocked = false;
    }

    void input(String octets) {
        pending.append(octets);
        pump();
        if (pending.length() <= INPUT_BYTES_MAX) {
            return;
        }
        if (board.holdsUserBack()) {
            holding = true;
            board.hold(true);
        } else {
            board.note("overrun: " + (pending.length() - INPUT_BYTES_MAX) + " bytes came too fast and are lost");
            pending.setLength(INPUT_BYTES_MAX);
        }
    }

    private void pump() {
        work();
        if (holding && pending.length() <= INPUT_BYTES_MAX / 2) {
            holding = false;
            board.hold(false);
        }
    }

    private void work() {
        while (!pending.isEmpty() && !blocked) {
            switch (mode) {
                case OFF -> pending.setLength(0);
                case COMMAND -> typed();
                case BUSY -> {
                    return;
                }
                case PAYLOAD -> countedPayload();
                case TEXT -> {
                    if (!textPayload()) {
                        return;
                    }
                }
                case STREAM -> {
                    pending.delete(0, stream.applyAsInt(pending.toString()));
                    if (mode == Mode.STREAM && !pending.isEmpty()) {
                        return;
                    }
                }
            }
        }
    }

    private void typed() {
        StringBuilder echo = new StringBuilder();
        int at = 0;
        boolean complete = false;
        while (at < pending.length() && !complete) {
            char c = pending.charAt(at++);
            if (c == '\n' && afterReturn) {
                afterReturn = false;
                continue;
            }
            afterReturn = c == '\r';
            echo.append(c);
            if (c == '\r') {
                complete = true;
            } else if (c == '\b') {
                line.setLength(Math.max(0, line.length() - 1));
            } else if (line.length() <= LINE_BYTES_MAX) {
                line.append(c);
            }
        }
        pending.delete(0, at);
        if (faults.echoes(settings.echo) && !echo.isEmpty()) {
            output.say(Kind.ECHO, echo.toString());
        }
        if (complete) {
            String text = line.toString();
            line.setLength(0);
            entered(text);
        }
    }

    private void entered(String text) {
        int start = start(text);
        if (text.strip().equalsIgnoreCase("A/")) {
            start = 0;
            text = "AT" + repeated;
        }
        if (start < 0) {
            if (!text.isBlank()) {
                board.note("ignored, for there is no AT in it: " + text.strip());
            }
            return;
        }
        String body = text.substring(start + 2).strip();
        mode = Mode.BUSY;
        long delay = faults.beforeAnswer(body, board.timing().answerMillis());
        if (delay < 0) {
            mode = Mode.COMMAND;
            return;
        }
        boolean tooLong = text.length() > LINE_BYTES_MAX;
        board.after(delay, () -> execute(body, tooLong));
    }

    /// Where the command begins; below 0 when there is none.
    private static int start(String text) {
        for (int i = 0; i + 2 <= text.length(); i++) {
            if (text.regionMatches(true, i, "AT", 0, 2)) {
                return i;
            }
        }
        return -1;
    }

    private void execute(String body, boolean tooLong) {
        answer.clear();
        queue.clear();
        if (tooLong) {
            failed(List.of(), -1);
            return;
        }
        try {
            queue.addAll(Command.parse(body));
        } catch (Rejected wrong) {
            board.note("not a command: AT" + body);
            failed(List.of(), wrong.code());
            return;
        }
        repeated = body;
        next(() -> {}, "");
    }

    private void next(Runnable then, String result) {
        Command command = queue.poll();
        if (command == null) {
            answer.add(new Piece(Kind.FINAL, settings.result("OK")));
            if (!result.isEmpty()) {
                answer.add(new Piece(Kind.RESULT, settings.text(result)));
            }
            finish(then);
            return;
        }
        if (faults.refuses()) {
            failed(List.of(), -1);
            return;
        }
        Handler handler = commands.of(command.name());
        if (handler == null) {
            board.note("unknown command: AT" + command);
            failed(List.of(), -1);
            return;
        }
        try {
            handler.run(new Call(this, settings, command, board.profile().prompt().octets()));
        } catch (Rejected refused) {
            failed(List.of(), refused.code());
        }
    }

    void succeeded(List<Piece> pieces, Runnable then) {
        answer.addAll(pieces);
        next(then, "");
    }

    void succeededWithResult(List<Piece> pieces, String result) {
        answer.addAll(pieces);
        next(() -> {}, result);
    }

    void failed(List<Piece> pieces, int code) {
        queue.clear();
        answer.addAll(pieces);
        answer.add(new Piece(Kind.FINAL, settings.error(code)));
        finish(() -> {});
    }

    void ended(List<Piece> pieces, String word, Runnable then) {
        queue.clear();
        answer.addAll(pieces);
        answer.add(new Piece(Kind.FINAL, settings.result(word)));
        finish(then);
    }

    private void finish(Runnable then) {
        List<Piece> said = List.copyOf(answer);
        answer.clear();
        mode = Mode.COMMAND;
        output.say(said);
        faults.afterAnswer();
        output.release();
        then.run();
        pump();
    }

    void payload(int bytes, String prompt, Consumer<String> then) {
        ask(Mode.PAYLOAD, bytes, prompt, then, () -> {});
    }

    void text(int bytesMax, String prompt, Consumer<String> then, Runnable cancelled) {
        ask(Mode.TEXT, bytesMax, prompt, then, cancelled);
    }

    private void ask(Mode to, int bytes, String usualPrompt, Consumer<String> then, Runnable cancelled) {
        output.hold();
        payloadBytes = bytes;
        payloadThen = then;
        payloadCancelled = cancelled;
        payload.setLength(0);
        board.after(faults.beforePrompt(board.timing().promptMillis()), () -> {
            // A line feed that came with the command's carriage return belongs to the command.
            if (afterReturn && !pending.isEmpty() && pending.charAt(0) == '\n' && !faults.countsLineFeed()) {
                pending.deleteCharAt(0);
            }
            afterReturn = false;
            mode = to;
            String prompt = faults.prompt(usualPrompt);
            if (!prompt.isEmpty()) {
                output.say(Kind.PROMPT, prompt);
            }
            pump();
        });
    }

    private void countedPayload() {
        int part = Math.min(payloadBytes - payload.length(), pending.length());
        payload.append(pending, 0, part);
        echoPayload(pending.substring(0, part));
        pending.delete(0, part);
        if (payload.length() == payloadBytes) {
            taken();
        }
    }

    /// @return whether it could do anything; an escape waits for what it escapes
    private boolean textPayload() {
        int at = 0;
        while (at < pending.length()) {
            char c = pending.charAt(at++);
            if (c == ESC || c == CTRL_Z) {
                echoPayload(pending.substring(0, at - 1));
                pending.delete(0, at);
                if (c == CTRL_Z) {
                    taken();
                } else {
                    mode = Mode.BUSY;
                    board.after(board.timing().payloadMillis(), payloadCancelled);
                }
                return true;
            }
            if (c == ETX) {
                if (at == pending.length()) {
                    at--;
                    break;
                }
                c = pending.charAt(at++);
            }
            if (payload.length() < payloadBytes) {
                payload.append(c);
            }
        }
        echoPayload(pending.substring(0, at));
        pending.delete(0, at);
        return at > 0;
    }

    private void echoPayload(String octets) {
        if (settings.echo && settings.dataEcho && !octets.isEmpty()) {
            output.say(Kind.ECHO, octets);
        }
    }

    private void taken() {
        mode = Mode.BUSY;
        String octets = payload.toString();
        Consumer<String> then = payloadThen;
        board.after(board.timing().payloadMillis(), () -> then.accept(octets));
    }

    /// For so long nothing that is sent to the modem is looked at.
    void block(long millis) {
        blocked = true;
        board.after(millis, () -> {
            blocked = false;
            pump();
        });
    }

    /// From now on everything goes there.
    ///
    /// @param to says how many of the characters it was given it has taken; the rest is given again at [#resume]
    void stream(ToIntFunction<String> to) {
        stream = to;
        mode = Mode.STREAM;
        pump();
    }

    /// What was not taken may be taken now.
    void resume() {
        pump();
    }

    /// Commands again.
    void command() {
        mode = Mode.COMMAND;
    }

    boolean isStream() {
        return mode == Mode.STREAM;
    }
}
