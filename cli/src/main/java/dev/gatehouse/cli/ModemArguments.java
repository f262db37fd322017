package dev.gatehouse.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.gatehouse.modem.Modem;
import dev.gatehouse.modem.ModemSettings;
import dev.gatehouse.modem.Secret;
import dev.gatehouse.modem.at.EspTrace;
import dev.gatehouse.modem.at.Line;
import dev.gatehouse.modem.at.ModemException;
import dev.gatehouse.modem.at.TextTrace;
import dev.gatehouse.modem.at.Trace;

/// How a modem is reached and brought into the network. Secrets come from the environment or from files.
final class ModemArguments {
    private static final String PASSWORD_VARIABLE = "GATEHOUSE_APN_PASSWORD";
    private static final String PIN_VARIABLE = "GATEHOUSE_SIM_PIN";

    @Option(names = "--baud", paramLabel = "N", defaultValue = "115200", description = "The serial port's speed; "
            + "${DEFAULT-VALUE}.")
    private int baud;

    @Option(names = "--flow-control", description = "RTS and CTS are wired: use them. Above 115200 bytes get lost without.")
    private boolean flowControl;

    @Option(names = "--apn", paramLabel = "APN", defaultValue = "", description = "The provider's access point; what the "
            + "modem has stored if not given.")
    private String apn = "";

    @Option(names = "--apn-user", paramLabel = "USER", defaultValue = "", description = "The user for the access point.")
    private String apnUser = "";

    @Option(names = "--apn-password", paramLabel = "PASSWORD", description = "Its password. Other users of this machine can "
            + "see it while the command runs; better use --apn-password-file, or the variable " + PASSWORD_VARIABLE
            + ".")
    private @Nullable String apnPassword;

    @Option(names = "--apn-password-file", paramLabel = "FILE", description = "The password is the first line of this file.")
    private @Nullable Path apnPasswordFile;

    @Option(names = "--pin", paramLabel = "PIN", description = "The SIM card's PIN; better --pin-file, or the variable "
            + PIN_VARIABLE + ".")
    private @Nullable String pin;

    @Option(names = "--pin-file", paramLabel = "FILE", description = "The PIN is the first line of this file.")
    private @Nullable Path pinFile;

    @Option(names = "--trace", paramLabel = "FILE", description = "Write the dialogue with the modem to this file, for "
            + "'gatehouse explain'; secrets are masked.")
    private @Nullable Path traceFile;

    @Option(names = "--trace-format", paramLabel = "FORMAT", defaultValue = "text", description = "text, or esp for the shape "
            + "of a verbose log of ESP-IDF, which has all payloads in it; ${DEFAULT-VALUE}.")
    private String traceFormat = "text";

    Line line(String device) throws CommandFault {
        try {
            return Line.of(device, baud, flowControl);
        } catch (IllegalArgumentException e) {
            throw new CommandFault(Exit.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    ModemSettings settings(Shell shell) throws CommandFault {
        return ModemSettings.usual()
                .withApn(apn, apnUser, secret(shell, apnPassword, apnPasswordFile, "--apn-password-file",
                        PASSWORD_VARIABLE))
                .withPin(secret(shell, pin, pinFile, "--pin-file", PIN_VARIABLE))
                .withSpeed(0, flowControl).withTrace(toFile());
    }

    private Trace toFile() throws CommandFault {
        if (traceFile == null) {
            return Trace.none();
        }
        try {
            Writer out = Files.newBufferedWriter(traceFile);
            return trace(new Flushed(out));
        } catch (IOException e) {
            throw new CommandFault(Exit.FAILED, "--trace: " + traceFile + " cannot be written: " + e.getMessage(), e);
        }
    }

    Trace toOutput(PrintStream out) throws CommandFault {
        return trace(out);
    }

    private Trace trace(Appendable to) throws CommandFault {
        return switch (traceFormat.toLowerCase(Locale.ROOT)) {
            case "text" -> new TextTrace(to, InstantSource.system(), false);
            case "esp" -> new EspTrace(to, InstantSource.system());
            default -> throw new CommandFault(Exit.USAGE, "--trace-format is text or esp, not " + traceFormat);
        };
    }

    /// A trace is looked at when something has gone wrong, so nothing of it may wait in a buffer.
    private record Flushed(Writer out) implements Appendable {
        @Override
        public Appendable append(CharSequence text) throws IOException {
            out.append(text);
            out.flush();
            return this;
        }

        @Override
        public Appendable append(CharSequence text, int start, int end) throws IOException {
            return append(text.subSequence(start, end));
        }

        @Override
        public Appendable append(char c) throws IOException {
            return append(String.valueOf(c));
        }
    }

    private static Secret secret(Shell shell, @Nullable String given, @Nullable Path file, String option,
            String variable) throws CommandFault {
        if (given != null) {
            return new Secret(given);
        }
        if (file != null) {
            return new Secret(new String(SecretFile.firstLine(file, option).reveal(), StandardCharsets.UTF_8));
        }
        String inherited = shell.variable(variable);
        return inherited == null ? Secret.NONE : new Secret(inherited);
    }

    /// Opens the modem; it may not be in the network yet.
    Modem open(Shell shell, String device, Trace more) throws CommandFault {
        Line line = line(device);
        ModemSettings settings = settings(shell);
        try {
            return Modem.open(line, settings.withTrace(Trace.all(settings.trace(), more)));
        } catch (ModemException e) {
            throw fault(device, e);
        }
    }

    /// Opens the modem and waits for the network.
    Modem online(Shell shell, String device, Duration patience) throws CommandFault {
        Modem modem = open(shell, device, Trace.none());
        try {
            modem.awaitOnline(patience);
            return modem;
        } catch (ModemException e) {
            modem.close();
            throw fault(device, e);
        }
    }

    static CommandFault fault(String device, ModemException e) {
        return new CommandFault(Exit.FAILED, device + ": " + e.getMessage() + "; " + e.trouble().advice(), e);
    }
}
