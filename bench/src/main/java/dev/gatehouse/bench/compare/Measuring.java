package dev.gatehouse.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.bench.compare.Work.Growing;
import dev.gatehouse.bench.load.Crowd;
import dev.gatehouse.bench.load.Endpoint;
import dev.gatehouse.bench.load.Engine;
import dev.gatehouse.bench.load.Load;
import dev.gatehouse.bench.load.LoadPlan;
import dev.gatehouse.bench.load.LoadResult;
import dev.gatehouse.bench.load.Shape;
import dev.gatehouse.bench.load.Storm;
import dev.gatehouse.bench.load.Usage;
import dev.gatehouse.bench.peers.BrokerProcess;
import dev.gatehouse.bench.peers.Launch;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// Does one piece of work with one broker, once.
final class Measuring {
    /// Different server names in the handshakes.
    static final int SERVER_NAMES = 10_000;
    private static final int[] IDLE = {5000, 10_000, 19_000};
    private static final long SETTLE_MILLIS = 2500;
    /// After that it is looked at again until it shrinks by less than a hundredth between two looks.
    private static final long LOOK_MILLIS = 6_000;
    private static final int LOOKS_MAX = 6;
    private static final double SETTLED = 0.99;
    /// A process is warmed up in so many parts at least, and three times as many at most.
    private static final int WARM_UPS = 20;
    /// A broker is warm when so many warm-ups in a row were not [#FASTER] than the best before them.
    private static final int NO_FASTER = 8;
    private static final double FASTER = 1.05;
    private static final int FILTERS_EACH = 1000;
    private static final double QUIET_PER_SECOND = 1000;

    private final Engine engine;
    private final Options options;
    private int runs;

    Measuring(Engine engine, Options options) {
        this.engine = engine;
        this.options = options;
    }

    /// @param first whether this broker process does work of this kind for the first time
    Sample sample(Work work, BrokerProcess broker, boolean first) throws BenchFault, InterruptedException {
        try {
            return switch (work) {
                case Work.Traffic traffic -> Sample.of(load(traffic.plan(), endpoint(broker, traffic.tls()), broker,
                        first)).build();
                case Work.Steady steady -> steady(steady, broker, first);
                case Work.Connecting connecting -> connecting(connecting.door(), broker, first);
                case Work.Idle idle -> idle(endpoint(broker, idle.tls()), broker);
                case Work.Starting _ -> starting(broker);
                case Work.Offline offline -> offline(offline.plan(), broker);
                case Work.Subscriptions subscriptions -> subscriptions(subscriptions, broker);
                case Work.Growth growth -> growth(growth.what(), broker);
                case Work.Noise _ -> noise(broker, first);
                case Work.TwoCores _ -> throw new BenchFault("two cores need two processes");
            };
        } finally {
            engine.closeAll();
        }
    }

    /// What a process gets to do before its first measurement: brokers in Java need it, and all get it, until they do
    /// not become faster any more.
    void warmUp(BrokerProcess broker) throws BenchFault {
        for (Qos qos : List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE)) {
            LoadPlan plan = LoadPlan.of(Shape.PAIRS, 4, 4, qos, Version.MQTT_3_1_1, 64).lasting(0,
                    Math.max(1, options.processWarmupMillis() / WARM_UPS));
            double best = 0;
            int noFaster = 0;
            for (int i = 0; i < 3 * WARM_UPS && (i < WARM_UPS || noFaster < NO_FASTER); i++) {
                double last;
                try {
                    last = new Load(engine, broker.pid()).add(endpoint(broker, false), plan, run()).run().getFirst()
                            .perSecond();
                } catch (BenchFault _) {
                    return; // what it cannot do, the measurement will say
                }
                noFaster = last > best * FASTER ? 0 : noFaster + 1;
                best = Math.max(best, last);
            }
        }
    }

    private String run() {
        return "b" + ++runs + "-";
    }

    static Endpoint endpoint(BrokerProcess broker, boolean tls) throws BenchFault {
        Launch launch = broker.launch();
        if (tls && launch.tlsPort() == 0) {
            throw new BenchFault("has no TLS here");
        }
        return tls ? Endpoint.plain(launch.tlsAddress()).with(launch.serverName()) : Endpoint.plain(launch.address());
    }

    private LoadPlan timed(LoadPlan plan, boolean first) {
        return plan.lasting(first ? 3 * options.warmupMillis() : options.warmupMillis(), options.measureMillis());
    }

    LoadResult load(LoadPlan plan, Endpoint endpoint, BrokerProcess broker, boolean first) throws BenchFault {
        return new Load(engine, broker.pid()).add(endpoint, timed(plan, first), run()).run().getFirst();
    }

    private Sample steady(Work.Steady steady, BrokerProcess broker, boolean first) throws BenchFault {
        LoadPlan plan = steady.plan();
        Endpoint endpoint = endpoint(broker, false);
        if (steady.share() > 0) {
            double maximum = load(plan, endpoint, broker, first).perSecond();
            plan = plan.paced(steady.share() * maximum);
        }
        LoadResult result = new Load(engine, broker.pid())
                .add(endpoint, plan.lasting(options.warmupMillis(), 4 * options.measureMillis()), run()).run()
                .getFirst();
        return Sample.of(result).put(Figure.RATE, plan.perSecond()).build();
    }

    private Sample connecting(Work.Door door, BrokerProcess broker, boolean first) throws BenchFault {
        Endpoint endpoint = endpoint(broker, door != Work.Door.PLAIN);
        IntFunction<Endpoint> where = door == Work.Door.PLAIN
                ? _ -> endpoint
                : number -> endpoint.with("t" + number % SERVER_NAMES + ".bench.test");
        Storm storm = new Storm(engine, broker.pid(), where, door == Work.Door.RESUMED_HANDSHAKE, run());
        if (first) {
            storm.warmUp(options.processWarmupMillis());
        }
        // The first of a broker's resumed handshakes need a session for every name.
        storm.first(door == Work.Door.RESUMED_HANDSHAKE ? SERVER_NAMES : 200);
        Storm.Result result = storm.measure(options.measureMillis());
        return Sample.builder().put(Figure.CONNECTIONS, result.perSecond())
                .put(Figure.HANDSHAKES, result.perBrokerSecond())
                .put(Figure.GENERATOR, result.generatorShare())
                .put(Figure.RESUMED, (double) result.resumed() / Math.max(1, result.connections())).build();
    }

    /// What a process keeps when nothing happens any more: collectors and allocators give memory back late.
    private static double settledBytes(BrokerProcess broker) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
        double bytes = Usage.residentBytes(broker.pid()).orElse(0);
        double before = Double.POSITIVE_INFINITY;
        for (int look = 0; look < LOOKS_MAX && bytes < before * SETTLED; look++) {
            before = bytes;
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            bytes = Usage.residentBytes(broker.pid()).orElse(0);
        }
        return bytes;
    }

    private Sample idle(Endpoint endpoint, BrokerProcess broker) throws BenchFault, InterruptedException {
        Sample.Builder sample = Sample.builder();
        Crowd crowd = new Crowd(engine, endpoint, run(), _ -> List.of());
        double before = settledBytes(broker);
        sample.put("resident-mib-0", before / 1048576);
        double lowest = 0;
        double bytes = 0;
        for (int count : IDLE) {
            crowd.grow(count);
            bytes = settledBytes(broker);
            sample.put("resident-mib-" + count, bytes / 1048576);
            lowest = lowest == 0 ? bytes : lowest;
        }
        return sample.put(Figure.BYTES_EACH, (bytes - lowest) / (IDLE[IDLE.length - 1] - IDLE[0]))
                .put("bytes-each-from-0", (bytes - before) / IDLE[IDLE.length - 1]).build();
    }

    private static Sample starting(BrokerProcess broker) throws InterruptedException {
        return Sample.builder().put(Figure.RESIDENT, settledBytes(broker) / 1048576)
                .put(Figure.ACCEPTS, (double) broker.acceptedMillis())
                .put(Figure.ANSWERS, (double) broker.answeredMillis()).build();
    }

    private Sample offline(LoadPlan plan, BrokerProcess broker) throws BenchFault {
        Endpoint endpoint = endpoint(broker, false);
        load(LoadPlan.of(Shape.PAIRS, 4, 4, plan.qos(), plan.version(), plan.payloadBytes()), endpoint, broker, true);
        return Sample.of(load(plan.under("away"), endpoint, broker, true)).build();
    }

    private Sample subscriptions(Work.Subscriptions work, BrokerProcess broker)
            throws BenchFault, InterruptedException {
        Endpoint endpoint = endpoint(broker, false);
        LoadResult without = load(work.plan(), endpoint, broker, true);
        double before = settledBytes(broker);
        long begin = System.nanoTime();
        new Crowd(engine, endpoint, run(), Measuring::filters).grow(work.count() / FILTERS_EACH);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double after = settledBytes(broker);
        LoadResult with = load(work.plan(), endpoint, broker, true);
        return Sample.of(with).put(Figure.BYTES_EACH, (after - before) / work.count())
                .put("subscriptions-per-second", work.count() / seconds)
                .put("per-broker-second-without", without.perBrokerSecond().orElse(0))
                .put(Figure.FACTOR, with.perBrokerSecond().orElse(0) / without.perBrokerSecond().orElse(1)).build();
    }

    /// What client number `index` of a million subscriptions subscribes to: one level more than what is published, under
    /// the same wide nodes.
    private static List<String> filters(int index) {
        List<String> filters = new ArrayList<>();
        for (int n = index * FILTERS_EACH; n < (index + 1) * FILTERS_EACH; n++) {
            filters.add(String.format(Locale.ROOT, "load/%d/%06d/+", n % 4, n / 4));
        }
        return filters;
    }

    private Sample growth(Growing what, BrokerProcess broker) throws BenchFault {
        Sample.Builder sample = Sample.builder();
        Crowd crowd = new Crowd(engine, endpoint(broker, false), run(),
                what == Growing.SUBSCRIPTIONS ? Measuring::filters : _ -> List.of());
        double worst = 0;
        double before = 0;
        for (int count = what.from(); count <= what.to(); count *= 10) {
            double cost = 1e6 / grown(what, count, crowd, broker, before == 0).perBrokerSecond().orElse(Double.NaN);
            sample.put("us-per-message-" + count, cost);
            worst = before == 0 ? 0 : Math.max(worst, cost / before);
            before = cost;
        }
        return sample.put(Figure.GROWTH, worst).build();
    }

    private LoadResult grown(Growing what, int count, Crowd crowd, BrokerProcess broker, boolean first)
            throws BenchFault {
        Endpoint plain = endpoint(broker, false);
        LoadPlan pairs = LoadPlan.of(Shape.PAIRS, 4, 4, Qos.AT_MOST_ONCE, Version.MQTT_3_1_1, 64);
        return switch (what) {
            case CONNECTIONS -> {
                crowd.grow(count);
                yield load(pairs, plain, broker, first);
            }
            case PAIRS -> load(LoadPlan.of(Shape.PAIRS, count, count, Qos.AT_MOST_ONCE, Version.MQTT_3_1_1, 64)
                    .bounded(32), plain, broker, first);
            case SUBSCRIPTIONS -> {
                crowd.grow(count / FILTERS_EACH);
                yield load(pairs.over(1000), plain, broker, first);
            }
            case TOPICS -> load(pairs.over(count), plain, broker, first);
            case TENANTS -> new Load(engine, broker.pid())
                    .add(index -> named(broker, index % count), timed(LoadPlan.of(Shape.PAIRS, what.to(), what.to(),
                            Qos.AT_MOST_ONCE, Version.MQTT_3_1_1, 64).bounded(32), first), run())
                    .run().getFirst();
        };
    }

    private static Endpoint named(BrokerProcess broker, int tenant) {
        return new Endpoint(broker.launch().namedAddress(), null, "somebody@t" + tenant, "none");
    }

    private Sample noise(BrokerProcess broker, boolean first) throws BenchFault {
        LoadPlan quiet = timed(LoadPlan.of(Shape.PAIRS, 1, 1, Qos.AT_LEAST_ONCE, Version.MQTT_3_1_1, 64), first)
                .paced(QUIET_PER_SECOND).under("quiet");
        LoadPlan noisy = timed(LoadPlan.of(Shape.PAIRS, 4, 4, Qos.AT_MOST_ONCE, Version.MQTT_3_1_1, 64), first);
        LoadResult alone = new Load(engine, broker.pid()).add(named(broker, 0), quiet, run()).run().getFirst();
        List<LoadResult> both = new Load(engine, broker.pid()).add(named(broker, 0), quiet, run())
                .add(named(broker, 1), noisy, run()).run();
        return Sample.of(both.getFirst()).put("p99-us-alone", alone.latency().p99())
                .put("noisy-per-second", both.getLast().perSecond()).build();
    }
}
