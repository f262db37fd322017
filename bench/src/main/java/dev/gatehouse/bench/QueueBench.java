package dev.gatehouse.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

/// Fills the queues of sessions whose clients are away, and measures what that costs: resident memory, time to restart.
/// Then everybody comes back, and everything has to arrive, in order.
///
/// - **Thread:** the caller's.
public final class QueueBench {
    private static final long SAMPLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SETTLE_MILLIS = 10_000;

    private final QueuePlan plan;
    private final ServiceProgram program;
    private final Consumer<String> progress;
    private final Workspace workspace;
    private final Findings findings = new Findings();
    private final List<String> exceeded = new ArrayList<>();
    private final Ledger ledger;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Subscriber> sessions = new ArrayList<>();
    private ServiceProcess service;
    private long peakBytes;
    private long sampled;

    private QueueBench(QueuePlan plan, ServiceProgram program, Consumer<String> progress)
            throws BenchFault, InterruptedException {
        this.plan = plan;
        this.program = program;
        this.progress = progress;
        workspace = Workspace.create(plan.folder(), "gatehouse-queue-", new Random());
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < plan.sessions(); i++) {
            streams.add(new Stream("publisher-" + i % plan.publishers(), "queue/" + i, Qos.AT_LEAST_ONCE));
        }
        ledger = new Ledger(streams);
        for (int i = 0; i < plan.sessions(); i++) {
            String name = "session-" + i;
            sessions.add(new Subscriber(name, version(i), "queue/" + i, new Arrivals(name, ledger, findings, i, 1),
                    ledger, findings));
        }
        for (int i = 0; i < plan.publishers(); i++) {
            publishers.add(new Publisher("publisher-" + i, version(i), ledger, findings, new Turns(i)::next,
                    plan.payloadBytes(), plan.window()));
        }
        service = ServiceProcess.start(program, workspace);
    }

    private static Version version(int number) {
        return number % 2 == 0 ? Version.MQTT_3_1_1 : Version.MQTT_5;
    }

    /// The topics of one publisher, in turn, until each has its share.
    private final class Turns {
        private final int first;
        private int stream;
        private int done;

        Turns(int first) {
            this.first = first;
            this.stream = first;
        }

        int next() {
            if (first >= plan.sessions()) {
                return Publisher.NONE;
            }
            if (stream >= plan.sessions()) {
                stream = first;
                done++;
            }
            // The sessions with the lowest numbers take what does not divide evenly.
            int share = plan.messages() / plan.sessions() + (stream < plan.messages() % plan.sessions() ? 1 : 0);
            if (done >= share) {
                return Publisher.NONE;
            }
            int now = stream;
            stream += plan.publishers();
            return now;
        }
    }

    /// Runs it to its end.
    ///
    /// @param progress gets what there is to read, line by line
    /// @return whether everything arrived in order, and memory and restarts stayed within their limits
    /// @throws BenchFault when it could not be run to its end
    public static boolean run(QueuePlan plan, ServiceProgram program, Consumer<String> progress)
            throws BenchFault, InterruptedException {
        QueueBench bench = new QueueBench(plan, program, progress);
        List<Client> clients = new ArrayList<>(bench.sessions);
        clients.addAll(bench.publishers);
        try (Loop loop = new Loop(clients)) {
            return bench.run(loop);
        } catch (IOException | UncheckedIOException e) {
            throw new BenchFault("the generator failed: " + e + "; the service's data is kept in "
                    + bench.workspace.folder(), e);
        } catch (BenchFault e) {
            bench.findings.lines().forEach(progress);
            progress.accept("The service's data and log are kept in " + bench.workspace.folder());
            throw e;
        } finally {
            bench.service.discard();
        }
    }

    private boolean run(Loop loop) throws BenchFault, IOException, InterruptedException {
        progress.accept("Started: accepts connections after " + service.acceptedMillis()
                + " ms, answered the first CONNECT after " + service.answeredMillis() + " ms ("
                + service.processorMillis() + " ms of processor time)");
        connect(loop, sessions);
        leave(loop, sessions);
        settle(loop);
        OptionalLong before = service.residentBytes();
        progress.accept(Figures.count(plan.sessions()) + " persistent sessions made and disconnected: resident "
                + Figures.mebibytes(before) + (before.isEmpty() ? " (this system has no /proc)" : ""));
        fill(loop);
        settle(loop);
        OptionalLong after = service.residentBytes();
        progress.accept("Resident " + Figures.mebibytes(after) + ", data folder "
                + Figures.mebibytes(workspace.dataBytes()));
        judgeMemory(before, after);
        service.kill();
        restart("kill -9");
        long millis = service.stop();
        restart("SIGTERM, ended in order after " + millis + " ms");
        drain(loop);
        service.stop();
        return conclude();
    }

    private void connect(Loop loop, List<? extends Client> which) throws BenchFault, IOException {
        for (Client client : which) {
            service.connect(client, loop);
        }
        if (!loop.until(() -> which.stream().allMatch(Client::isReady),
                () -> which.stream().filter(Client::isReady).count(), plan.patienceMillis())) {
            which.stream().filter(client -> !client.isReady()).forEach(client -> findings.add(
                    Violation.Kind.NO_ANSWER, client.name(), () -> "no answer to CONNECT or SUBSCRIBE"));
        }
    }

    private static void leave(Loop loop, List<? extends Client> which) {
        which.forEach(client -> client.disconnect(loop));
    }

    /// Gives the service time without load to give memory back: ten seconds.
    private static void settle(Loop loop) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS);
        while (System.nanoTime() < end) {
            loop.turn();
        }
    }

    private void fill(Loop loop) throws BenchFault, IOException {
        connect(loop, publishers);
        peakBytes = 0;
        long begin = System.nanoTime();
        publishers.forEach(publisher -> publisher.publishing(true));
        boolean done = loop.until(() -> sample() && ledger.acknowledged() == plan.messages(), ledger::acknowledged,
                plan.patienceMillis());
        long nanos = System.nanoTime() - begin;
        if (!done) {
            publishers.stream().filter(publisher -> !publisher.isIdle()).forEach(publisher -> findings.add(
                    Violation.Kind.NO_ANSWER, publisher.name(), () -> String.valueOf(publisher.oldest())));
        }
        progress.accept(Figures.count(ledger.acknowledged()) + " messages of " + plan.payloadBytes()
                + " bytes acknowledged in " + Figures.seconds(nanos) + ", "
                + Figures.perSecond(ledger.acknowledged(), nanos) + "; resident at most " + peak());
        leave(loop, publishers);
    }

    /// Keeps the most memory seen; always true.
    private boolean sample() {
        long now = System.nanoTime();
        if (now - sampled > SAMPLE_NANOS) {
            sampled = now;
            peakBytes = Math.max(peakBytes, service.residentBytes().orElse(0));
        }
        return true;
    }

    private String peak() {
        return Figures.mebibytes(peakBytes == 0 ? OptionalLong.empty() : OptionalLong.of(peakBytes));
    }

    private void judgeMemory(OptionalLong before, OptionalLong after) {
        if (before.isEmpty() || after.isEmpty()) {
            progress.accept("Memory cannot be judged here: there is no /proc.");
            return;
        }
        long grown = after.getAsLong() - before.getAsLong();
        progress.accept("Resident memory grew by " + Figures.mebibytes(grown) + ", "
                + Figures.mebibytes(plan.residentBytesMax()) + " allowed");
        if (grown > plan.residentBytesMax()) {
            exceeded.add("resident memory grew by " + Figures.mebibytes(grown) + ", more than "
                    + Figures.mebibytes(plan.residentBytesMax()));
        }
    }

    private void restart(String how) throws BenchFault, InterruptedException {
        service = ServiceProcess.start(program, workspace);
        progress.accept("Restarted after " + how + ": accepts connections after " + service.acceptedMillis()
                + " ms, answered the first CONNECT after " + service.answeredMillis() + " ms ("
                + service.processorMillis() + " ms of processor time), resident "
                + Figures.mebibytes(service.residentBytes()));
        if (service.answeredMillis() > plan.restartMillisMax()) {
            exceeded.add("the restart after " + how + " took " + service.answeredMillis() + " ms, more than "
                    + plan.restartMillisMax());
        }
    }

    private void drain(Loop loop) throws BenchFault, IOException {
        peakBytes = 0;
        long begin = System.nanoTime();
        connect(loop, sessions);
        loop.until(() -> sample() && arrived() + lost() >= ledger.acknowledged(), this::arrived,
                plan.patienceMillis());
        long nanos = System.nanoTime() - begin;
        sessions.forEach(session -> session.arrivals().check());
        long duplicates = sessions.stream().mapToLong(session -> session.arrivals().duplicates()).sum();
        progress.accept(Figures.count(arrived()) + " messages arrived in " + Figures.seconds(nanos) + ", "
                + Figures.perSecond(arrived(), nanos) + ", " + Figures.count(lost()) + " missing, "
                + Figures.count(findings.count(Violation.Kind.REORDERED)) + " out of order, "
                + Figures.count(duplicates) + " twice; resident at most " + peak());
        leave(loop, sessions);
    }

    private long arrived() {
        return sessions.stream().mapToLong(session -> session.arrivals().distinct()).sum();
    }

    private long lost() {
        return sessions.stream().mapToLong(session -> session.arrivals().lost()).sum();
    }

    private boolean conclude() throws BenchFault {
        boolean clean = findings.isEmpty() && exceeded.isEmpty();
        progress.accept("Processor time of the generator: " + Figures.ownProcessorTime());
        progress.accept("");
        findings.lines().forEach(progress);
        exceeded.forEach(each -> progress.accept("Limit exceeded: " + each));
        if (clean) {
            progress.accept("Everything arrived in order, within the limits.");
        }
        if (clean && !plan.keepData()) {
            workspace.delete();
        } else {
            progress.accept("The service's data and log are kept in " + workspace.folder());
        }
        return clean;
    }
}
