package dev.gatehouse.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

import dev.gatehouse.mqtt.Qos;

/// What was sent, and what was acknowledged: PUBACK at QoS 1, PUBREC at QoS 2. From then on it is the service's.
///
/// - **Thread:** the generator's.
final class Ledger {
    private static final int ID_BITS = 16;

    private final List<Page> pages = new ArrayList<>();
    private final long begin = System.nanoTime();
    private long sent;
    private long resent;
    private long acknowledged;

    /// What is known of one stream; index 0 is sequence 1.
    private static final class Page {
        private final Stream stream;
        private final BitSet resent = new BitSet();
        /// Microseconds since the run began, above the packet id; 0 = not acknowledged.
        private long[] acknowledgements = new long[1024];
        private int sent;

        Page(Stream stream) {
            this.stream = stream;
        }
    }

    /// @param streams numbered from 0 in this order
    Ledger(List<Stream> streams) {
        streams.forEach(stream -> pages.add(new Page(stream)));
    }

    Stream stream(int number) {
        return pages.get(number).stream;
    }

    int streams() {
        return pages.size();
    }

    /// The next message of a stream; it counts as sent.
    Label send(int stream) {
        Page page = pages.get(stream);
        page.sent++;
        sent++;
        if (page.sent > page.acknowledgements.length) {
            page.acknowledgements = Arrays.copyOf(page.acknowledgements, 2 * page.sent);
        }
        return new Label(stream, page.sent);
    }

    /// Its publisher sends it again: from now on two copies of a QoS 1 message may be under way.
    void sendAgain(Label label) {
        pages.get(label.stream()).resent.set(label.sequence());
        resent++;
    }

    /// The service has promised to deliver it.
    void acknowledge(Label label, int packetId) {
        Page page = pages.get(label.stream());
        if (page.acknowledgements[label.sequence() - 1] == 0) {
            acknowledged++;
            page.acknowledgements[label.sequence() - 1] = (System.nanoTime() - begin) / 1000 << ID_BITS | packetId;
        }
    }

    boolean wasSent(Label label) {
        return label.stream() >= 0 && label.stream() < pages.size() && label.sequence() > 0
                && label.sequence() <= pages.get(label.stream()).sent;
    }

    boolean wasSentOnce(Label label) {
        return !pages.get(label.stream()).resent.get(label.sequence());
    }

    boolean isAcknowledged(int stream, int sequence) {
        return pages.get(stream).acknowledgements[sequence - 1] != 0;
    }

    /// The number of messages of a stream that were sent.
    int sent(int stream) {
        return pages.get(stream).sent;
    }

    /// Without repetitions.
    long sent() {
        return sent;
    }

    /// Repetitions by publishers.
    long resent() {
        return resent;
    }

    long acknowledged() {
        return acknowledged;
    }

    /// Since the run began, in s.
    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    /// The message with its publisher and its acknowledgement, for a person.
    String describe(Label label) {
        if (!wasSent(label)) {
            return "stream " + label.stream() + ", message " + label.sequence();
        }
        Page page = pages.get(label.stream());
        long packed = page.acknowledgements[label.sequence() - 1];
        String answer = page.stream.qos() == Qos.EXACTLY_ONCE ? "PUBREC" : "PUBACK";
        return "message " + label.sequence() + " of " + page.stream + ", " + (packed == 0
                ? "not acknowledged"
                : String.format(Locale.ROOT, "%s of packet id %d after %.6f s", answer, packed & 0xFFFF,
                        (packed >>> ID_BITS) / 1e6))
                + (wasSentOnce(label) ? "" : ", sent more than once");
    }
}
