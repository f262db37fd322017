package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The sessions of one tenant on one lane that have ended, and whose end is not recorded yet. While the store refuses to
/// write there may be several of one client id.
///
/// - **Thread:** that lane.
final class Endings {
    private final Tenant tenant;
    private final Lane lane;
    private final Map<String, List<Long>> byClientId = new HashMap<>(0);

    Endings(Tenant tenant, Lane lane) {
        this.tenant = tenant;
        this.lane = lane;
    }

    /// Records the end of a session. If it cannot be recorded it stays here, and is handed in again when the client comes
    /// back.
    ///
    /// @param number the session's in the journal
    void ended(String clientId, Long number) {
        byClientId.computeIfAbsent(clientId, _ -> new ArrayList<>(1)).add(number);
        tenant.commit(lane, new Effect.Ended(number), new Shard.Commit() {
            @Override
            public void durable() {
                recorded(clientId, number);
            }

            @Override
            public void failed(String why) {}
        });
    }

    /// The numbers of those of a client id.
    List<Long> of(String clientId) {
        return List.copyOf(byClientId.getOrDefault(clientId, List.of()));
    }

    /// Records one once more.
    void again(String clientId, Long number, Shard.Commit done) {
        tenant.commit(lane, new Effect.Ended(number), new Shard.Commit() {
            @Override
            public void durable() {
                recorded(clientId, number);
                done.durable();
            }

            @Override
            public void failed(String why) {
                done.failed(why);
            }
        });
    }

    private void recorded(String clientId, Long number) {
        List<Long> missing = byClientId.get(clientId);
        if (missing != null && missing.remove(number) && missing.isEmpty()) {
            byClientId.remove(clientId);
        }
    }
}
