package dev.gatehouse.cli;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.server.admin.Request;

@Command(name = "status", description = "Say how the running service does; exit code 69 if none runs.")
final class StatusCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin
    private DataOptions data = new DataOptions();
    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    StatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        data.client(shell).ask(new Request.GetStatus(), line -> {
            if (json) {
                shell.out().println(line);
            } else {
                print(line);
            }
            return true;
        });
        return Exit.OK.code();
    }

    private void print(ObjectNode status) {
        say("version", status.path("version").asText() + ", process " + status.path("process_id").asText());
        say("started", status.path("started").asText());
        say("data", status.path("data").asText());
        say("transport", status.path("transport").asText());
        say("TLS engine", status.path("tls_engine").asText());
        for (JsonNode listener : status.path("listeners")) {
            say("listener", listener.path("name").asText() + ": " + listener.path("protocol").asText() + " on "
                    + listener.path("address").asText());
        }
        JsonNode draining = status.path("draining");
        if (draining.isObject()) {
            say("draining",
                    draining.path("left").asText() + " connections left, " + draining.path("per_second").asText()
                            + " per second are sent " + (draining.path("to").isNull()
                                    ? "away"
                                    : (draining.path("permanent").asBoolean() ? "for good to " : "to ")
                                            + draining.path("to").asText()));
        }
        say("tenants", status.path("tenants").asText());
        JsonNode connections = status.path("connections");
        say("connections", connections.path("accepted").asText() + " accepted = " + connections.path("open").asText()
                + " open + " + connections.path("ended").asText() + " ended + "
                + connections.path("refused").asText() + " refused + " + connections.path("handshaking").asText()
                + " connecting");
        connections.path("refused_by_cause").properties()
                .forEach(each -> say("", each.getValue().asText() + " " + each.getKey()));
    }

    private void say(String label, String text) {
        shell.out().println(String.format("%-12s %s", label, text));
    }
}
