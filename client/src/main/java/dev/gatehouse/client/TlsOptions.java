package dev.gatehouse.client;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

import org.jspecify.annotations.Nullable;

/// How TLS is spoken on a connection.
///
/// @param factory decides what is trusted and which client certificate is shown
/// @param serverName what the ClientHello says (SNI); null sends none
/// @param verifiedName the host name that the server's certificate has to be for; null checks no name
/// @param protocols as the JDK names them (`TLSv1.2`); empty = the factory's
/// @param alpn protocols to offer; empty = no ALPN
public record TlsOptions(SSLSocketFactory factory, @Nullable String serverName, @Nullable String verifiedName,
        List<String> protocols, List<String> alpn) {
    public TlsOptions {
        protocols = List.copyOf(protocols);
        alpn = List.copyOf(alpn);
    }

    /// With the host's name in the ClientHello, and that name checked.
    public static TlsOptions of(SSLSocketFactory factory, String host) {
        return new TlsOptions(factory, isAddress(host) ? null : host, host, List.of(), List.of());
    }

    /// Makes the handshake on a connected socket, which the returned one then owns. On failure `socket` is closed.
    ///
    /// @throws IOException [java.net.SocketTimeoutException] at the deadline; what the engine says otherwise
    public SSLSocket over(Socket socket, Deadline deadline) throws IOException {
        try (Guard guard = new Guard(deadline, socket)) {
            try {
                String peer = verifiedName != null ? verifiedName : serverName;
                SSLSocket secured = (SSLSocket) factory.createSocket(socket, peer, socket.getPort(), true);
                secured.setSSLParameters(applied(secured.getSSLParameters()));
                secured.setUseClientMode(true);
                secured.setSoTimeout(Math.max(1, deadline.leftMillis()));
                secured.startHandshake();
                secured.setSoTimeout(0);
                return secured;
            } catch (IOException e) {
                closeQuietly(socket);
                throw guard.instead(e, "the TLS handshake");
            } catch (RuntimeException e) {
                closeQuietly(socket);
                throw e;
            }
        }
    }

    private SSLParameters applied(SSLParameters parameters) {
        parameters.setServerNames(serverName == null ? List.of() : List.of(new SNIHostName(serverName)));
        if (verifiedName != null) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(String[]::new));
        }
        if (!alpn.isEmpty()) {
            parameters.setApplicationProtocols(alpn.toArray(String[]::new));
        }
        return parameters;
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // There is another exception under way, which tells more.
        }
    }

    /// Whether this is an IP address, which is never a server name (RFC 6066 §3).
    static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    }
}
