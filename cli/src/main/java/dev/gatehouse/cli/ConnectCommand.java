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
    /// Connections that are not measured, for sessions to resume: more than are made at a time.
    private static final int SESSIONS = 64;

    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private BenchTarget target = new BenchTarget();
    @Option(names = "--resume", description = "Resume TLS sessions instead of making full handshakes.")
    private boolean resume;
    @Mixin
    private MeasurementArguments measurements = new MeasurementArguments(10);

    ConnectCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        List<String> problems = new ArrayList<>(measurements.problems());
        if (resume && !target.isTls()) {
            problems.add("--resume needs --tls");
        }
        BenchCommands.require(problems, spec);
        return target.measured(shell, this::measure);
    }

    private int measure(Endpoint endpoint, long broker) throws BenchFault {
        int runs = measurements.runs();
        try (Engine engine = new Engine()) {
            for (int i = 1; i <= runs; i++) {
                Storm storm = new Storm(engine, broker, _ -> endpoint, resume, "connect" + i + "-");
                if (i == 1) {
                    storm.warmUp(measurements.warmupMillis());
                }
                storm.first(SESSIONS);
                Storm.Result result = storm.measure(measurements.millis());
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
