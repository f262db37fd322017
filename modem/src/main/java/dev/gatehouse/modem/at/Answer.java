package dev.gatehouse.modem.at;

import java.util.ArrayList;
import java.util.List;

/// What the modem answered to one command.
public final class Answer {
    private final List<String> lines = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private String failure = "";
    private String result = "";
    private boolean dataTrusted = true;

    Answer() {}

    void add(String line) {
        lines.add(line);
    }

    void add(byte[] bytes) {
        data.add(bytes);
    }

    void failed(String why) {
        failure = why;
    }

    void ended(String how) {
        result = how;
    }

    void distrustData() {
        dataTrusted = false;
    }

    /// The answer's lines without the result code.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The counted data of the answer, one piece after the other.
    public byte[] data() {
        int length = data.stream().mapToInt(piece -> piece.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] piece : data) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        return all;
    }

    /// Whether the modem did what it was told.
    public boolean ok() {
        return failure.isEmpty();
    }

    /// What the modem gave as the reason of a failure, such as `+CME ERROR: SIM not inserted` or `ERROR`; empty if none.
    public String failure() {
        return failure;
    }

    /// The last line: `OK`, or what ended the answer instead.
    public String result() {
        return result;
    }

    /// False when what followed the data shows that some of them were lost on the way.
    public boolean dataTrusted() {
        return dataTrusted;
    }

    /// What stands behind `prefix` in the first line that begins with it, or the empty text.
    public String after(String prefix) {
        return lines.stream().filter(line -> line.startsWith(prefix)).findFirst()
                .map(line -> line.substring(prefix.length()).strip()).orElse("");
    }

    @Override
    public String toString() {
        return String.join(" | ", lines) + (lines.isEmpty() ? "" : " | ") + (ok() ? result : failure);
    }
}
