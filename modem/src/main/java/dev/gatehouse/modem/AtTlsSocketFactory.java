package dev.gatehouse.modem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

import javax.net.SocketFactory;

/// Sockets whose TLS the modem does: what the program reads and writes is plain text, what goes over the air is not.
///
/// At most two at once. What the host name is checked against is up to the firmware: most check the certificate's chain
/// only. [AtSocketFactory] with TLS in the program has neither limit.
public final class AtTlsSocketFactory extends SocketFactory {
    private final AtSocketFactory sockets;

    AtTlsSocketFactory(AtSocketFactory sockets) {
        this.sockets = sockets;
    }

    @Override
    public Socket createSocket() throws SocketException {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return sockets.createSocket(new InetSocketAddress(host, port).getHostString(), port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }
}
