package dev.gatehouse.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import dev.gatehouse.bench.BenchFault;
import dev.gatehouse.server.admin.AdminProblem;
import dev.gatehouse.server.admin.SocketFault;
import dev.gatehouse.server.config.ConfigurationProblems;

/// The command with all its subcommands, and what happens when one of them fails.
@Command(name = "gatehouse", description = "A multi-tenant MQTT service that says why.", synopsisSubcommandLabel = "COMMAND", version = "")
public final class Gatehouse implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Log details, and say where a failure was found.")
    private boolean verbose;

    Gatehouse() {}

    /// Runs one command and ends the process with its [Exit].
    public static void main(String[] args) {
        System.exit(run(Shell.ofProcess(), args));
    }

    /// Runs one command.
    ///
    /// @return the process's exit code
    static int run(Shell shell, String... args) {
        if (Arrays.stream(args).anyMatch(arg -> arg.indexOf('\uFFFD') >= 0)) {
            shell.tell("an argument is not in the character encoding of the locale; set LC_ALL=C.UTF-8 and try again");
            return Exit.USAGE.code();
        }
        ServeWords usual = ServeWords.of(args);
        int code = usual != null
                ? serve(shell, usual)
                : commandLine(shell, args.length > 0 ? args[0] : "").execute(args);
        shell.out().flush();
        return code;
    }

    private static int serve(Shell shell, ServeWords words) {
        try {
            return ServeCommand.serve(shell, words.verbose(), DataOptions.of(words));
        } catch (Exception fault) {
            return failed(shell, fault, words.verbose());
        }
    }

    /// @param first the first argument: the service, whose start should be quick and whose memory small, does not load what
    ///        the other commands are made of
    private static CommandLine commandLine(Shell shell, String first) {
        Gatehouse gatehouse = new Gatehouse();
        CommandLine line = new CommandLine(gatehouse).addSubcommand(new ServeCommand(shell));
        if (!first.equals("serve")) {
            addOthers(line, shell);
        }
        addHelp(line);
        line.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(Help.defaultColorScheme(shell.hasColours() ? Ansi.ON : Ansi.OFF));
        line.setUsageHelpWidth(100);
        line.setParameterExceptionHandler((problem, _) -> usage(shell, problem));
        line.setExecutionExceptionHandler((fault, _, _) -> failed(shell, fault, gatehouse.verbose));
        line.getCommandSpec().usageMessage().footer(footer());
        return line;
    }

    private static void addOthers(CommandLine line, Shell shell) {
        line
                .addSubcommand(new AttemptsCommand(shell))
                .addSubcommand(new AttemptCommand(shell))
                .addSubcommand(TenantCommands.all(shell))
                .addSubcommand(UserCommands.all(shell))
                .addSubcommand(new ExplainCommand(shell))
                .addSubcommand(new StatusCommand(shell))
                .addSubcommand(new DrainCommand(shell))
                .addSubcommand(BenchCommands.all(shell))
                .addSubcommand(new PubCommand(shell))
                .addSubcommand(new SubCommand(shell))
                .addSubcommand(ModemCommands.all(shell))
                .addSubcommand(new StoryCommand(shell))
                .addSubcommand(new DoctorCommand(shell))
                .addSubcommand(new VersionCommand(shell));
        Objects.requireNonNull(line.getSubcommands().get("doctor")).getCommandSpec().usageMessage()
                .footer(DoctorCommand.footer());
    }

    /// `--help` for every command, and `-h` unless that is the broker's host, as with mosquitto's programs.
    private static void addHelp(CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        OptionSpec.Builder help = command.findOption("-h") == null
                ? OptionSpec.builder("-h", "--help")
                : OptionSpec.builder("--help");
        command.addOption(help.usageHelp(true).type(boolean.class).description("Explain the command.").build());
        line.getSubcommands().values().forEach(Gatehouse::addHelp);
    }

    private static String[] footer() {
        return ("%nExit codes:%n" + Arrays.stream(Exit.values())
                .map(exit -> String.format("  %3d  %s%%n", exit.code(), exit.meaning()))
                .collect(Collectors.joining())).split("\n");
    }

    boolean isVerbose() {
        return verbose;
    }

    private static int usage(Shell shell, ParameterException problem) {
        shell.tell(String.valueOf(problem.getMessage()));
        if (problem instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                shell.tell("did you mean " + String.join(" or ", near) + "?");
            }
        }
        shell.tell("try '" + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
        return Exit.USAGE.code();
    }

    /// The one place where whatever a command threw becomes a sentence and an exit code.
    private static int failed(Shell shell, Exception fault, boolean verbose) {
        if (verbose) {
            fault.printStackTrace(shell.err());
        }
        String message = String.valueOf(fault.getMessage());
        return switch (fault) {
            case CommandFault known -> ended(shell, known.exit(), message);
            case SocketFault _ -> ended(shell, Exit.UNAVAILABLE, message);
            case ConfigurationProblems _ -> ended(shell, Exit.CONFIGURATION, message);
            case BenchFault _ -> ended(shell, Exit.FAILED, message);
            case AdminProblem problem -> ended(shell, problem.kind().equals(AdminProblem.INTERNAL)
                    ? Exit.INTERNAL
                    : Exit.FAILED, message);
            default -> ended(shell, Exit.INTERNAL, "this is a defect of Gatehouse, please report it: " + fault
                    + (verbose ? "" : " (--verbose says where)"));
        };
    }

    private static int ended(Shell shell, Exit exit, String message) {
        shell.tell(message);
        return exit.code();
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "a command is missing, for example 'gatehouse serve'");
    }
}
