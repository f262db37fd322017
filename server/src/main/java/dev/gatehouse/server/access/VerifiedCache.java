package dev.gatehouse.server.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import dev.gatehouse.mqtt.Bytes;

/// Remembers outcomes of verifications for a while.
///
/// - **Key:** an HMAC under the [ProcessKey] of tenant, user and password: nothing here is worth stealing.
/// - **Valid** only with what it was verified against: a changed password makes the old outcome worthless at once.
/// - **Limit:** the least recently used outcome goes first.          - **Threads:** any; guarded by its monitor.
final class VerifiedCache<O> {
    private record Remembered<O>(Object against, O outcome, long untilMicros) {}

    private final long lifeMicros;
    private final Map<Bytes, Remembered<O>> entries;

    VerifiedCache(int entriesMax, long lifeMicros) {
        this.lifeMicros = lifeMicros;
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Bytes, Remembered<O>> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /// @param against what the outcome must have been found against, compared by `equals`
    synchronized Optional<O> find(Bytes key, Object against, long nowMicros) {
        Remembered<O> found = entries.get(key);
        if (found == null) {
            return Optional.empty();
        }
        if (nowMicros >= found.untilMicros() || !found.against().equals(against)) {
            entries.remove(key);
            return Optional.empty();
        }
        return Optional.of(found.outcome());
    }

    synchronized void remember(Bytes key, Object against, O outcome, long nowMicros) {
        if (lifeMicros > 0) {
            entries.put(key, new Remembered<>(against, outcome, nowMicros + lifeMicros));
        }
    }
}
