package dev.gatehouse.server.access;

/// Where a tenant or a user was defined, which is where it can be changed.
public sealed interface Origin {
    /// In the configuration file: read-only while the server runs.
    ///
    /// @param file as the operator named it
    /// @param line 1 and above
    record File(String file, int line) implements Origin {
        @Override
        public String toString() {
            return file + " line " + line;
        }
    }

    /// In the configuration that is used when no file is given.
    record BuiltIn() implements Origin {
        @Override
        public String toString() {
            return "the built-in configuration";
        }
    }

    /// By a command against the running service: can be changed and removed by command.
    record Command() implements Origin {
        @Override
        public String toString() {
            return "by command";
        }
    }
}
