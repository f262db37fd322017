package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.bench.load.Endpoint;
import dev.gatehouse.bench.load.Engine;
import dev.gatehouse.bench.load.Storm;

@Command(name = "connect", description = {
        "Connect to one broker again and again, 32 clients at a time that get their CONNACK and leave: connections a second, "
                + "and a second of its processor.",
        "Without --port the service of this build is started for it, on a core of its own."})
final class ConnectCommand implements Callable<Integer> {
    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private BenchTarget target = new BenchTarget();
    @Option(names = "--resume", description = "Resume TLS sessions instead of making full handshakes.")
    private boolean resume;
    @Option(names = "--warmup", paramLabel = "S", defaultValue = "10", description = "Seconds before the first "
            + "measurement; ${DEFAULT-VALUE}.")
    private double warmupSeconds;
    @Option(names = "--seconds", paramLabel = "S", defaultValue = "3", description = "Seconds of a measurement; "
            + "${DEFAULT-VALUE}.")
    private double seconds;
    @Option(names = "--runs", paramLabel = "N", defaultValue = "3", description = "Measurements; ${DEFAULT-VALUE}.")
    private int runs;

    ConnectCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        List<String> problems = new ArrayList<>();
        if (resume && !target.isTls()) {
            problems.add("--resume needs --tls");
        }
        if (runs < 1 || seconds <= 0 || warmupSeconds < 0) {
            problems.add("--runs and --seconds must be more than 0, and --warmup no less");
        }
        BenchCommands.require(problems, spec);
        return target.measured(shell, this::measure);
    }

    private int measure(Endpoint endpoint, long broker) throws BenchFault {
        try (Engine engine = new Engine()) {
            for (int i = 1; i <= runs; i++) {
                Storm storm = new Storm(engine, broker, _ -> endpoint, resume, "connect" + i + "-");
                if (i == 1) {
                    storm.warmUp((long) (warmupSeconds * 1000));
                }
                Storm.Result result = storm.measure((long) (seconds * 1000));
                shell.out().printf(Locale.ROOT,
                        "run %d of %d on %s: %,.0f connections a second%s%s, generator %.0f %%%n", i,
                        runs, endpoint, result.perSecond(),
                        result.perBrokerSecond().isPresent()
                                ? String.format(Locale.ROOT, ", %,.0f a second of broker processor",
                                        result.perBrokerSecond().getAsDouble())
                                : "",
                        resume
                                ? String.format(Locale.ROOT, ", %,d of %,d resumed", result.resumed(),
                                        result.connections())
                                : "",
                        100 * result.generatorShare());
                shell.out().flush();
            }
        }
        return Exit.OK.code();
    }
}
