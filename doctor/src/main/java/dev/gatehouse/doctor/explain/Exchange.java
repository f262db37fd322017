package dev.gatehouse.doctor.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

import org.jspecify.annotations.Nullable;

/// The encrypted records of one connection in their order, and what they must be by their lengths.
///
/// - **Bounded:** the first [#KEPT_MAX] records; a refusal is among the first.
final class Exchange {
    private static final int KEPT_MAX = 24;
    /// CONNACK of MQTT 3.1 and 3.1.1; that of MQTT 5 without properties has one more.
    private static final int CONNACK_BYTES = 4;
    private static final int CONNACK_5_BYTES = 5;
    private static final int ALERT_BYTES = 2;
    /// In TLS 1.3 the client's Finished looks like data, and perhaps its certificate does.
    private static final int HANDSHAKE_RECORDS_MAX = 4;

    private record Sent(boolean byClient, int length) {}

    private final List<Sent> records = new ArrayList<>();
    private boolean more;

    /// @param length of a record of type application data, without its header
    void record(boolean byClient, int length) {
        if (records.size() < KEPT_MAX) {
            records.add(new Sent(byClient, length));
        } else {
            more = true;
        }
    }

    /// Whether the client's first record of data was answered with one that is as long as a CONNACK, and nothing else came.
    ///
    /// @param family null when the cipher suite is not known
    boolean isAnsweredOnce(@Nullable CipherFamily family) {
        if (more || family == null) {
            return false;
        }
        boolean thirteen = family == CipherFamily.TLS_1_3;
        var left = new ArrayList<>(records);
        while (thirteen && left.size() > 2 && holds(family, left.getLast(), ALERT_BYTES)) {
            left.removeLast();
        }
        if (left.size() < 2 || left.getLast().byClient() || !isConnack(family, left.getLast())) {
            return false;
        }
        List<Sent> before = left.subList(0, left.size() - 1);
        long byClient = before.stream().filter(Sent::byClient).count();
        if (!before.getLast().byClient()) {
            // Session tickets may come between Finished and CONNECT, not between CONNECT and its answer.
            return thirteen && byClient > 1 && byClient <= HANDSHAKE_RECORDS_MAX && ticketsOnly(before);
        }
        return thirteen ? byClient > 1 && byClient <= HANDSHAKE_RECORDS_MAX : byClient == 1 && before.size() == 1;
    }

    /// A CONNECT that goes out with the Finished meets the tickets on their way: those are long.
    private static boolean ticketsOnly(List<Sent> before) {
        return before.reversed().stream().takeWhile(sent -> !sent.byClient()).allMatch(sent -> sent.length() > 100);
    }

    private static boolean isConnack(CipherFamily family, Sent sent) {
        return holds(family, sent, CONNACK_BYTES) || holds(family, sent, CONNACK_5_BYTES);
    }

    private static boolean holds(CipherFamily family, Sent sent, int plain) {
        OptionalInt inside = family.plaintext(sent.length());
        return inside.isPresent() && inside.getAsInt() == plain;
    }
}
