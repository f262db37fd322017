package dev.gatehouse.cli;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gatehouse.server.admin.AdminClient;
import dev.gatehouse.server.admin.Request;
import dev.gatehouse.server.admin.Request.Owner;
import dev.gatehouse.server.trail.LineJson;

@Command(name = "attempts", description = {"List attempts to connect, the newest first, one line each.",
        "Failures say why and what to do; those that repeat are one line with a count."})
final class AttemptsCommand implements Callable<Integer> {
    private static final int LIMIT_TERMINAL = 50;
    private static final int LIMIT = 1_000;
    private static final int LIMIT_FOLLOW = 10;

    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli
    @Mixin
    private DataOptions data = new DataOptions();
    @ArgGroup
    private @Nullable Whose whose;
    @Option(names = "--failed", description = "Only those that went wrong.")
    private boolean failed;
    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C; the newest is last then.")
    private boolean follow;
    @Option(names = "--limit", paramLabel = "N", description = "At most N of those that are there already. Without it: "
            + "50 on a terminal, else 1000; 10 with --follow.")
    private @Nullable Integer limit;
    @Option(names = "--json", description = "Print one JSON object per line: id, time, remote, listener, tenant, "
            + "server_name, client_id, user, stage, cause, title, fix, count, and more. What is not known is null; cause "
            + "is null while a connection is open and when it ended well.")
    private boolean json;

    private static final class Whose {
        @Option(names = "--tenant", paramLabel = "TENANT", description = "Only those of one tenant.")
        private @Nullable String tenant;
        @Option(names = "--no-tenant", description = "Only those of which it could not be told whose they are.")
        private boolean nobody;
    }

    AttemptsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        AdminClient.End end = data.client(shell).ask(new Request.ListAttempts(owner(), failed, limit(), follow),
                line -> {
                    print(line);
                    return !shell.out().checkError(); // whoever reads this has enough when the pipe is closed
                });
        if (end == AdminClient.End.SERVICE_STOPS) {
            throw new CommandFault(Exit.UNAVAILABLE, "the service stops");
        }
        return Exit.OK.code();
    }

    private Owner owner() {
        if (whose == null) {
            return new Owner.Anybody();
        }
        return whose.nobody || whose.tenant == null ? new Owner.Nobody() : new Owner.OfTenant(whose.tenant);
    }

    private int limit() {
        if (limit == null) {
            return follow ? LIMIT_FOLLOW : shell.terminal() ? LIMIT_TERMINAL : LIMIT;
        }
        if (limit < 0 || limit > Request.ListAttempts.LIMIT_MAX) {
            throw new ParameterException(spec.commandLine(), "--limit must be a number from 0 to "
                    + Request.ListAttempts.LIMIT_MAX);
        }
        return limit;
    }

    private void print(ObjectNode line) {
        if (line.has("lost")) {
            shell.tell(line.path("lost").asText() + " attempts came faster than they could be printed");
        } else {
            shell.out().println(json ? line.toString() : AttemptRow.text(LineJson.read(line), shell));
        }
    }
}
