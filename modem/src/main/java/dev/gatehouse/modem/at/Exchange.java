package dev.gatehouse.modem.at;

import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/// One command on its way: which of the lines that come are its answer, and when the answer is complete.
///
/// ```
/// stage     what comes                          next
/// COMMAND   its own text (an echo)              COMMAND
/// COMMAND   > , when it has a payload           PROMPTED
/// PROMPTED  the payload was written             PAYLOAD
/// COMMAND   OK, when it has a payload           COMMAND    left over from an earlier command
/// COMMAND   OK, PAYLOAD OK                      DONE       or waits for the line that finishes it
/// any       ERROR and its kin                   DONE
/// any       a line that says it failed          FAILING    ERROR may follow
/// any       the line that finishes it           ENDING     or DONE, when OK was first
/// ```
///
/// **Thread:** none; guarded by the lock of [Dialogue].
final class Exchange {
    enum Stage {
        COMMAND, PROMPTED, PAYLOAD, FAILING, ENDING, DONE
    }

    static final int NONE = Integer.MIN_VALUE;

    private static final Set<String> FAILURES = Set.of("ERROR", "NO CARRIER", "NO ANSWER", "NO DIALTONE", "BUSY");
    private static final Pattern EXTENDED = Pattern.compile("\\+CM[ES] ERROR: ?.*");
    private static final Pattern SOCKET = Pattern.compile("\\+(IP ERROR|CIPERROR): ?.*");

    final Command command;
    final Answer answer = new Answer();
    private final boolean anyCodes;
    private Stage stage = Stage.COMMAND;
    private boolean okSeen;
    private boolean lastWasData;
    private boolean echoed;
    private int endsAfterData = NONE;
    private @Nullable ModemException broken;

    /// @param anyCodes whether the result codes of `ATV0` (`0`, `4`) are understood too
    Exchange(Command command, boolean anyCodes) {
        this.command = command;
        this.anyCodes = anyCodes;
    }

    Stage stage() {
        return stage;
    }

    boolean echoed() {
        return echoed;
    }

    @Nullable
    ModemException broken() {
        return broken;
    }

    /// How many line ends stood between the answer's data and its `OK`, or [#NONE] when it had none or something between.
    int endsAfterData() {
        return endsAfterData;
    }

    void breakOff(ModemException why) {
        broken = why;
        stage = Stage.DONE;
    }

    void prompted() {
        if (stage == Stage.COMMAND) {
            stage = Stage.PROMPTED;
        }
    }

    void payloadWritten() {
        if (stage == Stage.COMMAND || stage == Stage.PROMPTED) {
            stage = Stage.PAYLOAD;
        }
    }

    /// Whatever else might have come did not.
    void settle() {
        if (stage == Stage.FAILING || stage == Stage.ENDING) {
            stage = Stage.DONE;
        }
    }

    /// @return whether the line is part of this answer
    boolean line(String text, int endsBefore) {
        boolean afterData = lastWasData;
        lastWasData = false;
        if (text.equals(command.text)) {
            echoed = true;
            return true;
        }
        if (text.equals("OK") || anyCodes && text.equals("0")) {
            ok(afterData ? endsBefore : NONE, text);
            return true;
        }
        if (FAILURES.contains(text) || EXTENDED.matcher(text).matches()
                || anyCodes && (text.equals("4") || text.equals("3"))) {
            if (answer.ok()) {
                answer.failed(text);
            }
            answer.ended(text);
            stage = Stage.DONE;
            return true;
        }
        if (command.fails.matcher(text).matches() || SOCKET.matcher(text).matches()) {
            answer.failed(text);
            if (stage != Stage.DONE) {
                stage = Stage.FAILING;
            }
            return true;
        }
        if (command.finishes.matcher(text).matches()) {
            answer.add(text);
            stage = okSeen ? Stage.DONE : Stage.ENDING;
            return true;
        }
        if (command.answers == null ? !Unsolicited.isKnown(text, command) : command.answers.matcher(text).matches()) {
            answer.add(text);
            return true;
        }
        return false;
    }

    private void ok(int ends, String text) {
        if (command.payload != null && (stage == Stage.COMMAND || stage == Stage.PROMPTED)) {
            return;
        }
        okSeen = true;
        endsAfterData = ends;
        answer.ended(text);
        boolean more = !command.finishes.pattern().equals("(?!)") && stage != Stage.ENDING;
        if (!more) {
            stage = Stage.DONE;
        }
    }

    /// @return whether the data are part of this answer
    boolean data(String header, byte[] bytes) {
        int colon = header.indexOf(':');
        String name = colon < 0 ? header : header.substring(0, colon);
        if (!command.text.startsWith("AT" + name + "=")) {
            return false;
        }
        if (name.equals("+CIPRXGET")) {
            // "+CIPRXGET: 2,0,…" answers AT+CIPRXGET=2,0[,…] and no other link's command.
            String asked = command.text.substring(("AT" + name + "=").length());
            String got = header.substring(colon + 1).strip();
            if (!asked.regionMatches(0, got, 0, 3)) {
                return false;
            }
        }
        answer.add(header);
        answer.add(bytes);
        lastWasData = bytes.length > 0;
        return true;
    }
}
