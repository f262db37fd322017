package dev.gatehouse.modem;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.AtEngine;
import dev.gatehouse.modem.at.Command;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Quoted;
import dev.gatehouse.modem.at.Trouble;

/// The certificates and keys that are stored in the modem.
///
/// **Source:** A76XX AT command manual V1.09, `+CCERTDOWN`, `+CCERTLIST`, `+CCERTDELE`.
public final class Certificates {
    static final int FILE_BYTES_MAX = 10_240;
    private static final int NAME_CHARACTERS_MAX = 108;
    private static final Duration STORE = Duration.ofSeconds(20);
    private static final Pattern LISTED = Pattern.compile("\\+CCERTLIST: ?\"([^\"]*)\"");

    private final AtEngine engine;

    Certificates(AtEngine engine) {
        this.engine = engine;
    }

    /// Stores a file in the modem; one of this name is replaced.
    ///
    /// @param name 5 to 108 characters, ending in `.pem` or `.der`
    /// @param content at most 10 240 bytes
    public void store(String name, byte[] content) throws IOException {
        String quoted = checked(name);
        if (content.length == 0 || content.length > FILE_BYTES_MAX) {
            throw new IOException("the modem takes files of 1 to " + FILE_BYTES_MAX + " bytes, not " + content.length);
        }
        if (list().contains(name)) {
            delete(name);
        }
        engine.require(Command.of("AT+CCERTDOWN=" + quoted + "," + content.length).payload(content).within(STORE));
    }

    public List<String> list() throws ModemException {
        Answer answer = engine.execute(Command.of("AT+CCERTLIST").answers("\\+CCERTLIST: ?.*"));
        List<String> names = new ArrayList<>();
        for (String line : answer.lines()) {
            Matcher listed = LISTED.matcher(line);
            if (listed.matches()) {
                names.add(listed.group(1));
            }
        }
        return names;
    }

    public void delete(String name) throws ModemException {
        engine.require(Command.of("AT+CCERTDELE=" + checked(name)).within(STORE));
    }

    static String checked(String name) throws ModemException {
        if (name.length() < 5 || !(name.endsWith(".pem") || name.endsWith(".der"))) {
            throw new ModemException(Trouble.UNSAFE_TEXT,
                    "a certificate's name in the modem has 5 to 108 characters and ends in .pem or .der");
        }
        return Quoted.text("the certificate's name", name, NAME_CHARACTERS_MAX);
    }
}
