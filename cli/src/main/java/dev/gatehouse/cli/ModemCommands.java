package dev.gatehouse.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `modem simulate`.
@Command(name = "modem", description = "The device's side: cellular modems, driven by AT commands.", synopsisSubcommandLabel = "COMMAND")
final class ModemCommands {
    private ModemCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new ModemCommands()).addSubcommand(new SimulateCommand(shell));
    }
}
