package dev.gatehouse.simulator;

import java.util.stream.Stream;

/// A script: on each line a time in milliseconds after the start, and what [Control] understands. Empty lines, and lines
/// that begin with `#`, say nothing.
///
/// ```
/// # two seconds after the start the network goes for a while
/// 2000 fault network-lost:millis=3000
/// ```
final class Script {
    private Script() {}

    /// @param millis after the start
    record Line(long millis, String command) {}

    static Stream<Line> read(String text) {
        String line = text.strip();
        if (line.isEmpty() || line.startsWith("#")) {
            return Stream.empty();
        }
        String[] words = line.split("\\s+", 2);
        try {
            if (words.length == 2) {
                return Stream.of(new Line(Long.parseLong(words[0]), words[1]));
            }
        } catch (NumberFormatException none) {
            // Told below.
        }
        throw new IllegalArgumentException("a line of a script is a time in milliseconds and a command, not '" + line
                + "'");
    }
}
