package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.bench.load.Endpoint;
import dev.gatehouse.bench.load.Engine;
import dev.gatehouse.bench.load.Load;
import dev.gatehouse.bench.load.LoadPlan;
import dev.gatehouse.bench.load.LoadResult;
import dev.gatehouse.bench.load.Shape;
import dev.gatehouse.mqtt.Qos;
import dev.gatehouse.mqtt.Version;

@Command(name = "load", description = {
        "Put load on one broker and measure it: messages a second, and a second of its processor; "
                + "what was lost, came twice or out of order; latency.",
        "Without --port the service of this build is started for it, on a core of its own."})
final class LoadCommand implements Callable<Integer> {
    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private BenchTarget target = new BenchTarget();
    @Option(names = "--shape", paramLabel = "SHAPE", defaultValue = "pairs", description = "pairs, fan-in, fan-out, "
            + "shared or offline; ${DEFAULT-VALUE}.")
    private String shape = "";
    @Option(names = "--senders", paramLabel = "N", description = "Clients that publish; 4 pairs, 100 to fan in, 1 to "
            + "fan out, 4 to a group that shares if not given.")
    private @Nullable Integer senders;
    @Option(names = "--receivers", paramLabel = "N", description = "Clients that subscribe; with pairs as many as "
            + "senders, else 1 to fan in, 1000 to fan out, 8 to share if not given.")
    private @Nullable Integer receivers;
    @Option(names = "--qos", paramLabel = "N", defaultValue = "0", description = "0, 1 or 2; ${DEFAULT-VALUE}.")
    private int qos;
    @Option(names = "--mqtt", paramLabel = "VERSION", defaultValue = "3.1.1", description = "3.1.1 or 5; "
            + "${DEFAULT-VALUE}.")
    private String mqtt = "";
    @Option(names = "--bytes", paramLabel = "N", defaultValue = "64", description = "Bytes of a payload; "
            + "${DEFAULT-VALUE}.")
    private int bytes;
    @Option(names = "--outstanding", paramLabel = "N", description = "Messages of one sender that may be under way to "
            + "its receivers; if not given, up to 1024, and fewer of large ones and with many clients.")
    private @Nullable Integer outstanding;
    @Option(names = "--rate", paramLabel = "N", defaultValue = "0", description = "Messages a second of all senders; as "
            + "many as possible if not given.")
    private double rate;
    @Mixin
    private MeasurementArguments measurements = new MeasurementArguments(3);

    LoadCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        LoadPlan plan = plan();
        BenchCommands.require(plan.problems(), spec);
        return target.measured(shell, (endpoint, broker) -> measure(plan, endpoint, broker));
    }

    private int measure(LoadPlan plan, Endpoint endpoint, long broker) throws BenchFault {
        List<LoadResult> results = new ArrayList<>();
        int runs = measurements.runs();
        try (Engine engine = new Engine()) {
            for (int i = 1; i <= runs; i++) {
                LoadResult result = new Load(engine, broker).add(endpoint, plan, "load" + i + "-").run().getFirst();
                results.add(result);
                shell.out().println("run " + i + " of " + runs + " on " + endpoint);
                result.lines().forEach(line -> shell.out().println("  " + line));
                shell.out().flush();
            }
        }
        results.sort(Comparator.comparingDouble(LoadResult::perSecond));
        LoadResult median = results.get(results.size() / 2);
        shell.out().printf(Locale.ROOT, "median: %,.0f messages a second%s, generator %.0f %%%s%n", median.perSecond(),
                median.perBrokerSecond().isPresent()
                        ? String.format(Locale.ROOT, ", %,.0f a second of broker processor",
                                median.perBrokerSecond().getAsDouble())
                        : "",
                100 * median.generatorShare(),
                median.generatorShare() > 0.95 && rate == 0 ? " (it is the bottleneck)" : "");
        return (results.stream().allMatch(result -> result.faults().none()) ? Exit.OK : Exit.FAILED).code();
    }

    private LoadPlan plan() {
        List<String> problems = new ArrayList<>(measurements.problems());
        Shape kind = Arrays.stream(Shape.values()).filter(each -> each.toString().equals(shape)).findFirst()
                .orElse(Shape.PAIRS);
        if (!kind.toString().equals(shape)) {
            problems.add("--shape must be one of pairs, fan-in, fan-out, shared, offline, not " + shape);
        }
        if (qos < 0 || qos > 2) {
            problems.add("--qos must be 0, 1 or 2, not " + qos);
        }
        if (!mqtt.equals("3.1.1") && !mqtt.equals("5")) {
            problems.add("--mqtt must be 3.1.1 or 5, not " + mqtt);
        }
        BenchCommands.require(problems, spec);
        int sending = senders != null ? senders : switch (kind) {
            case PAIRS, SHARED -> 4;
            case OFFLINE -> 16;
            case FAN_IN -> 100;
            case FAN_OUT -> 1;
        };
        int receiving = receivers != null ? receivers : switch (kind) {
            case PAIRS, OFFLINE -> sending;
            case FAN_IN -> 1;
            case FAN_OUT -> 1000;
            case SHARED -> 8;
        };
        return new LoadPlan(kind, sending, receiving, Qos.of(qos), mqtt.equals("5")
                ? Version.MQTT_5
                : Version.MQTT_3_1_1, bytes,
                outstanding != null
                        ? outstanding
                        : LoadPlan.usualOutstanding(kind, sending, receiving, bytes),
                rate,
                measurements.warmupMillis(), measurements.millis(), "load", 1);
    }
}
