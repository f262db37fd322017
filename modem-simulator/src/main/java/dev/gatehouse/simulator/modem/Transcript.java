package dev.gatehouse.simulator.modem;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/// What was said on the line, and what the simulator has to say about it. Any thread may read it.
public final class Transcript {
    private static final int ENTRIES_MAX = 20_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Consumer<Entry> listener;

    /// @param listener told each entry, on the loop
    public Transcript(Consumer<Entry> listener) {
        this.listener = listener;
    }

    /// Who says it.
    public enum Who {
        /// The modem's user.
        USER,
        /// The modem.
        MODEM,
        /// The simulator, about something.
        NOTE
    }

    /// One thing said.
    ///
    /// @param millis since the simulator was started
    /// @param octets characters 0 to 255; of a note, text
    public record Entry(long millis, Who who, String octets) {
        /// As one line, with control characters in words.
        @Override
        public String toString() {
            String sign = switch (who) {
                case USER -> ">";
                case MODEM -> "<";
                case NOTE -> "#";
            };
            StringBuilder line = new StringBuilder(String.format("%9.3f %s ", millis / 1000.0, sign));
            for (int i = 0; i < octets.length(); i++) {
                char c = octets.charAt(i);
                switch (c) {
                    case '\r' -> line.append("<CR>");
                    case '\n' -> line.append("<LF>");
                    case 0x1A -> line.append("<SUB>");
                    case 0x1B -> line.append("<ESC>");
                    default -> {
                        if (c < ' ' || c > '~' && who != Who.NOTE) {
                            line.append(String.format("<%02X>", (int) c));
                        } else {
                            line.append(c);
                        }
                    }
                }
            }
            return line.toString();
        }
    }

    void add(long millis, Who who, String octets) {
        Entry entry = new Entry(millis, who, octets);
        synchronized (entries) {
            if (entries.size() == ENTRIES_MAX) {
                entries.removeFirst();
            }
            entries.addLast(entry);
        }
        listener.accept(entry);
    }

    /// The last 20 000 entries.
    public List<Entry> entries() {
        synchronized (entries) {
            return List.copyOf(entries);
        }
    }
}
