package dev.gatehouse.bench;

import java.util.BitSet;

import dev.gatehouse.mqtt.Qos;

/// What has arrived at one subscriber, as its application sees it, compared with the [Ledger].
///
/// - **Thread:** the generator's.
final class Arrivals {
    private final String subscriber;
    private final Ledger ledger;
    private final Findings findings;
    private final int first;
    private final BitSet[] arrived;
    private final BitSet[] missing;
    private final int[] latest;
    private final int[] checked;
    private long distinct;
    private long duplicates;
    private long lost;

    /// @param first the first of the streams it has subscribed to
    /// @param count of streams
    Arrivals(String subscriber, Ledger ledger, Findings findings, int first, int count) {
        this.subscriber = subscriber;
        this.ledger = ledger;
        this.findings = findings;
        this.first = first;
        arrived = new BitSet[count];
        missing = new BitSet[count];
        for (int i = 0; i < count; i++) {
            arrived[i] = new BitSet();
            missing[i] = new BitSet();
        }
        latest = new int[count];
        checked = new int[count];
    }

    /// One message. Whether a repetition under the same packet id is one is not decided here, see [Deliveries].
    ///
    /// @return whether it was sent like that
    boolean arrive(Label label, String topic, Qos qos) {
        int slot = label.stream() - first;
        if (slot < 0 || slot >= latest.length || !ledger.wasSent(label) || !isAsSent(label, topic, qos)) {
            findings.add(Violation.Kind.FOREIGN, subscriber, () -> "on topic " + topic + " at QoS " + qos.level() + ": "
                    + ledger.describe(label));
            return false;
        }
        if (arrived[slot].get(label.sequence())) {
            repeated(label, qos);
            return true;
        }
        arrived[slot].set(label.sequence());
        distinct++;
        int before = latest[slot];
        if (label.sequence() < before) {
            findings.add(Violation.Kind.REORDERED, subscriber,
                    () -> "arrived after message " + before + ": " + ledger.describe(label));
        } else {
            latest[slot] = label.sequence();
        }
        return true;
    }

    private boolean isAsSent(Label label, String topic, Qos qos) {
        Stream stream = ledger.stream(label.stream());
        return stream.topic().equals(topic) && stream.qos() == qos;
    }

    private void repeated(Label label, Qos qos) {
        if (qos == Qos.EXACTLY_ONCE) {
            findings.add(Violation.Kind.DUPLICATE, subscriber, () -> "arrived again: " + ledger.describe(label));
        } else {
            duplicates++;
        }
    }

    /// Looks for what has been acknowledged and not arrived. What is found missing is reported once.
    void check() {
        for (int slot = 0; slot < latest.length; slot++) {
            int stream = first + slot;
            int sent = ledger.sent(stream);
            boolean settled = true;
            for (int sequence = checked[slot] + 1; sequence <= sent; sequence++) {
                if (!ledger.isAcknowledged(stream, sequence)) {
                    settled = false;
                } else if (!arrived[slot].get(sequence) && !missing[slot].get(sequence)) {
                    missing[slot].set(sequence);
                    lost++;
                    Label label = new Label(stream, sequence);
                    findings.add(Violation.Kind.MISSING, subscriber, () -> ledger.describe(label));
                }
                if (settled) {
                    checked[slot] = sequence;
                }
            }
        }
    }

    /// Different messages that have arrived or were reported missing. Once everything sent to its streams is
    /// acknowledged, this is their number if nothing is still under way.
    long accounted() {
        return distinct + lost;
    }

    /// Repetitions at QoS 1, which are allowed.
    long duplicates() {
        return duplicates;
    }

    long lost() {
        return lost;
    }

    long distinct() {
        return distinct;
    }
}
