package dev.gatehouse.simulator.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// TLS as the modem does it: the server name only when told so, certificates looked at only when told so, and never
/// the name in them.
public final class TlsClient {
    private TlsClient() {}

    /// A connection with its handshake done.
    static SSLSocket over(Socket plain, String host, int port, TlsPlan plan) throws HostNetwork.Failed {
        SSLContext context = context(plan);
        try {
            plain.setSoTimeout(plan.handshakeMillis());
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            socket.setSSLParameters(parameters(socket, plan));
            socket.startHandshake();
            socket.setSoTimeout(0);
            return socket;
        } catch (SSLException refused) {
            throw failed(refused);
        } catch (IOException | IllegalArgumentException broken) {
            throw new HostNetwork.Failed(NetEvent.Failure.HANDSHAKE, String.valueOf(broken.getMessage()));
        }
    }

    private static HostNetwork.Failed failed(SSLException refused) {
        for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return new HostNetwork.Failed(NetEvent.Failure.UNTRUSTED, String.valueOf(cause.getMessage()));
            }
        }
        return new HostNetwork.Failed(NetEvent.Failure.HANDSHAKE, String.valueOf(refused.getMessage()));
    }

    private static SSLParameters parameters(SSLSocket socket, TlsPlan plan) {
        SSLParameters parameters = socket.getSSLParameters();
        Set<String> supported = Set.copyOf(Arrays.asList(socket.getSupportedProtocols()));
        List<String> versions = plan.versions().stream().filter(supported::contains).toList();
        parameters.setProtocols(versions.toArray(String[]::new));
        // An empty list is what keeps the JDK from sending a name of its own accord.
        List<SNIServerName> names = plan.serverName() == null ? List.of() : List.of(name(plan.serverName()));
        parameters.setServerNames(names);
        return parameters;
    }

    private static SNIServerName name(String host) {
        return new SNIHostName(host.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static SSLContext context(TlsPlan plan) throws HostNetwork.Failed {
        try {
            KeyManager[] keys = plan.identity() == null
                    ? new KeyManager[0]
                    : new KeyManager[]{OneKey.read(plan.identity())};
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[]{trust(plan)}, null);
            return context;
        } catch (GeneralSecurityException unreadable) {
            throw new HostNetwork.Failed(NetEvent.Failure.NO_CERTIFICATE, String.valueOf(unreadable.getMessage()));
        }
    }

    private static TrustManager trust(TlsPlan plan) throws GeneralSecurityException {
        String authorities = plan.authorities();
        return new Trust(authorities == null ? null : certificates(authorities), plan.at());
    }

    /// Every certificate of a file, PEM or DER.
    static List<X509Certificate> certificates(String octets) throws CertificateException {
        byte[] bytes = octets.strip().getBytes(StandardCharsets.ISO_8859_1);
        if (!octets.contains("-----BEGIN")) {
            bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
        }
        List<X509Certificate> found = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bytes)).stream()
                .map(X509Certificate.class::cast).toList();
        if (found.isEmpty()) {
            throw new CertificateException("there is no certificate in it");
        }
        return found;
    }
}
