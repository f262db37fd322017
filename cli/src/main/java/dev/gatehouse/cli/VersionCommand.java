package dev.gatehouse.cli;

import java.util.concurrent.Callable;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "version", description = "Print the version.")
final class VersionCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--json", description = "As one JSON object: version, java.")
    private boolean json;

    VersionCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        if (json) {
            shell.out().println(JsonNodeFactory.instance.objectNode().put("version", Version.text()).put("java",
                    Runtime.version().toString()));
        } else {
            shell.out().println("gatehouse " + Version.text());
        }
        return Exit.OK.code();
    }
}
