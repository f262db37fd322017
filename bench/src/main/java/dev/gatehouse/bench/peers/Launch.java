package dev.gatehouse.bench.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// How one broker is started: all that has to be there is there.
///
/// @param command the program and its arguments; the process that is started is the broker
/// @param environment variables that it gets beside those of this process
/// @param folder of its own, for its data and its log
/// @param port of 127.0.0.1 for plain TCP
/// @param tlsPort of 127.0.0.1 for TLS; 0 if it has none
/// @param serverName what a TLS client asks for
/// @param namedPort of 127.0.0.1, where the user name `somebody@TENANT` says the tenant; `port` where there are no tenants
public record Launch(List<String> command, Map<String, String> environment, Path folder, int port, int tlsPort,
        String serverName, int namedPort) {
    Launch(List<String> command, Map<String, String> environment, Path folder, int port, int tlsPort,
            String serverName) {
        this(command, environment, folder, port, tlsPort, serverName, port);
    }

    public Launch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /// Where plain TCP is answered.
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /// Where TLS is answered.
    public InetSocketAddress tlsAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), tlsPort);
    }

    /// Where the user name says the tenant.
    public InetSocketAddress namedAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), namedPort);
    }

    Path log() {
        return folder.resolve("broker.log");
    }
}
