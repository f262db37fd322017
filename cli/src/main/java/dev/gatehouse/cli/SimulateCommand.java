package dev.gatehouse.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import dev.gatehouse.simulator.Simulator;
import dev.gatehouse.simulator.SimulatorOptions;
import dev.gatehouse.simulator.SimulatorOptions.Wiring;
import dev.gatehouse.simulator.fault.Catalogue;
import dev.gatehouse.simulator.modem.Identity;
import dev.gatehouse.simulator.modem.Profile;
import dev.gatehouse.simulator.modem.Timing;
import dev.gatehouse.simulator.modem.Transcript;
import dev.gatehouse.simulator.net.Radio;

/// `modem simulate`: a modem in software, until Ctrl-C.
@Command(name = "simulate", description = {
        "Be a cellular modem: on a terminal (--pty) or a TCP port (--tcp), with real sockets behind it.",
        "docs/modem-simulator.md has the profiles, the faults and the control port."})
final class SimulateCommand implements Callable<Integer> {
    private final Shell shell;
    @Spec
    private CommandSpec spec = CommandSpec.create(); // replaced by picocli

    @Option(names = "--pty", paramLabel = "LINK", description = "Make a pseudo-terminal, and this symbolic link to it.")
    private @Nullable Path pty;
    @Option(names = "--tcp", paramLabel = "PORT", description = "Listen on this port of the loopback interface; 0 for "
            + "one that is free. This is the default, if --pty is not given.")
    private @Nullable Integer tcp;
    @Option(names = "--profile", paramLabel = "NAME", defaultValue = "a7670e", description = "a7670e, a7672 or sim7600; "
            + "${DEFAULT-VALUE}.")
    private String profile = "";
    @Option(names = "--baud", paramLabel = "N", defaultValue = "115200", description = "Speed of the serial line; 0 for "
            + "none at all; ${DEFAULT-VALUE}.")
    private int baud;
    @Option(names = "--strict-baud", description = "A terminal that is set to another speed hears and says noise.")
    private boolean strictBaud;
    @Option(names = "--latency", paramLabel = "MS", defaultValue = "30", description = "Of the radio, one way; "
            + "${DEFAULT-VALUE}.")
    private int latencyMillis;
    @Option(names = "--jitter", paramLabel = "MS", defaultValue = "15", description = "At most this much more; "
            + "${DEFAULT-VALUE}.")
    private int jitterMillis;
    @Option(names = "--down", paramLabel = "BYTES", defaultValue = "1250000", description = "Bytes per second to the "
            + "modem; 0 for any number; ${DEFAULT-VALUE}.")
    private int downBytes;
    @Option(names = "--up", paramLabel = "BYTES", defaultValue = "625000", description = "Bytes per second from the "
            + "modem; 0 for any number; ${DEFAULT-VALUE}.")
    private int upBytes;
    @Option(names = "--boot-ms", paramLabel = "MS", defaultValue = "11100", description = "How long a reboot takes; "
            + "${DEFAULT-VALUE}.")
    private int bootMillis;
    @Option(names = "--boot", description = "Boot now; else the modem has been on for long.")
    private boolean boot;
    @Option(names = "--fast", description = "No waiting: no speed, no latency, answers at once.")
    private boolean fast;
    @Option(names = "--pin", paramLabel = "PIN", description = "What the SIM wants before it works.")
    private String pin = "";
    @Option(names = "--resolve", paramLabel = "NAME=ADDR", description = "What a host name leads to; may be given more "
            + "than once. Other names are asked of this computer.")
    private Map<String, String> names = new LinkedHashMap<>();
    @Option(names = "--fault", paramLabel = "NAME[:KEY=VALUE,...]", description = "Something that goes wrong; may be "
            + "given more than once. --faults lists them.")
    private List<String> faults = new ArrayList<>();
    @Option(names = "--faults", description = "List what can go wrong, and end.")
    private boolean listFaults;
    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of all that is left to chance; "
            + "${DEFAULT-VALUE}.")
    private long seed;
    @Option(names = "--script", paramLabel = "FILE", description = "Lines of 'MILLISECONDS COMMAND', the commands being "
            + "those of the control port.")
    private @Nullable Path script;
    @Option(names = "--control", paramLabel = "PORT", description = "A port of the loopback interface for commands; try "
            + "'help' there.")
    private @Nullable Integer control;
    @Option(names = "--trace", description = "Print everything that is said on the line.")
    private boolean trace;

    SimulateCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws Exception {
        if (listFaults) {
            Catalogue.names().forEach((name, what) -> shell.out().println(String.format("%-18s %s", name, what)));
            return Exit.OK.code();
        }
        List<String> lines = script == null ? List.of() : script(script);
        try (Simulator simulator = started()) {
            simulator.play(lines);
            if (control != null) {
                shell.out().println("control 127.0.0.1:" + simulator.openControl(control));
            }
            shell.out().println("modem " + simulator.name());
            shell.out().flush();
            Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
            new CountDownLatch(1).await();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
        return Exit.OK.code();
    }

    private static List<String> script(Path file) throws CommandFault {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new CommandFault(Exit.FAILED, "the script " + file + " cannot be read: " + unreadable.getMessage(),
                    unreadable);
        }
    }

    private Simulator started() throws CommandFault {
        Wiring wiring = pty != null ? new Wiring.Pty(pty) : new Wiring.Tcp(tcp == null ? 0 : tcp);
        if (pty != null && tcp != null) {
            throw new ParameterException(spec.commandLine(), "a modem has one line: give --pty or --tcp");
        }
        Profile chosen = Profile.named(profile).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "there is no profile '" + profile + "'; there are " + Profile.names()));
        SimulatorOptions options = (fast
                ? SimulatorOptions.fast()
                : SimulatorOptions.real()
                        .with(Timing.real().withBoot(bootMillis))
                        .with(new Radio(latencyMillis, jitterMillis, downBytes, upBytes))
                        .withBaud(baud, strictBaud))
                .with(chosen).with(wiring).with(Identity.USUAL.withPin(pin)).withFaults(faults).withSeed(seed)
                .withListener(this::heard);
        for (Map.Entry<String, String> name : names.entrySet()) {
            options = options.withName(name.getKey(), name.getValue());
        }
        try {
            return Simulator.start(boot ? options.withBoot() : options);
        } catch (IOException taken) {
            throw new CommandFault(Exit.FAILED, "the simulated modem has no line: " + taken.getMessage(), taken);
        }
    }

    private void heard(Transcript.Entry entry) {
        if (trace || entry.who() == Transcript.Who.NOTE) {
            shell.err().println(entry);
        }
    }
}
