package dev.gatehouse.modem;

import java.io.IOException;
import java.util.function.Consumer;

/// Opens connections: plain ones, or with TLS inside the modem.
interface Connector {
    /// @param timeoutMillis at most, all together
    /// @param early told of the connection before it is opened, so that it can be closed while it is
    Link connect(String host, int port, int timeoutMillis, Consumer<Link> early) throws IOException;
}
