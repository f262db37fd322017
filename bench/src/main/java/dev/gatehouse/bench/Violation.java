package dev.gatehouse.bench;

/// A promise that was not kept.
///
/// @param client whose it was
/// @param what message, packet id, acknowledgement: all that is known of it
record Violation(Kind kind, String client, String what) {
    /// Which promise.
    enum Kind {
        /// Acknowledged to its publisher, and did not arrive.
        MISSING("acknowledged messages missing"),
        /// Arrived a second time, as another message, at QoS 2 [MQTT-4.3.3-2].
        DUPLICATE("duplicates at QoS 2"),
        /// Arrived for the first time after a later one of its publisher, topic and QoS [MQTT-4.6.0-5].
        REORDERED("messages out of order"),
        /// Arrived, and was never sent like that.
        FOREIGN("messages that nobody sent"),
        /// CONNACK without Session Present where there must be a session [MQTT-3.1.2-5].
        SESSION_LOST("sessions lost"),
        /// Sent again under another packet id [MQTT-4.4.0-1].
        ID_CHANGED("resent under another packet id"),
        /// The packet id of a message that is not acknowledged was used for another one [MQTT-2.2.1-4].
        ID_TAKEN("packet ids used twice"),
        /// Sent again without the DUP flag [MQTT-3.3.1-1].
        NOT_MARKED("resent without DUP"),
        /// DUP on a message that cannot have been sent before: it is newer than the connection [MQTT-3.3.1-3].
        MARKED("sent for the first time with DUP"),
        /// Not sent again on the next connection though not acknowledged [MQTT-4.4.0-1].
        NOT_RESENT("unacknowledged and not resent"),
        /// A message of a publisher was never acknowledged, or a client never let in.
        NO_ANSWER("without an answer"),
        /// Acknowledged with an error.
        REFUSED("refused by the service"),
        /// The service closed a connection, or broke the protocol on it.
        ENDED("connections ended by the service");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }

        String plural() {
            return plural;
        }
    }

    @Override
    public String toString() {
        return client + ": " + what;
    }
}
