package dev.gatehouse.modem.gateway;

import java.io.IOException;
import java.net.Socket;

import org.jspecify.annotations.Nullable;

/// What the gateway's connections go through.
public interface Uplink {
    /// An unconnected socket, which takes unresolved addresses.
    ///
    /// @throws UplinkDown when there is nothing to connect through now
    Socket socket() throws IOException;

    /// How it is, without asking the modem.
    State state();

    /// @param ready whether connections can be made
    /// @param words what a person is told, for example `registered with Example, 10.1.2.3`, or why it is not ready
    /// @param signalDbm as last seen; null when not known
    /// @param starts how often it came up
    record State(boolean ready, String words, @Nullable Integer signalDbm, long starts) {}
}
