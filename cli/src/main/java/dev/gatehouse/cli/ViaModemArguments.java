package dev.gatehouse.cli;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.modem.Modem;

/// Whether a command goes through a modem, and which.
final class ViaModemArguments {
    private static final Duration NETWORK = Duration.ofSeconds(180);

    @Option(names = "--via-modem", paramLabel = "DEVICE", description = "Go through the modem at this serial port, "
            + "pseudo-terminal, or tcp:HOST:PORT; it looks host names up itself.")
    private @Nullable String device;
    @Mixin
    private ModemArguments modem = new ModemArguments();

    /// Opens the modem, where there is to be one, and waits until it is in the network.
    Way open(Shell shell) throws CommandFault {
        Modem opened = modem(shell);
        return opened == null ? Way.direct() : new Way(opened.socketFactory(), false, opened::close);
    }

    /// The modem, in the network; null where there is to be none. The caller closes it.
    @Nullable
    Modem modem(Shell shell) throws CommandFault {
        return device == null ? null : modem.online(shell, device, NETWORK);
    }
}
