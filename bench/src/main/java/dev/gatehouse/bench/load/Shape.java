package dev.gatehouse.bench.load;

import java.util.Locale;

/// Who sends to whom.
public enum Shape {
    /// Each sender has a topic and a receiver of its own.
    PAIRS,
    /// Each sender has a topic, and every receiver gets all of them through one wildcard.
    FAN_IN,
    /// Each sender has a topic, and every receiver subscribes to it: as many copies as receivers.
    FAN_OUT,
    /// The receivers are one group that shares a subscription to all topics: each message goes to one of them.
    SHARED,
    /// As pairs, but the receivers have persistent sessions and are away: what is measured is the acknowledgements.
    OFFLINE;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
