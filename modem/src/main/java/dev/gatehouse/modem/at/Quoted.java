package dev.gatehouse.modem.at;

/// Texts from elsewhere that are to stand inside a command line: host names, APNs, passwords, file names.
///
/// A quote would end the text and a carriage return the command; whatever follows would be the modem's next command.
public final class Quoted {
    private Quoted() {}

    /// `"text"`, when nothing in it could be read as anything but text.
    ///
    /// @param what what it is, for the message
    /// @param charactersMax what the manual allows
    /// @throws ModemException with [Trouble#UNSAFE_TEXT]
    public static String text(String what, String text, int charactersMax) throws ModemException {
        if (text.length() > charactersMax) {
            throw new ModemException(Trouble.UNSAFE_TEXT,
                    what + " has " + text.length() + " characters, the modem takes "
                            + charactersMax);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c < ' ' || c >= 0x7f) {
                throw new ModemException(Trouble.UNSAFE_TEXT,
                        what + " has " + name(c) + " at position " + (i + 1));
            }
        }
        return '"' + text + '"';
    }

    /// The quoted name of a host: letters, digits, dots, hyphens and underscores, or an IPv6 address.
    ///
    /// @throws ModemException with [Trouble#UNSAFE_TEXT]
    public static String host(String host, int charactersMax) throws ModemException {
        if (host.isEmpty()) {
            throw new ModemException(Trouble.UNSAFE_TEXT, "the host name is empty");
        }
        String quoted = text("the host name", host, charactersMax);
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && "-._:%".indexOf(c) < 0) {
                throw new ModemException(Trouble.UNSAFE_TEXT,
                        "the host name has " + name(c) + " at position " + (i + 1));
            }
        }
        return quoted;
    }

    private static String name(char c) {
        return switch (c) {
            case '"' -> "a quote";
            case '\r' -> "a carriage return";
            case '\n' -> "a line feed";
            case ' ' -> "a blank";
            default -> c < ' ' || c == 0x7f
                    ? "the control character " + (int) c
                    : c > 0x7f ? "a character outside of ASCII" : "the character " + c;
        };
    }
}
