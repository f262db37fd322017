package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.journal.KeyValues;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

/// What must be true of a [SimWorld] once everybody is connected and has nothing left to say.
final class SimPromises {
    private final SimWorld world;

    SimPromises(SimWorld world) {
        this.world = world;
    }

    private static void require(boolean holds, @Nullable Object... said) {
        if (!holds) {
            throw new AssertionError(Arrays.stream(said).map(String::valueOf).collect(Collectors.joining(" ")));
        }
    }

    void check() {
        for (SimClient client : world.clients()) {
            require(client.unacknowledged() == 0, client, "waits for acknowledgements");
            nothingTwice(client);
            inOrder(client);
        }
        for (SimTenant tenant : world.simTenants()) {
            List<SimClient> clients = world.clients().stream().filter(each -> each.simTenant() == tenant).toList();
            clients.forEach(subscriber -> nothingMissing(clients, subscriber));
            for (String group : SimTenant.GROUPS) {
                nothingMissing(tenant, group, clients);
            }
            retained(tenant, clients);
        }
        if (!world.failed()) {
            everythingIsDone();
        }
    }

    private void retained(SimTenant tenant, List<SimClient> clients) {
        RetainedTree tree = world.tenant(tenant.name()).retained();
        Map<String, String> kept = new TreeMap<>();
        tree.matching(TopicFilter.parse("#"), tree.order(), world.simulation().nowMicros()).forEach(
                message -> kept.put(message.topic(), new String(message.payload(), StandardCharsets.UTF_8)));
        assertThat(tree.messages()).isEqualTo(kept.size());
        for (SimClient client : clients) {
            retainedWill(client, kept);
        }
        tenant.retained().check(kept);
    }

    /// The last will of a client that had to be retained is, unless a later one is.
    private void retainedWill(SimClient client, Map<String, String> kept) {
        String payload = kept.remove("w/" + client.clientId());
        String must = null;
        Set<String> may = new HashSet<>();
        for (SimWill will : client.wills()) {
            if (will.retain && will.state() == SimWill.State.PUBLISHED && !world.failed()) {
                must = will.payload;
                may.clear();
                may.add(must);
            } else if (will.retain && will.state() != SimWill.State.DISCARDED) {
                may.add(will.payload);
            }
        }
        require(payload == null ? must == null : may.contains(payload), "the will of", client, "is", must,
                "and retained is", payload);
    }

    /// Nobody owes anything to anybody: then the journal keeps no message either.
    private void everythingIsDone() {
        for (KeyValues.Part part : List.of(KeyValues.Part.RECEIVED, KeyValues.Part.RELEASES, KeyValues.Part.QUEUES,
                KeyValues.Part.MESSAGES, KeyValues.Part.REFERENCES)) {
            assertThat(world.store().size(part)).as("%s that nobody waits for", part).isZero();
        }
    }

    /// QoS 2: exactly once.
    private void nothingTwice(SimClient client) {
        Set<String> seen = new HashSet<>();
        for (SimClient.Got got : client.got()) {
            boolean counts = got.qos() == Qos.EXACTLY_ONCE && !got.retain() && !got.payload().isEmpty()
                    && !(world.failed() && got.payload().contains(" will "));
            require(!counts || seen.add(got.payload()), client, "got twice", got);
        }
    }

    /// Per publisher, topic and QoS the first arrivals are in the order of publishing. What was published before the
    /// subscription, was lost at QoS 0 or expired, may come later when its publisher repeats it.
    private void inOrder(SimClient client) {
        if (client.group() != null || world.failed()) {
            return; // what another member leaves, or a failed batch tore out of a flow, comes later
        }
        Map<String, Integer> latest = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (SimClient.Got got : client.got()) {
            if (got.payload().isEmpty() || got.retain() || got.payload().contains(" will ")
                    || !seen.add(got.payload())) {
                continue;
            }
            String[] parts = got.payload().split(" ");
            boolean mayBeLost = got.qos() == Qos.AT_MOST_ONCE && !parts[4].equals("0") || parts[5].equals("expires");
            if (mayBeLost || !client.subscribedSince(got.topic(), got.qos(), Long.parseLong(parts[3]))) {
                continue;
            }
            int number = Integer.parseInt(parts[2]);
            String flow = parts[1] + " " + got.topic() + " " + parts[4] + " " + got.qos();
            Integer before = latest.put(flow, number);
            require(before == null || before < number, client, "got", number, "after", before, "of", flow);
        }
    }

    /// QoS 1 and 2 of both sides: at least once, where the subscription held throughout.
    private void nothingMissing(List<SimClient> publishers, SimClient subscriber) {
        Set<String> got = new HashSet<>();
        subscriber.got().forEach(message -> got.add(message.payload()));
        for (SimClient publisher : publishers) {
            for (SimClient.Outgoing message : publisher.accepted()) {
                boolean owed = !message.payload.isEmpty() && message.expirySeconds < 0 && !got.contains(message.payload)
                        && subscriber.subscribedSince(message.topic, Qos.AT_LEAST_ONCE, message.at);
                require(!owed, subscriber, "misses", message.payload, "under", message.topic);
            }
            for (SimWill will : publisher.wills()) {
                boolean owed = will.state() == SimWill.State.PUBLISHED && will.qos != Qos.AT_MOST_ONCE
                        && !world.failed() && !got.contains(will.payload)
                        && subscriber.subscribedSince(will.topic, Qos.AT_LEAST_ONCE, will.since());
                require(!owed, subscriber, "misses", will.payload);
            }
        }
    }

    /// A member of a shared subscription that is there throughout: then one of them all got the message.
    private void nothingMissing(SimTenant tenant, String group, List<SimClient> clients) {
        boolean mayBeLost = SimTenant.qosOf(group) == Qos.EXACTLY_ONCE && tenant.hasLost(group) || world.failed();
        List<SimClient> members = new ArrayList<>();
        clients.stream().filter(each -> group.equals(each.group())).forEach(members::add);
        Set<String> got = tenant.got(group);
        TopicFilter filter = TopicFilter.parse(group);
        for (SimClient publisher : clients) {
            for (SimClient.Outgoing message : publisher.accepted()) {
                boolean owed = !mayBeLost && !message.payload.isEmpty() && message.expirySeconds < 0
                        && !got.contains(message.payload) && filter.matches(message.topic)
                        && members.stream().anyMatch(each -> each.sharesSince(message.at));
                require(!owed, group, "of", tenant.name() + ": nobody got", message.payload, "under", message.topic);
            }
        }
    }
}
