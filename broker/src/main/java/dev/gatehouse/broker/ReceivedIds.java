package dev.gatehouse.broker;

import java.util.BitSet;

/// The packet ids of QoS 2 messages that came from one client and wait for PUBREL (MQTT 5 §4.3.3).
///
/// - **Thread:** the session's lane.
/// - **Life:** made when the first QoS 2 message comes: most clients never send one.
final class ReceivedIds {
    private final BitSet received = new BitSet();
    /// Those of them that the journal knows.
    private final BitSet recorded = new BitSet();

    /// Whether a message with this packet id came and waits for PUBREL.
    boolean has(int packetId) {
        return received.get(packetId);
    }

    /// A message came.
    void add(int packetId) {
        received.set(packetId);
    }

    /// The journal is given the packet id of a message that came.
    void record(int packetId) {
        recorded.set(packetId);
    }

    /// A message that came was refused: its packet id is free.
    void refused(int packetId) {
        received.clear(packetId);
        recorded.clear(packetId);
    }

    /// What a PUBREL came to.
    enum Release {
        UNKNOWN,
        DONE,
        /// The journal has to know.
        TO_BE_RECORDED
    }

    /// PUBREL: the packet id is free.
    Release release(int packetId) {
        if (!received.get(packetId)) {
            return Release.UNKNOWN;
        }
        Release release = recorded.get(packetId) ? Release.TO_BE_RECORDED : Release.DONE;
        refused(packetId);
        return release;
    }
}
