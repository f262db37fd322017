package dev.gatehouse.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import javax.net.SocketFactory;

/// Through what the probe reaches the world: this machine's network, a modem's, or a test's.
///
/// @param sockets makes unconnected sockets
/// @param resolver finds addresses
/// @param words for reports, for example `this machine's network`
public record Network(SocketFactory sockets, Resolver resolver, String words) {
    /// Finds the addresses of a host.
    @FunctionalInterface
    public interface Resolver {
        /// All of them, in the order in which they are to be tried.
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    /// That of this machine.
    public static Network ofThisMachine() {
        return new Network(SocketFactory.getDefault(), host -> List.of(InetAddress.getAllByName(host)),
                "this machine's network");
    }
}
