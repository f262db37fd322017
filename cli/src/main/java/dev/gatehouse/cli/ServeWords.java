package dev.gatehouse.cli;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// The words of a usual `serve`, read without picocli: its classes are too old for the JVM to keep them in a cache, and
/// loading them takes a third of the service's start.
///
/// @param data the value of `--data`
/// @param config the value of `--config`
record ServeWords(boolean verbose, @Nullable Path data, @Nullable Path config) {
    /// @return null when there is anything that picocli has to explain, complete or refuse
    static @Nullable ServeWords of(String... args) {
        if (args.length == 0 || !args[0].equals("serve")) {
            return null;
        }
        boolean verbose = false;
        Path data = null;
        Path config = null;
        for (int at = 1; at < args.length; at++) {
            if (args[at].equals("--verbose") && !verbose) {
                verbose = true;
            } else if (args[at].equals("--data") && data == null && hasValue(args, at)) {
                at++;
                data = Path.of(args[at]);
            } else if (args[at].equals("--config") && config == null && hasValue(args, at)) {
                at++;
                config = Path.of(args[at]);
            } else {
                return null;
            }
        }
        return new ServeWords(verbose, data, config);
    }

    /// Whether a plain value follows: no other option, no file of arguments.
    private static boolean hasValue(String[] args, int at) {
        return at + 1 < args.length && !args[at + 1].isEmpty() && "-@".indexOf(args[at + 1].charAt(0)) < 0;
    }
}
