package dev.gatehouse.cli;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.server.admin.Request;

@Command(name = "attempt", description = "Print everything about one attempt to connect: verdict, fix, and what happened.")
final class AttemptCommand implements Callable<Integer> {
    private final Shell shell;
    @Mixin
    private DataOptions data = new DataOptions();
    @Parameters(paramLabel = "ID", description = "Of the attempt, as `attempts` and the CONNACK's reason string tell it.")
    private String id = "";
    @Option(names = "--json", description = "Print one JSON object: what `attempts --json` prints, and `trail`, null where "
            + "only the count was kept.")
    private boolean json;

    AttemptCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        data.client(shell).ask(new Request.GetAttempt(id), answer -> {
            if (json) {
                ObjectNode line = answer.withObject("line");
                line.set("trail", answer.get("trail"));
                shell.out().println(line);
            } else {
                print(answer.path("text").asText());
            }
            return true;
        });
        return Exit.OK.code();
    }

    private void print(String text) {
        int headline = text.indexOf('\n');
        shell.out().println(shell.styled("1", text.substring(0, headline)));
        shell.out().print(text.substring(headline + 1));
    }
}
