package dev.gatehouse.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who gets what is published under one topic, as of one version of the subscription tree. Immutable.
final class Matches {
    static final Target[] NOBODY = new Target[0];

    private static final SharedGroup[] NO_GROUPS = new SharedGroup[0];

    private final long version;
    private final Target[][] byLane;
    private final SharedGroup[] groups;
    private final boolean durable;

    private Matches(long version, Target[][] byLane, SharedGroup[] groups, boolean durable) {
        this.version = version;
        this.byLane = byLane;
        this.groups = groups;
        this.durable = durable;
    }

    /// @param lanes number of lanes
    static Matches of(long version, List<Subscription> subscriptions, List<SharedGroup> groups, int lanes) {
        SharedGroup[] shared = groups.isEmpty() ? NO_GROUPS : groups.toArray(SharedGroup[]::new);
        if (subscriptions.size() < 2) { // which most topics have
            Target[][] byLane = new Target[lanes][];
            Arrays.fill(byLane, NOBODY);
            boolean durable = false;
            for (Subscription only : subscriptions) {
                Target target = new Target(new Subscription[]{only});
                byLane[only.session().lane().index()] = new Target[]{target};
                durable = target.durable();
            }
            return new Matches(version, byLane, shared, durable);
        }
        Map<Session, List<Subscription>> bySession = new LinkedHashMap<>();
        for (Subscription subscription : subscriptions) {
            bySession.computeIfAbsent(subscription.session(), _ -> new ArrayList<>(1)).add(subscription);
        }
        List<List<Target>> perLane = new ArrayList<>(lanes);
        for (int i = 0; i < lanes; i++) {
            perLane.add(new ArrayList<>());
        }
        boolean durable = false;
        for (Map.Entry<Session, List<Subscription>> entry : bySession.entrySet()) {
            Target target = new Target(entry.getValue().toArray(Subscription[]::new));
            durable |= target.durable();
            perLane.get(entry.getKey().lane().index()).add(target);
        }
        Target[][] byLane = new Target[lanes][];
        for (int i = 0; i < lanes; i++) {
            byLane[i] = perLane.get(i).toArray(Target[]::new);
        }
        return new Matches(version, byLane, shared, durable);
    }

    /// The version of the tree that this was read from.
    long version() {
        return version;
    }

    /// The ordinary subscribers that live on a lane.
    Target[] onLane(int lane) {
        return byLane[lane];
    }

    /// The shared subscriptions that match.
    SharedGroup[] groups() {
        return groups;
    }

    /// Whether an ordinary subscriber has to get QoS 1 and 2 messages even after its connection is lost.
    boolean durable() {
        return durable;
    }

    /// Whether nobody gets it.
    boolean isEmpty() {
        if (groups.length > 0) {
            return false;
        }
        for (Target[] targets : byLane) {
            if (targets.length > 0) {
                return false;
            }
        }
        return true;
    }
}
