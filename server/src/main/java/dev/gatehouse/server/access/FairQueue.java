package dev.gatehouse.server.access;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A bounded queue that gives each owner the same share, whoever asks more often.
///
/// - **Order:** round robin between owners, first in first out within one.
/// - **When full:** the newest entry of the owner with the most entries gives way, so that an owner with few entries
///   always gets in; if the newcomer's owner has the most, the newcomer is it.
/// - **Threads:** any; guarded by its monitor, held for a few steps, or for one look at each owner when full.
final class FairQueue<T> {
    private final int entriesMax;
    private final Map<String, Deque<T>> byOwner = new LinkedHashMap<>();
    private int entries;
    private boolean closed;

    FairQueue(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /// Adds an entry, and answers with the one that did not find a place: nothing, the newcomer, or one that was
    /// waiting.
    synchronized Optional<T> add(String owner, T entry) {
        if (closed) {
            return Optional.of(entry);
        }
        Optional<T> displaced = Optional.empty();
        if (entries == entriesMax) {
            Map.Entry<String, Deque<T>> longest = byOwner.entrySet()
                    .stream()
                    .max(Comparator.comparingInt(candidate -> candidate.getValue().size()))
                    .orElseThrow();
            Deque<T> own = byOwner.get(owner);
            if (own != null && own.size() >= longest.getValue().size()) {
                return Optional.of(entry);
            }
            displaced = Optional.of(longest.getValue().removeLast());
            entries--;
            if (longest.getValue().isEmpty()) {
                byOwner.remove(longest.getKey());
            }
        }
        byOwner.computeIfAbsent(owner, _ -> new ArrayDeque<>()).addLast(entry);
        entries++;
        notify();
        return displaced;
    }

    /// The next entry; waits for one. Empty when the queue is closed.
    synchronized Optional<T> take() throws InterruptedException {
        while (entries == 0 && !closed) {
            wait();
        }
        if (entries == 0) {
            return Optional.empty();
        }
        Map.Entry<String, Deque<T>> first = byOwner.entrySet().iterator().next();
        String owner = first.getKey();
        Deque<T> waiting = first.getValue();
        T entry = waiting.removeFirst();
        entries--;
        byOwner.remove(owner);
        if (!waiting.isEmpty()) {
            byOwner.put(owner, waiting); // to the end: the others come first now
        }
        return Optional.of(entry);
    }

    /// No more entries are accepted; those that wait can still be taken.
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
