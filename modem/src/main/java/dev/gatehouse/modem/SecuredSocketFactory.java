package dev.gatehouse.modem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Sockets whose TLS is this program's and whose bytes go through the modem.
///
/// Clients that put TLS on a connected socket by themselves, like OkHttp, need nothing but [AtSocketFactory]. This is for
/// those that want one factory for both and connect its sockets later, like Paho:
///
/// ```java
/// options.setSocketFactory(modem.socketFactory().secured(SSLContext.getDefault()));   // of MqttConnectOptions
/// new MqttClient("ssl://broker.example:8883", "id").connect(options);
/// ```
///
/// The server name is sent, and the certificate's names are compared with it unless the program asks for something else
/// ([SSLParameters#setEndpointIdentificationAlgorithm]).
final class SecuredSocketFactory extends SSLSocketFactory {
    private final AtSocketFactory plain;
    private final SSLSocketFactory tls;

    SecuredSocketFactory(AtSocketFactory plain, SSLContext context) {
        this.plain = plain;
        this.tls = context.getSocketFactory();
    }

    @Override
    public Socket createSocket() throws IOException {
        return unconnected();
    }

    private SecuredSocket unconnected() throws IOException {
        SSLSocket wishes = (SSLSocket) tls.createSocket();
        SSLParameters parameters = wishes.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        wishes.setSSLParameters(parameters);
        return new SecuredSocket(plain.createSocket(), tls, wishes);
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

    private Socket connected(InetSocketAddress address) throws IOException {
        SecuredSocket socket = unconnected();
        try {
            socket.connect(address);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// TLS over a socket that is connected already, whatever it is.
    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        return tls.createSocket(connected, host, port, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }
}
