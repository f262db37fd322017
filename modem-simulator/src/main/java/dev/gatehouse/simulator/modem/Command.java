package dev.gatehouse.simulator.modem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One command of a command line.
///
/// @param name in upper case with its sign, like `+CIPOPEN`, `E` or `&F`
/// @param text what follows `=`, or a basic command's number
record Command(String name, Kind kind, String text) {
    /// The four forms of a command.
    enum Kind {
        /// `AT+CSQ`
        EXECUTE,
        /// `AT+CREG?`
        READ,
        /// `AT+CREG=?`
        TEST,
        /// `AT+CREG=1`; `ATE0`
        SET
    }

    Arguments arguments() {
        return Arguments.of(text);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EXECUTE -> name;
            case READ -> name + "?";
            case TEST -> name + "=?";
            case SET -> isBasic(name) ? name + text : name + "=" + text;
        };
    }

    private static boolean isBasic(String name) {
        return name.charAt(0) == '&' || Character.isLetter(name.charAt(0));
    }

    /// The commands of a line, without its `AT`: basic ones follow each other, extended ones end at `;`.
    ///
    /// @throws Rejected when there is something in it that is no command
    static List<Command> parse(String body) {
        List<Command> commands = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            char c = body.charAt(at);
            if (c == ';' || c == ' ') {
                at++;
            } else if (c == '&' || Character.isLetter(c)) {
                at = basic(body, at, commands);
            } else if (c == '+' || c == '*' || c == '$' || c == '^') {
                int end = endOfExtended(body, at);
                commands.add(extended(body.substring(at, end)));
                at = end + 1;
            } else {
                throw new Rejected();
            }
        }
        return commands;
    }

    private static int basic(String body, int start, List<Command> to) {
        int at = start;
        if (body.charAt(at) == '&') {
            at++;
        }
        if (at == body.length() || !Character.isLetter(body.charAt(at))) {
            throw new Rejected();
        }
        at++;
        String name = body.substring(start, at).toUpperCase(Locale.ROOT);
        if (name.equals("D")) {
            to.add(new Command(name, Kind.SET, body.substring(at)));
            return body.length();
        }
        int number = at;
        while (at < body.length() && Character.isDigit(body.charAt(at))) {
            at++;
        }
        if (name.equals("S")) {
            name += body.substring(number, at);
            if (at < body.length() && body.charAt(at) == '?') {
                to.add(new Command(name, Kind.READ, ""));
                return at + 1;
            }
            number = at < body.length() && body.charAt(at) == '=' ? ++at : at;
            while (at < body.length() && Character.isDigit(body.charAt(at))) {
                at++;
            }
        }
        String text = body.substring(number, at);
        to.add(new Command(name, text.isEmpty() ? Kind.EXECUTE : Kind.SET, text));
        return at;
    }

    private static int endOfExtended(String body, int start) {
        boolean quoted = false;
        for (int i = start; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return body.length();
    }

    private static Command extended(String text) {
        int equals = text.indexOf('=');
        if (equals >= 0) {
            String name = text.substring(0, equals).strip().toUpperCase(Locale.ROOT);
            String rest = text.substring(equals + 1).strip();
            return rest.equals("?") ? new Command(name, Kind.TEST, "") : new Command(name, Kind.SET, rest);
        }
        String name = text.strip().toUpperCase(Locale.ROOT);
        if (name.endsWith("?")) {
            return new Command(name.substring(0, name.length() - 1), Kind.READ, "");
        }
        return new Command(name, Kind.EXECUTE, "");
    }
}
