package dev.gatehouse.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.broker.journal.Effects;
import dev.gatehouse.broker.journal.LocalShard;

/// The real journal over a store in memory. It settles what it is given after each task, or when it is told to; what it
/// has to tell it tells at once, on the right lane.
///
/// Every effect goes through its bytes before it is applied: what the store becomes depends on nothing but the effect.
/// What is told afterwards names the very [Message] that was handed in, as a shard of its owner does: the order of a
/// retained message ([Message#retainedAs]) and the retained copies on their way ([Session]) are known by the object.
final class TestJournal implements Shard {
    private final MemoryKeyValues store;
    private final LocalShard shard;
    private final Simulation simulation;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private final List<Effect> effects = new ArrayList<>();
    /// What was handed in, by what its bytes became.
    private final IdentityHashMap<Message, Message> handedIn = new IdentityHashMap<>();
    private boolean late;
    private boolean settling;

    TestJournal(Simulation simulation, MemoryKeyValues store) {
        this.simulation = simulation;
        this.store = store;
        this.shard = new LocalShard(store, Runnable::run);
        simulation.afterEach(() -> {
            if (!late && !settling) {
                settling = true;
                all();
                settling = false;
            }
        });
    }

    /// Waits for [#one], [#all] and [#fail] from now on.
    TestJournal late() {
        late = true;
        return this;
    }

    /// All effects that it was given.
    List<Effect> effects() {
        return effects;
    }

    MemoryKeyValues store() {
        return store;
    }

    /// Makes the oldest effect durable.
    void one() {
        held.remove().run();
        shard.turn();
    }

    void all() {
        while (!held.isEmpty()) {
            one();
        }
    }

    /// Fails to write the oldest effect.
    void fail() {
        store.failing(true);
        one();
        store.failing(false);
    }

    @Override
    public void commit(Effect effect, Lane lane, @Nullable Commit done) {
        effects.add(effect);
        held.add(() -> shard.commit(throughBytes(effect), new AtOnce(lane, simulation), done));
    }

    private Effect throughBytes(Effect effect) {
        Effect read = Effects.effect(Effects.bytes(effect));
        if (effect instanceof Effect.Published from && read instanceof Effect.Published to) {
            handedIn.put(to.message(), from.message());
        } else if (effect instanceof Effect.Moved from && read instanceof Effect.Moved to) {
            handedIn.put(to.message(), from.message());
        }
        return read;
    }

    private Message handedIn(Message message) {
        return handedIn.getOrDefault(message, message);
    }

    @Override
    public void read(long session, long from, Lane lane, Consumer<Page> reader) {
        held.add(() -> shard.read(session, from, new AtOnce(lane, simulation), reader));
    }

    @Override
    public void open(Listener listener, Recovery recovery) {
        shard.open(new Listener() {
            @Override
            public @Nullable Lane laneOf(long session) {
                Lane lane = listener.laneOf(session);
                return lane == null ? null : new AtOnce(lane, simulation);
            }

            @Override
            public void queued(String tenant, Queued entry, Lane lane) {
                Queued asHandedIn = new Queued(entry.sequence(), entry.endBytes(), entry.number(), entry.receiver(),
                        handedIn(entry.message()), entry.received());
                listener.queued(tenant, asHandedIn, lane instanceof AtOnce atOnce ? atOnce.real : lane);
            }

            @Override
            public void ended(long session, List<Queued> left, Lane lane) {
                listener.ended(session, left, lane instanceof AtOnce atOnce ? atOnce.real : lane);
            }

            @Override
            public void retained(String tenant, Message message) {
                listener.retained(tenant, handedIn(message));
            }
        }, recovery);
    }

    /// A lane whose tasks do not wait.
    private static final class AtOnce extends Lane {
        private final Lane real;
        private final Simulation simulation;

        AtOnce(Lane real, Simulation simulation) {
            super(real.index());
            this.real = real;
            this.simulation = simulation;
        }

        @Override
        public boolean here() {
            return real.here();
        }

        @Override
        public void run(Runnable task) {
            simulation.on(real, task);
        }

        @Override
        public Pending after(long delayMicros, Runnable task) {
            return real.after(delayMicros, task);
        }

        @Override
        public long nowMicros() {
            return real.nowMicros();
        }
    }
}
