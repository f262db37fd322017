package dev.gatehouse.broker;

/// What happened in one tenant on one lane since the start.
///
/// - **Thread:** written by that lane only; others may read figures that are a moment old.
final class Counters {
    /// PUBLISH packets from clients.
    long received;
    /// PUBLISH packets to clients.
    long sent;
    long droppedSlow;
    long droppedQueueFull;
    long droppedExpired;
    long droppedTooLarge;

    /// Messages that a client did not get.
    long dropped() {
        return droppedSlow + droppedQueueFull + droppedExpired + droppedTooLarge;
    }
}
