package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.journal.LocalShard;
import dev.gatehouse.mqtt.TopicFilter;

import static org.assertj.core.api.Assertions.assertThat;

/// Compares what another process would find in the journal with what the broker has, when nothing is under way between
/// them: sessions, their subscriptions and wills, retained messages.
final class SimAudit implements Shard.Recovery {
    private final SimWorld world;
    private final Map<String, Shard.StoredSession> sessions = new HashMap<>();
    private final Map<String, String> retained = new TreeMap<>();

    SimAudit(SimWorld world) {
        this.world = world;
        new LocalShard(world.store(), Runnable::run).open(new Deaf(), this);
    }

    @Override
    public void session(Shard.StoredSession session) {
        Shard.StoredSession other = sessions.put(session.tenant() + "/" + session.clientId(), session);
        assertThat(other).as("the same session twice").isNull();
    }

    @Override
    public void retained(String tenant, Message message) {
        retained.put(tenant + "/" + message.topic(), payload(message));
    }

    @Override
    public void orphan(String tenant, Queued entry) {
        throw new AssertionError("nobody's: " + tenant + " " + entry);
    }

    void check() {
        for (SimClient client : world.clients()) {
            Tenant tenant = world.tenant(client.simTenant().name());
            Lane lane = tenant.laneOf(client.clientId());
            world.simulation().on(lane, () -> check(client, tenant.session(lane, client.clientId())));
        }
        assertThat(sessions).as("sessions that nobody has").isEmpty();
        Map<String, String> kept = new TreeMap<>();
        for (SimTenant tenant : world.simTenants()) {
            RetainedTree tree = world.tenant(tenant.name()).retained();
            tree.matching(TopicFilter.parse("#"), tree.order(), world.simulation().nowMicros())
                    .forEach(message -> kept.put(tenant.name() + "/" + message.topic(), payload(message)));
        }
        assertThat(retained).as("what is retained").isEqualTo(kept);
    }

    private void check(SimClient client, @Nullable Session session) {
        Shard.StoredSession stored = sessions.remove(client.toString());
        if (session == null || session.number() == 0) {
            assertThat(stored).as("%s has no session to record", client).isNull();
            return;
        }
        assertThat(stored).as("%s is recorded", client).isNotNull();
        if (stored != null) {
            assertThat(stored.number()).as("%s: number", client).isEqualTo(session.number());
            assertThat(stored.connected()).as("%s is connected", client).isEqualTo(session.connected());
            assertThat(stored.will()).as("%s: will", client).isEqualTo(session.will());
            TreeSet<String> filters = new TreeSet<>();
            session.subscriptions().forEach(each -> filters.add(each.filter().asSent() + " " + each.options()));
            TreeSet<String> found = new TreeSet<>();
            stored.subscriptions().forEach(each -> found.add(each.filter().asSent() + " " + each.options()));
            assertThat(found).as("%s: subscriptions", client).isEqualTo(session.durable() ? filters : new TreeSet<>());
        }
    }

    private static String payload(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    /// Nothing happens that it would be told.
    private static final class Deaf implements Shard.Listener {
        @Override
        public @Nullable Lane laneOf(long session) {
            return null;
        }

        @Override
        public void queued(String tenant, Queued entry, Lane lane) {}

        @Override
        public void ended(long session, List<Queued> left, Lane lane) {}

        @Override
        public void retained(String tenant, Message message) {}
    }
}
