package dev.gatehouse.server;

import java.io.IOException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.gatehouse.diagnosis.Ending;
import dev.gatehouse.diagnosis.Fact;

/// What an exception at the end of a pipeline says about the connection.
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /// I/O errors are the network's; anything else is a bug of ours, logged once with its trace.
    static void ended(Wire wire, Throwable cause) {
        if (cause instanceof IOException) {
            Ending ending = wire.phase() == Phase.OPEN || wire.phase() == Phase.SILENT
                    ? Ending.NETWORK_RESET
                    : wire.phase().left();
            wire.over(ending, Fact.Ended.By.NETWORK, Fact.Ended.How.RESET, "");
            return;
        }
        if (!wire.isOver()) {
            LOG.error("attempt {}: connection ended by a bug", wire.attempt(), cause);
        }
        wire.over(Ending.INTERNAL_ERROR, Fact.Ended.By.SERVER, Fact.Ended.How.SERVER_CLOSE,
                cause.getClass().getSimpleName());
    }
}
