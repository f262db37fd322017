package dev.gatehouse.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import dev.gatehouse.broker.journal.KeyValues;
import dev.gatehouse.broker.journal.LocalShard;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.TopicFilter;
import dev.gatehouse.mqtt.Version;

import static org.assertj.core.api.Assertions.assertThat;

/// Many clients that keep to the protocol, on wires that break, over lanes whose tasks interleave: one seed decides
/// everything. After the dust has settled the promises of the protocol are checked.
///
/// What it finds, shown by putting the fault in by hand (the first seed that fails): QoS 2 not recognised when repeated:
/// 1; a batch between lanes handed over in reverse: 8; nothing sent again after a reconnect: 0; packet ids that repeat
/// every 7: 0; PUBLISH repeated after PUBREC: 3; with the late journal, a message that needs no journal overtakes one that
/// does: 149. A clean publisher whose message overtook the one of its earlier connection was found at 2034.
final class BrokerSimTest {
    private static final String[] LEVELS = {"a", "b", "c"};
    private static final String[] FILTERS = {"a/b", "a/+", "+/b", "#", "b/#", "+/+", "c", "a/#", "+"};
    private static final int STEPS = 1_200;
    private static final List<String> TENANTS = List.of("acme", "globex");

    @Test
    void every_promise_holds_whatever_the_order_of_events() {
        Bench.forSeeds(300, seed -> new World(seed, false).play());
    }

    @Test
    void every_promise_holds_across_restarts_from_the_journal() {
        Bench.forSeeds(700, seed -> new World(seed, true).play());
    }

    private static final class World {
        private final Random random;
        private final Simulation simulation;
        private final MemoryKeyValues store = new MemoryKeyValues();
        private final List<SimClient> clients = new ArrayList<>();
        private final Map<String, SimRetained> retained = new HashMap<>();
        private final boolean restarts;
        /// Of three clients so many keep their sessions.
        private final int keepers;
        private final ArrayDeque<Runnable> readings = new ArrayDeque<>();
        private LocalShard shard;
        private Broker broker;
        private long step;

        /// @param restarts whether the process ends now and then without warning
        World(long seed, boolean restarts) {
            this.restarts = restarts;
            random = new Random(seed);
            simulation = new Simulation(1 + random.nextInt(4), seed);
            keepers = random.nextInt(4);
            shard = new LocalShard(store, readings::add);
            broker = start();
            for (String name : TENANTS) {
                SimRetained model = new SimRetained();
                retained.put(name, model);
                int count = 6 + random.nextInt(8);
                for (int i = 0; i < count; i++) {
                    clients.add(new SimClient(simulation, broker.tenant(name, Bench.LIMITS), "client" + i, how(), model,
                            this::progress));
                }
            }
        }

        private Broker start() {
            Broker started = new Broker(simulation.lanes(), shard);
            started.recover(_ -> Bench.LIMITS, () -> {});
            simulation.run();
            return started;
        }

        /// The process ends: what is on its way to the journal, and all that it knew, is lost.
        private void restart() {
            simulation.restart();
            readings.clear();
            shard = new LocalShard(store, readings::add);
            broker = start();
            clients.forEach(client -> client.restarted(broker.tenant(client.tenant().name(), Bench.LIMITS)));
        }

        /// Something happens inside, if there is anything to do: a lane runs a task, the journal writes or reads.
        private boolean progress() {
            int dice = random.nextInt(8);
            if (dice == 0 && shard.turn()) {
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
            return shard.turn();
        }

        private Connects how() {
            Connects connects = Connects.of(Version.values()[random.nextInt(3)]);
            if (connects.version().hasProperties()) {
                connects = connects.receiving(1 + random.nextInt(5));
            }
            return random.nextInt(3) < keepers ? connects.keep(200 + random.nextInt(2_000)) : connects;
        }

        void play() {
            for (step = 0; step < STEPS; step++) {
                int dice = random.nextInt(1_000);
                if (restarts && dice == 0) {
                    restart();
                } else if (dice < 550) {
                    progress();
                } else {
                    act(clients.get(random.nextInt(clients.size())));
                }
            }
            settle();
            check();
        }

        private void act(SimClient client) {
            if (!client.connected()) {
                client.connect();
                return;
            }
            int dice = random.nextInt(100);
            if (dice < 35) {
                read(client);
            } else if (dice < 60) {
                answer(client);
            } else if (dice < 80) {
                publish(client);
            } else if (dice < 87) {
                String filter = FILTERS[random.nextInt(FILTERS.length)];
                client.subscribe(filter, qosOf(client, filter));
            } else if (dice < 90) {
                client.unsubscribe(FILTERS[random.nextInt(FILTERS.length)]);
            } else if (dice < 93) {
                client.drop();
            } else if (dice < 94) {
                client.disconnect();
            } else if (dice < 95) {
                client.connect(); // takes its own connection over
            } else if (dice < 99) {
                client.congest(random.nextBoolean());
            } else {
                simulation.advanceSeconds(random.nextInt(100));
            }
        }

        private void read(SimClient client) {
            for (int i = random.nextInt(6); i > 0 && client.read(step); i--) {
            }
        }

        private void answer(SimClient client) {
            for (int i = random.nextInt(4); i > 0 && client.answer(); i--) {
            }
        }

        private void publish(SimClient client) {
            if (client.unacknowledged() > 20) {
                return;
            }
            String topic = LEVELS[random.nextInt(3)];
            topic = random.nextInt(4) == 0 ? topic : topic + "/" + LEVELS[random.nextInt(3)];
            boolean keep = random.nextInt(5) == 0;
            client.publish(topic, Qos.of(random.nextInt(3)), keep, keep && random.nextInt(4) == 0, step);
        }

        /// Always the same for one client and filter, so that a repeated SUBSCRIBE changes no promise.
        private static Qos qosOf(SimClient client, String filter) {
            return Qos.of(Math.floorMod((client.clientId() + filter).hashCode() >> 3, 3));
        }

        private void settle() {
            for (SimClient client : clients) {
                if (!client.connected()) {
                    client.connect();
                }
                client.congest(false);
            }
            for (boolean busy = true; busy;) {
                for (int steps = 0; progress(); steps++) {
                    assertThat(steps).as("the broker never comes to rest").isLessThan(1_000_000);
                }
                busy = false;
                for (SimClient client : clients) {
                    while (client.read(step) || client.answer()) {
                        busy = true;
                    }
                }
            }
        }

        private void check() {
            for (SimClient client : clients) {
                assertThat(client.unacknowledged()).as("%s: unacknowledged", client.clientId()).isZero();
                noForeignMessage(client);
                nothingTwice(client);
                inOrder(client);
                for (SimClient publisher : clients) {
                    if (publisher.tenant() == client.tenant()) {
                        nothingMissing(publisher, client);
                    }
                }
            }
            for (String name : TENANTS) {
                RetainedTree tree = broker.tenant(name, Bench.LIMITS).retained();
                Map<String, String> kept = new TreeMap<>();
                tree.matching(TopicFilter.parse("#"), tree.order(), simulation.nowMicros()).forEach(
                        message -> kept.put(message.topic(), new String(message.payload(), StandardCharsets.UTF_8)));
                Objects.requireNonNull(retained.get(name)).check(kept);
                assertThat(tree.messages()).isEqualTo(kept.size());
            }
            everythingIsDone();
        }

        /// Nobody owes anything to anybody: then the journal keeps no message either.
        private void everythingIsDone() {
            assertThat(store.size(KeyValues.Part.RECEIVED)).as("QoS 2 messages half done").isZero();
            assertThat(store.size(KeyValues.Part.QUEUES)).as("messages queued").isZero();
            assertThat(store.size(KeyValues.Part.MESSAGES)).as("messages kept").isZero();
            assertThat(store.size(KeyValues.Part.REFERENCES)).as("messages counted").isZero();
        }

        private static void noForeignMessage(SimClient client) {
            assertThat(client.got()).as("%s of %s", client.clientId(), client.tenant().name())
                    .allMatch(got -> got.payload().isEmpty() || got.payload().startsWith(client.tenant().name() + " "));
        }

        /// QoS 2: exactly once.
        private static void nothingTwice(SimClient client) {
            Set<String> seen = new HashSet<>();
            for (SimClient.Got got : client.got()) {
                if (got.qos() == Qos.EXACTLY_ONCE && !got.retain() && !got.payload().isEmpty()) {
                    assertThat(seen.add(got.payload())).as("%s got %s twice", client.clientId(), got).isTrue();
                }
            }
        }

        /// Per publisher, topic and QoS the first arrivals are in the order of publishing. What was published before the
        /// subscription, or was lost at QoS 0, may come later when its publisher repeats it.
        private static void inOrder(SimClient client) {
            Map<String, Integer> latest = new HashMap<>();
            Set<String> seen = new HashSet<>();
            for (SimClient.Got got : client.got()) {
                if (got.payload().isEmpty() || got.retain() || !seen.add(got.payload())) {
                    continue;
                }
                String[] parts = got.payload().split(" ");
                boolean mayBeLost = got.qos() == Qos.AT_MOST_ONCE && !parts[4].equals("0");
                if (mayBeLost || !client.subscribedSince(got.topic(), got.qos(), Long.parseLong(parts[3]))) {
                    continue;
                }
                int number = Integer.parseInt(parts[2]);
                String flow = parts[1] + " " + got.topic() + " " + parts[4] + " " + got.qos();
                Integer before = latest.put(flow, number);
                assertThat(before == null || before < number)
                        .as("%s got %d after %d of %s", client.clientId(), number, before, flow).isTrue();
            }
        }

        /// QoS 1 and 2 of both sides: at least once, where the subscription held throughout.
        private static void nothingMissing(SimClient publisher, SimClient subscriber) {
            Set<String> got = new HashSet<>();
            subscriber.got().forEach(message -> got.add(message.payload()));
            for (SimClient.Outgoing message : publisher.accepted()) {
                boolean owed = !message.payload.isEmpty()
                        && subscriber.subscribedSince(message.topic, Qos.AT_LEAST_ONCE, message.at);
                assertThat(!owed || got.contains(message.payload))
                        .as("%s misses %s under %s", subscriber.clientId(), message.payload, message.topic).isTrue();
            }
        }
    }
}
