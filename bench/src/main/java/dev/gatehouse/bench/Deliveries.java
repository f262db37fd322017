package dev.gatehouse.bench;

import java.util.HashMap;
import java.util.Map;

import dev.gatehouse.mqtt.Qos;

/// A subscriber's side of the session: which packet ids are under way, and what the service owes after a reconnect.
///
/// A delivery is over for QoS 1 when PUBACK was sent, for QoS 2 when PUBREL came. On the next connection the service
/// has to send again what is not over, under the same packet id and with DUP (MQTT 5 §4.4); at QoS 2 a PUBREL does too.
///
/// - **Thread:** the generator's.
final class Deliveries {
    private final String subscriber;
    private final Ledger ledger;
    private final Arrivals arrivals;
    private final Findings findings;
    private final Map<Integer, Delivery> byId = new HashMap<>();
    private final Map<Label, Integer> owed = new HashMap<>();
    /// By stream, what had been sent when the connection began: what comes after that cannot be a repetition.
    private final int[] sentBefore;
    private long redelivered;

    private static final class Delivery {
        private final Label label;
        private final Qos qos;
        private boolean answered;

        Delivery(Label label, Qos qos) {
            this.label = label;
            this.qos = qos;
        }

        /// Whether the service may believe it over, and use its packet id for another message.
        boolean mayBeOver() {
            return qos == Qos.AT_LEAST_ONCE && answered;
        }
    }

    Deliveries(String subscriber, Ledger ledger, Arrivals arrivals, Findings findings) {
        this.subscriber = subscriber;
        this.ledger = ledger;
        this.arrivals = arrivals;
        this.findings = findings;
        this.sentBefore = new int[ledger.streams()];
    }

    /// PUBLISH came.
    ///
    /// @param qos 1 or 2
    void publish(Label label, String topic, Qos qos, int packetId, boolean duplicate) {
        if (duplicate) {
            redelivered++;
            if (ledger.wasSent(label) && label.sequence() > sentBefore[label.stream()]) {
                findings.add(Violation.Kind.MARKED, subscriber, () -> "packet id " + packetId + ": "
                        + ledger.describe(label));
            }
        }
        settle(label, packetId, duplicate);
        Delivery before = byId.get(packetId);
        if (before != null && !before.mayBeOver()) {
            if (!before.label.equals(label)) {
                findings.add(Violation.Kind.ID_TAKEN, subscriber, () -> "packet id " + packetId + " is that of "
                        + ledger.describe(before.label) + ", and came with " + ledger.describe(label));
            } else if (qos == Qos.EXACTLY_ONCE) {
                before.answered = false; // a repetition of the packet, not a second message [MQTT-4.3.3-10]
                return;
            }
        }
        byId.put(packetId, new Delivery(label, qos));
        arrivals.arrive(label, topic, qos);
    }

    private void settle(Label label, int packetId, boolean duplicate) {
        Integer expected = owed.get(label);
        if (expected == null) {
            return;
        }
        if (expected == packetId) {
            owed.remove(label);
            if (!duplicate) {
                findings.add(Violation.Kind.NOT_MARKED, subscriber, () -> "packet id " + packetId + ": "
                        + ledger.describe(label));
            }
        } else if (ledger.wasSentOnce(label)) { // else it may be the publisher's second copy, which has an id of its own
            owed.remove(label);
            findings.add(Violation.Kind.ID_CHANGED, subscriber, () -> "packet id " + packetId + ", which was "
                    + expected + " before: " + ledger.describe(label));
        }
    }

    /// PUBACK or PUBREC has been sent.
    void answer(int packetId) {
        Delivery delivery = byId.get(packetId);
        if (delivery != null) {
            delivery.answered = true;
        }
    }

    /// PUBREL came.
    void release(int packetId) {
        Delivery delivery = byId.get(packetId);
        if (delivery != null && delivery.qos == Qos.EXACTLY_ONCE) {
            byId.remove(packetId);
            owed.remove(delivery.label, packetId);
        }
    }

    /// The session goes on with a new connection.
    void reconnect() {
        for (int stream = 0; stream < sentBefore.length; stream++) {
            sentBefore[stream] = ledger.sent(stream);
        }
        owed.clear();
        byId.forEach((packetId, delivery) -> {
            if (!delivery.mayBeOver()) {
                owed.put(delivery.label, packetId);
            }
        });
    }

    /// The service has forgotten the session.
    void forget() {
        byId.clear();
        owed.clear();
    }

    /// Looks for what should have been sent again by now. What is found is reported once.
    void check() {
        owed.forEach((label, packetId) -> findings.add(Violation.Kind.NOT_RESENT, subscriber, () -> "packet id "
                + packetId + ": " + ledger.describe(label)));
        owed.clear();
    }

    /// Whether the service still has to send something again.
    boolean isOwed() {
        return !owed.isEmpty();
    }

    /// PUBLISH packets with the DUP flag.
    long redelivered() {
        return redelivered;
    }
}
