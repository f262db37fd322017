package dev.gatehouse.broker;

import dev.gatehouse.diagnosis.Fact;

/// Messages that the client of one connection did not get. The first of a kind is noted at once, the others together
/// when the connection ends.
///
/// - **Thread:** the lane of its session.
final class Losses {
    private final long[] counts = new long[Kind.values().length];

    /// Why a message was left out.
    enum Kind {
        SLOW("the client reads more slowly than QoS 0 messages come"),
        TOO_LARGE("larger than the client's maximum packet size"),
        QUEUE_FULL("the queue of the session is full");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    /// @param limits of the tenant, for the words
    void add(Kind kind, TenantLimits limits, Link link) {
        if (counts[kind.ordinal()]++ == 0) {
            link.note(new Fact.MessageDropped(switch (kind) {
                case SLOW, TOO_LARGE -> kind.words;
                case QUEUE_FULL -> kind.words + " (limit " + limits.queueMessagesMax() + " messages, "
                        + limits.queueBytesMax() + " bytes)";
            }, 1));
        }
    }

    /// The connection ends.
    void noteRest(Link link) {
        for (Kind kind : Kind.values()) {
            if (counts[kind.ordinal()] > 1) {
                link.note(new Fact.MessageDropped(kind.words, counts[kind.ordinal()] - 1));
            }
        }
    }
}
