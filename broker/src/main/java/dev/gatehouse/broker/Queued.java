package dev.gatehouse.broker;

/// A message at its place in the queue of a durable session, as the journal gives it back.
///
/// @param sequence its place; packet ids come from it
/// @param endBytes bytes of everything that was ever queued for the session, up to and including this
/// @param number the message's number when it is in other queues too; 0 = it is only in this one
/// @param received whether the client has sent PUBREC for it
public record Queued(long sequence, long endBytes, long number, Effect.Receiver receiver, Message message,
        boolean received) {}
