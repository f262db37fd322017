package dev.gatehouse.doctor;

/// How the other side answers to the first bytes, before anything is agreed.
public sealed interface Reply {
    /// Bytes came.
    ///
    /// @param speaks what they look like
    /// @param shown their beginning, fit for a terminal: text, or hexadecimal
    record Answered(Speaks speaks, String shown) implements Reply {}

    /// It closed in good order without a byte.
    record Closed() implements Reply {}

    /// The connection was reset.
    record Reset() implements Reply {}

    /// Nothing came in time.
    record Silent() implements Reply {}

    /// What bytes from a server look like.
    enum Speaks {
        /// A handshake record.
        TLS("TLS"), //
        /// An alert, which servers of other protocols send too when a ClientHello arrives.
        TLS_ALERT("a TLS alert"), //
        MQTT("MQTT"), //
        HTTP("HTTP"), //
        SSH("SSH"), //
        TEXT("a text protocol"), //
        UNKNOWN("an unknown protocol");

        private final String words;

        Speaks(String words) {
            this.words = words;
        }

        /// For the middle of a sentence.
        public String words() {
            return words;
        }
    }
}
