package dev.gatehouse.modem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;

import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;

/// Sockets whose connections go through the modem, for any program that takes a [SocketFactory].
///
/// Host names are resolved by the modem: give them as they are, as an unresolved [InetSocketAddress] or as a name.
/// TLS with a server name goes on top as over any other socket:
///
/// ```java
/// Socket plain = modem.socketFactory().createSocket("broker.example", 8883);
/// SSLSocket tls = (SSLSocket) SSLContext.getDefault().getSocketFactory()
///         .createSocket(plain, "broker.example", 8883, true);
/// ```
///
/// A `Socket` behaves as usual: time-outs, `available`, closing from another thread, any number of threads. Only
/// `shutdownOutput` is refused, because the modem has no half-closed connections, and there are at most ten at once.
public final class AtSocketFactory extends SocketFactory {
    private final Connector connector;
    private final int connectMillis;

    AtSocketFactory(Connector connector, Duration connect) {
        this.connector = connector;
        this.connectMillis = (int) connect.toMillis();
    }

    @Override
    public Socket createSocket() throws SocketException {
        return socket(connector, connectMillis);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(InetSocketAddress.createUnresolved(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return createSocket(address, port);
    }

    /// The same with TLS by this program, for clients that want a single factory.
    public SSLSocketFactory secured(SSLContext context) {
        return new SecuredSocketFactory(this, context);
    }

    private Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = createSocket();
        try {
            socket.connect(address);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    static Socket socket(Connector connector, int connectMillis) throws SocketException {
        return new Socket(new AtSocketImpl(connector, connectMillis)) {
        };
    }
}
