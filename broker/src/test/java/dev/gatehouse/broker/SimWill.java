package dev.gatehouse.broker;

import dev.gatehouse.mqtt.Qos;

/// One will, from CONNECT on: when it may be published, and when it must be.
final class SimWill {
    final String topic;
    final String payload;
    final Qos qos;
    final boolean retain;
    final long delaySeconds;
    private State state = State.HELD;
    private long dueMicros;
    /// It may be published from then on: a leaving of which it is not known whether it was recorded may have been.
    private long earliestMicros;
    /// Who subscribed before this step and since then must get it.
    private long since;

    enum State {
        /// The client is connected.
        HELD,
        /// The client is away; it is published when `dueMicros` has come, unless the client comes back.
        WAITING,
        PUBLISHED,
        /// A clean DISCONNECT discarded it, or the client came back in time.
        DISCARDED,
        /// The process, or a batch of the journal, was lost with the decision.
        UNKNOWN
    }

    SimWill(String topic, String payload, Qos qos, boolean retain, long delaySeconds) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.retain = retain;
        this.delaySeconds = delaySeconds;
    }

    State state() {
        return state;
    }

    long since() {
        return since;
    }

    /// The connection ended without DISCONNECT 0x00.
    void left(long nowMicros, long expirySeconds, long step) {
        if (state == State.HELD) {
            waitUntil(nowMicros + Math.min(delaySeconds, expirySeconds) * 1_000_000, nowMicros, step);
        }
    }

    private void waitUntil(long due, long nowMicros, long step) {
        earliestMicros = state == State.WAITING ? Math.min(earliestMicros, due) : due;
        state = due <= nowMicros ? State.PUBLISHED : State.WAITING;
        dueMicros = due;
        since = step;
    }

    /// The process ended; whether `recorded` says that the journal knew of the client's leaving.
    void restarted(boolean recorded, long nowMicros, long expirySeconds, long step) {
        switch (state) {
            case HELD -> left(nowMicros, expirySeconds, step);
            case WAITING -> {
                look(nowMicros);
                if (!recorded && state == State.WAITING) {
                    waitUntil(nowMicros + Math.min(delaySeconds, expirySeconds) * 1_000_000, nowMicros, step);
                }
            }
            case DISCARDED -> state = recorded ? state : State.UNKNOWN;
            case PUBLISHED, UNKNOWN -> {
            }
        }
    }

    /// What is open about it cannot be told.
    void maybeUnknown() {
        state = state == State.PUBLISHED || state == State.DISCARDED ? state : State.UNKNOWN;
    }

    /// A batch of the journal was refused that may have said so.
    void journalFailed() {
        state = state == State.DISCARDED ? State.UNKNOWN : state;
    }

    void discarded() {
        if (state == State.HELD) {
            state = State.DISCARDED;
        }
    }

    /// Time has passed.
    void look(long nowMicros) {
        if (state == State.WAITING && dueMicros <= nowMicros) {
            state = State.PUBLISHED;
        }
    }

    /// The client came back.
    ///
    /// @param ended whether the session ended by that, or before
    void resumed(boolean ended, long nowMicros, long step) {
        look(nowMicros);
        if (state == State.WAITING) {
            boolean maybe = earliestMicros <= nowMicros;
            state = ended ? State.PUBLISHED : maybe ? State.UNKNOWN : State.DISCARDED;
        }
    }

    /// Fails when it may not have been published by now.
    void came(long nowMicros, String to) {
        look(nowMicros);
        boolean due = state == State.WAITING && earliestMicros <= nowMicros;
        if (!due && state != State.PUBLISHED && state != State.UNKNOWN) {
            throw new AssertionError(to + " got the will '" + payload + "', which is " + state);
        }
    }
}
