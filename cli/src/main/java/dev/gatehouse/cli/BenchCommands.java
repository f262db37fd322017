package dev.gatehouse.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gatehouse.bench.CrashBench;
import dev.gatehouse.bench.CrashPlan;
import dev.gatehouse.bench.QueueBench;
import dev.gatehouse.bench.QueuePlan;
import dev.gatehouse.bench.ServiceProgram;

/// `bench` and `bench crash`, `bench queue`, `bench load`, `bench connect`.
@Command(name = "bench", description = {
        "Measure this service and other brokers side by side, each on one core, and print how they compare.",
        "With a subcommand: put load on a service started for it, and check what it promises."})
final class BenchCommands implements Callable<Integer> {
    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private CompareOptions compare = new CompareOptions();

    private BenchCommands(Shell shell) {
        this.shell = shell;
    }

    static CommandLine all(Shell shell) {
        return new CommandLine(new BenchCommands(shell)).addSubcommand(new Crash(shell)).addSubcommand(new Queue(shell))
                .addSubcommand(new LoadCommand(shell)).addSubcommand(new ConnectCommand(shell))
                .setAllowSubcommandsAsOptionParameters(true); // `connect` is a scenario too
    }

    @Override
    public Integer call() throws Exception {
        return compare.run(shell, spec);
    }

    /// What every bench can be told.
    private static final class Run {
        @Option(names = "--folder", paramLabel = "DIR", description = "Where to make the folder for the service's data; "
                + "the system's temporary folder if not given.")
        private @Nullable Path folder;
        @Option(names = "--keep-data", description = "Keep that folder; it is kept in any case when the bench fails.")
        private boolean keepData;
        @Option(names = "--java-option", paramLabel = "OPTION", description = "An option for the service's Java process, "
                + "like -Xmx512m; may be given more than once.")
        private List<String> javaOptions = new ArrayList<>();
        @Option(names = "--patience-seconds", paramLabel = "N", defaultValue = "10", description = "What makes no "
                + "progress for this long counts as missing; ${DEFAULT-VALUE}.")
        private int patienceSeconds;

        private int patienceMillis() {
            return (int) Math.min(Integer.MAX_VALUE, patienceSeconds * 1000L);
        }

        private ServiceProgram service(Shell shell) {
            return new ServiceProgram(serve(shell, javaOptions));
        }
    }

    /// This program with `serve`, without a shell in between. The launcher says with which options of the JVM it would
    /// have started it.
    static List<String> serve(Shell shell, List<String> javaOptions) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String flags = shell.variable("GATEHOUSE_SERVE_FLAGS");
        words.addAll(List.of((flags == null
                ? "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
                : flags.strip()).split(" +")));
        words.addAll(javaOptions);
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Gatehouse.class.getName(), "serve"));
        return words;
    }

    static void require(List<String> problems, CommandSpec spec) {
        if (!problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join("\n", problems));
        }
    }

    static Consumer<String> printed(Shell shell) {
        return line -> {
            shell.out().println(line);
            shell.out().flush();
        };
    }

    @Command(name = "crash", description = {
            "Kill the service under load (kill -9), again and again, and check that what it "
                    + "acknowledged is there: nothing missing, nothing twice at QoS 2, in order, sessions and packet ids kept.",
            "Fails with exit code 1 on any violation."})
    private static final class Crash implements Callable<Integer> {
        private final Shell shell;
        @Spec
        private CommandSpec spec = CommandSpec.create(); // replaced by picocli
        @Mixin
        private Run run = new Run();
        @Option(names = "--rounds", paramLabel = "N", defaultValue = "10", description = "${DEFAULT-VALUE}.")
        private int rounds;
        @Option(names = "--seconds", paramLabel = "S", defaultValue = "3", description = "The kill comes at a random "
                + "moment of this time; fractions are allowed; ${DEFAULT-VALUE}.")
        private double seconds;
        @Option(names = "--publishers", paramLabel = "N", defaultValue = "8", description = "Each sends QoS 1 and 2; "
                + "every second one speaks MQTT 5, the others 3.1.1; ${DEFAULT-VALUE}.")
        private int publishers;
        @Option(names = "--online", paramLabel = "N", defaultValue = "2", description = "Subscribers that are connected "
                + "under load; ${DEFAULT-VALUE}.")
        private int online;
        @Option(names = "--offline", paramLabel = "N", defaultValue = "2", description = "Subscribers that come after it, "
                + "with the HiveMQ client; ${DEFAULT-VALUE}.")
        private int offline;
        @Option(names = "--window", paramLabel = "N", defaultValue = "100", description = "Messages of one publisher "
                + "under way; ${DEFAULT-VALUE}.")
        private int window;
        @Option(names = "--bytes", paramLabel = "N", defaultValue = "64", description = "Bytes of a payload; "
                + "${DEFAULT-VALUE}.")
        private int bytes;
        @Option(names = "--seed", paramLabel = "N", description = "Of all random choices; drawn and printed if not given.")
        private @Nullable Long seed;

        Crash(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            CrashPlan plan = new CrashPlan(rounds, (int) Math.min(Integer.MAX_VALUE, seconds * 1000), publishers,
                    online,
                    offline, window, bytes, run.patienceMillis(),
                    seed == null ? new SecureRandom().nextInt(Integer.MAX_VALUE) : seed, run.folder, run.keepData);
            require(plan.problems(), spec);
            return (CrashBench.run(plan, run.service(shell), printed(shell)) ? Exit.OK : Exit.FAILED).code();
        }
    }

    @Command(name = "queue", description = {
            "Queue messages for sessions whose clients are away; measure memory, and the "
                    + "restart with full queues; then count what arrives.",
            "Fails with exit code 1 when a limit is exceeded, or a message is missing or out of order."})
    private static final class Queue implements Callable<Integer> {
        private static final long MEBIBYTE = 1 << 20;

        private final Shell shell;
        @Spec
        private CommandSpec spec = CommandSpec.create(); // replaced by picocli
        @Mixin
        private Run run = new Run();
        @Option(names = "--messages", paramLabel = "N", defaultValue = "1000000", description = "Altogether; "
                + "${DEFAULT-VALUE}.")
        private int messages;
        @Option(names = "--bytes", paramLabel = "N", defaultValue = "200", description = "Bytes of a payload; "
                + "${DEFAULT-VALUE}.")
        private int bytes;
        @Option(names = "--sessions", paramLabel = "N", defaultValue = "1000", description = "${DEFAULT-VALUE}.")
        private int sessions;
        @Option(names = "--publishers", paramLabel = "N", defaultValue = "8", description = "${DEFAULT-VALUE}.")
        private int publishers;
        @Option(names = "--window", paramLabel = "N", defaultValue = "1000", description = "Messages of one publisher "
                + "under way; ${DEFAULT-VALUE}.")
        private int window;
        @Option(names = "--rss-limit", paramLabel = "MIB", defaultValue = "200", description = "By how many MiB the "
                + "service's resident memory may grow; ${DEFAULT-VALUE}.")
        private int residentMebibytes;
        @Option(names = "--restart-limit", paramLabel = "S", defaultValue = "5", description = "Seconds from the start "
                + "of the process to the first answered CONNECT; ${DEFAULT-VALUE}.")
        private double restartSeconds;

        Queue(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            QueuePlan plan = new QueuePlan(messages, bytes, sessions, publishers, window,
                    residentMebibytes * MEBIBYTE, (int) (restartSeconds * 1000), run.patienceMillis(), run.folder,
                    run.keepData);
            require(plan.problems(), spec);
            return (QueueBench.run(plan, run.service(shell), printed(shell)) ? Exit.OK : Exit.FAILED).code();
        }
    }
}
