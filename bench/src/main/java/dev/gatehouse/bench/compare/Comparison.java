package dev.gatehouse.bench.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.bench.load.Cores;
import dev.gatehouse.bench.load.Engine;
import dev.gatehouse.bench.load.LoadResult;
import dev.gatehouse.bench.peers.BrokerProcess;
import dev.gatehouse.bench.peers.Folders;
import dev.gatehouse.bench.peers.Launch;
import dev.gatehouse.bench.peers.Peer;

/// Runs scenarios over brokers and keeps what comes out.
public final class Comparison implements AutoCloseable {
    private final Folders folders;
    private final List<Peer> peers;
    private final Options options;
    private final Results results;
    private final Consumer<String> progress;
    private final Engine engine;
    private final Measuring measuring;
    /// By the name of the peer as it is set up.
    private final Map<String, BrokerProcess> running = new LinkedHashMap<>();
    private final Map<String, String> unavailable = new LinkedHashMap<>();
    private final Set<String> warm = new HashSet<>();

    private Comparison(Folders folders, List<Peer> peers, Options options, Results results,
            Consumer<String> progress) throws BenchFault {
        this.folders = folders;
        this.peers = peers;
        this.options = options;
        this.results = results;
        this.progress = progress;
        this.engine = new Engine();
        this.measuring = new Measuring(engine, options);
    }

    /// Measures, and writes the file of results after each round.
    ///
    /// @param onlyMissing leave out what the file has already
    public static void run(Folders folders, List<Peer> peers, List<String> scenarios, Options options, Path file,
            boolean onlyMissing, Consumer<String> progress) throws BenchFault, InterruptedException {
        Results results = Results.in(file);
        results.machine(Machine.facts());
        if (options.core() >= 0 && !Cores.bind(ProcessHandle.current().pid(), options.core())) {
            progress.accept("cannot bind the generator to core " + options.core() + " (taskset): measuring without");
        }
        try (Comparison comparison = new Comparison(folders, peers, options, results, progress)) {
            for (Scenario scenario : Scenarios.all()) {
                if (scenarios.contains(scenario.id())) {
                    comparison.measure(scenario, onlyMissing);
                }
            }
        }
    }

    private void measure(Scenario scenario, boolean onlyMissing) throws BenchFault, InterruptedException {
        List<Peer> able = new ArrayList<>();
        int rounds = scenario.work().needsFreshProcess() ? options.freshRounds() : options.rounds();
        for (Peer peer : peers) {
            Cell before = results.get(scenario.id(), peer.name());
            boolean known = onlyMissing && before != null
                    && (before.why() != null || before.samples().size() >= rounds);
            if (!known && (scenario.peers() || peer.name().equals("gatehouse"))) {
                able.add(peer);
            }
        }
        if (able.isEmpty()) {
            return;
        }
        progress.accept(scenario.id() + ": " + scenario.title());
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Map<Peer, List<Sample>> samples = new LinkedHashMap<>();
        Map<Peer, String> reasons = new LinkedHashMap<>();
        for (int round = 1; round <= rounds; round++) {
            for (Peer peer : able) {
                if (!reasons.containsKey(peer)) {
                    List<Sample> got = samples.computeIfAbsent(peer, _ -> new ArrayList<>());
                    once(scenario, peer, got, reasons);
                    results.put(new Cell(scenario.id(), peer.name(), now, got, reasons.get(peer)));
                }
            }
            results.write();
        }
        for (Peer peer : able) {
            Cell cell = new Cell(scenario.id(), peer.name(), now, samples.getOrDefault(peer, List.of()),
                    reasons.get(peer));
            progress.accept(String.format(Locale.ROOT, "  %-12s %s %s", peer.name(),
                    cell.median(scenario.headline()).isPresent()
                            ? Figure.shown(cell.median(scenario.headline()).getAsDouble()) + " "
                                    + scenario.headline().unit()
                            : "",
                    cell.why() == null ? "" : "(" + cell.why() + ")"));
        }
    }

    private void once(Scenario scenario, Peer peer, List<Sample> samples, Map<Peer, String> reasons)
            throws InterruptedException {
        Peer fitting = peer.fit(scenario.work().need());
        BrokerProcess broker = null;
        try {
            if (scenario.work() instanceof Work.TwoCores cores) {
                samples.add(twoCores(cores, fitting));
                return;
            }
            if (scenario.work().needsFreshProcess()) {
                pauseAllBut(null);
                try (BrokerProcess fresh = start(fitting, Integer.toString(options.brokerCore()))) {
                    broker = fresh;
                    samples.add(measuring.sample(scenario.work(), fresh, true));
                }
                return;
            }
            broker = standing(fitting);
            pauseAllBut(broker);
            samples.add(measuring.sample(scenario.work(), broker, warm.add(fitting.name() + scenario.id())));
        } catch (BenchFault fault) {
            if (broker == null || broker.isAlive()) {
                reasons.put(peer, String.valueOf(fault.getMessage()));
            } else {
                reasons.put(peer, "the broker died: " + fault.getMessage() + "; " + broker.lastWords());
                running.remove(fitting.name());
            }
        }
    }

    private BrokerProcess standing(Peer peer) throws BenchFault, InterruptedException {
        String known = unavailable.get(peer.name());
        if (known != null) {
            throw new BenchFault(known);
        }
        BrokerProcess broker = running.get(peer.name());
        if (broker == null) {
            pauseAllBut(null);
            try {
                broker = start(peer, Integer.toString(options.brokerCore()));
            } catch (BenchFault fault) {
                unavailable.put(peer.name(), String.valueOf(fault.getMessage()));
                throw fault;
            }
            running.put(peer.name(), broker);
            measuring.warmUp(broker);
        }
        return broker;
    }

    private BrokerProcess start(Peer peer, String cores) throws BenchFault, InterruptedException {
        Folders own = new Folders(folders.cache(), folders.work().resolve(Long.toString(System.nanoTime(), 36)),
                folders.project(), folders.javaHome());
        Launch launch = peer.prepare(own);
        return BrokerProcess.start(peer.name(), launch,
                options.brokerCore() < 0 ? List.of() : List.of("taskset", "-c", cores));
    }

    private void pauseAllBut(@Nullable BrokerProcess one) throws BenchFault, InterruptedException {
        for (BrokerProcess broker : running.values()) {
            if (broker != one) {
                broker.pause();
            }
        }
        if (one != null) {
            one.resume();
        }
    }

    /// The generator's share is taken out: with two cores the broker has what the generator leaves.
    private Sample twoCores(Work.TwoCores work, Peer peer) throws BenchFault, InterruptedException {
        pauseAllBut(null);
        LoadResult one;
        try (BrokerProcess broker = start(peer, Integer.toString(options.brokerCore()))) {
            one = measuring.load(work.plan(), Measuring.endpoint(broker, false), broker, true);
        }
        LoadResult two;
        try (BrokerProcess broker = start(peer, options.core() + "," + options.brokerCore())) {
            two = measuring.load(work.plan(), Measuring.endpoint(broker, false), broker, true);
        }
        double left = 2 - two.generatorShare();
        return Sample.of(two).put("per-second-one-core", one.perSecond()).put("cores-left", left)
                .put(Figure.FACTOR, two.perSecond() / left * 2 / one.perSecond()).build();
    }

    @Override
    public void close() throws BenchFault {
        for (BrokerProcess broker : running.values()) {
            broker.close();
        }
        engine.close();
    }
}
