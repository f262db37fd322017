package dev.gatehouse.broker;

import java.util.Locale;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

/// A subscription tree with as many filters as one likes, most of them with wildcards, for measuring how long a match
/// takes (module `jmh`).
final class WideTree {
    private static final int LANES = 2;
    private static final int DEVICES = 1000;

    private final SubscriptionTree tree = new SubscriptionTree();

    /// @param subscriptions `site/S/device/D/+`, a thousand devices to a site, and one `site/+/device/0/#` per site
    WideTree(int subscriptions) {
        Bench bench = new Bench(new TenantLimits(1 << 20, 100, 1_000, 8, 0, 0, 65_535, 1_000, 1_000, 1_000, 1_000,
                1 << 20, 1_000, 1 << 20, 128));
        Session session = new Session(bench.tenant(), bench.simulation().lanes().getFirst(), "all", null, 0, false);
        for (int i = 0; i < subscriptions; i++) {
            String filter = i % DEVICES == 0
                    ? "site/+/device/" + i + "/#"
                    : String.format(Locale.ROOT, "site/%d/device/%d/+", i / DEVICES, i % DEVICES);
            tree.add(new Subscription(session, TopicFilter.parse(filter), Qos.AT_LEAST_ONCE, false, false, 0));
        }
    }

    /// Matches one topic, without any memory of earlier ones.
    Matches match(String topic) {
        return tree.match(topic, LANES);
    }
}
