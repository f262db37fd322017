package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/// Brings the recorded sessions, retained messages and wills back to life at the start.
///
/// - **Threads:** the caller's; sessions are made on their lanes.
final class Recovered implements Shard.Recovery {
    private final Broker broker;
    private final Function<String, @Nullable TenantLimits> limits;
    private final Map<String, Tenant> tenants = new HashMap<>();
    private final Set<String> strangers = new HashSet<>();
    private final List<List<Shard.StoredSession>> byLane = new ArrayList<>();
    private final List<Orphan> orphans = new ArrayList<>();

    /// @param limits of a tenant; null when there is no such tenant any more
    Recovered(Broker broker, Function<String, @Nullable TenantLimits> limits) {
        this.broker = broker;
        this.limits = limits;
        broker.lanes().forEach(_ -> byLane.add(new ArrayList<>()));
    }

    private record Orphan(Tenant tenant, Queued entry) {}

    @Override
    public void session(Shard.StoredSession session) {
        broker.given(session.number());
        Tenant tenant = tenant(session.tenant());
        if (tenant == null) {
            broker.shard().commit(new Effect.Ended(session.number()), broker.lanes().getFirst(), null);
        } else {
            byLane.get(tenant.laneOf(session.clientId()).index()).add(session);
        }
    }

    @Override
    public void retained(String name, Message message) {
        Tenant tenant = tenant(name);
        if (tenant != null) {
            tenant.retain(message);
        }
    }

    @Override
    public void orphan(String name, Queued entry) {
        broker.given(entry.receiver().session());
        Tenant tenant = tenant(name);
        if (tenant != null) {
            orphans.add(new Orphan(tenant, entry));
        } else {
            broker.shard().commit(new Effect.Moved(name, entry.receiver().session(), entry.sequence(), entry.number(),
                    entry.message(), null), broker.lanes().getFirst(), null);
        }
    }

    private @Nullable Tenant tenant(String name) {
        Tenant known = tenants.get(name);
        if (known != null || strangers.contains(name)) {
            return known;
        }
        TenantLimits allowed = limits.apply(name);
        if (allowed == null) {
            strangers.add(name);
            broker.shard().commit(new Effect.Forgotten(name), broker.lanes().getFirst(), null);
            return null;
        }
        Tenant made = broker.tenant(name, allowed);
        tenants.put(name, made);
        return made;
    }

    /// Makes the sessions, each on its lane; when all are there, lets their timers run and gives orphans to others.
    ///
    /// @param ready called last, on some lane
    void resume(Runnable ready) {
        eachLane(this::makeSessions, () -> eachLane(lane -> {
            byLane.get(lane.index()).forEach(stored -> {
                Session session = broker.recorded(stored.number());
                if (session != null) {
                    session.resumeTimers(stored);
                }
            });
            if (lane.index() == 0) {
                orphans.forEach(each -> each.tenant().redistribute(lane, each.entry(), false));
            }
        }, ready));
    }

    private void makeSessions(Lane lane) {
        for (Shard.StoredSession stored : byLane.get(lane.index())) {
            Tenant tenant = tenants.get(stored.tenant());
            if (tenant != null) {
                tenant.resume(stored);
            }
        }
    }

    private void eachLane(Consumer<Lane> work, Runnable then) {
        AtomicInteger missing = new AtomicInteger(broker.lanes().size());
        for (Lane lane : broker.lanes()) {
            lane.run(() -> {
                work.accept(lane);
                if (missing.decrementAndGet() == 0) {
                    then.run();
                }
            });
        }
    }
}
