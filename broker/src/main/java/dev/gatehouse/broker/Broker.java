package dev.gatehouse.broker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;

/// One node: the lanes, and the tenants that live on them.
///
/// - **Threads:** callable from any thread; what belongs to a lane is handed to that lane.
public final class Broker {
    private final List<Lane> lanes;
    private final Shard shard;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    /// Those that the journal knows.
    private final Map<Long, Session> recorded = new ConcurrentHashMap<>();
    private final AtomicLong sessionNumber = new AtomicLong();

    /// @param lanes at least one, in the order of their indexes
    /// @param shard where what must survive is recorded
    public Broker(List<? extends Lane> lanes, Shard shard) {
        this.lanes = List.copyOf(lanes);
        this.shard = shard;
    }

    /// The lanes, in the order of their indexes.
    public List<Lane> lanes() {
        return lanes;
    }

    Shard shard() {
        return shard;
    }

    /// A session number that was never given before.
    long nextSession() {
        return sessionNumber.incrementAndGet();
    }

    void add(long number, Session session) {
        recorded.put(number, session);
    }

    /// Takes up what the journal has recorded. Before the first client.
    ///
    /// @param limits of a tenant; null when there is no such tenant any more: what it had is removed
    /// @param ready called when all of it is there, on some lane
    public void recover(Function<String, @Nullable TenantLimits> limits, Runnable ready) {
        Recovered recovered = new Recovered(this, limits);
        shard.open(new Told(), recovered);
        recovered.resume(ready);
    }

    @Nullable
    Session recorded(long number) {
        return recorded.get(number);
    }

    /// Session numbers up to this one have been given.
    void given(long number) {
        sessionNumber.accumulateAndGet(number, Math::max);
    }

    /// The tenant with this name, made if need be. The limits count from the first call on.
    public Tenant tenant(String name, TenantLimits limits) {
        return tenants.computeIfAbsent(name, n -> new Tenant(n, limits, this));
    }

    /// The tenant with this name, if it is open.
    public @Nullable Tenant tenant(String name) {
        return tenants.get(name);
    }

    /// All tenants that are open.
    public Collection<Tenant> tenants() {
        return tenants.values();
    }

    /// Ends everything that a tenant has: connections, sessions, retained messages.
    public void remove(String name, Ending ending) {
        Tenant tenant = tenants.remove(name);
        if (tenant != null) {
            tenant.close(ending);
        }
    }

    /// Takes what the journal has put into queues to the sessions.
    private final class Told implements Shard.Listener {
        @Override
        public @Nullable Lane laneOf(long session) {
            Session known = recorded.get(session);
            return known == null ? null : known.lane();
        }

        @Override
        public void queued(String tenant, Queued entry, Lane lane) {
            Session session = recorded.get(entry.receiver().session());
            if (session == null) {
                orphaned(tenants.get(tenant), tenant, entry, false, lane);
            } else if (!session.ended()) {
                session.queued(entry);
            } // else it comes again with the end of the session
        }

        @Override
        public void ended(long number, List<Queued> left, Lane lane) {
            Session session = recorded.remove(number);
            for (Queued entry : left) {
                boolean begun = session != null && entry.sequence() < session.outbound().sentTo();
                orphaned(session == null ? null : session.tenant(), "", entry, begun, lane);
            }
        }

        private void orphaned(@Nullable Tenant home, String name, Queued entry, boolean begun, Lane lane) {
            if (home != null) {
                home.redistribute(lane, entry, begun);
            } else {
                shard.commit(new Effect.Moved(name, entry.receiver().session(), entry.sequence(), entry.number(),
                        entry.message(), null), lane, null);
            }
        }

        @Override
        public void retained(String tenant, Message message) {
            Tenant home = tenants.get(tenant);
            if (home != null) {
                home.retain(message);
            }
        }
    }
}
