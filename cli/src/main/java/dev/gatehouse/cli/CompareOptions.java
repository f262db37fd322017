package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.bench.compare.Comparison;
import dev.gatehouse.bench.compare.Options;
import dev.gatehouse.bench.compare.Report;
import dev.gatehouse.bench.peers.Folders;
import dev.gatehouse.bench.peers.Peer;
import dev.gatehouse.bench.peers.Peers;

/// `bench` without a subcommand: all brokers side by side.
final class CompareOptions {
    @Option(names = "--profile", paramLabel = "NAME", defaultValue = "quick", description = "quick or full, where no "
            + "--scenario is given; ${DEFAULT-VALUE}.")
    private String profile = "";
    @Option(names = "--scenario", paramLabel = "ID", split = ",", description = "What to measure, ids separated by "
            + "commas; --list shows them.")
    private List<String> scenarios = new ArrayList<>();
    @Option(names = "--peer", paramLabel = "NAME", split = ",", description = "Which brokers, separated by commas; all "
            + "if not given.")
    private List<String> chosen = new ArrayList<>();
    @Option(names = "--list", description = "List scenarios and brokers, and measure nothing.")
    private boolean list;
    @Option(names = "--report", description = "Print and draw what is in the results already, and measure nothing.")
    private boolean report;
    @Option(names = "--missing", description = "Leave out what is in the results already.")
    private boolean missing;
    @Option(names = "--results", paramLabel = "DIR", defaultValue = "target/bench", description = "For results.json and "
            + "plot.svg; ${DEFAULT-VALUE}.")
    private Path folder = Path.of("");
    @Option(names = "--peers", paramLabel = "DIR", defaultValue = "target/peers", description = "Where fetched brokers "
            + "are kept; ${DEFAULT-VALUE}.")
    private Path cache = Path.of("");
    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Measurements of each cell, of which "
            + "the median counts; ${DEFAULT-VALUE}.")
    private int rounds;
    @Option(names = "--fresh-rounds", paramLabel = "N", defaultValue = "1", description = "The same for work that needs "
            + "a new process each time; ${DEFAULT-VALUE}.")
    private int freshRounds;
    @Option(names = "--process-warmup", paramLabel = "S", defaultValue = "20", description = "Seconds of load a broker "
            + "gets once for each QoS, up to three times that while it still becomes faster; ${DEFAULT-VALUE}.")
    private double processWarmupSeconds;
    @Option(names = "--warmup", paramLabel = "S", defaultValue = "0.8", description = "Seconds before each; three times "
            + "that before the first of a kind; ${DEFAULT-VALUE}.")
    private double warmupSeconds;
    @Option(names = "--seconds", paramLabel = "S", defaultValue = "1.5", description = "Seconds of each; "
            + "${DEFAULT-VALUE}.")
    private double seconds;
    @Option(names = "--core", paramLabel = "N", defaultValue = "0", description = "The generator's core, -1 for any; "
            + "${DEFAULT-VALUE}.")
    private int core;
    @Option(names = "--broker-core", paramLabel = "N", defaultValue = "1", description = "The brokers' core, -1 for any; "
            + "${DEFAULT-VALUE}.")
    private int brokerCore;
    @Option(names = "--java-option", paramLabel = "OPTION", description = "An option for this service's Java process; may "
            + "be given more than once.")
    private List<String> javaOptions = new ArrayList<>();

    /// Measures, prints and draws.
    int run(Shell shell, CommandSpec spec) throws BenchFault, InterruptedException, IOException {
        List<Peer> all = Peers.all(BenchCommands.serve(shell, javaOptions));
        List<String> names = all.stream().map(Peer::name).toList();
        List<String> wanted = scenarios.isEmpty() ? Report.profile(profile.equals("full")) : scenarios;
        BenchCommands.require(problems(names, wanted), spec);
        if (list) {
            Report.scenarios().forEach(shell.out()::println);
            shell.out().println("brokers: " + String.join(", ", names));
            return Exit.OK.code();
        }
        Path file = folder.resolve("results.json");
        if (!report) {
            List<Peer> peers = all.stream().filter(peer -> chosen.isEmpty() || chosen.contains(peer.name())).toList();
            Path work = Files.createTempDirectory("gatehouse-bench");
            String root = shell.variable("GATEHOUSE_ROOT");
            Folders folders = new Folders(cache.toAbsolutePath(), work, Path.of(root == null ? "" : root)
                    .toAbsolutePath(), Path.of(System.getProperty("java.home")));
            try {
                Comparison.run(folders, peers, wanted, new Options(rounds, freshRounds,
                        (long) (processWarmupSeconds * 1000), (long) (warmupSeconds * 1000), (long) (seconds * 1000),
                        core, brokerCore), file, missing, BenchCommands.printed(shell));
            } finally {
                folders.delete();
            }
        }
        Report.lines(file, names).forEach(shell.out()::println);
        Path plot = folder.resolve("plot.svg");
        Report.plot(file, names, plot);
        shell.out().println("plot: " + plot + ", results: " + file);
        return Exit.OK.code();
    }

    private List<String> problems(List<String> names, List<String> wanted) {
        List<String> problems = new ArrayList<>();
        if (!profile.equals("quick") && !profile.equals("full")) {
            problems.add("--profile must be quick or full, not " + profile);
        }
        List<String> known = Report.profile(true);
        wanted.stream().filter(id -> !known.contains(id)).forEach(id -> problems.add("no scenario " + id
                + "; --list shows them"));
        chosen.stream().filter(name -> !names.contains(name)).forEach(name -> problems.add("no broker " + name
                + "; there are " + String.join(", ", names)));
        if (rounds < 1 || freshRounds < 1 || seconds <= 0 || warmupSeconds < 0 || processWarmupSeconds < 0) {
            problems.add("--rounds, --fresh-rounds and --seconds must be more than 0, and no warm-up less than 0");
        }
        return problems;
    }
}
