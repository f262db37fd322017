package dev.gatehouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// Kills the service under load, again and again, and checks that it keeps what it acknowledged.
///
/// A round: load, SIGKILL at a random moment of it, a new process on the same data, every client back with its session;
/// in a quarter of the cases all of that once more before anybody is done. Then publishers bring to an end what is under
/// way, everything acknowledged has to arrive at those who were connected, and at those who were not and now read with
/// a client library that somebody else wrote.
///
/// - **Thread:** the caller's.
public final class CrashBench {
    private static final int TOPICS = 2;
    private static final int HELD = 64;
    private static final long QUIET_MILLIS = 300;
    private static final long END_MILLIS = 10_000;

    private final CrashPlan plan;
    private final ServiceProgram program;
    private final Consumer<String> progress;
    private final Random random;
    private final Workspace workspace;
    private final Findings findings = new Findings();
    private final Ledger ledger;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> online = new ArrayList<>();
    private final List<LibraryReader> offline = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private ServiceProcess service;
    private long slowestMillis;

    private CrashBench(CrashPlan plan, ServiceProgram program, Consumer<String> progress)
            throws BenchFault, InterruptedException {
        this.plan = plan;
        this.program = program;
        this.progress = progress;
        random = new Random(plan.seed());
        workspace = Workspace.create(plan.folder(), "gatehouse-crash-", random);
        List<Stream> streams = new ArrayList<>();
        for (int publisher = 0; publisher < plan.publishers(); publisher++) {
            for (int topic = 0; topic < TOPICS; topic++) {
                for (Qos qos : List.of(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE)) {
                    streams.add(new Stream("publisher-" + publisher, "crash/" + publisher + "/" + topic, qos));
                }
            }
        }
        ledger = new Ledger(streams);
        populate();
        service = ServiceProcess.start(program, workspace);
    }

    private void populate() {
        int own = TOPICS * 2;
        for (int i = 0; i < plan.publishers(); i++) {
            int first = i * own;
            Random choice = new Random(random.nextLong());
            publishers.add(new Publisher("publisher-" + i, version(i), ledger, findings,
                    () -> first + choice.nextInt(own), plan.payloadBytes(), plan.window()));
        }
        for (int i = 0; i < plan.subscribersOnline(); i++) {
            String name = "online-" + i;
            online.add(new Subscriber(name, version(i), "crash/#", arrivals(name), ledger, findings));
        }
        for (int i = 0; i < plan.subscribersOffline(); i++) {
            String name = "offline-" + i;
            offline.add(new LibraryReader(name, version(i), "crash/#", workspace, arrivals(name), ledger, findings));
        }
        clients.addAll(online);
        clients.addAll(publishers);
    }

    private Arrivals arrivals(String name) {
        return new Arrivals(name, ledger, findings, 0, ledger.streams());
    }

    private static Version version(int number) {
        return number % 2 == 0 ? Version.MQTT_3_1_1 : Version.MQTT_5;
    }

    /// Runs it to its end.
    ///
    /// @param progress gets what there is to read, line by line
    /// @return whether every promise was kept
    /// @throws BenchFault when it could not be run to its end
    public static boolean run(CrashPlan plan, ServiceProgram program, Consumer<String> progress)
            throws BenchFault, InterruptedException {
        CrashBench bench = new CrashBench(plan, program, progress);
        try (Loop loop = new Loop(bench.clients)) {
            return bench.run(loop);
        } catch (IOException | UncheckedIOException e) {
            throw new BenchFault("the generator failed: " + e + "; the service's data is kept in "
                    + bench.workspace.folder(), e);
        } catch (BenchFault e) {
            bench.findings.lines().forEach(progress);
            progress.accept("Seed " + plan.seed() + ", the service's data and log are kept in "
                    + bench.workspace.folder());
            throw e;
        } finally {
            bench.service.discard();
        }
    }

    private boolean run(Loop loop) throws BenchFault, IOException, InterruptedException {
        progress.accept("Seed " + plan.seed() + ": " + plan.publishers()
                + " publishers (QoS 1 and 2, MQTT 3.1.1 and 5, "
                + plan.window() + " messages of " + plan.payloadBytes() + " bytes under way each), subscribers: "
                + online.size() + " online, " + offline.size() + " offline; the service answered after "
                + service.answeredMillis() + " ms");
        for (LibraryReader reader : offline) {
            reader.connect();
            reader.disconnect();
        }
        connect(loop, online);
        awaitReady(loop);
        connect(loop, publishers);
        awaitReady(loop);
        long begin = System.nanoTime();
        for (int round = 1; round <= plan.rounds(); round++) {
            round(loop, round);
        }
        checkQuiet(loop);
        service.stop();
        return conclude(System.nanoTime() - begin);
    }

    private void round(Loop loop, int round) throws BenchFault, IOException, InterruptedException {
        Totals before = totals();
        publishers.forEach(publisher -> publisher.publishing(true));
        online.forEach(subscriber -> subscriber.hold(subscriber.version() == Version.MQTT_5 ? HELD : 0));
        List<String> restarts = new ArrayList<>();
        do {
            crash(loop, random.nextLong(plan.loadMillisMax() / 10, plan.loadMillisMax()));
            restarts.add(Long.toString(service.answeredMillis()));
            slowestMillis = Math.max(slowestMillis, service.answeredMillis());
        } while (random.nextInt(4) == 0);
        awaitReady(loop);
        settle(loop);
        readOffline();
        progress.accept(line(round, totals(), before, String.join(" and ", restarts)));
    }

    /// Load until the process is dead, then a new process and everybody back.
    private void crash(Loop loop, long millis) throws BenchFault, IOException, InterruptedException {
        service.killAfter(millis);
        while (service.isAlive()) {
            loop.turn();
        }
        service.awaitKilled();
        // What it had sent before it died is still to be read.
        if (!loop.until(() -> loop.open() == 0, loop::open, END_MILLIS)) {
            throw new BenchFault("connections of the dead process do not end; is something between?");
        }
        service = ServiceProcess.start(program, workspace);
        connect(loop, clients);
    }

    private void connect(Loop loop, List<? extends Client> which) throws BenchFault {
        for (Client client : which) {
            service.connect(client, loop);
        }
    }

    private void awaitReady(Loop loop) throws IOException {
        List<Client> connecting = clients.stream().filter(Client::hasConnected).toList();
        if (!loop.until(() -> connecting.stream().allMatch(Client::isReady),
                () -> connecting.stream().filter(Client::isReady).count(), plan.patienceMillis())) {
            connecting.stream().filter(client -> !client.isReady()).forEach(client -> findings.add(
                    Violation.Kind.NO_ANSWER, client.name(), () -> "no answer to CONNECT or SUBSCRIBE"));
        }
    }

    /// Publishers come to an end, and subscribers get everything that is acknowledged.
    private void settle(Loop loop) throws IOException {
        publishers.forEach(publisher -> publisher.publishing(false));
        online.forEach(subscriber -> subscriber.hold(0));
        if (!loop.until(() -> publishers.stream().allMatch(Publisher::isIdle), this::activity, plan.patienceMillis())) {
            publishers.stream().filter(publisher -> !publisher.isIdle()).forEach(publisher -> {
                findings.add(Violation.Kind.NO_ANSWER, publisher.name(), () -> String.valueOf(publisher.oldest()));
                publisher.giveUp();
            });
        }
        loop.until(() -> online.stream().allMatch(subscriber -> subscriber.arrivals().accounted() >= ledger
                .acknowledged() && !subscriber.deliveries().isOwed()), this::activity, plan.patienceMillis());
        online.forEach(subscriber -> {
            subscriber.arrivals().check();
            subscriber.deliveries().check();
        });
    }

    private long activity() {
        return ledger.acknowledged() + publishers.stream().filter(Publisher::isIdle).count() + online.stream()
                .mapToLong(subscriber -> subscriber.arrivals().distinct() + subscriber.arrivals().duplicates()
                        + subscriber.deliveries().redelivered())
                .sum();
    }

    private void readOffline() throws BenchFault, InterruptedException {
        for (LibraryReader reader : offline) {
            reader.connect();
        }
        for (LibraryReader reader : offline) {
            long changed = System.nanoTime();
            while (!reader.isComplete()
                    && System.nanoTime() - changed < TimeUnit.MILLISECONDS.toNanos(plan.patienceMillis())) {
                if (reader.read(10) > 0) {
                    changed = System.nanoTime();
                }
                alive();
            }
            reader.arrivals().check();
        }
        for (LibraryReader reader : offline) {
            reader.disconnect();
        }
    }

    private void alive() throws BenchFault, InterruptedException {
        if (!service.isAlive()) {
            service.awaitKilled();
        }
    }

    /// Everybody has everything: whoever comes again must find nothing, apart from what QoS 1 allows.
    private void checkQuiet(Loop loop) throws BenchFault, IOException, InterruptedException {
        for (Subscriber subscriber : online) {
            subscriber.disconnect(loop);
        }
        connect(loop, online);
        awaitReady(loop);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(QUIET_MILLIS);
        while (System.nanoTime() < end) {
            loop.turn();
        }
        for (LibraryReader reader : offline) {
            reader.connect();
            reader.read(QUIET_MILLIS);
            reader.disconnect();
        }
        for (Client client : clients) {
            client.disconnect(loop);
        }
    }

    private record Totals(long sent, long acknowledged, long resent, long redelivered, long duplicates, long missing,
            int violations) {}

    private Totals totals() {
        List<Arrivals> all = new ArrayList<>();
        online.forEach(subscriber -> all.add(subscriber.arrivals()));
        offline.forEach(reader -> all.add(reader.arrivals()));
        return new Totals(ledger.sent(), ledger.acknowledged(), ledger.resent(),
                online.stream().mapToLong(subscriber -> subscriber.deliveries().redelivered()).sum(),
                all.stream().mapToLong(Arrivals::duplicates).sum(), all.stream().mapToLong(Arrivals::lost).sum(),
                findings.count());
    }

    private String line(int round, Totals now, Totals before, String restarts) {
        return "Round " + round + " of " + plan.rounds() + ": " + Figures.count(now.sent - before.sent) + " sent, "
                + Figures.count(now.acknowledged - before.acknowledged) + " acknowledged, "
                + Figures.count(now.resent - before.resent) + " resent, "
                + Figures.count(now.redelivered - before.redelivered) + " redelivered, "
                + Figures.count(now.duplicates - before.duplicates) + " duplicates at QoS 1, "
                + Figures.count(now.missing - before.missing) + " missing, "
                + Figures.count(now.violations - before.violations) + " violations, restart " + restarts + " ms";
    }

    private boolean conclude(long nanos) throws BenchFault {
        Totals all = totals();
        progress.accept("");
        progress.accept(plan.rounds() + " rounds in " + Figures.seconds(nanos) + ": " + Figures.count(all.sent)
                + " messages sent, " + Figures.count(all.acknowledged) + " acknowledged, " + Figures.count(all.missing)
                + " missing at a subscriber, " + Figures.count(findings.count(Violation.Kind.DUPLICATE))
                + " duplicates at QoS 2, " + Figures.count(all.duplicates) + " at QoS 1, "
                + Figures.count(findings.count(Violation.Kind.REORDERED)) + " out of order, slowest restart "
                + slowestMillis + " ms; processor time of the generator " + Figures.ownProcessorTime());
        boolean clean = findings.isEmpty();
        if (clean) {
            progress.accept("No violation.");
        } else {
            findings.lines().forEach(progress);
            progress.accept("Seed " + plan.seed() + " (--seed repeats the choices, not the timing).");
        }
        if (clean && !plan.keepData()) {
            workspace.delete();
        } else {
            progress.accept("The service's data and log are kept in " + workspace.folder());
        }
        return clean;
    }
}
