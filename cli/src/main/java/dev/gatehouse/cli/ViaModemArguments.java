package dev.gatehouse.cli;

/// Whether a command goes through a modem.
final class ViaModemArguments {
    Way open(Shell shell) throws CommandFault {
        return Way.direct();
    }
}
