package dev.gatehouse.tests.modem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.tls.DevelopmentAuthority;
import dev.gatehouse.tls.KeyPairAndChain;

/// A server's certificate for [Rig#HOST], and whoever trusts its authority.
///
/// @param server for a server with that certificate
/// @param client trusts no other authority
/// @param authority its certificate, as a file
record Certified(SSLContext server, SSLContext client, Path authority) {
    private static final String DOMAIN = Rig.HOST.substring(Rig.HOST.indexOf('.') + 1);

    /// @param folder for the authority's files
    static Certified in(Path folder) throws Exception {
        return in(folder, null);
    }

    /// @param clients whose certificates the server trusts; null for those that the JDK does
    static Certified in(Path folder, @Nullable X509Certificate clients) throws Exception {
        DevelopmentAuthority authority = new DevelopmentAuthority(folder, InstantSource.system(), new SecureRandom());
        KeyPairAndChain identity = authority.certificateFor(DOMAIN);
        KeyStore own = empty();
        own.setKeyEntry("server", identity.key(), new char[0], identity.chain().toArray(new Certificate[0]));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext server = SSLContext.getInstance("TLS");
        server.init(keys.getKeyManagers(), clients == null ? null : trusting(clients), null);
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, trusting(identity.chain().getLast()), null);
        return new Certified(server, client, authority.caFile());
    }

    private static TrustManager[] trusting(Certificate authority) throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    byte[] authorityFile() throws IOException {
        return Files.readAllBytes(authority);
    }

    /// Listens for TLS on a free port.
    ServerSocket listening() throws IOException {
        return server.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }
}
