package dev.gatehouse.broker;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Ending;

/// One node: the lanes, and the tenants that live on them.
///
/// - **Threads:** callable from any thread; what belongs to a lane is handed to that lane.
public final class Broker {
    private final List<Lane> lanes;
    private final Shard shard;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

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
}
