package dev.gatehouse.bench.compare;

import dev.gatehouse.bench.load.LoadPlan;
import dev.gatehouse.bench.peers.Peer;

/// What is measured.
sealed interface Work {
    /// Messages as fast as they go.
    record Traffic(LoadPlan plan, boolean tls) implements Work {}

    /// Latency at a moderate rate.
    ///
    /// @param share of what the broker can do itself, 0 to 1; 0 for the plan's own rate
    record Steady(LoadPlan plan, double share) implements Work {}

    /// Connections that come and go.
    record Connecting(Door door) implements Work {}

    /// What they come through.
    enum Door {
        PLAIN, FULL_HANDSHAKE, RESUMED_HANDSHAKE
    }

    /// Memory of connections that do nothing.
    record Idle(boolean tls) implements Work {}

    /// From the start of the process to accepting, and memory after it.
    record Starting() implements Work {}

    /// Messages for durable sessions whose clients are away.
    record Offline(LoadPlan plan) implements Work {}

    /// A million subscriptions with wildcards: memory, and what they do to a message that matches none of them.
    record Subscriptions(LoadPlan plan, int count) implements Work {}

    /// What a message costs as something grows, ten times at a time.
    record Growth(Growing what) implements Work {}

    /// What grows.
    enum Growing {
        CONNECTIONS(10, 10_000),
        PAIRS(10, 1000),
        SUBSCRIPTIONS(1000, 1_000_000),
        TOPICS(10, 1_000_000),
        TENANTS(10, 1000);

        private final int from;
        private final int to;

        Growing(int from, int to) {
            this.from = from;
            this.to = to;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }
    }

    /// One tenant at full load, and the latency of a quiet one.
    record Noise() implements Work {}

    /// From one core to two.
    record TwoCores(LoadPlan plan) implements Work {}

    /// Whether each measurement needs a process that has done nothing before.
    default boolean needsFreshProcess() {
        return switch (this) {
            case Traffic _,Steady _,Connecting _,Noise _ -> false;
            case Idle _,Starting _,Offline _,Subscriptions _,Growth _,TwoCores _ -> true;
        };
    }

    default Peer.Need need() {
        return switch (this) {
            case Traffic traffic -> new Peer.Need(traffic.tls(), 0);
            case Idle idle -> new Peer.Need(idle.tls(), 0);
            case Connecting connecting -> switch (connecting.door()) {
                case PLAIN -> Peer.Need.PLAIN;
                case FULL_HANDSHAKE, RESUMED_HANDSHAKE -> new Peer.Need(true, Measuring.SERVER_NAMES);
            };
            case Noise _ -> new Peer.Need(false, 2);
            case Growth growth -> new Peer.Need(false, growth.what() == Growing.TENANTS ? Growing.TENANTS.to() : 0);
            case Steady _,Starting _,Offline _,Subscriptions _,TwoCores _ -> Peer.Need.PLAIN;
        };
    }
}
