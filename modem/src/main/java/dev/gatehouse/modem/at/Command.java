package dev.gatehouse.modem.at;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// A command, and how its answer is told from what the modem says by itself meanwhile.
///
/// Immutable: each method returns a command that differs in one respect.
public final class Command {
    private static final Pattern NOTHING = Pattern.compile("(?!)");
    private static final Duration USUAL = Duration.ofSeconds(9);

    final String text;
    final String shown;
    final @Nullable Pattern answers;
    final Pattern fails;
    final Pattern finishes;
    final byte @Nullable [] payload;
    final Duration patience;

    private Command(String text, String shown, @Nullable Pattern answers, Pattern fails, Pattern finishes,
            byte @Nullable [] payload, Duration patience) {
        this.text = text;
        this.shown = shown;
        this.answers = answers;
        this.fails = fails;
        this.finishes = finishes;
        this.payload = payload;
        this.patience = patience;
    }

    /// A command whose answer has no lines but its result code.
    ///
    /// @param text without the carriage return
    /// @throws IllegalArgumentException when it has a line end or another control character in it
    public static Command of(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c > 0xff || c == 0x7f)) {
            throw new IllegalArgumentException("a command is one line of text without control characters");
        }
        return new Command(text, text, NOTHING, NOTHING, NOTHING, null, USUAL);
    }

    /// Its answer has the lines that match this regular expression as a whole.
    public Command answers(String lines) {
        return new Command(text, shown, Pattern.compile(lines), fails, finishes, payload, patience);
    }

    /// Its answer may have any lines, except those that are known to be unsolicited.
    public Command answersAnything() {
        return new Command(text, shown, null, fails, finishes, payload, patience);
    }

    /// A line like this says that the command failed; `ERROR` may follow, or not.
    public Command fails(String lines) {
        return new Command(text, shown, answers, Pattern.compile(lines), finishes, payload, patience);
    }

    /// A line like this ends the answer, as `OK` does elsewhere: some commands go on after their `OK`.
    public Command finishes(String lines) {
        return new Command(text, shown, answers, fails, Pattern.compile(lines), payload, patience);
    }

    /// The modem asks with a `>` for these bytes.
    public Command payload(byte[] bytes) {
        return new Command(text, shown, answers, fails, finishes, bytes.clone(), patience);
    }

    /// How long the modem may take for the whole answer, counted from the moment the command was written.
    public Command within(Duration patience) {
        return new Command(text, shown, answers, fails, finishes, payload, patience);
    }

    /// These texts are written as `***` wherever the command is shown.
    public Command hides(String... secrets) {
        String masked = shown;
        for (String secret : List.of(secrets)) {
            if (!secret.isEmpty()) {
                masked = masked.replace('"' + secret + '"', "\"***\"").replace(secret, "***");
            }
        }
        return new Command(text, masked, answers, fails, finishes, payload, patience);
    }

    boolean isSecret() {
        return !text.equals(shown);
    }

    @Override
    public String toString() {
        return shown;
    }
}
