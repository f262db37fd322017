package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.journal.LocalShard;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// Clients of two tenants, the lanes, the journal and the clock: one seed decides what happens, and in which order.
final class SimWorld {
    /// What can go wrong besides wires.
    enum Trouble {
        NONE,
        /// The process ends now and then without warning.
        RESTARTS,
        /// That, and now and then the journal cannot be written.
        RESTARTS_AND_FAILURES
    }

    /// Queues that are never full: what a full one drops is for other tests.
    private static final TenantLimits LIMITS = new TenantLimits(1 << 20, 100, 1_000, 8, 0, 0xFFFF_FFFFL, 65_535, 1_000,
            1_000, 1_000, 1_000_000, 1 << 30, 1_000, 1 << 20, 32);
    private static final String[] LEVELS = {"a", "b", "c"};
    private static final String[] FILTERS = {"a/b", "a/+", "+/b", "#", "b/#", "+/+", "c", "a/#", "+", "w/#"};
    private static final List<String> TENANTS = List.of("acme", "globex");
    /// One seed of so many has hundreds of clients.
    private static final int LARGE_EVERY = 500;

    private final Random random;
    private final Simulation simulation;
    private final MemoryKeyValues store = new MemoryKeyValues();
    private final List<SimClient> clients = new ArrayList<>();
    private final Map<String, SimTenant> tenants = new HashMap<>();
    private final Trouble trouble;
    private final int steps;
    /// Of three clients so many keep their sessions.
    private final int keepers;
    private final ArrayDeque<Runnable> readings = new ArrayDeque<>();
    private LocalShard shard;
    private Broker broker;
    private long step;
    private long turns;
    private boolean failed;

    /// @param seed 0 or more; one in three has no trouble, one restarts, one failures too
    SimWorld(long seed) {
        trouble = Trouble.values()[(int) (seed % 3)];
        random = new Random(seed * 3 + trouble.ordinal());
        simulation = new Simulation(1 + random.nextInt(4), random.nextLong());
        keepers = random.nextInt(4);
        boolean sharing = random.nextInt(3) == 0; // of two clients one, and all of them the same subscription
        boolean large = seed % LARGE_EVERY == LARGE_EVERY - 1;
        steps = large ? 20_000 : 300 + random.nextInt(700);
        shard = new LocalShard(store, readings::add);
        broker = start();
        for (String name : TENANTS) {
            SimTenant tenant = new SimTenant(name);
            tenants.put(name, tenant);
            int count = large ? 100 + random.nextInt(100) : 3 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                String group = random.nextInt(sharing ? 2 : 5) == 0
                        ? SimTenant.GROUPS[random.nextInt(sharing ? 1 : 3)]
                        : null;
                boolean keeps = group != null && restarts() ? random.nextInt(3) > 0 : random.nextInt(3) < keepers;
                clients.add(
                        new SimClient(this, tenant, "client" + i, Version.values()[random.nextInt(3)], keeps, group));
            }
        }
    }

    Simulation simulation() {
        return simulation;
    }

    MemoryKeyValues store() {
        return store;
    }

    List<SimClient> clients() {
        return clients;
    }

    SimTenant simTenant(String name) {
        return Objects.requireNonNull(tenants.get(name));
    }

    Iterable<SimTenant> simTenants() {
        return tenants.values();
    }

    Tenant tenant(String name) {
        return broker.tenant(name, LIMITS);
    }

    long step() {
        return step;
    }

    /// Batches that the journal has written; what was handed in before the latest of them is in it.
    long turns() {
        return turns;
    }

    /// Whether a batch was ever refused.
    boolean failed() {
        return failed;
    }

    /// Whether the process ends at times.
    boolean restarts() {
        return trouble != Trouble.NONE;
    }

    private Broker start() {
        Broker started = new Broker(simulation.lanes(), shard);
        started.recover(_ -> LIMITS, () -> {});
        simulation.run();
        return started;
    }

    /// The process ends: what is on its way to the journal, and all that it knew, is lost.
    private void restart() {
        simulation.restart();
        readings.clear();
        shard = new LocalShard(store, readings::add);
        broker = start();
        clients.forEach(SimClient::restarted);
    }

    /// Something happens inside, if there is anything to do: a lane runs a task, the journal writes or reads.
    boolean progress() {
        boolean worked = progressed();
        if (failed) {
            clients.forEach(SimClient::look);
        }
        return worked;
    }

    private boolean progressed() {
        int dice = random.nextInt(8);
        if (dice == 0 && turn()) {
            return true;
        }
        Runnable reading = dice == 1 ? readings.poll() : null;
        if (reading != null) {
            reading.run();
            return true;
        }
        if (simulation.step()) {
            return true;
        }
        reading = readings.poll();
        if (reading != null) {
            reading.run();
            return true;
        }
        return turn();
    }

    private boolean turn() {
        boolean failing = trouble == Trouble.RESTARTS_AND_FAILURES && step < steps && random.nextInt(25) == 0;
        int before = store.batches();
        store.failing(failing);
        boolean worked = shard.turn();
        store.failing(false);
        if (worked && failing) {
            failed = true;
            clients.forEach(SimClient::journalFailed);
        } else if (store.batches() > before || worked) {
            turns++;
        }
        return worked;
    }

    /// How a client comes next.
    ///
    /// @param always whether its session must never end with its connection
    Connects how(Version version, boolean keeps, boolean always) {
        Connects connects = Connects.of(version);
        if (version.hasProperties()) {
            connects = connects.receiving(1 + random.nextInt(5));
        }
        if (keeps) {
            connects = connects.keep(200 + random.nextInt(2_000));
            if (version.hasProperties()) {
                int dice = random.nextInt(30);
                connects = dice == 0 ? connects.clean(true) : dice == 1 && !always ? connects.keep(0) : connects;
                connects = dice == 2 && !always ? connects.keep(0).clean(true) : connects;
            } else if (!always && random.nextInt(15) == 0) {
                connects = Connects.of(version);
            }
        }
        return connects;
    }

    /// A last word, now and then.
    @Nullable
    SimWill will(SimClient client) {
        if (random.nextInt(4) > 0) {
            return null;
        }
        boolean delayed = client.version().hasProperties() && random.nextBoolean();
        return client.nextWill(Qos.of(random.nextInt(3)), random.nextInt(3) == 0, delayed ? random.nextInt(300) : 0);
    }

    void play() {
        for (step = 0; step < steps; step++) {
            int dice = random.nextInt(1_000);
            if (restarts() && dice < 2) {
                restart();
            } else if (dice < 550) {
                progress();
            } else {
                act(clients.get(random.nextInt(clients.size())));
            }
        }
        settle();
        simulation.advanceSeconds(400); // every will that is due before its session ends
        settle();
        audit();
        new SimPromises(this).check();
    }

    private void act(SimClient client) {
        if (!client.connected()) {
            client.connect();
            if (restarts() && random.nextInt(30) == 0) {
                restart(); // CONNACK has to be true all the same
            }
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 35) {
            for (int i = random.nextInt(6); i > 0 && client.read(); i--) {
            }
        } else if (dice < 60) {
            for (int i = random.nextInt(4); i > 0 && client.answer(); i--) {
            }
        } else if (dice < 80) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                publish(client);
            }
        } else if (dice < 87) {
            String group = client.group();
            String filter = group == null ? FILTERS[random.nextInt(FILTERS.length)] : group;
            client.subscribe(filter, qosOf(client, filter));
        } else if (dice < 90) {
            String group = client.group();
            client.unsubscribe(group == null ? FILTERS[random.nextInt(FILTERS.length)] : group);
        } else if (dice < 93) {
            client.drop();
        } else if (dice < 94) {
            client.disconnect(random.nextInt(4) == 0, random.nextInt(4) == 0 ? random.nextInt(3) * 300 : -1);
        } else if (dice < 95) {
            client.connect(); // takes its own connection over
        } else if (dice < 99) {
            client.congest(random.nextBoolean());
        } else {
            simulation.run();
            clients.forEach(SimClient::look);
            simulation.advanceSeconds(random.nextInt(100));
            if (random.nextBoolean()) {
                rest();
                audit();
            }
        }
    }

    private void publish(SimClient client) {
        if (client.unacknowledged() > 20) {
            return;
        }
        String topic = LEVELS[random.nextInt(3)];
        topic = random.nextInt(4) == 0 ? topic : topic + "/" + LEVELS[random.nextInt(3)];
        boolean keep = random.nextInt(5) == 0;
        boolean expires = !keep && client.version().hasProperties() && random.nextInt(10) == 0;
        client.publish(topic, Qos.of(random.nextInt(3)), keep, keep && random.nextInt(4) == 0,
                expires ? 1 + random.nextInt(100) : -1);
    }

    /// Always the same for one client and filter, so that a repeated SUBSCRIBE changes no promise.
    private static Qos qosOf(SimClient client, String filter) {
        return client.group() != null
                ? SimTenant.qosOf(filter)
                : Qos.of(Math.floorMod((client.clientId() + filter).hashCode() >> 3, 3));
    }

    private void audit() {
        if (!failed) {
            new SimAudit(this).check();
        }
    }

    /// Everything that is under way inside comes to its end.
    private void rest() {
        for (int count = 0; progress(); count++) {
            if (count > 1_000_000) {
                throw new AssertionError("the broker never comes to rest");
            }
        }
    }

    private void settle() {
        for (SimClient client : clients) {
            client.congest(false);
        }
        for (boolean busy = true; busy;) {
            busy = false;
            rest();
            for (SimClient client : clients) {
                if (!client.connected()) {
                    client.connect();
                    busy = true;
                }
                while (client.read() || client.answer()) {
                    busy = true;
                }
            }
        }
    }
}
