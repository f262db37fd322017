package dev.gatehouse.simulator.modem;

/// How the modem talks; a reboot forgets it.
final class Settings {
    boolean echo = true;
    boolean verbose = true;
    boolean quiet;
    /// `AT+CMEE`: 0 plain, 1 numbers, 2 texts.
    int errorLevel = 2;
    /// Payload is echoed too, where commands are.
    boolean dataEcho = true;

    /// A line, or several, of an answer.
    String text(String lines) {
        return verbose ? "\r\n" + lines + "\r\n" : lines + "\r\n";
    }

    /// @param word `OK`, `ERROR`, `CONNECT 115200` and so on
    String result(String word) {
        if (quiet) {
            return "";
        }
        if (verbose) {
            return "\r\n" + word + "\r\n";
        }
        int space = word.indexOf(' ');
        return switch (space > 0 && word.startsWith("CONNECT") ? word.substring(0, space) : word) {
            case "OK" -> "0\r";
            case "CONNECT" -> "1\r";
            case "NO CARRIER" -> "3\r";
            case "ERROR" -> "4\r";
            default -> word + "\r\n";
        };
    }

    String error(int code) {
        if (code < 0 || errorLevel == 0) {
            return result("ERROR");
        }
        if (quiet) {
            return "";
        }
        return text("+CME ERROR: " + (errorLevel == 1 ? code : CmeError.text(code)));
    }
}
