package dev.gatehouse.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

import org.jspecify.annotations.Nullable;

/// Makes the way to a broker: TCP, then TLS where wanted, then WebSocket where wanted.
///
/// @param sockets makes unconnected sockets: [SocketFactory#getDefault()], or a modem's
/// @param tls null for none
/// @param webSocket null for none
public record Dialer(SocketFactory sockets, @Nullable TlsOptions tls, @Nullable WebSocketOptions webSocket) {
    /// Connects to an address, which may be unresolved where the sockets resolve on their own.
    ///
    /// @throws IOException at the deadline [java.net.SocketTimeoutException]; nothing stays open
    public Transport dial(InetSocketAddress address, Deadline deadline) throws IOException {
        Socket socket = connect(sockets, address, deadline);
        Transport transport = Transport.over(tls == null ? socket : tls.over(socket, deadline));
        return webSocket == null ? transport : webSocket.over(transport, deadline).transport();
    }

    /// The TCP connection alone, without Nagle's delay.
    public static Socket connect(SocketFactory sockets, InetSocketAddress address, Deadline deadline)
            throws IOException {
        Socket socket = sockets.createSocket();
        try {
            socket.connect(address, Math.max(1, deadline.leftMillis()));
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            TlsOptions.closeQuietly(socket);
            throw e;
        }
    }
}
