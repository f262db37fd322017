package dev.gatehouse.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import dev.gatehouse.doctor.Network;
import dev.gatehouse.modem.Modem;

/// Whether a command goes through a modem, and which.
final class ViaModemArguments {
    private static final Duration NETWORK = Duration.ofMinutes(3);

    @Option(names = "--via-modem", paramLabel = "DEVICE", description = "Go through the modem at this serial port, "
            + "pseudo-terminal, or tcp:HOST:PORT; it looks host names up itself.")
    private @Nullable String device;
    @Mixin
    private ModemArguments modem = new ModemArguments();

    /// Opens the modem, where there is to be one, and waits until it is in the network.
    Way open(Shell shell) throws CommandFault {
        if (device == null) {
            return Way.direct();
        }
        Modem opened = modem.online(shell, device, NETWORK);
        Network network = new Network(opened.socketFactory(), host -> addresses(opened, host),
                "the modem at " + device);
        return new Way(network, false, opened::close);
    }

    /// What the modem finds; the address keeps its name.
    private static List<InetAddress> addresses(Modem modem, String host) throws UnknownHostException {
        try {
            return List.of(InetAddress.getByAddress(host, InetAddress.ofLiteral(modem.resolve(host)).getAddress()));
        } catch (UnknownHostException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            UnknownHostException unknown = new UnknownHostException(host + ": " + e.getMessage());
            unknown.initCause(e);
            throw unknown;
        }
    }
}
