package dev.gatehouse.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/// What a command is called from.
///
/// @param out for results, in UTF-8
/// @param err for everything else
/// @param environment variables by name
/// @param home the user's home folder
/// @param terminal a person reads `out` and can type
/// @param prompt asks that person
record Shell(PrintStream out, PrintStream err, InputStream in, Map<String, String> environment, Path home,
        boolean terminal, Prompt prompt) {

    /// Asks a person for a password, without showing it.
    @FunctionalInterface
    interface Prompt {
        /// Null at the end of the input.
        char @Nullable [] password(String question);
    }

    /// That of this process.
    static Shell ofProcess() {
        Optional<Console> console = Optional.ofNullable(System.console()); // null with some of its providers
        return new Shell(utf8(FileDescriptor.out), utf8(FileDescriptor.err), System.in, System.getenv(),
                Path.of(System.getProperty("user.home", "")), console.map(Console::isTerminal).orElse(false),
                question -> console.map(there -> there.readPassword("%s", question)).orElse(null));
    }

    private static PrintStream utf8(FileDescriptor to) {
        return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
    }

    /// The value of an environment variable; null also when it is set to nothing.
    @Nullable
    String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /// Colours are for terminals, and not for people who do not want them (no-color.org).
    boolean hasColours() {
        return terminal && variable("NO_COLOR") == null && !"dumb".equals(variable("TERM"));
    }

    /// Tells the person what is not a result.
    void tell(String message) {
        message.lines().forEach(line -> err.println("gatehouse: " + line));
        err.flush();
    }

    /// Text in a colour or style, where there are any.
    ///
    /// @param sgr parameters of ECMA-48's SGR, such as `31` for red
    String styled(String sgr, String text) {
        return hasColours() ? "\u001b[" + sgr + "m" + text + "\u001b[0m" : text;
    }
}
