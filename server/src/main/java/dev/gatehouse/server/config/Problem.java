package dev.gatehouse.server.config;

/// One thing about a configuration file that its author should know.
///
/// @param file as the operator named it
/// @param line 1 and above; 0 when it concerns the file as a whole
/// @param column 1 and above, in characters; 0 when it concerns the file as a whole
/// @param sentence what is wrong and what would be right; no password, hash or key
public record Problem(String file, int line, int column, String sentence) {
    /// `gatehouse.yaml:12:5: unknown key …`
    @Override
    public String toString() {
        return line == 0 ? file + ": " + sentence : file + ":" + line + ":" + column + ": " + sentence;
    }
}
