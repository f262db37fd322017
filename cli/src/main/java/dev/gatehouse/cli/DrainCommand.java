package dev.gatehouse.cli;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gatehouse.server.admin.Request;

@Command(name = "drain", description = "Send all clients of the running service away and let no new ones in; sessions stay.")
final class DrainCommand implements Callable<Integer> {
    private static final int PER_SECOND = 100;

    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private DataOptions data = new DataOptions();
    @Option(names = "--to", paramLabel = "HOST[:PORT]", description = "The server that MQTT 5 clients are told to use "
            + "(Server Reference); %%t stands for the name of the client's tenant.")
    private @Nullable String to;
    @Option(names = "--permanent", description = "They are told to use it from now on (Server moved).")
    private boolean permanent;
    @Option(names = "--per-second", paramLabel = "N", description = "Clients sent away in a second; default "
            + PER_SECOND
            + ".")
    private int perSecond = PER_SECOND;
    @Option(names = "--stop", description = "Let clients in again.")
    private boolean stop;

    DrainCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        if (stop && (to != null || permanent)) {
            throw new ParameterException(spec.commandLine(), "--stop goes without --to and --permanent");
        }
        Request.Drain request;
        try {
            request = new Request.Drain(stop, to, permanent, perSecond);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        data.client(shell).ask(request, _ -> true);
        shell.out().println(stop
                ? "Clients are let in again."
                : "Clients are sent away" + (to == null ? "" : " to " + to) + ", " + perSecond
                        + " per second, and no new ones are let in. 'gatehouse status' says how many are left, 'gatehouse "
                        + "drain --stop' lets them in again.");
        return Exit.OK.code();
    }
}
