package dev.gatehouse.doctor.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// What was observed, in bounded memory: of each kind the first and the last, and how many there were.
///
/// - **Bounded:** [#FIRST] and [#LAST] observations per sign or kind, [#WIRE_LAST] of what a modem or a dump said.
final class Ledger {
    static final int FIRST = 60;
    static final int LAST = 60;
    static final int WIRE_LAST = 6_000;

    private record Numbered(long sequence, Observation observation) {}

    private static final class Kept {
        private final List<Numbered> first = new ArrayList<>();
        private final Deque<Numbered> last = new ArrayDeque<>();
        private long count;

        private void add(Numbered one, int lastMax) {
            count++;
            if (first.size() < FIRST) {
                first.add(one);
                return;
            }
            last.add(one);
            if (last.size() > lastMax) {
                last.remove();
            }
        }
    }

    private final Map<String, Kept> byKind = new HashMap<>();
    private final Map<Stack, Long> stacks = new EnumMap<>(Stack.class);
    private long sequence;
    private long lines;
    private @Nullable Line lastLine;

    void add(Observation observation) {
        sequence++;
        String kind = kind(observation);
        byKind.computeIfAbsent(kind, _ -> new Kept()).add(new Numbered(sequence, observation),
                kind.startsWith("wire") ? WIRE_LAST : LAST);
    }

    private static String kind(Observation observation) {
        return switch (observation) {
            case Observation.Said said -> "said " + said.sign().id();
            case Observation.Decoded decoded -> "decoded " + decoded.code().table() + ' ' + decoded.code().number();
            case Observation.Alert alert -> "alert " + alert.number();
            case Observation.Flags _ -> "flags";
            case Observation.Target _ -> "target";
            case Observation.Client client -> "client " + client.step();
            case Observation.AtCommand _,Observation.AtAnswer _,Observation.AtResult _ -> "wire at";
            case Observation.Dump _ -> "wire dump";
            case Observation.Judged _ -> "judged";
            case Observation.Captured _ -> "wire capture";
        };
    }

    void mark(Stack stack) {
        stacks.merge(stack, 1L, Long::sum);
    }

    void counted(Line line) {
        lines++;
        lastLine = line;
    }

    void countedUnread() {
        lines++;
    }

    long lines() {
        return lines;
    }

    @Nullable
    Line lastLine() {
        return lastLine;
    }

    long count(String kind) {
        Kept kept = byKind.get(kind);
        return kept == null ? 0 : kept.count;
    }

    Map<Stack, Long> stacks() {
        return stacks;
    }

    /// Everything that is kept, in the order in which it was seen.
    List<Observation> inOrder() {
        var all = new ArrayList<Numbered>();
        byKind.values().forEach(kept -> {
            all.addAll(kept.first);
            all.addAll(kept.last);
        });
        all.sort(Comparator.comparingInt((Numbered one) -> one.observation().line().file())
                .thenComparingLong(one -> one.observation().line().number()).thenComparingLong(Numbered::sequence));
        return all.stream().map(Numbered::observation).toList();
    }
}
