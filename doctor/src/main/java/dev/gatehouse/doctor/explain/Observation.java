package dev.gatehouse.doctor.explain;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;
import dev.gatehouse.doctor.explain.Codes.Code;

/// One thing that a log says, in a form that does not depend on who said it.
sealed interface Observation {
    Line line();

    /// A program's words, or a number, that are a sign.
    ///
    /// @param detail what is worth showing besides the line, perhaps empty
    record Said(Line line, Sign sign, String detail) implements Observation {}

    /// A number with its meaning.
    record Decoded(Line line, Code code) implements Observation {}

    /// A TLS alert.
    record Alert(Line line, int number, Side sender) implements Observation {}

    /// A certificate check's flags (Mbed TLS).
    record Flags(Line line, int flags) implements Observation {}

    /// An address that somebody connects to.
    ///
    /// @param host empty when only the port is known
    /// @param port 0 when only the host is known
    /// @param scheme `mqtt`, `mqtts`, `ws`, `wss` or empty
    record Target(Line line, String host, int port, String scheme) implements Observation {}

    /// A client identifier that connected, or was taken over.
    record Client(Line line, String id, String address, Step step) implements Observation {
        enum Step {
            CONNECTED, TAKEN_OVER, DISCONNECTED
        }
    }

    /// A command to a modem, without `AT`.
    record AtCommand(Line line, String name, String arguments) implements Observation {}

    /// An information line of a modem, asked for or not.
    record AtAnswer(Line line, String name, String values) implements Observation {}

    /// The end of a modem's answer: OK, ERROR and their like.
    record AtResult(Line line, boolean ok, String text) implements Observation {}

    /// Bytes that the log shows in hex.
    ///
    /// @param offset the number in front of them; -1 when there is none
    /// @param hex two digits for each byte
    /// @param tag the part of the program that dumped them
    record Dump(Line line, long offset, String hex, String tag) implements Observation {}

    /// What Gatehouse's own trail concludes.
    record Judged(Line line, Cause cause, Certainty certainty) implements Observation {}

    /// One TLS record of a capture.
    record Captured(Line line, boolean fromClient, int type, int version, int length, String what)
            implements
                Observation {}
}
