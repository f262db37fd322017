package dev.gatehouse.tests.clients;

/// What became of a client, as that client saw it.
///
/// @param completed connected, did everything it was asked to and disconnected
/// @param connackCode the code in the CONNACK (0 for success), or [#NO_CONNACK] when none came or the client hides it
/// @param said everything the client printed or threw, for a person
public record Outcome(boolean completed, int connackCode, String said) {
    public static final int NO_CONNACK = -1;
}
