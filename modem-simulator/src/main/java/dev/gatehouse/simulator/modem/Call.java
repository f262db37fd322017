package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.simulator.fault.Piece;
import dev.gatehouse.simulator.fault.Piece.Kind;

/// One command being carried out, and the answer it builds.
///
/// Lines are collected and said together with the final code, in one go.
final class Call {
    private final Interpreter interpreter;
    private final Settings settings;
    private final Command command;
    private final String prompt;
    private final List<Piece> pieces = new ArrayList<>();
    private @Nullable Arguments arguments;
    private boolean over;

    /// @param prompt what asks for a payload
    Call(Interpreter interpreter, Settings settings, Command command, String prompt) {
        this.interpreter = interpreter;
        this.settings = settings;
        this.command = command;
        this.prompt = prompt;
    }

    Command command() {
        return command;
    }

    Command.Kind kind() {
        return command.kind();
    }

    boolean is(Command.Kind kind) {
        return command.kind() == kind;
    }

    Arguments arguments() {
        if (arguments == null) {
            arguments = command.arguments();
        }
        return arguments;
    }

    /// Lines of the answer, each of them framed.
    Call line(String line) {
        pieces.add(new Piece(Kind.TEXT, settings.text(line)));
        return this;
    }

    /// Lines of the answer in one block.
    Call block(List<String> lines) {
        return line(String.join("\r\n", lines));
    }

    /// A line of the answer with counted bytes after it.
    Call data(String line, String octets) {
        pieces.add(new Piece(Kind.TEXT, settings.text(line)));
        pieces.add(new Piece(Kind.DATA, octets));
        pieces.add(new Piece(Kind.TEXT, "\r\n"));
        return this;
    }

    void ok() {
        ok(() -> {});
    }

    /// @param then what follows the `OK`, if this is the last command of its line
    void ok(Runnable then) {
        end();
        interpreter.succeeded(pieces, then);
    }

    /// `OK` and, in the same burst, the result.
    void okWithResult(String line) {
        end();
        interpreter.succeededWithResult(pieces, line);
    }

    /// Lines collected so far, then `ERROR`.
    void error() {
        error(-1);
    }

    /// Lines collected so far, then `+CME ERROR`.
    ///
    /// @param code of [CmeError]; -1 for a plain `ERROR`
    void error(int code) {
        end();
        interpreter.failed(pieces, code);
    }

    /// Another final code than `OK` and `ERROR`.
    void end(String word, Runnable then) {
        end();
        interpreter.ended(pieces, word, then);
    }

    /// Asks for that many bytes.
    void payload(int bytes, Consumer<String> then) {
        interpreter.payload(bytes, prompt, then);
    }

    /// Asks for that many bytes with a word of its own.
    void payload(int bytes, String word, Consumer<String> then) {
        interpreter.payload(bytes, settings.text(word), then);
    }

    /// Asks for bytes up to Ctrl-Z, at most that many.
    ///
    /// @param then told the bytes
    /// @param cancelled when ESC came instead
    void text(int bytesMax, Consumer<String> then, Runnable cancelled) {
        interpreter.text(bytesMax, prompt, then, cancelled);
    }

    /// The same with the prompt of short messages, which every modem has.
    void message(int bytesMax, Consumer<String> then, Runnable cancelled) {
        interpreter.text(bytesMax, Profile.Prompt.SPACE.octets(), then, cancelled);
    }

    private void end() {
        if (over) {
            throw new AssertionError(command + " was answered twice");
        }
        over = true;
    }
}
