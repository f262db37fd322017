package dev.gatehouse.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.server.admin.Request;

/// `user add`, `user list`, `user remove`, `user passwd`.
@Command(name = "user", description = "Add, list and remove users of a tenant, and change their passwords.", synopsisSubcommandLabel = "COMMAND")
final class UserCommands {
    private static final List<String> EVERYTHING = List.of("#");

    private UserCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new UserCommands())
                .addSubcommand(new Add(shell))
                .addSubcommand(new ListAll(shell))
                .addSubcommand(new Remove(shell))
                .addSubcommand(new Passwd(shell));
    }

    private static final class TenantOption {
        @Option(names = "--tenant", paramLabel = "TENANT", required = true, description = "The user's tenant.")
        private String name = "";
    }

    @Command(name = "add", description = "Add a user.")
    private static final class Add implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Mixin
        private TenantOption tenant = new TenantOption();
        @Mixin
        private PasswordOptions password = new PasswordOptions();
        @Parameters(paramLabel = "NAME", description = "The user name of CONNECT, 1 to 255 bytes.")
        private String name = "";
        @Option(names = "--publish", paramLabel = "FILTER", description = "A topic filter the user may publish to; may be "
                + "given more than once. Without it: every topic. '' for none.")
        private @Nullable List<String> publish;
        @Option(names = "--subscribe", paramLabel = "FILTER", description = "A topic filter the user may subscribe to, "
                + "and every narrower one; may be given more than once. Without it: every topic. '' for none. A level "
                + "%%u stands for the user name, %%c for the client id.")
        private @Nullable List<String> subscribe;
        @Option(names = "--json", description = "Print one JSON object: tenant, user, password (null unless made up).")
        private boolean json;

        Add(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            var request = new Request.AddUser(tenant.name, name, password.password(shell), filters(publish),
                    filters(subscribe));
            data.client(shell).ask(request, line -> {
                String may = "User " + name + " of tenant " + tenant.name + " added: may publish to "
                        + words(request.publish()) + " and subscribe to " + words(request.subscribe()) + ".";
                print(shell, json, line, may);
                return true;
            });
            return Exit.OK.code();
        }
    }

    @Command(name = "passwd", description = "Give a user another password; clients that use the old one are disconnected.")
    private static final class Passwd implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Mixin
        private TenantOption tenant = new TenantOption();
        @Mixin
        private PasswordOptions password = new PasswordOptions();
        @Parameters(paramLabel = "NAME", description = "The user.")
        private String name = "";
        @Option(names = "--json", description = "Print one JSON object: tenant, user, password (null unless made up).")
        private boolean json;

        Passwd(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            var request = new Request.ChangePassword(tenant.name, name, password.password(shell));
            data.client(shell).ask(request, line -> {
                print(shell, json, line, "User " + name + " of tenant " + tenant.name + " has a new password.");
                return true;
            });
            return Exit.OK.code();
        }
    }

    @Command(name = "list", description = "List the users of a tenant.")
    private static final class ListAll implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Mixin
        private TenantOption tenant = new TenantOption();
        @Option(names = "--json", description = "Print one JSON object per line: tenant, user, publish, subscribe, origin.")
        private boolean json;

        ListAll(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            Table table = new Table("USER", "MAY PUBLISH TO", "MAY SUBSCRIBE TO", "DEFINED IN");
            data.client(shell).ask(new Request.ListUsers(tenant.name), line -> {
                if (json) {
                    shell.out().println(line);
                } else {
                    table.row(line.path("user").asText(), words(texts(line.path("publish"))),
                            words(texts(line.path("subscribe"))), line.path("origin").asText());
                }
                return true;
            });
            if (!json) {
                table.print(shell);
            }
            return Exit.OK.code();
        }
    }

    @Command(name = "remove", description = "Remove a user; its clients are disconnected.")
    private static final class Remove implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Mixin
        private TenantOption tenant = new TenantOption();
        @Parameters(paramLabel = "NAME", description = "The user.")
        private String name = "";
        @Option(names = "--json", description = "Print one JSON object: tenant, user.")
        private boolean json;

        Remove(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            data.client(shell).ask(new Request.RemoveUser(tenant.name, name), _ -> true);
            ObjectNode removed = JsonNodeFactory.instance.objectNode().put("tenant", tenant.name).put("user", name);
            shell.out().println(json ? removed.toString() : "User " + name + " of tenant " + tenant.name + " removed.");
            return Exit.OK.code();
        }
    }

    private static void print(Shell shell, boolean json, ObjectNode line, String sentence) {
        if (json) {
            shell.out().println(line);
            return;
        }
        shell.out().println(sentence);
        if (line.path("password").isTextual()) {
            shell.out().println("Password, shown this once: " + line.path("password").asText());
        }
    }

    /// What was not said is everything, as in the configuration file; '' is nothing.
    private static List<String> filters(@Nullable List<String> given) {
        return given == null ? EVERYTHING : given.stream().filter(filter -> !filter.isEmpty()).toList();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static String words(List<String> filters) {
        return filters.isEmpty() ? "nothing" : filters.stream().collect(Collectors.joining(", "));
    }
}
