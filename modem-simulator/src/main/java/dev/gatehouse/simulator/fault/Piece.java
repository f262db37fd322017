package dev.gatehouse.simulator.fault;

/// A part of what the modem says, as far as faults tell parts apart.
///
/// @param octets characters 0 to 255, with all line ends
public record Piece(Kind kind, String octets) {
    /// What it is.
    public enum Kind {
        /// The command, given back.
        ECHO,
        /// Lines of an answer.
        TEXT,
        /// Counted bytes of an answer.
        DATA,
        /// `OK`, `ERROR` and the like.
        FINAL,
        /// Payload may come.
        PROMPT,
        /// The result of a command that has had its `OK`.
        RESULT,
        /// Nobody asked for it.
        URC
    }
}
