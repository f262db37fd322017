package dev.gatehouse.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemInfo;
import dev.gatehouse.modem.at.Answer;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.Trace;

/// `modem info`, `modem send`, `modem trace`, `modem gateway`, `modem simulate`.
@Command(name = "modem", description = "Work with a SIMCom A76XX or SIM7600 modem, or with a simulated one.", synopsisSubcommandLabel = "COMMAND")
final class ModemCommands {
    private ModemCommands() {}

    static CommandLine all(Shell shell) {
        return new CommandLine(new ModemCommands())
                .addSubcommand(new Info(shell))
                .addSubcommand(new Send(shell))
                .addSubcommand(new Tracing(shell))
                .addSubcommand(new ModemGatewayCommand(shell))
                .addSubcommand(new SimulateCommand(shell));
    }

    /// Which modem.
    static final class Device {
        @Option(names = "--device", paramLabel = "DEVICE", required = true, description = "A serial port such as "
                + "/dev/ttyUSB2 or COM4, a pseudo-terminal, or tcp:HOST:PORT.")
        private String device = "";
        @Mixin
        private ModemArguments modem = new ModemArguments();

        String name() {
            return device;
        }

        ModemArguments modem() {
            return modem;
        }
    }

    @Command(name = "info", description = "Say what modem it is, and how it stands with SIM card, network and signal.")
    private static final class Info implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private Device device = new Device();
        @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "30", description = "Wait so long for the network; "
                + "${DEFAULT-VALUE}.")
        private int seconds;

        Info(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            try (Modem modem = device.modem().open(shell, device.name(), Trace.none())) {
                ModemException missing = null;
                try {
                    modem.awaitOnline(Duration.ofSeconds(seconds));
                } catch (ModemException e) {
                    missing = e;
                }
                print(modem.info());
                if (missing != null) {
                    throw ModemArguments.fault(device.name(), missing);
                }
            } catch (ModemException e) {
                throw ModemArguments.fault(device.name(), e);
            }
            return Exit.OK.code();
        }

        private void print(ModemInfo info) {
            line("modem", (info.manufacturer() + " " + info.model()).strip());
            line("firmware", info.firmware());
            line("IMEI", info.maskedImei());
            line("ICCID", info.iccid());
            line("SIM card", info.simStatus());
            line("operator", (info.operator() + " " + info.technology()).strip());
            line("registration", info.registration());
            line("signal", info.signal().toString());
            line("address", info.address());
            line("state", info.state().sentence());
        }

        private void line(String name, String value) {
            shell.out().printf("%-13s %s%n", name, value.isEmpty() ? "-" : value);
        }
    }

    @Command(name = "send", description = {"Send AT commands and print the answers.",
            "The modem's settings are put in order first (echo off, errors in words). Fails when it answers an error."})
    private static final class Send implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private Device device = new Device();
        @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "Such as \"AT+CSQ\". Several are sent one after "
                + "the other, up to the first that fails.")
        private List<String> commands = List.of();
        @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30", description = "For the answer to each; ${DEFAULT-VALUE}.")
        private int seconds;

        Send(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            for (String command : commands) {
                if (!command.regionMatches(true, 0, "AT", 0, 2)) {
                    throw new CommandFault(Exit.USAGE,
                            "\"" + command + "\" is not an AT command, and a modem says nothing "
                                    + "to what is none: it begins with AT, as in \"AT+CSQ\"");
                }
            }
            try (Modem modem = device.modem().open(shell, device.name(), Trace.none())) {
                for (String command : commands) {
                    Answer answer = modem.send(command, Duration.ofSeconds(seconds));
                    answer.lines().forEach(shell.out()::println);
                    if (!answer.ok()) {
                        throw new CommandFault(Exit.FAILED, command + " was refused: " + answer.failure());
                    }
                    shell.out().println("OK");
                }
                return Exit.OK.code();
            } catch (ModemException e) {
                throw ModemArguments.fault(device.name(), e);
            } catch (IllegalArgumentException e) {
                throw new CommandFault(Exit.USAGE, String.valueOf(e.getMessage()), e);
            }
        }
    }

    @Command(name = "trace", description = {"Bring the modem up and print all that goes over the line, until Ctrl-C.",
            "The output is what 'gatehouse explain' reads; secrets are masked in it."})
    private static final class Tracing implements Callable<Integer> {
        private final Shell shell;
        @Mixin
        private Device device = new Device();
        @Option(names = "--seconds", paramLabel = "N", description = "End after this time.")
        private int seconds;

        Tracing(Shell shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() throws Exception {
            try (Modem modem = device.modem().open(shell, device.name(), device.modem().toOutput(shell.out()))) {
                if (seconds > 0) {
                    Thread.sleep(Duration.ofSeconds(seconds));
                } else {
                    Thread.currentThread().join(); // until the process is ended
                }
                shell.tell(modem.state().sentence());
            }
            return Exit.OK.code();
        }
    }
}
