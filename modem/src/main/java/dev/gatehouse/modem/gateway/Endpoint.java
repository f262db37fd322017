package dev.gatehouse.modem.gateway;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// Where the gateway listens.
///
/// @param address of this computer
/// @param port 0 to 65 535; 0 lets the system pick one
public record Endpoint(InetAddress address, int port) {
    public Endpoint {
        Port.require(port, 0);
    }

    /// Reads `1080` (on the loopback interface), `127.0.0.1:1080` or `[::1]:1080`.
    ///
    /// @throws IllegalArgumentException with a sentence that says what is wrong
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new Endpoint(InetAddress.getLoopbackAddress(), Port.parse(text, 0));
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("an IPv6 address is written in brackets, as in [::1]:1080, not " + text);
        }
        return new Endpoint(address(host), Port.parse(text.substring(colon + 1), 0));
    }

    static InetAddress address(String host) {
        try {
            return host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            try {
                return InetAddress.getByName(host);
            } catch (UnknownHostException unknown) {
                throw new IllegalArgumentException("\"" + host + "\" is no address of this computer", unknown);
            }
        }
    }

    /// Whether only programs of this computer can reach it.
    public boolean local() {
        return address.isLoopbackAddress();
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    @Override
    public String toString() {
        String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
