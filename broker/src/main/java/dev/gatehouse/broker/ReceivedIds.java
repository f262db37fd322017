package dev.gatehouse.broker;

import java.util.BitSet;

/// The packet ids of QoS 2 messages that came from one client and wait for PUBREL (MQTT 5 §4.3.3).
///
/// - **Thread:** the session's lane.
final class ReceivedIds {
    private final BitSet received = new BitSet();
    /// Those of them that the journal knows.
    private final BitSet recorded = new BitSet();

    boolean has(int packetId) {
        return received.get(packetId);
    }

    void add(int packetId) {
        received.set(packetId);
    }

    /// The journal is given it.
    void record(int packetId) {
        recorded.set(packetId);
    }

    /// It is free.
    ///
    /// @return whether the journal knew it
    boolean remove(int packetId) {
        received.clear(packetId);
        boolean known = recorded.get(packetId);
        recorded.clear(packetId);
        return known;
    }
}
