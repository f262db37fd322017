package dev.gatehouse.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.server.admin.Request;

/// `tenant add`, `tenant list`, `tenant remove`.
@Command(name = "tenant", description = "Add, list and remove tenants of the running service.", synopsisSubcommandLabel = "COMMAND")
final class TenantCommands {
    private TenantCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new TenantCommands())
                .addSubcommand(new Add(shell))
                .addSubcommand(new ListAll(shell))
                .addSubcommand(new Remove(shell));
    }

    @Command(name = "add", description = "Add a tenant; its host name is NAME.DOMAIN.")
    private static final class Add implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Parameters(paramLabel = "NAME", description = "1 to 63 lower case letters, digits and hyphens.")
        private String name = "";
        @Option(names = "--host", paramLabel = "HOST", description = "A custom host name; may be given more than once.")
        private List<String> hosts = new ArrayList<>();
        @Option(names = "--anonymous", description = "Let in clients that present no credentials.")
        private boolean anonymous;
        @Option(names = "--json", description = "Print the tenant as one JSON object.")
        private boolean json;

        Add(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            data.client(shell).ask(new Request.AddTenant(name, anonymous, hosts), line -> {
                shell.out().println(json
                        ? line.toString()
                        : "Tenant " + name + " added. Its host name is "
                                + hostNames(line) + ". " + (anonymous
                                        ? "Everybody may come in."
                                        : "Nobody can come in yet: 'gatehouse user add --tenant " + name + " NAME'."));
                return true;
            });
            return Exit.OK.code();
        }
    }

    @Command(name = "list", description = "List all tenants.")
    private static final class ListAll implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Option(names = "--json", description = "Print one JSON object per line: tenant, host, hosts, anonymous, users, "
                + "origin.")
        private boolean json;

        ListAll(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            Table table = new Table("TENANT", "HOST NAMES", "ANONYMOUS", "USERS", "DEFINED IN");
            data.client(shell).ask(new Request.ListTenants(), line -> {
                if (json) {
                    shell.out().println(line);
                } else {
                    table.row(line.path("tenant").asText(), hostNames(line),
                            line.path("anonymous").asBoolean() ? "yes" : "no", line.path("users").asText(),
                            line.path("origin").asText());
                }
                return true;
            });
            if (!json) {
                table.print(shell);
            }
            return Exit.OK.code();
        }
    }

    @Command(name = "remove", description = "Remove a tenant with all its users; its clients are disconnected.")
    private static final class Remove implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private DataOptions data = new DataOptions();
        @Parameters(paramLabel = "NAME", description = "The tenant.")
        private String name = "";
        @Option(names = "--json", description = "Print one JSON object: tenant.")
        private boolean json;

        Remove(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            data.client(shell).ask(new Request.RemoveTenant(name), _ -> true);
            ObjectNode removed = JsonNodeFactory.instance.objectNode().put("tenant", name);
            shell.out().println(json ? removed.toString() : "Tenant " + name + " removed.");
            return Exit.OK.code();
        }
    }

    private static String hostNames(JsonNode tenant) {
        String others = StreamSupport.stream(tenant.path("hosts").spliterator(), false).map(JsonNode::asText)
                .collect(Collectors.joining(", "));
        return tenant.path("host").asText() + (others.isEmpty() ? "" : ", " + others);
    }
}
