package dev.gatehouse.server.config;

import java.util.List;

/// One key of the configuration file.
///
/// @param path from the top of the file, `[]` for "of each element": `listeners[].port`
/// @param kind what may stand there
/// @param fallback what counts when the key is left out, in words or as a value; `required` where it must not be
/// @param meaning what it does, as it stands in `docs/configuration.md`
record Key(String path, Kind kind, String fallback, String meaning) {
    static final String REQUIRED = "required";

    /// What may stand at a key.
    sealed interface Kind {
        /// As it stands in `docs/configuration.md`.
        String inWords();
    }

    /// A whole number, inclusive bounds; the unit is in the plural.
    record Whole(long min, long max, String unit) implements Kind {
        @Override
        public String inWords() {
            return min + " to " + max + (unit.isEmpty() ? "" : " " + unit);
        }
    }

    /// One of a few words.
    record Choice(List<String> words) implements Kind {
        @Override
        public String inWords() {
            return String.join(", ", words);
        }
    }

    /// `true` or `false`.
    record Flag() implements Kind {
        @Override
        public String inWords() {
            return "true, false";
        }
    }

    /// Text; the reader says what it has to look like.
    record Text(String what) implements Kind {
        @Override
        public String inWords() {
            return what;
        }
    }

    /// A list of texts.
    record Texts(String what) implements Kind {
        @Override
        public String inWords() {
            return "list: " + what;
        }
    }

    /// A mapping with keys of its own.
    record Mapping() implements Kind {
        @Override
        public String inWords() {
            return "keys";
        }
    }

    /// A list of mappings with keys of their own.
    record Mappings() implements Kind {
        @Override
        public String inWords() {
            return "list of keys";
        }
    }

    /// What stands before the last dot, with it: `listeners[].`; empty for a key at the top.
    String prefix() {
        return path.substring(0, path.lastIndexOf('.') + 1);
    }

    /// What stands in the file: `port`.
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
